import { LockedImage, parseLockKey } from '../../lock/lock-key';
import { isEcr } from '../../names/repository-name';

/** The image of a key, for people. */
export function describePin(key: string): string {
  const image = parseLockKey(key);
  if (!image) {
    return quoted(key);
  }
  const notes = isEcr(image.repository)
    ? [`account ${image.repository.account}`, `Region ${image.repository.region}`, image.platform]
    : [image.platform];
  const note = notes.filter(Boolean).join(', ');
  return `'${imageName(image)}'${note && ` (${note})`}`;
}

/** Host, where it is not ECR's, repository and tag. */
export function imageName({ repository, tag }: LockedImage): string {
  return `${isEcr(repository) ? '' : `${repository.host}/`}${repository.repositoryName}:${tag}`;
}

/** Repository, tag and the platform that is pinned. */
export function imageWithPlatform({ repository, tag, platform }: LockedImage): string {
  return `${repository.repositoryName}:${tag}${platform ? ` (${platform})` : ''}`;
}

/** The registry of a key, for people: account and Region of ECR's, the host of others. */
export function registryName(key: string): string {
  const { repository } = parseLockKey(key)!;
  return isEcr(repository) ? `${repository.account}/${repository.region}` : repository.host;
}

/** A digest as people recognize it. */
export function shortDigest(digest: string): string {
  return digest.slice(0, 'sha256:'.length + 12);
}

export function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}

/** A key as an argument in a shell; those that are not ours may hold anything. */
export function quoted(key: string): string {
  return `'${key.replaceAll("'", "'\\''")}'`;
}
