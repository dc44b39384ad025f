import { ResolutionError } from '../../registry-client/resolution-error';
import { Clock, retry } from '../../registry-client/retry';

const BUSY_PATIENCE = 60_000;

/** A machine without network stays so for longer than anybody waits. */
const NO_WAY_TO_IT = 2_000;

export interface RetryOptions {
  /**
   * How long a busy registry is waited for, in milliseconds.
   *
   * @default 60000
   */
  readonly patience?: number;

  /**
   * What is asked about again.
   *
   * @default - all failures that are a matter of time
   */
  readonly isOpen?: (outcome: unknown) => boolean;
}

/**
 * Asks about many items at once, and again about those that a busy registry left open. Everything else is final: a person waits, and can
 * run the command again.
 */
export async function retryOpen<T, R>(
  items: T[], ask: (open: T[]) => Promise<(R | ResolutionError)[]>, clock: Clock,
  { patience = BUSY_PATIENCE, isOpen = isTransient }: RetryOptions = {},
): Promise<(R | ResolutionError)[]> {
  const results = new Array<R | ResolutionError>(items.length);
  let open = items.map((_, index) => index);
  const attempt = async () => {
    const outcomes = await ask(open.map(index => items[index]));
    open.forEach((index, position) => results[index] = outcomes[position]);
    open = open.filter(index => isOpen(results[index]));
    if (open.length > 0) {
      throw longestWait(open.map(index => results[index] as ResolutionError));
    }
  };
  const limits = { missing: 0, denied: 0, busy: patience, unreachable: Math.min(patience, NO_WAY_TO_IT), final: 0 };
  try {
    await retry(attempt, { ...clock, limits, deadline: clock.now() + patience });
  } catch (error) {
    if (!results.some(result => result === error)) {
      throw error;
    }
  }
  return results;
}

/** Of several failures, the one after which there is nothing to be asked for the longest time. */
function longestWait(failures: ResolutionError[]): ResolutionError {
  return failures.reduce((longest, failure) => (failure.retryAfter ?? 0) > (longest.retryAfter ?? 0) ? failure : longest);
}

/** Whether what went wrong is a matter of time. */
export function isTransient(result: unknown): boolean {
  return result instanceof ResolutionError && (result.kind === 'busy' || result.kind === 'unreachable');
}
