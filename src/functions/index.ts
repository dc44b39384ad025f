/** The code of all Lambda functions, which AWS Lambda knows by these names. */
export { handler as gate } from '../gates/handler';
export { handler as mark } from '../deployed-image/handler';
export { handler as resolve } from '../resolver/handler';
