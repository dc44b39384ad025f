import { createInterface } from 'readline';

let asking = false;

/** Whether a question stands on the terminal, which other lines would spoil. */
export function isAsking(): boolean {
  return asking;
}

/** What somebody enters on the terminal of this process; nothing when they close their input. */
export async function askOnTerminal(question: string): Promise<string> {
  // The terminal itself edits the line, and takes an interrupt.
  const lines = createInterface({ input: process.stdin, output: process.stderr, terminal: false });
  asking = true;
  try {
    return await new Promise(resolve => {
      lines.on('close', () => resolve(''));
      lines.question(question, resolve);
    });
  } finally {
    asking = false;
    lines.close();
  }
}
