import { chmodSync, lstatSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeFileAtomically } from '../../../src/cli/lock-file/write-file';

let folder: string;
let file: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'write-file-'));
  file = join(folder, 'cdk.context.json');
});

afterEach(() => rmSync(folder, { recursive: true }));

test('a new file is made, and nothing beside it', () => {
  writeFileAtomically(file, 'new');
  expect(readFileSync(file, 'utf8')).toBe('new');
  expect(readdirSync(folder)).toEqual(['cdk.context.json']);
});

test('a file keeps its permissions', () => {
  writeFileSync(file, 'old');
  chmodSync(file, 0o640);
  writeFileAtomically(file, 'new');
  expect(readFileSync(file, 'utf8')).toBe('new');
  expect(statSync(file).mode & 0o777).toBe(0o640); // eslint-disable-line no-bitwise
});

test('a file is replaced, not written to', () => {
  writeFileSync(file, 'old');
  const before = statSync(file).ino;
  writeFileAtomically(file, 'new');
  expect(statSync(file).ino).not.toBe(before);
});

test.each([['to a file', true], ['to nothing', false]])('a link %s stays one', (_, exists) => {
  mkdirSync(join(folder, 'elsewhere'));
  const target = join(folder, 'elsewhere', 'shared.json');
  if (exists) {
    writeFileSync(target, 'old');
  }
  symlinkSync('elsewhere/shared.json', file);
  writeFileAtomically(file, 'new');
  expect(lstatSync(file).isSymbolicLink()).toBe(true);
  expect(readFileSync(target, 'utf8')).toBe('new');
});

test('a file that cannot be replaced stays, and nothing is left beside it', () => {
  mkdirSync(file);
  writeFileSync(join(file, 'in the way'), '');
  expect(() => writeFileAtomically(file, 'new')).toThrow(/cdk\.context\.json cannot be written \(E\w+: .*\); check the permissions/);
  expect(readdirSync(folder)).toEqual(['cdk.context.json']);
});

test('a folder that is not there is an error', () => {
  expect(() => writeFileAtomically(join(folder, 'none', 'file'), 'new')).toThrow('cannot be written (ENOENT');
});
