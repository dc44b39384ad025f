import { randomUUID } from 'crypto';
import { lstatSync, mkdirSync, readdirSync, readFileSync, renameSync, rmdirSync, rmSync, writeFileSync } from 'fs';
import { hostname } from 'os';
import { basename, dirname, join } from 'path';
import { Clock } from '../terminal/process-context';

/** Writing one small file takes less: a folder that stays as it is for so long was left by a process that was killed. */
const LEFTOVER_AFTER_MS = 5_000;

const NOTE = '.gitignore';

/** How it fails to move a folder to where something else is. */
const TAKEN = ['EEXIST', 'ENOTEMPTY', 'ENOTDIR'];

/**
 * A folder beside a file: who has it there may write the file.
 *
 * It gets there with its content, in which there is a folder whose name nobody else knows. So a process that was suspended finds that again, or
 * nothing, but never that of another process. Containers that share the file see it too. Git passes it over: it is empty, or says so itself.
 */
export class MutexFolder {
  public readonly path: string;
  private seen = { state: '', since: 0 };

  constructor(target: string, private readonly clock: Clock) {
    this.path = join(dirname(target), `.${basename(target)}.lock`);
  }

  /**
   * Does something with a folder of our own while the mutex is ours, and says whether it succeeded. It is to end by moving a file out of that
   * folder: that fails for a process that was suspended for so long that others took its mutex for a leftover.
   */
  public tryTo(work: (folder: string) => boolean): boolean {
    const name = randomUUID();
    if (!this.take(name)) {
      this.removeLeftover();
      return false;
    }
    const folder = join(this.path, name);
    try {
      const done = work(folder);
      this.removeLeftoversAside();
      return done;
    } catch (error) {
      if (codeOf(error) === 'ENOENT') {
        return false;
      }
      throw error;
    } finally {
      this.release(folder);
    }
  }

  /** Who has the folder, as far as is known. */
  public holder(): string {
    try {
      return /^# (.*)/.exec(readFileSync(join(this.path, NOTE), 'utf8'))![1];
    } catch {
      return 'another process';
    }
  }

  private take(name: string): boolean {
    if (this.isTaken()) {
      return false;
    }
    const aside = `${this.path}-${name}`;
    mkdirSync(aside);
    try {
      mkdirSync(join(aside, name));
      writeFileSync(join(aside, NOTE), `# process ${process.pid} on ${hostname()}, since ${new Date(this.clock.now()).toISOString()}\n*\n`);
      renameSync(aside, this.path);
      return true;
    } catch (error) {
      const code = String(codeOf(error));
      remove(aside);
      // Without its folder, this process was suspended for so long that others took that for a leftover. On Windows, what is taken has other codes.
      if (code === 'ENOENT' || TAKEN.includes(code) || this.isTaken()) {
        return false;
      }
      throw error;
    }
  }

  private isTaken(): boolean {
    return lstatSync(this.path, { throwIfNoEntry: false }) !== undefined;
  }

  /** What others may have in its place meanwhile has a folder of theirs, and stays. */
  private release(folder: string): void {
    try {
      rmSync(folder, { recursive: true });
      rmSync(join(this.path, NOTE), { force: true });
      rmdirSync(this.path);
    } catch {
      // Whoever waits for it removes it later, or says that it is in the way.
    }
  }

  /** Goes by our own clock alone: the one that the folder's times are from may be another. */
  private removeLeftover(): void {
    const stats = lstatSync(this.path, { bigint: true, throwIfNoEntry: false });
    const state = stats ? `${stats.ino} ${stats.mtimeNs}` : '';
    if (state !== this.seen.state) {
      this.seen = { state, since: this.clock.now() };
    } else if (this.clock.now() - this.seen.since >= LEFTOVER_AFTER_MS) {
      remove(this.path);
    }
  }

  /** Of processes that were killed before they had the mutex. Both times are of the same clock. */
  private removeLeftoversAside(): void {
    const changed = (path: string) => lstatSync(path, { throwIfNoEntry: false })?.mtimeMs ?? Infinity;
    const folder = dirname(this.path);
    try {
      const now = changed(this.path);
      readdirSync(folder).filter(name => name.startsWith(`${basename(this.path)}-`)).map(name => join(folder, name))
        .filter(path => now - changed(path) >= LEFTOVER_AFTER_MS)
        .forEach(remove);
    } catch {
      // They are in nobody's way.
    }
  }
}

function remove(path: string): void {
  try {
    rmSync(path, { recursive: true, force: true });
  } catch {
    // Whoever waits for it removes it later, or says that it is in the way.
  }
}

export function codeOf(error: unknown): string | undefined {
  return (error as NodeJS.ErrnoException).code;
}
