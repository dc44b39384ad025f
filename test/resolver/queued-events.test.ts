import { timesOfEvents } from './lambda-queue';
import { MARGIN_SECONDS } from '../../src/resolver/contract';

/** The same numbers each time, by a linear congruential generator. */
function numbers(seed: number): () => number {
  let state = seed;
  return () => (state = (1_664_525 * state + 1_013_904_223) % 2 ** 32) / 2 ** 32;
}

/** The worst of ten deployments. */
function lastOf(pins: number, duration: number, concurrency = 10): number {
  return Math.max(...Array.from({ length: 10 }, (_, seed) => timesOfEvents(pins, { concurrency, duration, coldStart: 1.5, random: numbers(seed) }).at(-1)!));
}

test.each([
  ['a second, as usual', 400, 1, 2],
  ['5 seconds, as ECR throttles', 400, 5, 8],
  ['a minute, as ECR has trouble', 30, 60, 5],
])('where each takes %s, CloudFormation hears of all of %d pins in time, with 10 at a time', (_, pins, duration, minutes) => {
  const last = lastOf(pins, duration);
  expect(Math.round(last / 60)).toBe(minutes);
  expect(last).toBeLessThan(MARGIN_SECONDS);
});

test('with executions for all, nothing is queued', () => {
  expect(lastOf(400, 1, 400)).toBe(2.5);
});
