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

/** Runs a program of `apps/` in a process of its own; what it prints as JSON. */
export async function inFreshProcess<T>(app: string, ...args: string[]): Promise<T> {
  folder ??= compiledApps();
  const { stdout } = await promisify(execFile)(process.execPath, [join(folder, `${app}.js`), ...args], { maxBuffer: 10_000_000 });
  return JSON.parse(stdout);
}

/** Measures each kind in turn, again and again, so that a machine that slows down slows down all of them. */
export async function alternately<T>(kinds: string[], times: number, measure: (kind: string) => Promise<T>): Promise<Record<string, T[]>> {
  const results: Record<string, T[]> = Object.fromEntries(kinds.map(kind => [kind, []]));
  for (let i = 0; i < times; i++) {
    for (const kind of kinds) {
      results[kind].push(await measure(kind));
    }
  }
  return results;
}

export function median(values: number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  return sorted.length % 2 ? sorted[Math.floor(middle)] : (sorted[middle - 1] + sorted[middle]) / 2;
}
