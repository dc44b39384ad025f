import { ProcessContext } from '../../src/cli/terminal/process-context';

/** ProcessContext that keep what is written, and whose time passes at once. */
export class TestProcess implements ProcessContext {
  public readonly env: NodeJS.ProcessEnv;
  public out = '';
  public err = '';
  public slept = 0;
  public readonly stdout;
  public readonly stderr;

  constructor(public cwd: string, { isTTY = false, env = process.env }: { isTTY?: boolean; env?: NodeJS.ProcessEnv } = {}) {
    this.env = env;
    this.stdout = { isTTY, write: (text: string) => this.out += text };
    this.stderr = { isTTY, write: (text: string) => this.err += text };
  }

  public readonly now = () => Date.UTC(2026, 0, 31) + this.slept;

  public readonly sleep = async (milliseconds: number) => {
    this.slept += milliseconds;
  };
}
