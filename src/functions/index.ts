/** The code of all Lambda functions, which AWS Lambda knows by these names. */
export { handler as resolve } from '../resolver/handler';
