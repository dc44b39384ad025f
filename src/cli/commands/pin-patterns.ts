import { parseLockKey } from '../../lock/lock-key';
import { DOCKER_HUB } from '../../names/image-reference';
import { isEcr } from '../../names/repository-name';
import { imageName } from '../terminal/describe-pin';
import { UsageError } from '../terminal/exit-codes';

const LEAVE_OUT = '!';
const DOCKER_OFFICIAL = 'library/';

/**
 * Those of the keys that patterns mean, all where none says which. A pattern after an exclamation mark leaves pins out. Throws when a pattern
 * means none.
 */
export function chosen(keys: string[], patterns: string[]): string[] {
  const [taken, left] = [patterns.filter(pattern => !isLeavingOut(pattern)), patterns.filter(isLeavingOut).map(pattern => pattern.slice(1))];
  const idle = [...taken, ...left].filter(pattern => !keys.some(key => isMeant(key, [pattern])));
  if (idle.length > 0) {
    throw new UsageError(`no pin is meant by ${idle.map(pattern => `'${pattern}'`).join(', ')}; `
      + "expected a key of the lock or 'repository:tag', with * for any text, see: npx cdk-image-lock list");
  }
  return keys.filter(key => (taken.length === 0 || isMeant(key, taken)) && !isMeant(key, left));
}

function isLeavingOut(pattern: string): boolean {
  return pattern.startsWith(LEAVE_OUT);
}

function isMeant(key: string, patterns: string[]): boolean {
  const names = namesOf(key);
  return patterns.some(pattern => names.some(name => isMatch(name, pattern)));
}

/** What people call an image: by its key, and as they write it in the app. */
function namesOf(key: string): string[] {
  const image = parseLockKey(key);
  if (!image) {
    return [key];
  }
  const { repository, tag } = image;
  const { repositoryName } = repository;
  const isOfficial = !isEcr(repository) && repository.host === DOCKER_HUB && repositoryName.startsWith(DOCKER_OFFICIAL);
  return [key, imageName(image), `${repositoryName}:${tag}`, ...isOfficial ? [`${repositoryName.slice(DOCKER_OFFICIAL.length)}:${tag}`] : []];
}

function isMatch(name: string, pattern: string): boolean {
  const expression = pattern.replace(/[.+^${}()|[\]\\]/g, '\\$&').replace(/\*+/g, '.*').replace(/\?/g, '.');
  return name === pattern || new RegExp(`^${expression}$`, 's').test(name);
}
