import { timesOfEvents } from './lambda-queue';
import { MARGIN_SECONDS } from '../../src/resolver/contract';

/** The same numbers each time, by the generator mulberry32. */
function numbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** The worst of 300 deployments, and the one in the middle. */
function lastOf(pins: number, duration: number, concurrency = 10): { readonly worst: number; readonly usual: number } {
  const last = Array.from({ length: 300 }, (_, seed) => timesOfEvents(pins, { concurrency, duration, coldStart: 1.5, random: numbers(seed) }).at(-1)!)
    .sort((a, b) => a - b);
  return { worst: last.at(-1)!, usual: last[150] };
}

test.each([
  ['a second, as usual', 400, 1, 2, 2],
  ['5 seconds, as ECR throttles', 400, 5, 8, 11],
  ['a minute, as ECR has trouble', 50, 60, 11, 14],
])('where each takes %s, CloudFormation hears of all of %d pins in time, with 10 at a time', (_, pins, duration, usualMinutes, worstMinutes) => {
  const { worst, usual } = lastOf(pins, duration);
  expect([usual, worst].map(seconds => Math.round(seconds / 60))).toEqual([usualMinutes, worstMinutes]);
  expect(worst).toBeLessThan(MARGIN_SECONDS);
});

test('with executions for all, nothing is queued', () => {
  expect(lastOf(400, 1, 400).worst).toBe(2.5);
});
