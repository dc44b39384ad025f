import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Language } from './languages';
import { Mistake } from './mistakes';
import { QUICK_START } from './quick-start';
import { mustSucceed, runLogged } from '../tools/logged-command';

const ROOT = join(__dirname, '..');
const LOGS = join(ROOT, '.cache', 'logs');
/** Of its own, so that no other copy of the package is found. */
export const MAVEN_REPOSITORY = join(ROOT, '.cache', 'maven');
const LAST_LINES = 20;

/** A copy of an example in a folder where nothing is installed, and in which the README's commands find the packages. */
export class Example {
  private readonly folder: string;

  constructor(private readonly language: Language, parent: string) {
    this.folder = join(parent, 'examples', language.folder);
    for (const file of sourceFiles(join(ROOT, 'examples', language.folder))) {
      cpSync(join(ROOT, 'examples', language.folder, file), join(this.folder, file), { recursive: true });
    }
  }

  /** Installs and synthesizes with the commands of the README, and returns the templates by name. */
  public async synthesize(): Promise<Map<string, string>> {
    const [, commands] = /^```sh\n(.*?)^```$/ms.exec(readFileSync(join(this.folder, 'README.md'), 'utf8')) ?? [];
    if (!commands) {
      throw new Error(`examples/${this.language.folder}/README.md has no commands`);
    }
    await mustSucceed(`the example in ${this.language.name}`, this.command('synth', ['-euc', commands]));
    return this.templates('cdk.out');
  }

  /** Synthesizes each step of the quick start, and returns the templates by name. */
  public async quickStart(): Promise<Map<string, string>> {
    const { file, app } = this.language.quickStart;
    const templates = new Map<string, string>();
    for (const { step, content } of QUICK_START.filter(candidate => candidate.file === file)) {
      const assembly = `quick-start-${step}`;
      mkdirSync(dirname(join(this.folder, file)), { recursive: true });
      writeFileSync(join(this.folder, file), content);
      const command = `npx cdk synth --no-lookups --quiet --app '${app}' --output ${assembly}`;
      await mustSucceed(`step ${step} of the quick start in ${this.language.name}`, this.command(assembly, ['-c', command]));
      this.templates(assembly).forEach((text, name) => templates.set(`${assembly}/${name}`, text));
    }
    return templates;
  }

  /** What differs from how a mistake should show. */
  public async problemsWith({ name, said, annotation, unsaid, reportLines = 0 }: Mistake): Promise<string[]> {
    cpSync(join(ROOT, 'bindings', 'errors', this.language.folder), this.folder, { recursive: true });
    const { succeeded, output } = await runLogged(this.command(name, ['-c', `npx cdk synth --no-lookups --app '${this.language.errors}'`], name));
    const upwards = output.trimEnd().split('\n').reverse();
    const below = upwards.findIndex(line => line.includes(said));
    return [
      ...(succeeded ? ['it succeeds'] : []),
      ...(below < 0 ? [`expected in its output: ${said}; got:\n${upwards.slice(0, LAST_LINES).reverse().join('\n')}`] : []),
      ...(below > this.language.linesBelowErrors + reportLines ? [`${below} lines below the message hide it`] : []),
      ...(unsaid && output.includes(unsaid) ? [`in its output there is: ${unsaid}`] : []),
      ...(annotation && !this.annotations().includes(annotation) ? [`expected at a construct: ${annotation}; got: ${this.annotations().join('; ')}`] : []),
    ];
  }

  private templates(assembly: string): Map<string, string> {
    const files = readdirSync(join(this.folder, assembly)).filter(file => file.endsWith('.template.json'));
    return new Map(files.map(file => [file, readFileSync(join(this.folder, assembly, file), 'utf8')]));
  }

  private annotations(): string[] {
    const manifest = JSON.parse(readFileSync(join(this.folder, 'cdk.out', 'manifest.json'), 'utf8'));
    return Object.values<any>(manifest.artifacts).flatMap(({ metadata }) => Object.values<any>(metadata ?? {}).flat())
      .filter(({ type }) => type === 'aws:cdk:error').map(({ data }) => data);
  }

  private command(step: string, args: string[], mistake?: string) {
    return {
      command: 'bash',
      args,
      cwd: this.folder,
      env: {
        PATH: `${join(this.folder, '.venv', 'bin')}:${process.env.PATH}`,
        MAVEN_OPTS: `${process.env.MAVEN_OPTS ?? ''} -Dmaven.repo.local=${MAVEN_REPOSITORY}`,
        JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION: '1',
        MISTAKE: mistake,
      },
      log: join(LOGS, `${this.language.folder}-${step}.log`),
    };
  }
}

function sourceFiles(folder: string): string[] {
  return execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], { cwd: folder, encoding: 'utf8' }).trim().split('\n');
}
