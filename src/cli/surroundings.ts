/** Where lines go. */
export interface Output {
  readonly isTTY?: boolean;
  write(text: string): unknown;
}

export interface Clock {
  /** In milliseconds. */
  readonly now: () => number;
  readonly sleep: (milliseconds: number) => Promise<void>;
}

/** What plugin and command see of the process they run in. */
export interface Surroundings extends Clock {
  readonly folder: string;
  readonly env: NodeJS.ProcessEnv;
  readonly stdout: Output;
  readonly stderr: Output;
}

export function processSurroundings(): Surroundings {
  return {
    folder: process.cwd(),
    env: process.env,
    stdout: process.stdout,
    stderr: process.stderr,
    now: Date.now,
    sleep: milliseconds => new Promise(resolve => setTimeout(resolve, milliseconds)),
  };
}
