import { Output, Surroundings } from './surroundings';

const RED = 31;
const GREEN = 32;
const YELLOW = 33;

/** What a command says: results on standard output, trouble on standard error, or all of it as JSON on standard output. */
export class Report {
  constructor(private readonly surroundings: Surroundings, private readonly json: boolean) {}

  public result(line: string): void {
    this.write(this.surroundings.stdout, line);
  }

  public success(line: string): void {
    this.write(this.surroundings.stdout, line, GREEN);
  }

  public warning(line: string): void {
    this.write(this.surroundings.stderr, line, YELLOW);
  }

  public problem(line: string): void {
    this.write(this.surroundings.stderr, line, RED);
  }

  /** Everything at once, for programs. */
  public data(value: unknown): void {
    if (this.json) {
      this.surroundings.stdout.write(`${JSON.stringify(value, undefined, 2)}\n`);
    }
  }

  private write(output: Output, text: string, color?: number): void {
    if (!this.json) {
      const line = text.replace(/\p{Cc}/gu, '');
      const colored = color !== undefined && output.isTTY && !this.surroundings.env.NO_COLOR;
      output.write(colored ? `\u001b[${color}m${line}\u001b[39m\n` : `${line}\n`);
    }
  }
}
