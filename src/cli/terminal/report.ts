import { isAsking } from './ask';
import { code, markdownTable } from './markdown';
import { Output, ProcessContext } from './process-context';
import { withoutControls } from '../../registry-client/quote';

const RED = 31;
const GREEN = 32;
const YELLOW = 33;

const COLUMN_GAP = '  ';
const WORTH_A_LINE_MS = 1_000;

export const FORMATS = ['text', 'json', 'markdown'] as const;
export type Format = typeof FORMATS[number];

/**
 * What a command says: as text, results on standard output and trouble on standard error; as Markdown, all of it on standard output, and
 * trouble on standard error as well; as JSON, one value on standard output.
 */
export class Report {
  constructor(private readonly processContext: ProcessContext, public readonly format: Format) {}

  public result(line: string): void {
    this.write(line);
  }

  public success(line: string): void {
    this.write(line, GREEN);
  }

  public warning(line: string): void {
    this.writeTrouble('Warning', line, `warning: ${line}`, YELLOW);
  }

  public problem(line: string): void {
    this.writeTrouble('Problem', line, line, RED);
  }

  /** What all of it comes to, in words of our own. */
  public summary(line: string): void {
    if (this.format === 'markdown') {
      this.writeLines([line, '']);
    } else {
      this.write(line);
    }
  }

  /** A summary of what went wrong. */
  public failure(line: string): void {
    if (this.format === 'markdown') {
      this.writeLines([line, '']);
    }
    if (this.format !== 'json') {
      this.writeColored(this.processContext.stderr, line, RED);
    }
  }

  /** Lines with aligned columns. */
  public table(titles: string[], rows: string[][]): void {
    if (this.format === 'markdown') {
      this.writeLines([...markdownTable(titles, rows), '']);
      return;
    }
    const lines = [titles, ...rows];
    const widths = titles.map((_, column) => lines.reduce((width, cells) => Math.max(width, cells[column].length), 0));
    lines.forEach(cells => this.write(cells.map((cell, column) => cell.padEnd(widths[column])).join(COLUMN_GAP).trimEnd()));
  }

  /** Everything at once, for programs. */
  public data(value: unknown): void {
    if (this.format === 'json') {
      this.processContext.stdout.write(`${JSON.stringify(value, undefined, 2)}\n`);
    }
  }

  private write(line: string, color?: number): void {
    if (this.format === 'markdown') {
      this.writeLines([code(line), '']);
    } else if (this.format === 'text') {
      this.writeColored(this.processContext.stdout, line, color);
    }
  }

  private writeTrouble(kind: string, line: string, text: string, color: number): void {
    if (this.format === 'markdown') {
      this.writeLines([`**${kind}:** ${code(line)}`, '']);
    }
    if (this.format !== 'json') {
      this.writeColored(this.processContext.stderr, text, color);
    }
  }

  private writeLines(lines: string[]): void {
    lines.forEach(line => this.writeColored(this.processContext.stdout, line));
  }

  private writeColored(output: Output, text: string, color?: number): void {
    const line = withoutControls(text);
    const colored = color !== undefined && output.isTTY && !this.processContext.env.NO_COLOR;
    output.write(colored ? `\u001b[${color}m${line}\u001b[39m\n` : `${line}\n`);
  }
}

/** Says on a terminal what is waited for, when it takes more than a second. */
export async function withProgress<T>(what: string, output: Output, work: () => Promise<T>): Promise<T> {
  const timer = output.isTTY ? setTimeout(() => isAsking() || output.write(`${what}\n`), WORTH_A_LINE_MS) : undefined;
  try {
    return await work();
  } finally {
    clearTimeout(timer);
  }
}
