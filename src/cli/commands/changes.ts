import { LockEntry } from '../../lock/lock-entry';
import { parseLockKey } from '../../lock/lock-key';
import { PlatformChange } from '../lookup/index-platforms';
import { describePin, imageWithPlatform, registryName, shortDigest } from '../terminal/describe-pin';

/** What a look-up changes in the lock. */
export interface Change {
  readonly key: string;
  /** `null` where there was none that could be used. */
  readonly from: LockEntry | null;
  readonly to: LockEntry;
  /** Where both images are indexes. */
  readonly platforms?: PlatformChange;
}

/**
 * Whether a look-up says of an image what the lock has. Another time of push, or a media type that the lock leaves out, is no change that
 * somebody has to review.
 */
export function isSameImage(locked: LockEntry, answer: LockEntry): boolean {
  const image = ({ digest, mediaType, platforms }: LockEntry) => JSON.stringify([digest, locked.mediaType && mediaType, platforms]);
  return image(locked) === image(answer);
}

/** A change in a line. @param repaired whether the lock had a value that could not be used */
export function describeChange({ key, from, to, platforms }: Change, repaired: boolean): string {
  const pin = describePin(key);
  if (!from) {
    return `${pin}: ${repaired ? 'repaired' : 'new'}, ${shortDigest(to.digest)}`;
  }
  return from.digest === to.digest
    ? `${pin}: ${shortDigest(to.digest)}, what is recorded of it changed`
    : [`${pin}: ${shortDigest(from.digest)} → ${shortDigest(to.digest)}`, ...notes(platforms)].join(', ');
}

export const CHANGE_TITLES = ['REGISTRY', 'IMAGE', 'OLD', 'OLD PUSHED', 'NEW', 'NEW PUSHED', 'GAINED', 'LOST'];

/** A change as a row below `CHANGE_TITLES`. */
export function changeRow({ key, from, to, platforms }: Change, write: (digest: string) => string, when: (pushedAt?: string) => string): string[] {
  return [
    registryName(key),
    imageWithPlatform(parseLockKey(key)!),
    from ? write(from.digest) : '-',
    when(from?.pushedAt),
    write(to.digest),
    when(to.pushedAt),
    platforms?.gained.join(' ') || '-',
    platforms?.lost.join(' ') || '-',
  ];
}

function notes({ gained, lost }: PlatformChange = { gained: [], lost: [] }): string[] {
  return [...gained.length > 0 ? [`gained ${gained.join(' ')}`] : [], ...lost.length > 0 ? [`lost ${lost.join(' ')}`] : []];
}
