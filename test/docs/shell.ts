import { execFile } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface Outcome {
  readonly code: number;
  readonly output: string;
}

/** A folder in which the shell blocks of guides run, with commands of ours in place of some. */
export class Shell {
  public readonly folder = mkdtempSync(join(tmpdir(), 'docs-shell-'));
  private readonly commands = join(this.folder, 'commands');

  constructor(private readonly env: Record<string, string>) {
    mkdirSync(this.commands);
  }

  /** Puts a script in the place of a command. */
  public define(command: string, script: string): void {
    const file = join(this.commands, command);
    writeFileSync(file, `#!/usr/bin/env bash\n${script}\n`);
    chmodSync(file, 0o755);
  }

  public async run(block: string): Promise<Outcome> {
    const env = { ...process.env, ...this.env, PATH: `${this.commands}:${process.env.PATH}` };
    return new Promise(resolve => {
      execFile('bash', ['-euo', 'pipefail', '-c', block], { cwd: this.folder, env, timeout: 60_000 }, (error, stdout, stderr) =>
        resolve({ code: error ? Number(error.code) || 1 : 0, output: `${stdout}${stderr}` }));
    });
  }

  public remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
