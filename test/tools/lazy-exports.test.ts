import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { lazyExports } from '../../tools/lazy-exports';

const folder = mkdtempSync(join(tmpdir(), 'lazy-exports-'));
const index = join(folder, 'index.js');

function run(file: string, code: string): string {
  writeFileSync(join(folder, file), code);
  return execFileSync(process.execPath, [join(folder, file)], { encoding: 'utf8' }).trim();
}

beforeAll(() => {
  writeFileSync(join(folder, 'one.js'), 'exports.One = "one"; globalThis.loaded = ["one"];');
  writeFileSync(join(folder, 'two.js'), 'exports.Two = "two"; exports.Too = "too"; globalThis.loaded = [...globalThis.loaded ?? [], "two"];');
  writeFileSync(join(folder, 'types.js'), '');
  writeFileSync(index, ['one', 'two', 'types'].map(name => `__exportStar(require("./${name}"), exports);\n`).join(''));
  writeFileSync(index, lazyExports(index));
});

afterAll(() => rmSync(folder, { recursive: true }));

test('what an app does not use is not loaded', () => {
  expect(run('app.js', 'const { Two } = require("./index"); console.log(Two, globalThis.loaded)')).toBe("two [ 'two' ]");
});

test('everything is there, under its name', () => {
  expect(JSON.parse(run('all.js', 'console.log(JSON.stringify(require("./index")))'))).toEqual({ One: 'one', Two: 'two', Too: 'too' });
});

test('ES modules import by name', () => {
  expect(run('app.mjs', 'import { One, Too } from "./index.js"; console.log(One, Too)')).toBe('one too');
});

test('a file that has no such exports is refused', () => {
  expect(() => lazyExports(join(folder, 'one.js'))).toThrow(/has no exports that could be made lazy/);
});
