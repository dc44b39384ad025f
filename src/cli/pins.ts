import { isEcr, LockedImage, parseLockKey } from '../lock/lock-key';

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

/** Whether a key is among those that patterns mean: all without a pattern. */
export function isMeant(key: string, patterns: string[]): boolean {
  const image = parseLockKey(key);
  const names = [key, ...(image ? [imageName(image), `${image.repository.repositoryName}:${image.tag}`] : [])];
  return patterns.length === 0 || patterns.some(pattern => names.some(name => isMatch(name, pattern)));
}

/** The patterns that mean none of the keys. */
export function idlePatterns(keys: string[], patterns: string[]): string[] {
  return patterns.filter(pattern => !keys.some(key => isMeant(key, [pattern])));
}

function isMatch(name: string, pattern: string): boolean {
  const expression = pattern.replace(/[.+^${}()|[\]\\]/g, '\\$&').replace(/\*+/g, '.*').replace(/\?/g, '.');
  return name === pattern || new RegExp(`^${expression}$`, 's').test(name);
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
