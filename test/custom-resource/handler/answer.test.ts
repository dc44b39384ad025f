import { CloudFormation } from './cloudformation';
import { sendAnswer } from '../../../src/custom-resource/handler/answer';

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

test.each([
  ['quotes', '"', 1],
  ['control characters', '\u0001', 1],
  ['letters of two bytes', 'ä', 1],
  ['emoji', '🚀', 1],
  ['a physical id as long as CloudFormation takes it, and quotes', '"', 1_024],
])('has at most 4,096 bytes with a reason of %s, and no less than fits', async (_, character, idLength) => {
  const answer = { Status: 'FAILED', PhysicalResourceId: 'x'.repeat(idLength), Reason: character.repeat(5_000) } as const;
  await sendAnswer(cloudFormation.event('Delete', {}, 'x'), answer, sleep);
  const { bytes, body: { Reason } } = cloudFormation.answers.at(-1)!;
  const cut = Reason!.slice(0, -1);
  expect([cut, Reason!.at(-1)]).toEqual([character.repeat(cut.length / character.length), '…']);
  expect(bytes).toBeLessThanOrEqual(4_096);
  expect(bytes).toBeGreaterThan(4_096 - 12);
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
