import { atMost } from '../../../src/gates/handler/at-most';

test('so much is done at a time, in turn, also when some of it fails', async () => {
  const limited = atMost(3);
  let running = 0;
  let most = 0;
  const started: number[] = [];
  const outcomes = await Promise.allSettled(Array.from({ length: 20 }, (_, index) => limited(async () => {
    started.push(index);
    most = Math.max(most, ++running);
    await new Promise(setImmediate);
    running--;
    if (index % 3 === 0) {
      throw new Error(`${index}`);
    }
    return index;
  })));
  expect(most).toBe(3);
  expect(started).toEqual(started.map((_, index) => index));
  expect(outcomes.map(({ status }) => status)).toEqual(started.map(index => index % 3 === 0 ? 'rejected' : 'fulfilled'));
  await expect(limited(async () => 'free again')).resolves.toBe('free again');
});
