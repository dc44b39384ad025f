/**
 * Compares the API in .jsii with a release: the latest one on npm, or the one given as an argument, as a version, a tarball or a
 * folder. Breaking changes that are meant to be are listed in .compatignore, by the keys that are shown with them.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { NotPublishedError, npm } from './npm';

const NODE_MODULES = join(__dirname, '..', 'node_modules');

/** The release's own dependencies are those that are installed here, so that differences between these do not count. */
function unpack(tarball: string, folder: string): string {
  const parent = join(folder, 'release');
  mkdirSync(parent);
  symlinkSync(NODE_MODULES, join(parent, 'node_modules'));
  const { status, stderr } = spawnSync('tar', ['-xzf', tarball, '-C', parent], { encoding: 'utf8' });
  if (status !== 0) {
    throw new Error(`${tarball} cannot be unpacked: ${stderr.trim()}`);
  }
  return join(parent, 'package');
}

function releaseOf(baseline: string, folder: string): string {
  if (existsSync(baseline)) {
    return statSync(baseline).isDirectory() ? resolve(baseline) : unpack(resolve(baseline), folder);
  }
  const { name } = JSON.parse(readFileSync('package.json', 'utf8'));
  const [{ filename }] = npm(['pack', `${name}@${baseline}`], folder);
  return unpack(join(folder, filename), folder);
}

function compare(release: string): number {
  const jsiiDiff = join(NODE_MODULES, 'jsii-diff/bin/jsii-diff.js');
  const { status } = spawnSync(process.execPath, [jsiiDiff, release, '.', '--keys', '--ignore-file', '.compatignore'], { stdio: 'inherit' });
  const { name, version } = JSON.parse(readFileSync(join(release, 'package.json'), 'utf8'));
  console.log(`The API ${status === 0 ? 'is' : 'is NOT'} compatible with the stable one of ${name} ${version}`);
  return status ?? 1;
}

const baseline = process.argv[2];
const folder = mkdtempSync(join(tmpdir(), 'compat-'));
try {
  process.exitCode = compare(releaseOf(baseline ?? 'latest', folder));
} catch (error) {
  if (error instanceof NotPublishedError && !baseline) {
    console.log('Nothing is published yet that the API could be compared with');
  } else {
    console.error((error as Error).message);
    process.exitCode = 1;
  }
} finally {
  rmSync(folder, { recursive: true });
}
