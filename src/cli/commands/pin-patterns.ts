import { parseLockKey } from '../../lock/lock-key';
import { imageName } from '../terminal/describe-pin';
import { UsageError } from '../terminal/exit-codes';

/** Those of the keys that patterns mean, all without a pattern; throws when a pattern means none. */
export function chosen(keys: string[], patterns: string[]): string[] {
  const idle = patterns.filter(pattern => !keys.some(key => isMeant(key, [pattern])));
  if (idle.length > 0) {
    throw new UsageError(`no pin is meant by ${idle.map(pattern => `'${pattern}'`).join(', ')}; `
      + "expected a key of the lock or 'repository:tag', with * for any text, see: npx cdk-image-lock list");
  }
  return keys.filter(key => patterns.length === 0 || isMeant(key, patterns));
}

function isMeant(key: string, patterns: string[]): boolean {
  const image = parseLockKey(key);
  const names = [key, ...(image ? [imageName(image), `${image.repository.repositoryName}:${image.tag}`] : [])];
  return patterns.some(pattern => names.some(name => isMatch(name, pattern)));
}

function isMatch(name: string, pattern: string): boolean {
  const expression = pattern.replace(/[.+^${}()|[\]\\]/g, '\\$&').replace(/\*+/g, '.*').replace(/\?/g, '.');
  return name === pattern || new RegExp(`^${expression}$`, 's').test(name);
}
