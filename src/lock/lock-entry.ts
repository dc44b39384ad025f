import { digestProblem } from '../names/image-grammar';

/** What the lock records of an image. It has no time of its own: it changes only when the image does. */
export interface LockEntry {
  readonly digest: string;
  readonly mediaType?: string;
  /** The platforms of the tag's index, where the app requires some. */
  readonly platforms?: string[];
  /** When the image was pushed, in ISO 8601, where the registry knows. */
  readonly pushedAt?: string;
}

/** Whether a value was written by a release that knows more than this one. */
export function isNewerEntry(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'version' in value;
}

/** Reads the value of a lock's key; throws with what is wrong with it, without saying where. */
export function readLockEntry(value: unknown): LockEntry {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new Error(`it is ${JSON.stringify(value)}; expected an object with a digest`);
  }
  if (isNewerEntry(value)) {
    throw new Error('it was written by a newer release of cdk-secure-repository; update the package');
  }
  const { digest, mediaType, platforms, pushedAt } = value as Record<string, unknown>;
  const problem = digestProblem(digest)
    ?? (isText(mediaType) ? undefined : 'its mediaType is no text')
    ?? (isText(pushedAt) ? undefined : 'its pushedAt is no text')
    ?? (platforms === undefined || (Array.isArray(platforms) && platforms.every(isText)) ? undefined : 'its platforms are no list of texts');
  if (problem) {
    throw new Error(problem);
  }
  return value as LockEntry;
}

function isText(value: unknown): boolean {
  return value === undefined || typeof value === 'string';
}
