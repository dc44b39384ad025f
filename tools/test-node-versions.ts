/**
 * Runs the tests of what ships (the constructs, the command, the plugin of the CDK CLI and the function) with the oldest Node.js that
 * the package allows, and with the newest release of each line that is maintained. With arguments: with these versions instead.
 */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { install, inTemporaryFolder, main, NODE_PACKAGE, nodeIn, report, ROOT, runTests } from './test-versions';

const MAINTAINED = ['22', '24'];

/** Tests of the tools of this project, and of what is run in the same way in other tests. */
const OTHER_TESTS = ['bench', 'deployment', 'docs', 'tools'];

function oldestAllowed(): string {
  const { engines } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
  return engines.node.replace(/^>= /, '');
}

/** The version of a program; the shortest way to see that it runs on this machine. */
function versionOf(node: string): string {
  const { status, stdout, stderr, error } = spawnSync(node, ['--version'], { encoding: 'utf8' });
  if (status !== 0) {
    throw new Error(`${NODE_PACKAGE} does not run here: ${error?.message ?? stderr.trim()}`);
  }
  return stdout.trim().replace('v', '');
}

function testWith(version: string): boolean {
  return inTemporaryFolder(parent => {
    const folder = join(parent, 'node');
    install([`${NODE_PACKAGE}@${version}`], folder);
    const node = nodeIn(folder);
    return report(`Node.js ${versionOf(node)}`, () => runTests(ROOT, OTHER_TESTS, node));
  });
}

main(versions => (versions.length > 0 ? versions : [oldestAllowed(), ...MAINTAINED]).map(testWith));
