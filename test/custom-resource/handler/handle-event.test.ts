import { CloudFormation } from './cloudformation';
import { handleEvent } from '../../../src/custom-resource/handler/handle-event';

const NOW = Date.UTC(2026, 0, 31, 12, 30, 15);

let cloudFormation: CloudFormation;

beforeAll(async () => {
  cloudFormation = await CloudFormation.start();
});

beforeEach(() => {
  cloudFormation.answers.length = 0;
  jest.spyOn(console, 'log').mockImplementation();
  jest.spyOn(Date, 'now').mockReturnValue(NOW);
});

afterEach(() => jest.restoreAllMocks());
afterAll(() => cloudFormation.stop());

/** Seconds from now to the deadline of a resource that CloudFormation waits for. */
async function deadlineIn(remainingSeconds: number, serviceTimeoutSeconds: number, signed: string): Promise<number> {
  const event = { ...cloudFormation.event('Create'), ResponseURL: `${cloudFormation.responseUrl}${signed}` };
  let seconds = NaN;
  await handleEvent(event, { getRemainingTimeInMillis: () => 1_000 * remainingSeconds }, async ({ deadline }) => {
    seconds = (deadline(serviceTimeoutSeconds) - NOW) / 1_000;
    return { PhysicalResourceId: 'x', summary: 'done' };
  });
  return seconds;
}

test.each([
  ['the function has no more time', 100, 600, '&X-Amz-Date=20260131T123015Z', 70],
  ['CloudFormation waits no longer', 900, 600, '&X-Amz-Date=20260131T123015Z', 570],
  ['it does not wait longer because the event was queued', 900, 600, '&X-Amz-Date=20260131T122115Z', 30],
  ['it has waited for too long already', 900, 600, '&X-Amz-Date=20260131T122010Z', -35],
  ['the clocks differ', 900, 600, '&X-Amz-Date=20260131T123515Z', 570],
  ['the address does not say when it was signed', 900, 600, '&Expires=1769863815', 570],
  ['the address says it in a way that is no time', 900, 600, '&X-Amz-Date=20269931T123515Z', 570],
])('work ends in time for the answer, when %s', async (_, remaining, serviceTimeout, signed, seconds) => {
  expect(await deadlineIn(remaining, serviceTimeout, signed)).toBe(seconds);
});

test.each(['Create', 'Update'] as const)('%s answers with what came of the work', async type => {
  await handleEvent(cloudFormation.event(type, {}, 'before'), { getRemainingTimeInMillis: () => 60_000 }, async ({ physicalId }) =>
    ({ PhysicalResourceId: `after ${physicalId}`, Data: { Digits: '42' }, summary: 'what the log says' }));
  expect(cloudFormation.answers[0].body).toMatchObject({
    Status: 'SUCCESS', PhysicalResourceId: type === 'Create' ? 'after undefined' : 'after before', Data: { Digits: '42' },
  });
  expect(cloudFormation.answers[0].body).not.toHaveProperty('summary');
  expect(console.log).toHaveBeenCalledWith(`${type} Pin: what the log says`);
});

test.each([['Create', 'unresolved'], ['Update', 'before']] as const)('%s that fails keeps the id %s', async (type, physicalId) => {
  await handleEvent(cloudFormation.event(type, {}, 'before'), { getRemainingTimeInMillis: () => 60_000 }, async () => {
    throw new Error('the reason');
  });
  expect(cloudFormation.answers[0].body).toMatchObject({ Status: 'FAILED', PhysicalResourceId: physicalId, Reason: 'the reason' });
});

test.each([1, 9])('work that does not end is answered for while there are %s seconds', async remaining => {
  jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate', 'queueMicrotask'], now: NOW });
  try {
    const over = handleEvent(cloudFormation.event('Update', {}, 'before'), { getRemainingTimeInMillis: () => 1_000 * remaining }, () => new Promise(() => {}));
    jest.advanceTimersByTime(Math.max(0, 1_000 * (remaining - 8)));
    await over;
  } finally {
    jest.useRealTimers();
  }
  expect(cloudFormation.answers[0].body).toMatchObject({
    Status: 'FAILED', PhysicalResourceId: 'before', Reason: expect.stringMatching(/^the function's time was over before there was a result; deploy again/),
  });
});

test('what is done at once is in time', async () => {
  await handleEvent(cloudFormation.event('Update', {}, 'before'), { getRemainingTimeInMillis: () => 1 }, async () => ({ PhysicalResourceId: 'before', summary: 'remembered' }));
  expect(cloudFormation.answers[0].body).toMatchObject({ Status: 'SUCCESS' });
});

test('a Delete does no work', async () => {
  const work = jest.fn();
  await handleEvent(cloudFormation.event('Delete', {}, 'before'), { getRemainingTimeInMillis: () => 60_000 }, work);
  expect(cloudFormation.answers[0].body).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: 'before' });
  expect(work).not.toHaveBeenCalled();
});
