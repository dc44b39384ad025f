/**
 * Runs the tests of the constructs with the oldest aws-cdk-lib and constructs that the package allows, which are installed here,
 * and in a copy of the project with the newest ones that are published. With arguments: with these versions instead of both.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { copyOfProject, install, inTemporaryFolder, main, report, ROOT, run, runTests } from './test-versions';

const LIBRARIES = ['aws-cdk-lib', 'constructs'];

/** No construct is loaded there, or only to try other things that are the same for every version. */
const OTHER_TESTS = ['cli', 'custom-resource/handler', 'deployment', 'docs', 'emulator', 'registry-client', 'resolver/handler', 'tools'];

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

function copyWith(folder: string, version: string): string {
  const libraries = join(folder, 'libraries');
  const copy = join(folder, 'copy');
  install([`aws-cdk-lib@${version}`, 'constructs@10'], libraries);
  copyOfProject(copy, libraries, LIBRARIES);
  return copy;
}

function test(folder: string): boolean {
  const title = LIBRARIES.map((name, position) => `${name} ${versionsIn(folder)[position]}`).join(' and ');
  return report(title, () => run(folder, 'typescript/bin/tsc', ['--noEmit', '-p', 'tsconfig.json']) && runTests(folder, OTHER_TESTS));
}

/** What a newer release calls deprecated, users would be warned of at each synth: there it is an error. */
function testWith(version: string): boolean {
  process.env.JSII_DEPRECATED = 'fail';
  return inTemporaryFolder(folder => test(copyWith(folder, version)));
}

main(versions => {
  assertOldestInstalled();
  return versions.length > 0 ? versions.map(testWith) : [test(ROOT), testWith('latest')];
});
