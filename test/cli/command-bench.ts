import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AssemblyContent, writeAssembly } from './assembly-folder';
import { TestProcess } from './terminal';
import { run } from '../../src/cli/commands/cdk-image-lock';

/** The command in a folder of its own, within this process. */
export class CommandBench {
  public folder!: string;

  constructor() {
    beforeEach(() => {
      this.folder = mkdtempSync(join(tmpdir(), 'command-'));
    });

    afterEach(() => rmSync(this.folder, { recursive: true }));
  }

  public get contextFile(): string {
    return join(this.folder, 'cdk.context.json');
  }

  public get context(): Record<string, any> {
    return JSON.parse(this.text);
  }

  public get text(): string {
    return readFileSync(this.contextFile, 'utf8');
  }

  public writeContext(context: object): void {
    writeFileSync(this.contextFile, `${JSON.stringify(context, undefined, 2)}\n`);
  }

  public writeAssembly(content: AssemblyContent, folder = 'cdk.out'): void {
    writeAssembly(join(this.folder, folder), content);
  }

  public async run(...args: string[]) {
    return this.runWith({}, ...args);
  }

  public async runWith(options: { isTTY?: boolean }, ...args: string[]) {
    const processContext = new TestProcess(this.folder, options);
    const code = await run(args, processContext, '1.2.3');
    return { code, out: lines(processContext.out), err: lines(processContext.err) };
  }

  public async json(...args: string[]) {
    const { code, out, err } = await this.run(...args, '--format', 'json');
    return { code, data: JSON.parse(out.join('\n')), err };
  }
}

function lines(text: string): string[] {
  return text === '' ? [] : text.replace(/\n$/, '').split('\n');
}
