const PROGRESS_MS = 10_000;

const useColours = process.stdout.isTTY && !process.env.NO_COLOR;

function coloured(code: number): (text: string) => string {
  return (text) => useColours ? `\u001b[${code}m${text}\u001b[0m` : text;
}

export const bold = coloured(1);
export const dim = coloured(2);
export const red = coloured(31);
export const green = coloured(32);

/**
 * Numbered steps, each of which checks its own result.
 */
export class Tour {
  private count = 0;

  /**
   * @param signal ends the tour before its next step
   */
  constructor(private readonly signal: AbortSignal) {}

  /**
   * @param body does the step; what it throws ends the tour
   */
  public async step<T>(title: string, body: () => Promise<T>): Promise<T> {
    this.signal.throwIfAborted();
    const number = ++this.count;
    console.log(`\n${bold(`${number}. ${title}`)}`);
    try {
      return await body();
    } catch (error) {
      throw new Error(`step ${number} (${title}): ${(error as Error).message}`);
    }
  }
}

export function say(line: string): void {
  console.log(`   ${line}`);
}

/**
 * Says what came out, or ends the step with what came instead.
 */
export function check(holds: boolean, outcome: string, instead: unknown): void {
  if (!holds) throw new Error(`expected that ${outcome}; got ${instead}`);
  say(`${green('✓')} ${outcome}`);
}

/**
 * Says what takes a while, that it still goes on, and how long it took.
 */
export async function withProgress<T>(what: string, body: () => Promise<T>): Promise<T> {
  const begin = Date.now();
  const elapsed = (digits: number) => `${((Date.now() - begin) / 1_000).toFixed(digits)} s`;
  say(dim(what));
  const timer = setInterval(() => say(dim(`still at it after ${elapsed(0)}`)), PROGRESS_MS);
  try {
    const result = await body();
    say(dim(`it took ${elapsed(1)}`));
    return result;
  } finally {
    clearInterval(timer);
  }
}
