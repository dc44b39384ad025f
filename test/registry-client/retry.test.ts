import { Reason, ResolutionError } from '../../src/registry-client/resolution-error';
import { RetryPolicy, retry } from '../../src/registry-client/retry';

let time: number;

const policy = (change: Partial<RetryPolicy> = {}): RetryPolicy => ({
  limits: { missing: 60_000, denied: 30_000, busy: 60_000, unreachable: 5_000, final: 0 },
  deadline: 1_000_000,
  now: () => time,
  sleep: async milliseconds => {
    time += milliseconds;
  },
  ...change,
});

beforeEach(() => {
  time = 500_000;
});

function failing(reason: Reason, until = Infinity) {
  return jest.fn(async () => {
    if (time < until) {
      throw new ResolutionError(reason, reason);
    }
    return 'digest';
  });
}

test('an image that appears in time is found', async () => {
  await expect(retry(failing('image-not-found', 545_000), policy())).resolves.toBe('digest');
});

test.each([['image-not-found', 60_000], ['access-denied', 30_000], ['rate-limited', 60_000]] as const)('%s is tried again for %d milliseconds, to the end', async (reason, limit) => {
  const attempt = failing(reason);
  await expect(retry(attempt, policy())).rejects.toThrow(reason);
  expect(time).toBe(500_000 + limit);
  expect(attempt.mock.calls.length).toBeGreaterThan(limit / 10_000);
  expect(attempt.mock.calls.length).toBeLessThan(limit / 2_500);
});

test('what time does not mend fails at once', async () => {
  const attempt = failing('refused');
  await expect(retry(attempt, policy())).rejects.toThrow('refused');
  expect(attempt).toHaveBeenCalledTimes(1);
});

test('an error of our own fails at once', async () => {
  const attempt = jest.fn().mockRejectedValue(new TypeError('a bug'));
  await expect(retry(attempt, policy())).rejects.toThrow('a bug');
  expect(attempt).toHaveBeenCalledTimes(1);
});

test('trouble late in a long wait has its time, too', async () => {
  const attempt = jest.fn(async () => {
    if (time < 700_000) {
      throw new ResolutionError(time > 600_000 && time < 620_000 ? 'rate-limited' : 'image-not-found', 'not yet');
    }
    return 'digest';
  });
  await expect(retry(attempt, policy({ limits: { missing: 300_000, denied: 0, busy: 30_000, unreachable: 0, final: 0 } }))).resolves.toBe('digest');
});

test('trouble does not make the wait for an image longer', async () => {
  const attempt = jest.fn(async () => {
    throw new ResolutionError(time > 555_000 && time < 575_000 ? 'rate-limited' : 'image-not-found', 'not yet');
  });
  await expect(retry(attempt, policy())).rejects.toThrow('not yet');
  expect(time).toBeLessThan(590_000);
});

test('nothing is tried past the deadline', async () => {
  await expect(retry(failing('image-not-found'), policy({ deadline: 510_000 }))).rejects.toThrow('image-not-found');
  expect(time).toBe(510_000);
});

test.each([
  [0, [500, 1_000, 2_000, 4_000, 5_000, 5_000]],
  [1, [1_000, 2_000, 4_000, 8_000, 10_000, 10_000]],
])('delays double up to a limit, with %d of what chance adds', async (chance, expected) => {
  const random = jest.spyOn(Math, 'random').mockReturnValue(chance);
  const delays: number[] = [];
  const sleep = async (milliseconds: number) => {
    delays.push(milliseconds);
    time += milliseconds;
  };
  await expect(retry(failing('unavailable'), policy({ sleep }))).rejects.toThrow('unavailable');
  expect(delays.slice(0, expected.length)).toEqual(expected);
  random.mockRestore();
});

test('many that fail together do not come back together', async () => {
  const delays = new Set<number>();
  for (let i = 0; i < 20; i++) {
    time = 500_000;
    await retry(failing('rate-limited'), policy({
      sleep: async milliseconds => {
        delays.add(milliseconds);
        time = Infinity;
      },
    }));
  }
  expect(delays.size).toBeGreaterThan(10);
});

describe('a registry that says when to come back', () => {
  const limited = (retryAfter: number) => jest.fn(async () => {
    throw new ResolutionError('rate-limited', 'slow down', { retryAfter });
  });

  test('is asked again then, not earlier', async () => {
    const delays: number[] = [];
    const sleep = async (milliseconds: number) => {
      delays.push(milliseconds);
      time += milliseconds;
    };
    await expect(retry(limited(25_000), policy({ sleep }))).rejects.toThrow('slow down');
    expect(delays).toEqual([25_000, 25_000]);
  });

  test('is not asked again, when that is too late', async () => {
    const attempt = limited(60_001);
    await expect(retry(attempt, policy())).rejects.toThrow('slow down');
    expect(attempt).toHaveBeenCalledTimes(1);
    expect(time).toBe(500_000);
  });
});
