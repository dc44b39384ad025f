import { ResolutionError } from './resolution-error';

export interface Clock {
  /** In milliseconds. */
  readonly now: () => number;
  readonly sleep: (milliseconds: number) => Promise<void>;
}

/** How a failed look-up is repeated. Times in milliseconds. */
export interface RetryPolicy extends Clock {
  /** How long each kind of failure is waited for: `missing` from the start, others while they last. */
  readonly limits: Record<ResolutionError['kind'], number>;
  /** When to give up, whatever the kind. */
  readonly deadline: number;
}

const FIRST_DELAY = 1_000;
const LONGEST_DELAY = 10_000;

/** Repeats a look-up until it succeeds, or fails in a way that time does not mend, or is asked to wait for longer than there is time. */
export async function retry<T>(attempt: () => Promise<T>, { limits, deadline, now, sleep }: RetryPolicy): Promise<T> {
  const start = now();
  let lastKind: ResolutionError['kind'] | undefined;
  let since = start;
  for (let delay = FIRST_DELAY; ; delay = Math.min(2 * delay, LONGEST_DELAY)) {
    try {
      return await attempt();
    } catch (error) {
      const kind = error instanceof ResolutionError ? error.kind : 'final';
      since = kind === 'missing' ? start : kind === lastKind ? since : now();
      lastKind = kind;
      const end = Math.min(since + limits[kind], deadline);
      const asked = error instanceof ResolutionError ? error.retryAfter ?? 0 : 0;
      if (now() >= end || now() + asked > end) {
        throw error;
      }
      // Full delays would let many pins that were throttled together come back together.
      await sleep(Math.min(Math.max(asked, delay * (0.5 + Math.random() / 2)), end - now()));
    }
  }
}
