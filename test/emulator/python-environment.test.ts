import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runProcess } from '../../emulator/run-process';

const ROOT = join(__dirname, '..', '..');
const START = "require('./emulator/moto-server').startMotoServer().catch(error => process.stderr.write(error.message))";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'path-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** What is said when an emulator starts with nothing but a folder of this test on the PATH. */
async function said(): Promise<string> {
  const env = { PATH: folder, TS_NODE_PROJECT: 'emulator/tsconfig.json', NODE_NO_WARNINGS: '1' };
  const { stderr } = await runProcess(process.execPath, ['-r', 'ts-node/register/transpile-only', '-e', START], { cwd: ROOT, env });
  return stderr;
}

test('a machine without Python is told so in one line', async () => {
  expect(await said()).toMatch(
    /^python3 3\.11 or newer with the venv module is needed for the emulators: python3 is not on the PATH; install it [^\n]*$/);
});

test('a machine with an older Python is told so in one line', async () => {
  writeFileSync(join(folder, 'python3'), '#!/bin/sh\necho 3.10\n');
  chmodSync(join(folder, 'python3'), 0o755);
  expect(await said()).toMatch(
    /^python3 3\.11 or newer with the venv module is needed for the emulators: python3 is 3\.10; put a newer python3 first on the PATH$/);
});
