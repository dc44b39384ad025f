import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { buildSync } from 'esbuild';

const ROOT = join(__dirname, '..');
const SOURCES = join(__dirname, 'apps');
const FOLDER = join(ROOT, '.cache', 'bench-apps');

/** The programs of `apps/` as plain JavaScript, which use the package as it was compiled. */
function compiledApps(): string {
  const modules = join(FOLDER, 'node_modules');
  if (!existsSync(join(ROOT, 'lib', 'index.js'))) {
    throw new Error('the package is not compiled; run npx projen compile');
  }
  rmSync(FOLDER, { recursive: true, force: true });
  mkdirSync(modules, { recursive: true });
  symlinkSync(ROOT, join(modules, 'cdk-secure-repository'), 'dir');
  buildSync({ entryPoints: readdirSync(SOURCES).map(file => join(SOURCES, file)), outdir: FOLDER, format: 'cjs', platform: 'node' });
  return FOLDER;
}

let folder: string | undefined;

/** Runs a program of `apps/` in a process of its own; what it prints as JSON last, as the CDK may say something before. */
export async function inFreshProcess<T>(app: string, ...args: string[]): Promise<T> {
  folder ??= compiledApps();
  const { stdout } = await promisify(execFile)(process.execPath, [join(folder, `${app}.js`), ...args], { maxBuffer: 10_000_000 });
  return JSON.parse(stdout.trimEnd().split('\n').at(-1)!);
}
