import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, Server } from 'node:http';
import { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';

jest.setTimeout(60_000);

const ROOT = join(__dirname, '..', '..');
const NAME = 'a-library';
const NOWHERE = 'http://127.0.0.1:9';

let folder: string;
let registry: Server;
let address: string;
/** What the registry has, by version. */
let published: Record<string, Buffer>;

beforeAll(async () => {
  registry = createServer(({ url }, response) => {
    const [, name, version] = url!.split('/');
    if (name !== NAME || Object.keys(published).length === 0) {
      response.writeHead(404).end('{}');
    } else if (version) {
      response.end(published[version]);
    } else {
      const versions = Object.keys(published).map(key => [key, { name: NAME, version: key, dist: { tarball: `${address}/${NAME}/${key}` } }]);
      response.end(JSON.stringify({ 'name': NAME, 'dist-tags': { latest: versions.at(-1)![0] }, 'versions': Object.fromEntries(versions) }));
    }
  }).listen(0, '127.0.0.1');
  await once(registry, 'listening');
  address = `http://127.0.0.1:${(registry.address() as AddressInfo).port}`;
});

afterAll(() => {
  registry.close();
});

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'compatibility-'));
  published = {};
});

afterEach(() => rmSync(folder, { recursive: true }));

/** A package with one stable class that has these methods. */
function writePackage(name: string, version: string, methods: string[]): string {
  const path = join(folder, name);
  const docs = { stability: 'stable' };
  const fqn = `${NAME}.Thing`;
  mkdirSync(path, { recursive: true });
  writeFileSync(join(path, 'package.json'), JSON.stringify({ name: NAME, version, jsii: {} }));
  writeFileSync(join(path, '.jsii'), JSON.stringify({
    schema: 'jsii/0.10.0',
    name: NAME,
    version,
    docs,
    types: {
      [fqn]: { assembly: NAME, fqn, kind: 'class', name: 'Thing', docs, initializer: { docs }, methods: methods.map(method => ({ name: method, docs })) },
    },
  }));
  return path;
}

function tarball(version: string, methods: string[]): string {
  const file = join(folder, `${version}.tgz`);
  writePackage(`${version}/package`, version, methods);
  spawnSync('tar', ['-czf', file, '-C', join(folder, version), 'package']);
  return file;
}

async function check(path: string, args: string[] = [], npmRegistry = address) {
  const child = spawn(process.execPath, [join(ROOT, 'node_modules/ts-node/dist/bin.js'), '-T', join(ROOT, 'tools/api-compatibility.ts'), ...args], {
    cwd: path,
    env: { ...process.env, npm_config_registry: npmRegistry, npm_config_cache: join(folder, 'cache') },
  });
  const [out, err, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
  return { code, out: out.trim(), err: err.trim() };
}

test('there is nothing to compare with before the first release', async () => {
  const path = writePackage('now', '0.0.0', ['keep']);
  expect(await check(path)).toEqual({ code: 0, out: 'Nothing is published yet that the API could be compared with', err: '' });
  expect(await check(path, ['1.0.0'])).toMatchObject({ code: 1, out: '', err: expect.stringContaining('the npm registry does not have it (E404)') });
});

test('a registry that cannot be reached is not one without the package', async () => {
  expect(await check(writePackage('now', '0.0.0', ['keep']), [], NOWHERE))
    .toMatchObject({ code: 1, out: '', err: expect.stringMatching(/^the npm registry could not be reached \(ECONNREFUSED\): .*$/) });
});

test('a removed method is told, compared with the latest release, another one, a tarball and a folder', async () => {
  const old = tarball('1.0.0', ['keep', 'drop']);
  published = { '1.0.0': readFileSync(old), '1.1.0': readFileSync(tarball('1.1.0', ['keep'])) };
  const path = writePackage('now', '0.0.0', ['keep', 'add']);
  expect(await check(path)).toMatchObject({ code: 0, out: `The API is compatible with the stable one of ${NAME} 1.1.0` });
  for (const baseline of ['1.0.0', old, '../1.0.0/package']) {
    expect(await check(path, [baseline])).toEqual({
      code: 1,
      out: `The API is NOT compatible with the stable one of ${NAME} 1.0.0`,
      err: expect.stringContaining(`METHOD ${NAME}.Thing.drop: has been removed [removed:${NAME}.Thing.drop]`),
    });
  }
});

test('a change that is meant to be is listed in .compatignore', async () => {
  const path = writePackage('now', '0.0.0', ['keep']);
  writeFileSync(join(path, '.compatignore'), `# told in the changelog\nremoved:${NAME}.Thing.drop\n`);
  expect(await check(path, [writePackage('old', '1.0.0', ['keep', 'drop'])])).toMatchObject({ code: 0, err: expect.stringContaining('skip') });
});
