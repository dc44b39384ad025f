import { lstatSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'fs';
import { hostname } from 'os';
import { basename, dirname, join } from 'path';
import { Clock } from '../terminal/process-context';

/** Writing one small file takes less: a folder that stays as it is for so long was left by a process that was killed. */
const LEFTOVER_AFTER_MS = 5_000;

/**
 * A folder beside a file: who has made it may write the file.
 *
 * Containers that share the file see it too. Git passes it over: it is empty, or says so itself.
 */
export class MutexFolder {
  public readonly path: string;
  private seen = { state: '', since: 0 };

  constructor(target: string, private readonly clock: Clock) {
    this.path = join(dirname(target), `.${basename(target)}.lock`);
  }

  /**
   * Does something while the folder is ours, and says whether it succeeded. It is to end by moving a file out of the folder: that fails for a
   * process that was suspended for so long that others took its folder for a leftover.
   */
  public tryTo(work: () => boolean): boolean {
    if (!this.make()) {
      this.removeLeftover();
      return false;
    }
    try {
      writeFileSync(this.note, `# process ${process.pid} on ${hostname()}, since ${new Date(this.clock.now()).toISOString()}\n*\n`);
      const done = work();
      this.remove();
      return done;
    } catch (error) {
      if (codeOf(error) === 'ENOENT') {
        return false;
      }
      this.remove();
      throw error;
    }
  }

  /** Who has the folder, as far as is known. */
  public holder(): string {
    try {
      return /^# (.*)/.exec(readFileSync(this.note, 'utf8'))![1];
    } catch {
      return 'another process';
    }
  }

  private get note(): string {
    return join(this.path, '.gitignore');
  }

  private make(): boolean {
    try {
      mkdirSync(this.path);
      return true;
    } catch (error) {
      if (codeOf(error) === 'EEXIST') {
        return false;
      }
      throw error;
    }
  }

  /** Goes by our own clock alone: the one that the folder's times are from may be another. */
  private removeLeftover(): void {
    const stats = lstatSync(this.path, { bigint: true, throwIfNoEntry: false });
    const state = stats ? `${stats.ino} ${stats.mtimeNs}` : '';
    if (state !== this.seen.state) {
      this.seen = { state, since: this.clock.now() };
    } else if (this.clock.now() - this.seen.since >= LEFTOVER_AFTER_MS) {
      this.remove();
    }
  }

  private remove(): void {
    try {
      rmSync(this.path, { recursive: true, force: true });
    } catch {
      // Whoever waits for it removes it later, or says that it is in the way.
    }
  }
}

export function codeOf(error: unknown): string | undefined {
  return (error as NodeJS.ErrnoException).code;
}
