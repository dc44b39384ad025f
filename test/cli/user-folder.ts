import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { PATH, ProcessRun, runProcess } from '../../emulator/run-process';

const ROOT = join(__dirname, '..', '..');

/** As a user has it beside the app: nothing but the CDK CLI and this package. */
const PACKAGE = 'node_modules/cdk-secure-repository';

export const VERSION = '1.2.3';

export type Run = Pick<ProcessRun, 'code' | 'stdout' | 'stderr'>;

/** A folder with this package as it is shipped, as far as the command goes; `npx projen bundle` makes its bundle. */
export class UserFolder {
  public readonly path = mkdtempSync(join(tmpdir(), 'image-lock-'));

  constructor() {
    for (const part of ['assets', 'bin', 'cli']) {
      cpSync(join(ROOT, part), this.file(`${PACKAGE}/${part}`), { recursive: true });
    }
    this.write(`${PACKAGE}/package.json`, JSON.stringify({ name: 'cdk-secure-repository', version: VERSION }));
  }

  /** Adds the real CDK CLI; a link to it would look for plugins elsewhere. */
  public addCdk(): void {
    cpSync(join(ROOT, 'node_modules/aws-cdk'), this.file('node_modules/aws-cdk'), { recursive: true });
  }

  public file(name: string): string {
    return join(this.path, name);
  }

  public write(name: string, content: string): void {
    mkdirSync(dirname(this.file(name)), { recursive: true });
    writeFileSync(this.file(name), content);
  }

  public read(name: string): string {
    return readFileSync(this.file(name), 'utf8');
  }

  public has(name: string): boolean {
    return existsSync(this.file(name));
  }

  public async cdk(folder: string, args: string[], env: NodeJS.ProcessEnv): Promise<Run> {
    return this.run(folder, [this.file('node_modules/aws-cdk/bin/cdk'), ...args], env);
  }

  public async imageLock(folder: string, args: string[], env: NodeJS.ProcessEnv): Promise<Run> {
    return this.run(folder, [this.file(`${PACKAGE}/bin/cdk-image-lock`), ...args], env);
  }

  public remove(): void {
    rmSync(this.path, { recursive: true, force: true });
  }

  private async run(folder: string, args: string[], env: NodeJS.ProcessEnv): Promise<Run> {
    const options = { cwd: this.file(folder), env: { PATH, HOME: this.path, ...env } };
    const { code, stdout, stderr } = await runProcess(process.execPath, args, options);
    return { code, stdout, stderr };
  }
}
