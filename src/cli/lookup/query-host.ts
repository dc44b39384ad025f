import { isTransient, retryOpen } from './retry-open';
import { Reason, ResolutionError } from '../../registry-client/resolution-error';
import { Clock } from '../../registry-client/retry';

export interface HostQuery<T, R> {
  readonly clock: Clock;
  /** How long a busy registry is waited for, in milliseconds. */
  readonly patience?: number;
  /** How many requests are under way at a time. */
  readonly atATime: number;
  /** The image in messages. */
  describe(item: T): string;
  /** Asks once. */
  ask(item: T): Promise<R | ResolutionError>;
}

/** What may be the trouble of one image as well as that of the whole host. */
const SILENCE: Reason[] = ['unreachable', 'timed-out'];

/** What the registry itself has not said. */
const NO_ANSWER: Reason[] = [...SILENCE, 'unusable-proxy'];

/** Requests that only wait for a host which does not answer cost it nothing. */
const SILENT_AT_A_TIME = 32;

/**
 * Asks one host for many images. An image that fails does so alone.
 *
 * Those without any answer are put aside, and asked for again together when all others are done. As long as the host has never answered,
 * all that are left go with them: a host that hangs costs little more time for many images than for one. A host that says when it
 * wants to be asked again is left alone until then.
 */
export async function queryHost<T, R>(
  items: T[], { clock, patience, atATime, describe, ask }: HostQuery<T, R>,
): Promise<Map<T, R | ResolutionError>> {
  const outcomes = new Map<T, R | ResolutionError>();
  const silent: T[] = [];
  let hasAnswered = false;
  let hasProxy = true;
  let limit: { reason: Reason; status?: number; end: number } | undefined;
  const askOnce = async (item: T) => {
    const wait = limit ? limit.end - clock.now() : 0;
    if (limit && wait > 0) {
      const when = `${Math.ceil(wait / 1_000)} seconds`;
      return new ResolutionError(limit.reason, `${describe(item)} was not asked for: its host wants to be asked again in ${when}`,
        { status: limit.status, retryAfter: wait });
    }
    if (!hasProxy && !hasAnswered) {
      return new ResolutionError('unusable-proxy', `${describe(item)} was not asked for: the proxy has let no other image of its host through`);
    }
    const outcome = await ask(item);
    hasAnswered ||= !isOneOf(NO_ANSWER, outcome);
    hasProxy &&= !isOneOf(['unusable-proxy'], outcome);
    if (outcome instanceof ResolutionError && outcome.retryAfter) {
      const { reason, status, retryAfter } = outcome;
      limit = { reason, status, end: Math.max(limit?.end ?? 0, clock.now() + retryAfter) };
    }
    return outcome;
  };
  const settle = async (open: T[], isOpen: (outcome: unknown) => boolean) => {
    const settled = await retryOpen(open, async again => mapInParallel(again, SILENT_AT_A_TIME, askOnce), clock, { patience, isOpen });
    open.forEach((item, index) => outcomes.set(item, settled[index]));
  };
  await mapInParallel(items, atATime, async item => {
    if (hasAnswered || silent.length === 0) {
      await settle([item], outcome => isTransient(outcome) && !isSilence(outcome));
    }
    if (!outcomes.has(item) || isSilence(outcomes.get(item))) {
      silent.push(item);
    }
  });
  await settle(silent, isSilence);
  const busy = silent.filter(item => isTransient(outcomes.get(item)) && !isSilence(outcomes.get(item)));
  await mapInParallel(busy, atATime, async item => settle([item], isTransient));
  return outcomes;
}

function isSilence(outcome: unknown): boolean {
  return isOneOf(SILENCE, outcome);
}

function isOneOf(reasons: Reason[], outcome: unknown): boolean {
  return outcome instanceof ResolutionError && reasons.includes(outcome.reason);
}

/** Works on all items, with at most `bound` of them under way at a time. */
export async function mapInParallel<T, R>(items: T[], bound: number, work: (item: T) => Promise<R>): Promise<R[]> {
  const results = new Array<R>(items.length);
  const open = items.entries();
  const worker = async () => {
    for (const [index, item] of open) {
      results[index] = await work(item);
    }
  };
  await Promise.all(Array.from({ length: Math.min(bound, items.length) }, worker));
  return results;
}
