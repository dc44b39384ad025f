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

function install(command: string, output: string, status = 0): void {
  const script = `process.stdout.write(${JSON.stringify(output)}); process.exitCode = ${status};`;
  writeFileSync(join(folder, command), `#!${process.execPath}\n${script}\n`, { mode: 0o755 });
}

test.each([
  ['python', /^package:python needs Python 3.10 or newer with venv, and 'python3' is not on the PATH; install it \(.*python3-venv\)$/],
  ['java', /^package:java needs a Java Development Kit, 17 or newer, and 'javac' is not on the PATH; install it \(.*\)$/],
  ['go', /^package:go needs Go 1.25 or newer, and 'go' is not on the PATH; install it \(a release of Go\)$/],
])('a missing toolchain for %s is named in one line', (language, line) => {
  expect(() => requireToolchain(language, `package:${language}`)).toThrow(line);
});

test('Maven is needed besides Java', () => {
  install('javac', 'javac 17.0.15\n');

  expect(() => requireToolchain('java', 'package:java')).toThrow("package:java needs Apache Maven 3.6 or newer, and 'mvn' is not on the PATH");
});

test.each([
  ['python', 'python3', '3.9.18\n', "'python3' is 3.9.18;"],
  ['java', 'javac', 'javac 11.0.2\n', "'javac' is 11.0.2;"],
  ['go', 'go', 'go version go1.24.9 linux/amd64\n', "'go' is 1.24.9;"],
])('one for %s that is too old does not do', (language, command, version, problem) => {
  install(command, version);

  expect(() => requireToolchain(language, 'this')).toThrow(problem);
});

test.each([['python', 'python3', '3.10.0\n'], ['go', 'go', 'go version go1.25.0 linux/amd64\n'], ['go', 'go', 'go version go1.26 linux/amd64\n']])(
  'one for %s that is new enough does', (language, command, version) => {
    install(command, version);

    expect(() => requireToolchain(language, 'this')).not.toThrow();
  },
);

test('a Python without venv does not do', () => {
  install('python3', "ModuleNotFoundError: No module named 'ensurepip'\n", 1);

  expect(() => requireToolchain('python', 'package:python')).toThrow("'python3' fails: ModuleNotFoundError: No module named 'ensurepip'; install it");
});

test('TypeScript takes nothing else', () => {
  expect(() => requireToolchain('typescript', 'the example in TypeScript')).not.toThrow();
});
