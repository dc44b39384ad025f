import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { requireToolchain } from '../../tools/toolchain';

let path: string | undefined;
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'toolchain-'));
  path = process.env.PATH;
  process.env.PATH = folder;
});
afterEach(() => {
  process.env.PATH = path;
  rmSync(folder, { recursive: true, force: true });
});

function install(command: string, status: number): void {
  writeFileSync(join(folder, command), `#!${process.execPath}\nprocess.exit(${status})\n`, { mode: 0o755 });
}

test.each([
  ['python', /^package:python needs Python 3.10 or newer with venv, and 'python3' is not on the PATH; install it \(.*python3-venv\)$/],
  ['java', /^package:java needs a Java Development Kit, and 'javac' is not on the PATH; install it \(.*\)$/],
  ['go', /^package:go needs Go 1.21 or newer, and 'go' is not on the PATH; install it \(a release of Go\)$/],
])('a missing toolchain for %s is named in one line', (language, line) => {
  expect(() => requireToolchain(language, `package:${language}`)).toThrow(line);
});

test('Maven is needed besides Java', () => {
  install('javac', 0);

  expect(() => requireToolchain('java', 'package:java')).toThrow("package:java needs Apache Maven, and 'mvn' is not on the PATH");
});

test('a Python that is too old, or without venv, does not do', () => {
  install('python3', 1);

  expect(() => requireToolchain('python', 'package:python')).toThrow("'python3' does not do");
});

test('what is there is not asked for', () => {
  install('python3', 0);

  expect(() => requireToolchain('python', 'package:python')).not.toThrow();
  expect(() => requireToolchain('typescript', 'the example in TypeScript')).not.toThrow();
});
