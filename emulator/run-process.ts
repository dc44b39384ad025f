import { spawn, SpawnOptions } from 'node:child_process';
import { once } from 'node:events';
import { dirname } from 'node:path';
import { text } from 'node:stream/consumers';

/** The PATH for programs that call `node`: it is the one that runs this. */
export const PATH = `${dirname(process.execPath)}:${process.env.PATH}`;

export interface ProcessOptions extends Pick<SpawnOptions, 'cwd' | 'env' | 'timeout'> {
  /**
   * Ends the process, with all that it has started; it is then in a process group of its own.
   *
   * @default - it runs to its end
   */
  readonly signal?: AbortSignal;
}

export interface ProcessRun {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** Of both streams. */
  readonly output: string;
}

/** Runs a program to its end. */
export async function runProcess(program: string, args: string[], { signal, ...options }: ProcessOptions): Promise<ProcessRun> {
  signal?.throwIfAborted();
  const child = spawn(program, args, { ...options, detached: signal !== undefined, stdio: ['ignore', 'pipe', 'pipe'] });
  const end = () => killGroup(child.pid!);
  signal?.addEventListener('abort', end);
  try {
    const [stdout, stderr, [code]] = await Promise.all([text(child.stdout!), text(child.stderr!), once(child, 'close')]);
    signal?.throwIfAborted();
    return { code, stdout, stderr, output: stdout + stderr };
  } finally {
    signal?.removeEventListener('abort', end);
  }
}

function killGroup(leader: number): void {
  try {
    process.kill(-leader, 'SIGKILL');
  } catch {
    // It has ended by itself.
  }
}
