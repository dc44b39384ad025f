import { Output } from './surroundings';

const WORTH_A_LINE_MS = 1_000;

/** Says on a terminal what is waited for, when it takes more than a second. */
export async function withProgress<T>(what: string, output: Output, work: () => Promise<T>): Promise<T> {
  const timer = output.isTTY ? setTimeout(() => output.write(`${what}\n`), WORTH_A_LINE_MS) : undefined;
  try {
    return await work();
  } finally {
    clearTimeout(timer);
  }
}
