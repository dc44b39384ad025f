import { CommandContext, LockState, requestsFor } from './command-context';
import { overriddenPin } from './overridden-pin';
import { chosen } from './pin-patterns';
import { parseLockKey } from '../../lock/lock-key';
import { holdsPlatform } from '../../names/platform';
import { checkDigests } from '../lookup/locked-digests';
import { LookupFailure } from '../lookup/lookup-failure';
import { Resolution, resolvePins } from '../lookup/resolve-pins';
import { count, describePin, quoted, shortDigest } from '../terminal/describe-pin';
import { FAILURE, SUCCESS } from '../terminal/exit-codes';
import { withProgress } from '../terminal/report';

interface Finding {
  readonly key: string;
  readonly message: string;
}

/** Checks that what is locked can be pulled, still is what its tags mean, and is all that the app asks for. */
export async function verify(patterns: string[], strict: boolean, context: CommandContext): Promise<number> {
  const { report, processContext } = context;
  const state = context.state();
  const keys = chosen([...requestsFor(state).keys()], patterns);
  const inLock = keys.flatMap(key => incomplete(key, state));
  const { gone, moved } = await withProgress(`checking ${count(keys.length, 'image')}…`, processContext.stderr, async () => checkImages(keys, state, context));

  const problems = [...inLock, ...gone, ...strict ? moved : []];
  const warnings = strict ? [] : moved;
  report.data({ pins: keys.length, problems, warnings });
  warnings.forEach(({ message }) => report.warning(message));
  problems.forEach(({ message }) => report.problem(message));
  if (problems.length > 0) {
    return FAILURE;
  }
  report.success(`${count(keys.length, 'pin')} can be pulled${warnings.length > 0 ? `, the tags of ${warnings.length} mean something else by now` : ''}`);
  return SUCCESS;
}

/** What the lock lacks, or the app did not take from it. */
function incomplete(key: string, state: LockState): Finding[] {
  const { lock, assembly } = state;
  const repair = `npx cdk-image-lock update ${quoted(key)}`;
  const problem = lock.problems.get(key);
  if (problem) {
    return [{ key, message: `${describePin(key)} cannot be used: ${problem}` }];
  }
  const entry = lock.entries.get(key);
  if (!entry) {
    return [{ key, message: `${describePin(key)} is not in the lock, and the app asks for it; run: ${repair}` }];
  }
  const overridden = overriddenPin(key, state);
  if (overridden) {
    return [{ key, message: overridden }];
  }
  const lacking = (assembly?.requests.get(key)?.requirePlatforms ?? []).filter(wanted => !holdsPlatform(entry.platforms ?? [], wanted));
  return lacking.length > 0
    ? [{ key, message: `${describePin(key)} is locked without the required platform ${lacking.join(', ')}; run: ${repair}` }]
    : [];
}

/** A tag that means the locked digest shows that it can be pulled; all others are looked at by digest. */
async function checkImages(keys: string[], { lock, assembly }: LockState, context: CommandContext): Promise<{ gone: Finding[]; moved: Finding[] }> {
  const { processContext } = context;
  const registries = context.registries();
  const digests = new Map([...lock.entries].map(([key, { digest }]) => [key, digest]));
  const requests = keys.filter(key => digests.has(key)).map(key => ({ key, lookupRoleArn: assembly?.requests.get(key)?.lookupRoleArn }));
  const answers = await resolvePins(requests, registries, processContext);
  const doubtful = requests.filter(({ key }) => isDoubtful(key, digests.get(key)!, answers.get(key)!));
  const checks = await checkDigests(doubtful, digests, registries, processContext);

  const gone: Finding[] = [];
  const moved: Finding[] = [];
  for (const { key } of requests) {
    const [digest, answer, check] = [digests.get(key)!, answers.get(key)!, checks.get(key)];
    if (check instanceof LookupFailure) {
      gone.push({ key, message: check.message });
    } else if (check === 'gone') {
      gone.push({ key, message: imageGone(key, digest) });
    } else if (answer instanceof LookupFailure && !isAboutTag(answer)) {
      gone.push({ key, message: answer.message });
    } else if (answer instanceof LookupFailure) {
      moved.push({ key, message: answer.reason === 'image-not-found' ? tagGone(key, digest) : platformGone(key, digest, answer) });
    } else if (answer.digest !== digest) {
      moved.push({ key, message: tagMoved(key, digest, answer.digest) });
    }
  }
  return { gone, moved };
}

/** An image of an index has a state of its own. */
function isDoubtful(key: string, digest: string, answer: Resolution): boolean {
  return answer instanceof LookupFailure
    ? isAboutTag(answer)
    : answer.digest !== digest || parseLockKey(key)?.platform !== undefined;
}

/** Whether a failure says what the tag means now, and nothing about the locked image. */
function isAboutTag({ reason }: LookupFailure): boolean {
  return reason !== undefined && ['image-not-found', 'not-an-index', 'platform-not-found', 'ambiguous-platform'].includes(reason);
}

function platformGone(key: string, digest: string, { message }: LookupFailure): string {
  return `the tag of ${describePin(key)} has moved on to an image without it, the locked image is there (${shortDigest(digest)}): ${message}`;
}

function imageGone(key: string, digest: string): string {
  return `the image that is locked for ${describePin(key)} does not exist any more (${shortDigest(digest)}); `
    + `push it again, or take another with: npx cdk-image-lock update ${quoted(key)}`;
}

function tagGone(key: string, digest: string): string {
  return `the tag of ${describePin(key)} does not exist any more, the locked image does (${shortDigest(digest)}); `
    + 'push the tag again, or drop the pin from the app and run: npx cdk-image-lock prune';
}

function tagMoved(key: string, locked: string, current: string): string {
  return `${describePin(key)} now means ${shortDigest(current)}, not ${shortDigest(locked)} as locked; take it over with: npx cdk-image-lock update ${quoted(key)}`;
}
