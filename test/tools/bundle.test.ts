import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

const ROOT = join(__dirname, '..', '..');
const FUNCTIONS = 'assets/functions/index';

/** What nothing here makes the AWS SDK load. */
const NEVER_LOADED = ['@aws-sdk/signature-v4-crt', '@smithy/core/event-streams', 'bowser'];

const files = [FUNCTIONS, 'cli'].flatMap(folder => readdirSync(join(ROOT, folder)).map(file => join(folder, file)));

test.each(files)('%s loads what is in the package', file => {
  const code = readFileSync(join(ROOT, file), 'utf8');
  const loaded = [...code.matchAll(/\brequire\("([^"]+)"\)/g)].map(([, name]) => name);
  const isThere = (name: string) => name.startsWith('.') ? existsSync(join(ROOT, dirname(file), name)) : isBuiltin(name) || NEVER_LOADED.includes(name);
  expect(loaded.filter(name => !isThere(name))).toEqual([]);
  expect(code).not.toMatch(/\bimport\(/);
});

test('functions start without the rest of the package', () => {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'functions-')));
  try {
    cpSync(join(ROOT, FUNCTIONS), folder, { recursive: true });
    const script = "const names = Object.keys(require('./index.js')); JSON.stringify({ names, loaded: Object.keys(require.cache) })";
    const { names, loaded } = JSON.parse(execFileSync(process.execPath, ['-p', script], { cwd: folder, encoding: 'utf8' }));
    expect(names).toEqual(['gate', 'mark', 'resolve']);
    expect(loaded.sort()).toEqual(readdirSync(folder).map(name => join(folder, name)).sort());
  } finally {
    rmSync(folder, { recursive: true });
  }
});
