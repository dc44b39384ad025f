import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { askFor, Fakes, giveImage } from './fakes';
import { describeWith, run } from './tools';
import { askCredentialHelper } from '../../src/registry-client/docker-credential-helper';
import * as keychain from '../../src/registry-client/docker-keychain';
import { OciRegistry } from '../../src/registry-client/oci-registry';
import { outcomeOf, ResolutionError } from '../../src/registry-client/resolution-error';

jest.mock('os', () => ({ ...jest.requireActual('os'), homedir: jest.fn() }));

const dockerKeychain = (host: string, repositoryName = 'team/api') => keychain.dockerKeychain(host, repositoryName);

const base64 = (text: string) => Buffer.from(text).toString('base64');

const fakes = new Fakes();

const environment = { ...process.env };
let directory: string;
let file: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'docker-config-'));
  file = join(directory, 'config.json');
  process.env.DOCKER_CONFIG = directory;
  process.env.PATH = `${directory}:${environment.PATH}`;
});

afterEach(async () => {
  process.env = { ...environment };
  await rm(directory, { recursive: true });
});

const configure = (config: unknown) => writeFile(file, typeof config === 'string' ? config : JSON.stringify(config));

/** A helper that keeps what it reads, and then runs a script. */
async function helper(name: string, script: string) {
  const path = join(directory, `docker-credential-${name}`);
  await writeFile(path, `#!/bin/sh\necho "$1 $(cat)" >> ${directory}/asked\n${script}\n`);
  await chmod(path, 0o755);
}

const asked = () => readFile(join(directory, 'asked'), 'utf8');

const answering = (username: string, password: string) => `echo '${JSON.stringify({ ServerURL: 'x', Username: username, Secret: password })}'`;

async function failureOf(ask: () => Promise<unknown>): Promise<ResolutionError> {
  const failure = await outcomeOf(ask) as ResolutionError;
  expect(failure).toMatchObject({ reason: 'unusable-credentials', message: expect.stringMatching(/^[^\n]+[^.\n]$/) });
  expect(`${failure.message}${failure.stack}`).not.toContain('swordfish');
  return failure;
}

