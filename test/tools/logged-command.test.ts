import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { mustSucceed } from '../../tools/logged-command';

const NOBODY = 'http://127.0.0.1:9';

let folder: string;
beforeEach(() => { folder = mkdtempSync(join(tmpdir(), 'logged-command-')); });
afterEach(() => { rmSync(folder, { recursive: true, force: true }); });

function isThere(command: string): boolean {
  return spawnSync(command, ['version'], { stdio: 'ignore' }).error === undefined;
}

async function failureOf(command: string, args: string[], env: NodeJS.ProcessEnv = {}): Promise<string> {
  const log = join(folder, 'step.log');
  return mustSucceed('this step', { command, args, cwd: folder, env, log }).then(() => 'no failure', error => error.message);
}

const CLIENTS: [string, string, string[], NodeJS.ProcessEnv][] = [
  ['the npm registry', 'npm', ['install', '--fetch-retries=0', `--registry=${NOBODY}`, '--cache=./cache', 'left-pad'], {}],
  ['the Python package index', 'python3', ['-m', 'pip', 'download', '--index-url', `${NOBODY}/simple`, 'left-pad'], { PIP_RETRIES: '0' }],
  ['the Go module proxy', 'go', ['mod', 'download', 'example.com/left-pad@v1.0.0'], { GOPROXY: NOBODY, GOMODCACHE: '/nowhere', GOFLAGS: '-mod=mod' }],
  ['the Maven repository', 'mvn', ['-B', '-Dmaven.repo.local=./cache', '-Dhttps.proxyHost=127.0.0.1', '-Dhttps.proxyPort=9', 'help:help'], {}],
];

test.each(CLIENTS.filter(([, command]) => isThere(command)))('%s is named when it cannot be reached', async (registry, command, args, env) => {
  expect(await failureOf(command, args, env)).toMatch(new RegExp(`^this step failed: ${registry} could not be reached.*step\\.log$`));
}, 120_000);

test('for another reason the last lines are shown, and all are in the file', async () => {
  const failure = await failureOf('sh', ['-c', 'seq 1 100; exit 3']);

  expect(failure).toMatch(/its last lines are\n[^]*\n99\n100\n/);
  expect(readFileSync(join(folder, 'step.log'), 'utf8')).toMatch(/^1\n2\n[^]*\n100\n$/);
});

test('a command that is not there is an error', async () => {
  expect(await failureOf('no-such-command', [])).toContain('ENOENT');
});
