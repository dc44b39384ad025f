import { Output, ProcessContext } from './process-context';

const RED = 31;
const GREEN = 32;
const YELLOW = 33;

const COLUMN_GAP = '  ';
const WORTH_A_LINE_MS = 1_000;

/** What a command says: results on standard output, trouble on standard error, or all of it as JSON on standard output. */
export class Report {
  constructor(private readonly processContext: ProcessContext, private readonly json: boolean) {}

  public result(line: string): void {
    this.write(this.processContext.stdout, line);
  }

  public success(line: string): void {
    this.write(this.processContext.stdout, line, GREEN);
  }

  public warning(line: string): void {
    this.write(this.processContext.stderr, line, YELLOW);
  }

  public problem(line: string): void {
    this.write(this.processContext.stderr, line, RED);
  }

  /** Lines with aligned columns. */
  public table(titles: string[], rows: string[][]): void {
    const lines = [titles, ...rows];
    const widths = titles.map((_, column) => Math.max(...lines.map(cells => cells[column].length)));
    lines.forEach(cells => this.result(cells.map((cell, column) => cell.padEnd(widths[column])).join(COLUMN_GAP).trimEnd()));
  }

  /** Everything at once, for programs. */
  public data(value: unknown): void {
    if (this.json) {
      this.processContext.stdout.write(`${JSON.stringify(value, undefined, 2)}\n`);
    }
  }

  private write(output: Output, text: string, color?: number): void {
    if (!this.json) {
      const line = text.replace(/\p{Cc}/gu, '');
      const colored = color !== undefined && output.isTTY && !this.processContext.env.NO_COLOR;
      output.write(colored ? `\u001b[${color}m${line}\u001b[39m\n` : `${line}\n`);
    }
  }
}

/** Says on a terminal what is waited for, when it takes more than a second. */
export async function withProgress<T>(what: string, output: Output, work: () => Promise<T>): Promise<T> {
  const timer = output.isTTY ? setTimeout(() => output.write(`${what}\n`), WORTH_A_LINE_MS) : undefined;
  try {
    return await work();
  } finally {
    clearTimeout(timer);
  }
}
