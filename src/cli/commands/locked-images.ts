import { CommandContext, LockState } from './command-context';
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

/** Something that is not as the lock has it. */
export interface Finding {
  readonly key: string;
  readonly message: string;
}

export interface ImageFindings {
  /** Images that cannot be pulled, or are not what the lock says. */
  readonly broken: Finding[];
  /** Tags that mean something else by now. */
  readonly moved: Finding[];
}

/** A tag that means the locked digest shows that it can be pulled; all others are looked at by digest. */
export async function checkImages(keys: string[], { lock, assembly }: LockState, context: CommandContext): Promise<ImageFindings> {
  const { processContext } = context;
  const registries = context.registries();
  const digests = new Map([...lock.entries].map(([key, { digest }]) => [key, digest]));
  const requests = keys.filter(key => digests.has(key)).map(key => ({ key, ...lookupRoleOf(assembly?.requests.get(key) ?? {}) }));
  const answers = await resolvePins(requests, registries, processContext);
  const doubtful = requests.filter(({ key }) => isDoubtful(key, digests.get(key)!, answers.get(key)!));
  const checks = await checkDigests(doubtful, digests, registries, processContext);

  const broken: Finding[] = [];
  const moved: Finding[] = [];
  for (const { key } of requests) {
    const [digest, answer, check] = [digests.get(key)!, answers.get(key)!, checks.get(key)];
    if (check instanceof LookupFailure) {
      broken.push({ key, message: check.message });
    } else if (check === 'gone') {
      broken.push({ key, message: imageGone(key, digest) });
    } else if (answer instanceof LookupFailure && !isAboutTag(answer)) {
      broken.push({ key, message: answer.message });
    } else if (answer instanceof LookupFailure) {
      moved.push({ key, message: answer.reason === 'image-not-found' ? tagGone(key, digest) : platformGone(key, digest, answer) });
    } else if (answer.digest !== digest) {
      moved.push({ key, message: tagMoved(key, digest, answer.digest) });
    }
  }
  const known = new Set(broken.map(({ key }) => key));
  const pullable = requests.filter(({ key }) => !known.has(key));
  return { broken: [...broken, ...await wrongPlatforms(pullable, lock.entries, registries, context)], moved };
}

/** The app believes what the lock records of the platforms in an index. */
async function wrongPlatforms(
  requests: LockRequest[], entries: Map<string, LockEntry>, registries: Registries, { processContext }: CommandContext,
): Promise<Finding[]> {
  const recorded = requests.filter(({ key }) => entries.get(key)!.platforms);
  const images = new Map(recorded.map(({ key }) => [key, { digest: entries.get(key)!.digest }]));
  const actual = await platformsOf(recorded, images, registries, processContext);
  return recorded.flatMap(({ key }): Finding[] => {
    const platforms = actual.get(key)!;
    if (platforms instanceof LookupFailure) {
      return [{ key, message: platforms.message }];
    }
    const lacking = entries.get(key)!.platforms!.filter(platform => !holdsPlatform(platforms, platform));
    return lacking.length > 0 ? [{
      key,
      message: `${describePin(key)} is locked with platform ${lacking.join(', ')}, which its image does not have; `
      + `look it up again with: npx cdk-image-lock update ${quoted(key)}`,
    }] : [];
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
