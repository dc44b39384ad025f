import { timesOfEvents } from './lambda-queue';
import { MARGIN_SECONDS } from '../../src/custom-resource/contract';

/** The same numbers each time, by the generator of Park and Miller. */
function numbers(seed: number): () => number {
  let state = 7_919 * seed + 104_729;
  return () => (state = (48_271 * state) % 2_147_483_647) / 2_147_483_647;
}

/** The worst of 300 deployments, and the one in the middle. */
function lastOf(pins: number, duration: number, concurrency = 10): { readonly worst: number; readonly usual: number } {
  const last = Array.from({ length: 300 }, (_, seed) => timesOfEvents(pins, { concurrency, duration, coldStart: 1.5, random: numbers(seed) }).at(-1)!)
    .sort((a, b) => a - b);
  return { worst: last.at(-1)!, usual: last[150] };
}

test.each([
  ['a second, as usual', 400, 1, 2, 3],
  ['5 seconds, as ECR throttles', 400, 5, 8, 12],
  ['a minute, as ECR has trouble', 50, 60, 11, 14],
])('where each takes %s, CloudFormation hears of all of %d pins in time, with 10 at a time', (_, pins, duration, usualMinutes, worstMinutes) => {
  const { worst, usual } = lastOf(pins, duration);
  expect(Math.round(usual / 60)).toBe(usualMinutes);
  expect(worst).toBeLessThan(60 * worstMinutes);
  expect(60 * worstMinutes).toBeLessThan(MARGIN_SECONDS);
});

test('with executions for all, nothing is queued', () => {
  expect(lastOf(400, 1, 400).worst).toBe(2.5);
});