describe('the configuration file', () => {
  test('need not be there', async () => {
    await expect(dockerKeychain('ghcr.io')).resolves.toBeUndefined();
    process.env.DOCKER_CONFIG = join(directory, 'none');
    await expect(dockerKeychain('ghcr.io')).resolves.toBeUndefined();
    await configure('{}');
    process.env.DOCKER_CONFIG = file;
    await expect(dockerKeychain('ghcr.io')).resolves.toBeUndefined();
  });

  test('is in the home directory unless said otherwise', async () => {
    delete process.env.DOCKER_CONFIG;
    jest.mocked(homedir).mockReturnValue(directory);
    await mkdir(join(directory, '.docker'));
    await writeFile(join(directory, '.docker', 'config.json'), JSON.stringify({ auths: { 'ghcr.io': { auth: base64('robot:swordfish') } } }));
    await expect(dockerKeychain('ghcr.io')).resolves.toEqual({ username: 'robot', password: 'swordfish' });
  });

  test.each([
    ['ghcr.io', 'ghcr.io'],
    ['ghcr.io', 'https://ghcr.io'],
    ['ghcr.io', 'https://ghcr.io/v1/'],
    ['localhost:5000', 'http://localhost:5000'],
    ['docker.io', 'https://index.docker.io/v1/'],
    ['docker.io', 'docker.io'],
    ['docker.io', 'registry-1.docker.io'],
    ['index.docker.io', 'https://index.docker.io/v1/'],
    ['docker.io', 'index.docker.io/v1/'],
    ['ghcr.io', 'https://ghcr.io/v2/'],
    ['ghcr.io', 'ghcr.io/v2/'],
    ['ghcr.io', 'ghcr.io/'],
  ])('has for %s what it has for %s', async (host, key) => {
    await configure({ auths: { [key]: { auth: base64('robot:swordfish') } } });
    await expect(dockerKeychain(host)).resolves.toEqual({ username: 'robot', password: 'swordfish' });
  });

  test.each(['other.io', 'io', 'ghcr.io:5000', 'constructor', '__proto__', 'toString'])('has nothing for %s', async host => {
    await configure({ auths: { 'ghcr.io': { auth: base64('robot:swordfish') } }, credHelpers: {} });
    await expect(dockerKeychain(host)).resolves.toBeUndefined();
  });

  test.each<[string, unknown, unknown]>([
    ['a password with colons', { auth: base64('robot:sword:fish') }, { username: 'robot', password: 'sword:fish' }],
    ['a password that is filled up', { auth: base64('robot:swordfish\0\0') }, { username: 'robot', password: 'swordfish' }],
    ['an identity token', { auth: base64('robot:'), identitytoken: 'swordfish' }, { username: '<token>', password: 'swordfish' }],
    ['plain text', { username: 'robot', password: 'swordfish' }, { username: 'robot', password: 'swordfish' }],
    ['nothing, as helpers leave it', {}, undefined],
    ['an empty entry', { auth: '' }, undefined],
  ])('holds %s', async (_, entry, credentials) => {
    await configure({ auths: { 'ghcr.io': entry } });
    await expect(dockerKeychain('ghcr.io')).resolves.toEqual(credentials);
  });

  test('may hold empty sections', async () => {
    await configure({ auths: null, credHelpers: null, credsStore: '' });
    await expect(dockerKeychain('ghcr.io')).resolves.toBeUndefined();
  });

  test.each<[string, unknown, string]>([
    ['no JSON', '{"auths": swordfish', 'it is no JSON object'],
    ['a list', [], 'it is no JSON object'],
    ['no text', '', 'it is no JSON object'],
    ['a wrong section', { auths: 'swordfish' }, 'its auths is no object'],
    ['wrong helpers', { credHelpers: ['swordfish'] }, 'its credHelpers is no object'],
    ['a wrong entry', { auths: { 'ghcr.io': 'swordfish' } }, 'its auths for ghcr.io is no object'],
    ['a wrong auth', { auths: { 'ghcr.io': { auth: 'swordfish' } } }, "its auth for ghcr.io is not the Base64 form of 'user:password'"],
    ['an auth without user', { auths: { 'ghcr.io': { auth: base64(':swordfish') } } }, "its auth for ghcr.io is not the Base64 form of 'user:password'"],
  ])('is malformed with %s', async (_, config, what) => {
    await configure(config);
    expect((await failureOf(() => dockerKeychain('ghcr.io'))).message).toBe(`Docker's configuration ${file} is malformed: ${what}`);
  });

  test('that cannot be read is an error', async () => {
    await mkdir(file);
    expect((await failureOf(() => dockerKeychain('ghcr.io'))).message).toBe(`Docker's configuration ${file} cannot be read (EISDIR)`);
  });
});

