import { LockState } from './command-context';
import { Finding } from './finding';
import { LockEntry } from '../../lock/lock-entry';
import { parseLockKey } from '../../lock/lock-key';
import { LockRequest, lookupRoleOf } from '../../lock/lock-request';
import { holdsPlatform } from '../../names/platform';
import { platformsOf } from '../lookup/index-platforms';
import { checkDigests } from '../lookup/locked-digests';
import { LookupFailure } from '../lookup/lookup-failure';
import { Registries } from '../lookup/registries';
import { Resolution, resolvePins } from '../lookup/resolve-pins';
import { describePin, quoted, shortDigest } from '../terminal/describe-pin';
import { Clock } from '../terminal/process-context';

export interface CheckedImages {
  /** Images that cannot be pulled, or are not what the lock says. */
  readonly broken: Finding[];
  /** Tags that mean something else by now. */
  readonly moved: Finding[];
}

/** A tag that means the locked digest shows that it can be pulled; all others are looked at by digest. */
export async function checkImages(
  keys: string[], { lock, assembly }: LockState, registries: Registries, clock: Clock,
): Promise<CheckedImages> {
  const digests = new Map([...lock.entries].map(([key, { digest }]) => [key, digest]));
  const requests = keys.filter(key => digests.has(key)).map(key => ({ key, ...lookupRoleOf(assembly?.requests.get(key) ?? {}) }));
  const answers = await resolvePins(requests, registries, clock);
  const doubtful = requests.filter(({ key }) => isDoubtful(key, digests.get(key)!, answers.get(key)!));
  const checks = await checkDigests(doubtful, digests, registries, clock);

  const broken: Finding[] = [];
  const moved: Finding[] = [];
  for (const { key } of requests) {
    const [locked, answer, check] = [digests.get(key)!, answers.get(key)!, checks.get(key)];
    const failure = check instanceof LookupFailure ? check : answer instanceof LookupFailure && !isAboutTag(answer) && check !== 'gone' ? answer : undefined;
    if (failure) {
      broken.push({ key, kind: 'not-checked', message: failure.message, locked });
    } else if (check === 'gone') {
      broken.push({ key, kind: 'image-gone', message: imageGone(key, locked), locked });
    } else if (!(answer instanceof LookupFailure)) {
      moved.push(...answer.digest === locked ? [] : [{ key, kind: 'tag-moved' as const, message: tagMoved(key, locked, answer.digest), locked, current: answer.digest }]);
    } else {
      moved.push(answer.reason === 'image-not-found'
        ? { key, kind: 'tag-gone', message: tagGone(key, locked), locked }
        : { key, kind: 'platform-gone', message: platformGone(key, locked, answer), locked });
    }
  }
  const known = new Set(broken.map(({ key }) => key));
  const pullable = requests.filter(({ key }) => !known.has(key));
  return { broken: [...broken, ...await wrongPlatforms(pullable, lock.entries, registries, clock)], moved };
}

/** The app believes what the lock records of the platforms in an index. */
async function wrongPlatforms(
  requests: LockRequest[], entries: Map<string, LockEntry>, registries: Registries, clock: Clock,
): Promise<Finding[]> {
  const recorded = requests.filter(({ key }) => entries.get(key)!.platforms);
  const images = new Map(recorded.map(({ key }) => [key, { digest: entries.get(key)!.digest }]));
  const actual = await platformsOf(recorded, images, registries, clock);
  return recorded.flatMap(({ key }): Finding[] => {
    const { digest: locked, platforms } = entries.get(key)!;
    const found = actual.get(key)!;
    if (found instanceof LookupFailure) {
      return [{ key, kind: 'not-checked', message: found.message, locked }];
    }
    const lacking = platforms!.filter(platform => !holdsPlatform(found, platform));
    const message = `${describePin(key)} is locked with platform ${lacking.join(', ')}, which its image does not have; `
      + `look it up again with: npx cdk-image-lock update ${quoted(key)}`;
    return lacking.length > 0 ? [{ key, kind: 'lacking-platform', message, locked }] : [];
  });
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
