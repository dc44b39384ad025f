import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readLock, writeLock } from '../../../src/cli/lock-file/lock-file';
import { TestProcess } from '../terminal';

const KEY = 'image-digest:123456789012:eu-west-1:team%2Fapi:v1';
const ENTRY = { digest: `sha256:${'a'.repeat(64)}` };
const OTHER_ENTRY = { digest: `sha256:${'b'.repeat(64)}` };

let folder: string;
let file: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lock-file-'));
  file = join(folder, 'cdk.context.json');
});

afterEach(() => rmSync(folder, { recursive: true }));

const write = async (edits: [string, unknown][]) => writeLock(file, new Map(edits), new TestProcess(folder));

function lockWith(value: unknown) {
  writeFileSync(file, JSON.stringify({ [KEY]: value }));
  return readLock(file);
}

test('the lock is what a context file has of ours', () => {
  writeFileSync(file, `\uFEFF${JSON.stringify({ 'vpc-provider:x': {}, [KEY]: ENTRY })}`);
  expect(readLock(file)).toEqual({ exists: true, entries: new Map([[KEY, ENTRY]]), problems: new Map() });
});

test('a file that is not there is an empty lock', () => {
  expect(readLock(file)).toEqual({ exists: false, entries: new Map(), problems: new Map() });
});

test.each([
  ['text', 'sha256:1', 'it is "sha256:1"; expected an object with a digest'],
  ['no digest', {}, "'undefined' is not an image digest"],
  ['a short digest', { digest: 'sha256:1' }, "'sha256:1' is not an image digest"],
  ['the error of a lookup', { $providerError: 'tag not found', $dontSaveContext: true }, 'it holds the error of a failed lookup'],
])('a value with %s is a problem, with the command that repairs it', (_, value, problem) => {
  const { entries, problems } = lockWith(value);
  expect(entries.size).toBe(0);
  expect(problems.get(KEY)).toContain(problem);
  expect(problems.get(KEY)).toContain(`; repair it with: npx cdk-image-lock update '${KEY}'`);
});

test('a key that is not one of a pin is a problem', () => {
  writeFileSync(file, JSON.stringify({ 'image-digest:app:v1': ENTRY }));
  expect(readLock(file).problems).toEqual(new Map([
    ['image-digest:app:v1', "the key is not one of a pin; remove it with: npx cdk context --reset 'image-digest:app:v1'"],
  ]));
});

test('a lock of a newer release is refused', () => {
  expect(() => lockWith({ version: 2, image: {} }))
    .toThrow(`${file} has '${KEY}', and it was written by a newer release of cdk-secure-repository; update the package: npm install`);
});

const CONFLICT = `{
  "vpc-provider:x": {},
  "${KEY}": {
<<<<<<< HEAD
    "digest": "sha256:1"
=======
    "digest": "sha256:2"
>>>>>>> main
  }
}`;

test.each([
  ['merge-conflict markers', CONFLICT, `has merge-conflict markers in line 4, at '${KEY}'; keep one side, then run: npx cdk-image-lock update '${KEY}'`],
  ['conflicting keys', `{\n<<<<<<< a\n  "${KEY}": {}\n=======\n>>>>>>> b\n}`, `has merge-conflict markers in line 2, at '${KEY}'`],
  ['a conflict elsewhere', '{\n<<<<<<< a\n=======\n>>>>>>> b\n}', 'has merge-conflict markers in line 2; keep one side, then run: npx cdk-image-lock update'],
  ['a missing comma', `{\n "${KEY}": {}\n "x": 1 }`, `is not JSON from line 3 on, at '${KEY}'; restore it from version control`],
  ['an early missing comma', '{\n "x": {}\n "y": 1 }', 'is not JSON from line 3 on; restore it from version control, then run: npx cdk-image-lock update'],
  ['other text', 'hello', 'is not JSON; restore it'],
  ['a list', '[]', 'is not a JSON object; restore it from version control, then run: npx cdk-image-lock update'],
])('a file with %s is refused', async (_, text, problem) => {
  writeFileSync(file, text);
  expect(() => readLock(file)).toThrow(`${file} ${problem}`);
  await expect(write([[KEY, ENTRY]])).rejects.toThrow(problem);
  expect(readFileSync(file, 'utf8')).toBe(text);
});

test('a folder is refused', () => {
  expect(() => readLock(folder)).toThrow(/cannot be read \(EISDIR.*; expected a context file/);
});

test('changes are written, and all else stays', async () => {
  writeFileSync(file, `{\n\t"a": [1,2],\n\t"${KEY}": null\n}`);
  await write([[KEY, ENTRY], [`${KEY}1`, OTHER_ENTRY]]);
  expect(readFileSync(file, 'utf8')).toBe(
    `{\n\t"a": [1,2],\n\t"${KEY}": {\n\t\t"digest": "${ENTRY.digest}"\n\t},\n\t"${KEY}1": {\n\t\t"digest": "${OTHER_ENTRY.digest}"\n\t}\n}`);
});

test('a new lock looks as the CDK CLI writes it', async () => {
  await write([[KEY, ENTRY]]);
  expect(readFileSync(file, 'utf8')).toBe(`${JSON.stringify({ [KEY]: ENTRY }, undefined, 2)}\n`);
});

test('a lock without changes is not written', async () => {
  writeFileSync(file, '{}');
  const before = statSync(file).ino;
  await write([]);
  await write([[KEY, undefined]]);
  expect(statSync(file).ino).toBe(before);
});