describe('a credential helper', () => {
  test('for the host comes before the one for all', async () => {
    await helper('one', answering('robot', 'swordfish'));
    await configure({ credHelpers: { 'ghcr.io': 'one' }, credsStore: 'all', auths: { 'ghcr.io': { auth: base64('other:other') } } });
    await expect(dockerKeychain('ghcr.io')).resolves.toEqual({ username: 'robot', password: 'swordfish' });
    await expect(asked()).resolves.toBe('get ghcr.io\n');
  });

  test('for all is asked for Docker Hub as Docker does', async () => {
    await helper('all', answering('<token>', 'swordfish'));
    await configure({ credsStore: 'all' });
    await expect(dockerKeychain('docker.io')).resolves.toEqual({ username: '<token>', password: 'swordfish' });
    await expect(asked()).resolves.toBe('get https://index.docker.io/v1/\n');
  });

  test.each([
    ['is not installed', undefined],
    ['does not know the host', 'echo "credentials not found in native keychain"; exit 1'],
    ['has an empty answer', answering('', '')],
  ])('that %s leaves the file', async (_, script) => {
    if (script) await helper('all', script);
    await configure({ credsStore: 'all', auths: { 'ghcr.io': { auth: base64('robot:swordfish') } } });
    await expect(dockerKeychain('ghcr.io')).resolves.toEqual({ username: 'robot', password: 'swordfish' });
    await configure({ credsStore: 'all', auths: { 'ghcr.io': {} } });
    await expect(dockerKeychain('ghcr.io')).resolves.toBeUndefined();
  });

  test.each([
    ['fails', 'echo swordfish; echo swordfish >&2; exit 3', 'has failed for ghcr.io (exit code 3)'],
    ['prints no JSON', 'echo swordfish', 'answers for ghcr.io without Username and Secret'],
    ['prints something else', 'echo null', 'answers for ghcr.io without Username and Secret'],
    ['leaves out the user', 'echo \'{"Secret":"swordfish"}\'', 'answers for ghcr.io without Username and Secret'],
  ])('that %s is an error', async (_, script, what) => {
    await helper('all', script);
    await configure({ credsStore: 'all' });
    expect((await failureOf(() => dockerKeychain('ghcr.io'))).message).toBe(`docker-credential-all, which ${file} names, ${what}`);
  });

  test.each(['../evil', 'a/b', 'a\\b', 'a b', 'a&calc', 'a;b', '$(x)', '%PATH%', 'a"b', 'a\nb'])('%j is no name of one', async name => {
    await configure({ credsStore: name });
    expect((await failureOf(() => dockerKeychain('ghcr.io'))).message).toBe(`Docker's configuration ${file} is malformed: the name of a credential helper `
      + `has letters, digits, dots, underscores and hyphens, not ${JSON.stringify(name)}`);
  });

  test('is looked for as Windows does it, there', async () => {
    const { platform } = process;
    await helper('all', answering('robot', 'swordfish'));
    await configure({ credsStore: 'all' });
    Object.defineProperty(process, 'platform', { value: 'win32' });
    await expect(dockerKeychain('ghcr.io')).resolves.toBeUndefined();
    Object.defineProperty(process, 'platform', { value: platform });
    await expect(dockerKeychain('ghcr.io')).resolves.toBeDefined();
  });

  test('that does not answer is given up', async () => {
    await helper('slow', 'sleep 3');
    expect((await failureOf(() => askCredentialHelper('slow', 'ghcr.io', file, 300))).message)
      .toBe(`docker-credential-slow, which ${file} names, has failed for ghcr.io (no answer within 0.3 seconds)`);
  });

  test('need not read the host', async () => {
    const path = join(directory, 'docker-credential-deaf');
    await writeFile(path, `#!/bin/sh\nexec 0<&-\n${answering('robot', 'swordfish')}\n`);
    await chmod(path, 0o755);
    await expect(askCredentialHelper('deaf', 'ghcr.io'.repeat(50_000), file)).resolves.toEqual({ username: 'robot', password: 'swordfish' });
  });
});

describe('other places', () => {
  const login = (user: string) => ({ auths: { 'ghcr.io': { username: user, password: 'swordfish' } } });

  test('come before Docker\'s configuration, a variable before a file', async () => {
    await configure(login('docker'));
    await writeFile(join(directory, 'auth.json'), JSON.stringify(login('podman')));
    await expect(dockerKeychain('ghcr.io')).resolves.toMatchObject({ username: 'docker' });
    process.env.REGISTRY_AUTH_FILE = join(directory, 'auth.json');
    await expect(dockerKeychain('ghcr.io')).resolves.toMatchObject({ username: 'podman' });
    process.env.DOCKER_AUTH_CONFIG = JSON.stringify(login('gitlab'));
    await expect(dockerKeychain('ghcr.io')).resolves.toMatchObject({ username: 'gitlab' });
  });

  test('that do not know a registry leave it to the next', async () => {
    await configure(login('docker'));
    process.env.REGISTRY_AUTH_FILE = join(directory, 'none');
    process.env.DOCKER_AUTH_CONFIG = '{"auths":{"quay.io":{"username":"x","password":"swordfish"}}}';
    await expect(dockerKeychain('ghcr.io')).resolves.toMatchObject({ username: 'docker' });
  });

  test('are named when they are malformed', async () => {
    process.env.DOCKER_AUTH_CONFIG = 'swordfish';
    expect((await failureOf(() => dockerKeychain('ghcr.io'))).message).toBe("Docker's configuration DOCKER_AUTH_CONFIG is malformed: it is no JSON object");
  });

  test('may have a token that the registry takes as it is', async () => {
    await configure({ auths: { 'ghcr.io': { registrytoken: 'secret', auth: base64('user:swordfish') } } });
    await expect(dockerKeychain('ghcr.io')).resolves.toEqual({ username: '<registrytoken>', password: 'secret' });
  });
});

