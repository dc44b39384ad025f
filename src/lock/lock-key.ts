import { isHost, isRepositoryName, platformProblem, tagProblem } from '../names/image-grammar';
import { withoutDefaultVariant } from '../names/platform';
import { EcrRepositoryName, isEcr, OciRepositoryName } from '../names/repository-name';

/** Names an image in the lock: a context key that people read, and that `cdk context --reset 'image-digest:*'` finds. */

export const KEY_PREFIX = 'image-digest';

/** What a pin is about. */
export interface LockedImage {
  readonly repository: EcrRepositoryName | OciRepositoryName;
  readonly tag: string;
  /** As `os/architecture` or `os/architecture/variant`. */
  readonly platform?: string;
}

/**
 * `image-digest:<account>:<region>:<repository>:<tag>[:<platform>]`, or with `oci:<host>` in place of account and Region.
 *
 * The parts are percent-encoded: the wildcards of `cdk context --reset` do not match a slash.
 */
export function lockKey({ repository, tag, platform }: LockedImage): string {
  const place = isEcr(repository) ? [repository.account, repository.region] : ['oci', repository.host];
  return [KEY_PREFIX, ...place, repository.repositoryName, tag, ...(platform ? [withoutDefaultVariant(platform)] : [])].map(encodeURIComponent).join(':');
}

/** Reads a key; `undefined` when it is not one of ours. */
export function parseLockKey(key: string): LockedImage | undefined {
  const [prefix, ...parts] = key.split(':');
  if (prefix !== KEY_PREFIX || parts.length > 5) {
    return undefined;
  }
  try {
    const [one, two, repositoryName, tag, platform] = parts.map(decodeURIComponent);
    const isPlace = one === 'oci' ? isHost(two) : /^[0-9]{12}$/.test(one) && /^[a-z0-9-]+$/.test(two);
    if (!isPlace || !isRepositoryName(repositoryName) || tagProblem(tag) || (platform !== undefined && platformProblem(platform))) {
      return undefined;
    }
    const repository = one === 'oci' ? { host: two, repositoryName } : { account: one, region: two, repositoryName };
    return { repository, tag, ...(platform && { platform }) };
  } catch {
    return undefined;
  }
}
