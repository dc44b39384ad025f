import { randomUUID } from 'crypto';
import { chmodSync, chownSync, closeSync, fsyncSync, openSync, readlinkSync, realpathSync, renameSync, Stats, statSync, writeFileSync } from 'fs';
import { dirname, join, resolve } from 'path';
import { codeOf, MutexFolder } from './mutex-folder';
import { Clock } from '../terminal/process-context';

const PATIENCE_MS = 10_000;
const PAUSE_MS = 20;

/**
 * Replaces a file at once: whoever reads it gets the old text or the new one. Links, permissions and owner stay. Processes that replace
 * the same file wait for each other.
 *
 * @param newText what the file, as it is when this is called, is to become; `undefined` when it is to stay
 */
export async function replaceFile(file: string, newText: () => string | undefined, clock: Clock): Promise<void> {
  if (newText() === undefined) {
    return;
  }
  const target = targetOf(file);
  const mutex = new MutexFolder(target, clock);
  let obstacle: Error | undefined;
  const attempt = () => {
    try {
      obstacle = undefined;
      return mutex.tryTo(folder => replaceBy(newText, target, folder));
    } catch (error) {
      obstacle = error as Error;
      if (isPassing(obstacle)) {
        return false;
      }
      throw codeOf(obstacle) ? notWritten(file, obstacle) : obstacle;
    }
  };
  // What counts is the time that was waited, not the time for which this process itself was suspended.
  let waited = 0;
  while (!attempt()) {
    if (waited >= PATIENCE_MS) {
      throw obstacle ? notWritten(file, obstacle) : new Error(`${file} is being written by ${mutex.holder()}; run this again when it has ended, `
        + `or remove ${mutex.path} when it has not tidied up`);
    }
    const pause = PAUSE_MS * (1 + Math.random());
    await clock.sleep(pause);
    waited += pause;
  }
}

/** Whether the file is as it is to be; if not, it changed in the meantime: the CDK CLI writes it without asking. */
function replaceBy(newText: () => string | undefined, target: string, folder: string): boolean {
  const text = newText();
  if (text === undefined) {
    return true;
  }
  const aside = join(folder, randomUUID());
  write(aside, text, statSync(target, { throwIfNoEntry: false }));
  if (newText() !== text) {
    return false;
  }
  renameSync(aside, target);
  return true;
}

function write(file: string, text: string, like: Stats | undefined): void {
  const descriptor = openSync(file, 'wx', like?.mode);
  try {
    // Unlike a single `writeSync`, this does not end early when the disk is full.
    writeFileSync(descriptor, text);
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
  if (like) {
    giveTo(file, like);
    chmodSync(file, like.mode);
  }
}

/** Only an administrator can give files away; whoever cannot still may replace what belongs to others in a folder of their own. */
function giveTo(file: string, { uid, gid }: Stats): void {
  try {
    chownSync(file, uid, gid);
  } catch (error) {
    if (!['EPERM', 'EINVAL', 'ENOSYS', 'ENOTSUP'].includes(String(codeOf(error)))) {
      throw error;
    }
  }
}

/** On Windows nothing can take the place of a file that somebody reads. */
function isPassing(error: Error): boolean {
  return process.platform === 'win32' && ['EACCES', 'EBUSY', 'EPERM'].includes(String(codeOf(error)));
}

function notWritten(file: string, { message }: Error): Error {
  return new Error(`${file} cannot be written (${message}); check the permissions of file and folder, and that there is space left`);
}

function targetOf(file: string): string {
  try {
    return realpathSync(file);
  } catch {
    try {
      return resolve(dirname(file), readlinkSync(file));
    } catch {
      return file;
    }
  }
}
