import { readFileSync } from 'fs';
import { editObject, Edits } from './context-text';
import { replaceFile } from './write-file';
import { isNewerEntry, LockEntry, readLockEntry } from '../../lock/lock-entry';
import { KEY_PREFIX, parseLockKey } from '../../lock/lock-key';
import { quoted } from '../terminal/describe-pin';
import { UsageError } from '../terminal/exit-codes';
import { Clock } from '../terminal/process-context';

/** The pins of a context file. */
export interface Lock {
  /** Whether the file exists. */
  readonly exists: boolean;
  /** By key, in the order of the file. */
  readonly entries: Map<string, LockEntry>;
  /** What is wrong with the values of other keys of ours, and which command repairs it. */
  readonly problems: Map<string, string>;
}

const CONFLICT = /^(<{7}|={7}|>{7})/m;
const EMPTY = '{}\n';

/** Reads the lock. Throws when it is no JSON object, or was written by a newer release. */
export function readLock(file: string): Lock {
  const text = readText(file);
  const lock = { exists: text !== undefined, entries: new Map<string, LockEntry>(), problems: new Map<string, string>() };
  for (const [key, value] of Object.entries(parse(text ?? EMPTY, file))) {
    if (!key.startsWith(`${KEY_PREFIX}:`)) {
      continue;
    }
    const problem = problemOf(key, value);
    if (isNewerEntry(value)) {
      throw new Error(`${file} has '${key}', and ${problem}: npm install --save-dev cdk-secure-repository@latest`);
    } else if (problem) {
      lock.problems.set(key, problem);
    } else {
      lock.entries.set(key, readLockEntry(value));
    }
  }
  return lock;
}

/** Takes changes over into the file as it is by then, and nothing else; a file that would stay the same is not written. */
export async function writeLock(file: string, edits: Edits, clock: Clock): Promise<void> {
  await replaceFile(file, () => {
    const text = readText(file);
    parse(text ?? EMPTY, file);
    const edited = editObject(text ?? EMPTY, edits);
    return edited === text || edits.size === 0 ? undefined : edited;
  }, clock);
}

function problemOf(key: string, value: unknown): string | undefined {
  if (!parseLockKey(key)) {
    return `the key is not one of a pin; remove it with: npx cdk context --reset ${quoted(key)}`;
  }
  try {
    if (typeof value === 'object' && value !== null && '$providerError' in value) {
      throw new Error('it holds the error of a failed lookup');
    }
    readLockEntry(value);
    return undefined;
  } catch (error) {
    const { message } = error as Error;
    return isNewerEntry(value) ? message : `${message}; repair it with: npx cdk-image-lock update ${quoted(key)}`;
  }
}

function readText(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') {
      return undefined;
    }
    throw new UsageError(`${file} cannot be read (${message}); expected a context file, such as cdk.context.json`);
  }
}

function parse(text: string, file: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch (error) {
    throw notJson(text, file, error as Error);
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new Error(`${file} is not a JSON object; restore it from version control, then run: npx cdk-image-lock update`);
  }
  return value as Record<string, unknown>;
}

function notJson(text: string, file: string, error: Error): Error {
  const conflict = CONFLICT.exec(text);
  if (conflict) {
    const key = pinNear(text, conflict.index);
    const update = `npx cdk-image-lock update${key ? ` ${quoted(key)}` : ''}`;
    return new Error(`${file} has merge-conflict markers in line ${lineOf(text, conflict.index)}${key ? `, at '${key}'` : ''}; `
      + `keep one side, then run: ${update}`);
  }
  const place = /at position (\d+)/.exec(error.message)?.[1];
  const key = place && pinNear(text.slice(0, Number(place)), Number(place));
  return new Error(`${file} is not JSON${place ? ` from line ${lineOf(text, Number(place))} on` : ''}${key ? `, at '${key}'` : ''}; `
    + `restore it from version control, then run: npx cdk-image-lock update${key ? ` ${quoted(key)}` : ''}`);
}

/** The key that stands within a conflict, or else the last one before it. */
function pinNear(text: string, place: number): string | undefined {
  const keys = [...text.matchAll(new RegExp(`"(${KEY_PREFIX}:[^"\\\\]*)"`, 'g'))];
  const end = text.indexOf('>>>>>>>', place);
  const within = keys.find(({ index }) => index > place && index < end);
  return (within ?? keys.filter(({ index }) => index < place).at(-1))?.[1];
}

function lineOf(text: string, place: number): number {
  return text.slice(0, place).split('\n').length;
}
