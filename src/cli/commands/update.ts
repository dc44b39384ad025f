import { Change, CHANGE_TITLES, changeRow, describeChange, isSameImage } from './changes';
import { CommandContext, LockState, requestsFor } from './command-context';
import { Finding } from './finding';
import { overriddenPin } from './overridden-pin';
import { chosen } from './pin-patterns';
import { LockRequest } from '../../lock/lock-request';
import { writeLock } from '../lock-file/lock-file';
import { platformChanges } from '../lookup/index-platforms';
import { LookupFailure } from '../lookup/lookup-failure';
import { Registries } from '../lookup/registries';
import { Resolution, resolvePins } from '../lookup/resolve-pins';
import { age } from '../terminal/age';
import { count, shortDigest } from '../terminal/describe-pin';
import { FAILURE, SUCCESS } from '../terminal/exit-codes';
import { withProgress } from '../terminal/report';

export interface UpdateOptions {
  /** Whether to ask only for the pins that the app asks for and the lock lacks. */
  readonly missing?: boolean;
  /** Whether to show what would change, and write nothing. */
  readonly dryRun?: boolean;
  /** Whether a change is a failure. */
  readonly exitCode?: boolean;
}

/** Asks again what the tags mean, and takes the answers over into the lock. */
export async function update(patterns: string[], { missing, dryRun, exitCode }: UpdateOptions, context: CommandContext): Promise<number> {
  const { report, processContext, file } = context;
  const state = context.state();
  const all = requestsFor(state);
  const keys = chosen([...all.keys()], patterns).filter(key => !missing || !state.lock.entries.has(key));
  const requests = keys.map(key => all.get(key)!);
  const registries = context.registries(state);
  const { answers, changed } = await withProgress(`asking for the digest of ${count(keys.length, 'image')}…`, processContext.stderr, async () => {
    const resolutions = await resolvePins(requests, registries, processContext);
    return { answers: resolutions, changed: await changes(requests, resolutions, state, registries, context) };
  });
  const failed = keys.flatMap(key => {
    const answer = answers.get(key)!;
    return answer instanceof LookupFailure ? [{ key, message: answer.message }] : [];
  });
  if (!dryRun) {
    await writeLock(file, new Map(changed.map(({ key, to }) => [key, to])), processContext);
  }
  const overridden = changed.flatMap(({ key }) => withoutEffect(key, state) ?? []);
  const done = new Set([...changed, ...failed].map(({ key }) => key));

  report.data({ dryRun: dryRun ?? false, changed, failed, overridden, unchanged: keys.filter(key => !done.has(key)) });
  const failures = failed.length > 0 ? `, ${failed.length} failed` : '';
  const summary = `${changed.length} of ${count(keys.length, 'pin')} ${dryRun ? 'would change' : 'changed'}${failures}`;
  if (report.format === 'markdown') {
    report.summary(summary);
  }
  reportChanges(changed, dryRun, state, context);
  overridden.forEach(({ message }) => report.warning(`no effect: ${message}`));
  failed.forEach(({ message }) => report.problem(message));
  if (report.format !== 'markdown') {
    report.summary(summary);
  }
  return failed.length > 0 || (exitCode && changed.length > 0) ? FAILURE : SUCCESS;
}

async function changes(
  requests: LockRequest[], answers: Map<string, Resolution>, { lock }: LockState, registries: Registries, { processContext }: CommandContext,
): Promise<Change[]> {
  const changed = requests.flatMap(({ key }): Change[] => {
    const answer = answers.get(key)!;
    const from = lock.entries.get(key);
    return answer instanceof LookupFailure || (from && isSameImage(from, answer)) ? [] : [{ key, from: from ?? null, to: answer }];
  });
  const replaced = changed.filter(({ from, to }) => from && from.digest !== to.digest);
  const keys = new Set(replaced.map(({ key }) => key));
  const platforms = await platformChanges(requests.filter(({ key }) => keys.has(key)), lock.entries,
    new Map(replaced.map(({ key, to }) => [key, to])), registries, processContext);
  return changed.map(change => ({ ...change, ...(platforms.has(change.key) && { platforms: platforms.get(change.key) }) }));
}

/** An app that was synthesized before the lock was written says nothing: it has what the lock had then. */
function withoutEffect(key: string, state: LockState): Finding | undefined {
  return overriddenPin(key, state.isAssemblyNewer ? state : { ...state, assembly: undefined });
}

/** People who look read lines and ages, and those who review a request later need times. */
function reportChanges(changed: Change[], dryRun: boolean | undefined, { lock }: LockState, { report, processContext }: CommandContext): void {
  if (report.format === 'markdown' || dryRun) {
    const now = processContext.now();
    const when = (pushedAt?: string) => report.format === 'markdown' ? pushedAt ?? '-' : age(pushedAt, now);
    if (changed.length > 0) {
      report.table(CHANGE_TITLES, changed.map(change => changeRow(change, digest => report.format === 'markdown' ? digest : shortDigest(digest), when)));
    }
  } else {
    changed.forEach(change => report.success(describeChange(change, lock.problems.has(change.key))));
  }
}
