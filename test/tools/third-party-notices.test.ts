import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Metafile } from 'esbuild';
import { bundledPackages, thirdPartyNotices } from '../../tools/third-party-notices';

const ROOT = join(__dirname, '..', '..');
const APACHE = readFileSync(join(ROOT, 'LICENSE'), 'utf8').trim();
const BUNDLES = ['command', 'shared'];

function metafile(name: string): Metafile {
  return JSON.parse(readFileSync(join(ROOT, '.cache/bundles', `${name}.json`), 'utf8'));
}

describe('the notices of the package', () => {
  const notices = readFileSync(join(ROOT, 'THIRD-PARTY-NOTICES'), 'utf8');
  const titles = [...notices.matchAll(/^((?:@\S+\/)?[\w.-]+) (\d+\.\d+\.\d+\S*) \((.+?)\)(?:, by .+)?$/gm)].map(([, name, version, licence]) => ({ name, version, licence }));

  test.each(BUNDLES)('name every package that has code in a bundle (%s)', bundle => {
    const inputs = Object.values(metafile(bundle).outputs).flatMap(output => Object.entries(output.inputs));
    const names = inputs.filter(([path, { bytesInOutput }]) => bytesInOutput > 0 && !path.startsWith('src/'))
      .map(([path]) => path.split('node_modules/').at(-1)!.split('/').slice(0, path.includes('node_modules/@') ? 2 : 1).join('/'));
    expect(names).not.toEqual([]);
    expect(titles.map(({ name }) => name)).toEqual(expect.arrayContaining(names));
  });

  test('name nothing else, and each package once', () => {
    const folders = bundledPackages(BUNDLES.map(metafile));
    expect(titles.map(({ name }) => `node_modules/${name}`).sort()).toEqual(folders);
    for (const { name, version } of titles) {
      expect(JSON.parse(readFileSync(join(ROOT, 'node_modules', name, 'package.json'), 'utf8')).version).toBe(version);
    }
  });

  test.each([
    ['commander', 'MIT', 'Copyright (c) 2011 TJ Holowaychuk'],
    ['@smithy/core', 'Apache-2.0', 'Copyright 2019 Amazon.com'],
    ['@aws-sdk/client-ecr', 'Apache-2.0', 'Copyright 2018-2020 Amazon.com'],
    ['@aws-sdk/credential-providers', 'Apache-2.0', 'Copyright 2018 Amazon.com'],
  ])('have %s with its licence and copyright', (name, licence, copyright) => {
    expect(titles).toContainEqual({ name, licence, version: expect.any(String) });
    expect(notices).toContain(copyright);
  });

  test('are in the npm package', () => {
    const output = execFileSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], { cwd: ROOT, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
    const [{ files }] = JSON.parse(output);
    const paths = files.map(({ path }: { path: string }) => path);
    expect(paths).toEqual(expect.arrayContaining(['THIRD-PARTY-NOTICES', 'LICENSE', 'cli/aws-sdk.js', 'cli/index.js', 'assets/functions/index/index.js']));
    expect(paths.filter((path: string) => path.startsWith('tools/'))).toEqual([]);
  });
});

describe('a package in a bundle', () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'notices-'));
  });

  afterEach(() => rmSync(folder, { recursive: true }));

  function install(name: string, manifest: object, files: Record<string, string> = {}): string {
    const path = join(folder, 'node_modules', name);
    mkdirSync(path, { recursive: true });
    for (const [file, content] of Object.entries({ 'package.json': JSON.stringify({ name, version: '1.2.3', ...manifest }), ...files })) {
      writeFileSync(join(path, file), content);
    }
    return path;
  }

  test.each([['GPL-3.0-only'], ['(MIT OR GPL-3.0-only)'], ['SEE LICENSE IN LICENSE'], [undefined]])('may not have the licence %s', license => {
    expect(() => thirdPartyNotices([install('foreign', { license }, { LICENSE: 'text' })])).toThrow(/^foreign 1\.2\.3 is in a bundle under the licence .*expected one of 0BSD, Apache-2\.0,/);
  });

  test.each([['MIT'], ['ISC'], ['BSD-3-Clause']])('needs the text of %s, which names the copyright holder', license => {
    expect(() => thirdPartyNotices([install('bare', { license }, { NOTICE: 'thanks' })])).toThrow(`bare 1.2.3 is in a bundle under the licence ${license}, but has no file`);
  });

  test('may leave out the text of Apache-2.0', () => {
    const notices = thirdPartyNotices([install('@scope/bare', { license: 'Apache-2.0', author: 'Somebody' })]);
    expect(notices).toContain('\n@scope/bare 1.2.3 (Apache-2.0), by Somebody\n');
    expect(notices).toContain(APACHE);
  });

  test.each(['LICENSE', 'LICENCE.md', 'license.txt', 'COPYING'])('has its text in %s, and what is in NOTICE goes along', file => {
    const notices = thirdPartyNotices([install('noted', { license: 'Apache-2.0' }, { [file]: 'the licence\r\n', NOTICE: 'the notice' })]);
    expect(notices).toMatch(/\nthe licence\n\nthe notice\n$/);
  });

  test('shares a text with others that have the same', () => {
    const notices = thirdPartyNotices(['a', 'b'].map(name => install(name, { license: 'MIT' }, { LICENSE: 'the same text' })));
    expect(notices.match(/the same text/g)).toHaveLength(1);
    expect(notices).toContain('\na 1.2.3 (MIT)\nb 1.2.3 (MIT)\n');
  });

  test('is found at any depth, and only when its code is in the output', () => {
    const inputs = Object.fromEntries([
      ['src/cli/index.ts', 10], ['node_modules/a/index.js', 1], ['node_modules/a/lib/x.js', 1],
      ['node_modules/a/node_modules/@scope/b/c/d.js', 1], ['node_modules/shaken/index.js', 0],
    ].map(([path, bytesInOutput]) => [path, { bytesInOutput: Number(bytesInOutput) }]));
    expect(bundledPackages([{ outputs: { 'out.js': { inputs } as Metafile['outputs'][string] } }]))
      .toEqual(['node_modules/a', 'node_modules/a/node_modules/@scope/b']);
  });
});