describe('logins for a part of a registry', () => {
  const login = (user: string) => ({ auth: base64(`${user}:swordfish`) });
  const userFor = async (keys: string[], repositoryName: string, host = 'quay.io') => {
    await configure({ auths: Object.fromEntries(keys.map(key => [key, login(key)])) });
    return (await dockerKeychain(host, repositoryName))?.username;
  };
  const KEYS = ['quay.io/team-a', 'quay.io/team-b/app', 'quay.io/team-b', 'quay.io'];

  test.each([
    ['team-a/app', 'quay.io/team-a'],
    ['team-a', 'quay.io/team-a'],
    ['team-b/app', 'quay.io/team-b/app'],
    ['team-b/app/web', 'quay.io/team-b/app'],
    ['team-b/application', 'quay.io/team-b'],
    ['team-ab/app', 'quay.io'],
    ['other/team-a', 'quay.io'],
  ])('are for what is in it: %s gets that of %s', async (repositoryName, key) => {
    expect(await userFor(KEYS, repositoryName)).toBe(key);
    expect(await userFor([...KEYS].reverse(), repositoryName)).toBe(key);
    expect(await userFor(KEYS.slice(0, 3), repositoryName)).toBe(key === 'quay.io' ? undefined : key);
  });

  test.each([
    ['quay.io/v1', 'team/app', undefined],
    ['quay.io/v1', 'v1/app', 'quay.io/v1'],
    ['quay.io/team/', 'team/app', 'quay.io/team/'],
    ['quay.io:443/team', 'team/app', undefined],
  ])('%s and %s', async (key, repositoryName, user) => {
    expect(await userFor([key], repositoryName)).toBe(user?.split(':')[0]);
  });

  test('of Docker Hub have any of its names', async () => {
    expect(await userFor(['docker.io/team', 'https://index.docker.io/v1/'], 'team/app', 'docker.io')).toBe('docker.io/team');
    expect(await userFor(['docker.io/library/nginx'], 'library/nginx', 'docker.io')).toBe('docker.io/library/nginx');
    expect(await userFor(['docker.io/library/nginx'], 'library/alpine', 'docker.io')).toBeUndefined();
  });

  test('come before a helper, which is for the host', async () => {
    await helper('all', answering('helper', 'swordfish'));
    await configure({ credsStore: 'all', auths: { 'quay.io/team': login('robot') } });
    await expect(dockerKeychain('quay.io', 'team/app')).resolves.toMatchObject({ username: 'robot' });
    await expect(dockerKeychain('quay.io', 'other/app')).resolves.toMatchObject({ username: 'helper' });
    await configure({ credHelpers: { 'quay.io/team': 'all' } });
    await expect(dockerKeychain('quay.io', 'other/app')).resolves.toBeUndefined();
  });
});

describeWith(['skopeo'], 'skopeo', () => {
  test.each([
    [['HOST/team-a', 'HOST/team-b'], 'team-b/app'],
    [['HOST/team-b', 'HOST/team-b/app', 'HOST'], 'team-b/app'],
    [['HOST/team-b', 'HOST/team-b/app', 'HOST'], 'team-b/app2'],
    [['HOST', 'HOST/team-b'], 'team-bc/app'],
    [['HOST/team-a'], 'team-b/app'],
    [['https://HOST/v1/'], 'team-b/app'],
    [['https://HOST/v2/', 'HOST/team-a'], 'team-b/app'],
    [['HOST/v1'], 'team-b/app'],
  ])('sends the same of %j for %s', async (keys, repositoryName) => {
    const fake = await fakes.start(askFor('Basic realm="x"', giveImage));
    const places = keys.map(key => key.replace('HOST', fake.host));
    process.env.REGISTRY_AUTH_FILE = join(directory, 'auth.json');
    await writeFile(process.env.REGISTRY_AUTH_FILE, JSON.stringify({ auths: Object.fromEntries(places.map(key => [key, { auth: base64(`${places.indexOf(key)}:swordfish`) }])) }));
    const nobody = `Basic ${base64(':')}`;
    const sent = () => new Set(fake.seen.splice(0).flatMap(([, authorization = nobody]) => authorization === nobody ? [] : authorization));
    await run('skopeo', ['inspect', '--raw', '--tls-verify=false', `docker://${fake.host}/${repositoryName}:v1`], { env: process.env }).catch(() => {});
    const expected = sent();
    await outcomeOf(() => new OciRegistry({ host: fake.host, repositoryName }, { keychain: keychain.dockerKeychain }).image('v1'));
    expect(sent()).toEqual(expected);
  });
});
