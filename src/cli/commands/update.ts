import { CommandContext, requestsFor } from './command-context';
import { overriddenPin } from './overridden-pin';
import { chosen } from './pin-patterns';
import { LockEntry } from '../../lock/lock-entry';
import { Lock, writeLock } from '../lock-file/lock-file';
import { LookupFailure } from '../lookup/lookup-failure';
import { resolvePins } from '../lookup/resolve-pins';
import { count, describePin, shortDigest } from '../terminal/describe-pin';
import { FAILURE, SUCCESS } from '../terminal/exit-codes';
import { withProgress } from '../terminal/report';

interface Change {
  readonly key: string;
  /** `null` where there was none that could be used. */
  readonly from: LockEntry | null;
  readonly to: LockEntry;
}

/** Asks again what the tags mean, and takes the answers over into the lock. */
export async function update(patterns: string[], context: CommandContext): Promise<number> {
  const { report, processContext, file } = context;
  const state = context.state();
  const requests = requestsFor(state);
  const keys = chosen([...requests.keys()], patterns);
  const answers = await withProgress(`asking for the digest of ${count(keys.length, 'image')}…`, processContext.stderr,
    async () => resolvePins(keys.map(key => requests.get(key)!), context.registries(), processContext));

  const failed = keys.flatMap(key => {
    const answer = answers.get(key)!;
    return answer instanceof LookupFailure ? [{ key, reason: answer.message }] : [];
  });
  const changed = keys.flatMap((key): Change[] => {
    const answer = answers.get(key)!;
    const from = state.lock.entries.get(key);
    return answer instanceof LookupFailure || (from && isSameImage(from, answer)) ? [] : [{ key, from: from ?? null, to: answer }];
  });
  writeLock(file, new Map(changed.map(({ key, to }) => [key, to])));
  const overridden = changed.flatMap(({ key }) => overriddenPin(key, state) ?? []);

  report.data({ changed, failed, overridden, unchanged: keys.length - changed.length - failed.length });
  changed.forEach(change => report.success(describeChange(change, state.lock)));
  overridden.forEach(reason => report.warning(`no effect: ${reason}`));
  failed.forEach(({ reason }) => report.problem(reason));
  report.result(`${changed.length} of ${count(keys.length, 'pin')} changed${failed.length > 0 ? `, ${failed.length} failed` : ''}`);
  return failed.length > 0 ? FAILURE : SUCCESS;
}

/** The time of push alone is no reason for a change that somebody has to review. */
function isSameImage(one: LockEntry, other: LockEntry): boolean {
  const image = ({ digest, mediaType, platforms }: LockEntry) => JSON.stringify([digest, mediaType, platforms]);
  return image(one) === image(other);
}

function describeChange({ key, from, to }: Change, lock: Lock): string {
  const pin = describePin(key);
  if (!from) {
    return `${pin}: ${lock.problems.has(key) ? 'repaired' : 'new'}, ${shortDigest(to.digest)}`;
  }
  return from.digest === to.digest
    ? `${pin}: ${shortDigest(to.digest)}, what is recorded of it changed`
    : `${pin}: ${shortDigest(from.digest)} → ${shortDigest(to.digest)}`;
}
