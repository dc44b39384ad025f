/**
 * Runs the tests of the constructs with the oldest aws-cdk-lib and constructs that the package allows, which are installed here,
 * and in a copy of the project with the newest ones that are published. With arguments: with these versions instead of both.
 */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { npm } from './npm';

const ROOT = join(__dirname, '..');
const LIBRARIES = ['aws-cdk-lib', 'constructs'];
const NOT_COPIED = ['.cache', '.git', 'coverage', 'dist', 'lib', 'node_modules', 'test-reports'];

/** No construct is loaded there, or only to try other things that are the same for every version. */
const OTHER_TESTS = '/test/(cli|custom-resource/handler|deployment|docs|emulator|registry-client|resolver/handler|tools)/';

function versionsIn(folder: string): string[] {
  return LIBRARIES.map(name => JSON.parse(readFileSync(join(folder, 'node_modules', name, 'package.json'), 'utf8')).version);
}

function assertOldestInstalled(): void {
  const { peerDependencies } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
  const installed = versionsIn(ROOT).map(version => `^${version}`);
  const allowed = LIBRARIES.map(name => peerDependencies[name]);
  if (installed.join() !== allowed.join()) {
    throw new Error(`the package allows ${LIBRARIES.join(' and ')} ${allowed.join(' and ')}; expected the oldest of these in node_modules, `
      + `but there is ${installed.join(' and ')}`);
  }
}

function copyOfProject(folder: string, version: string): string {
  const libraries = join(folder, 'libraries');
  const copy = join(folder, 'copy');
  mkdirSync(libraries);
  writeFileSync(join(libraries, 'package.json'), '{"private":true}');
  npm(['install', '--ignore-scripts', '--no-audit', '--no-fund', `aws-cdk-lib@${version}`, 'constructs@10'], libraries);

  for (const name of readdirSync(ROOT).filter(entry => !NOT_COPIED.includes(entry))) {
    cpSync(join(ROOT, name), join(copy, name), { recursive: true });
  }
  mkdirSync(join(copy, 'node_modules'));
  for (const name of readdirSync(join(ROOT, 'node_modules'))) {
    symlinkSync(join(LIBRARIES.includes(name) ? libraries : ROOT, 'node_modules', name), join(copy, 'node_modules', name));
  }
  return copy;
}

function run(folder: string, script: string, ...args: string[]): boolean {
  return spawnSync(process.execPath, [join(folder, 'node_modules', script), ...args], { cwd: folder, stdio: 'inherit' }).status === 0;
}

function test(folder: string): boolean {
  const start = Date.now();
  const title = LIBRARIES.map((name, position) => `${name} ${versionsIn(folder)[position]}`).join(' and ');
  console.log(`Testing with ${title}`);
  const passed = run(folder, 'typescript/bin/tsc', '--noEmit', '-p', 'tsconfig.json')
    && run(folder, 'jest/bin/jest.js', '--ci', '--coverage=false', '--reporters=default', '--testPathIgnorePatterns', '/node_modules/', OTHER_TESTS);
  console.log(`${passed ? 'Passed' : 'FAILED'} with ${title}, in ${Math.round((Date.now() - start) / 1000)} s`);
  return passed;
}

function testWith(version: string): boolean {
  const folder = mkdtempSync(join(tmpdir(), 'cdk-versions-'));
  try {
    return test(copyOfProject(folder, version));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

try {
  assertOldestInstalled();
  const versions = process.argv.slice(2);
  const results = versions.length > 0 ? versions.map(testWith) : [test(ROOT), testWith('latest')];
  process.exitCode = results.every(passed => passed) ? 0 : 1;
} catch (error) {
  console.error((error as Error).message);
  process.exitCode = 1;
}
