import { askOnTerminal } from './ask';
import { Clock } from '../../registry-client/retry';

export type { Clock };

/** Where lines go. */
export interface Output {
  readonly isTTY?: boolean;
  write(text: string): unknown;
}

/** What plugin and command see of the process they run in. */
export interface ProcessContext extends Clock {
  /** The working directory. */
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  readonly stdout: Output;
  readonly stderr: Output;
  /** Asks whoever is at the terminal, where there is one. */
  readonly ask?: (question: string) => Promise<string>;
}

export function currentProcess(): ProcessContext {
  return {
    cwd: process.cwd(),
    env: process.env,
    stdout: process.stdout,
    stderr: process.stderr,
    ask: process.stdin.isTTY && process.stderr.isTTY ? askOnTerminal : undefined,
    now: Date.now,
    sleep: milliseconds => new Promise(resolve => setTimeout(resolve, milliseconds)),
  };
}
