import { CloudFormation } from './cloudformation';
import { sendAnswer } from '../../../src/resolver/handler/answer';

const ANSWER = { Status: 'SUCCESS', PhysicalResourceId: 'x' } as const;

let cloudFormation: CloudFormation;
let waited: number[];
const sleep = async (milliseconds: number) => void waited.push(milliseconds);

beforeAll(async () => {
  cloudFormation = await CloudFormation.start();
});
beforeEach(() => {
  waited = [];
});
afterAll(() => cloudFormation.stop());

test('is sent again, more slowly each time, when the address has trouble', async () => {
  cloudFormation.refusals = [503, 500, 503];
  await sendAnswer(cloudFormation.event('Delete', {}, 'x'), ANSWER, sleep);
  expect(cloudFormation.answers).toHaveLength(1);
  expect(waited).toEqual([400, 800, 1600]);
});

test('that is refused for good fails the function, without the address', async () => {
  cloudFormation.refusals = Array(5).fill(403);
  await expect(sendAnswer(cloudFormation.event('Delete', {}, 'x'), ANSWER, sleep))
    .rejects.toThrow(/^could not answer CloudFormation after 5 attempts \(HTTP 403\)$/);
});

test('that finds no connection fails the function, without the address', async () => {
  const event = { ...cloudFormation.event('Delete', {}, 'x'), ResponseURL: `${cloudFormation.responseUrl}&` };
  await cloudFormation.stop();
  await expect(sendAnswer(event, ANSWER, sleep)).rejects.toThrow(/^could not answer CloudFormation after 5 attempts \([A-Z]+\)$/);
});
