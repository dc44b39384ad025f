import { readFileSync, statSync } from 'fs';
import { homedir } from 'os';
import { join, resolve } from 'path';
import { ProcessContext } from '../terminal/process-context';

/** What the CDK CLI is told, as far as it matters here. */
export interface CdkSettings {
  readonly profile?: string;
  readonly proxy?: string;
  readonly caBundlePath?: string;
  /** The folder of the cloud assembly. */
  readonly assembly: string;
  /** The keys that the context of `cdk.json` has, which come before those of `cdk.context.json`. */
  readonly contextKeys: string[];
}

const DEFAULT_OUTPUT = 'cdk.out';

/** Reads the settings in the CDK CLI's order: command line, `CDK_…` variables, `cdk.json`, `~/.cdk.json`. */
export function cdkSettings(argv: string[], { cwd, env }: Pick<ProcessContext, 'cwd' | 'env'>): CdkSettings {
  const files = [join(cwd, 'cdk.json'), join(env.HOME ?? homedir(), '.cdk.json')].map(readSettings);
  const setting = (name: string, alias?: string): string | undefined =>
    [option(argv, inWords(name, '-'), alias), env[`CDK_${inWords(name, '_').toUpperCase()}`], ...files.map(file => file[name])].find(isText);

  const app = setting('app', 'a');
  const assembly = app !== undefined && isFolder(resolve(cwd, app)) ? app : setting('output', 'o') ?? DEFAULT_OUTPUT;
  const caBundlePath = setting('caBundlePath');
  return {
    profile: setting('profile'),
    proxy: setting('proxy'),
    caBundlePath: caBundlePath === undefined ? undefined : resolve(cwd, caBundlePath),
    assembly: resolve(cwd, assembly),
    contextKeys: Object.keys(Object(files[0].context)),
  };
}

/** A name as options and variables have it. */
function inWords(name: string, separator: string): string {
  return name.replace(/[A-Z]/g, letter => separator + letter.toLowerCase());
}

function option(argv: string[], name: string, alias?: string): string | undefined {
  const end = argv.indexOf('--');
  const given = end < 0 ? argv : argv.slice(0, end);
  return given.flatMap((argument, index) => {
    if (argument === `--${name}` || (alias && argument === `-${alias}`)) {
      return given[index + 1] ?? [];
    }
    if (argument.startsWith(`--${name}=`)) {
      return argument.slice(name.length + 3);
    }
    return alias && argument.startsWith(`-${alias}`) && !argument.startsWith('--') ? argument.slice(2).replace(/^=/, '') : [];
  }).at(-1);
}

/** A file that cannot be read is for the CDK CLI to complain about. */
function readSettings(file: string): Record<string, unknown> {
  try {
    // As the CDK CLI reads it.
    return Object(JSON.parse(readFileSync(file, 'utf8').replace(/^\uFEFF/, '')));
  } catch {
    return {};
  }
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}
