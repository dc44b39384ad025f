import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, request as httpRequest } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { selfSigned } from './certificate';
import { ISSUER, SERVICE, startTokenServer, TokenServer } from './token-server';
import { describeWith, run } from './tools';
import { DockerRegistry, startDockerRegistry } from '../../emulator/docker-registry';
import { multiArchIndex, singleManifest } from '../../emulator/images';
import { listen } from '../../emulator/local-server';
import { pushToRegistry } from '../../emulator/push-to-registry';
import { OciRegistry } from '../../src/registry-client/oci-registry';
import { outcomeOf } from '../../src/registry-client/resolution-error';
import { resolveImage } from '../../src/registry-client/resolve-image';

jest.setTimeout(60_000);

const OCI_INDEX = 'application/vnd.oci.image.index.v1+json';
const OCI_MANIFEST = 'application/vnd.oci.image.manifest.v1+json';
const DOCKER_MANIFEST = 'application/vnd.docker.distribution.manifest.v2+json';
const DOCKER_LIST = 'application/vnd.docker.distribution.manifest.list.v2+json';

const amd64 = singleManifest('amd64');
const arm64 = singleManifest('arm64');
const platforms = [{ platform: 'linux/amd64', manifest: amd64 }, { platform: 'linux/arm64/v8', manifest: arm64 }];
const index = multiArchIndex(platforms, { attestations: true });

const basic = (user: string, password: string) => `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;

let directory: string;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'oci-registry-'));
});

afterAll(() => rm(directory, { recursive: true }));

describeWith(['docker-registry', 'skopeo'], 'a registry that everybody may read', () => {
  let server: DockerRegistry;
  let registry: OciRegistry;

  const skopeo = async (...parameters: string[]) => (await run('skopeo', ['--insecure-policy', ...parameters])).stdout.trim();
  const address = (tag: string) => `docker://${server.host}/team/api:${tag}`;

  beforeAll(async () => {
    server = await startDockerRegistry();
    registry = new OciRegistry({ host: server.host, repositoryName: 'team/api' });
    await pushToRegistry(server.host, 'team/api', amd64, 'single');
    await pushToRegistry(server.host, 'team/api', index, 'multi');
    await pushToRegistry(server.host, 'team/api', multiArchIndex(platforms), 'multi-without-attestations');
    const copy = ['copy', '--quiet', '--src-tls-verify=false', '--dest-tls-verify=false', '--format', 'v2s2'];
    await skopeo(...copy, address('single'), address('docker'));
    await skopeo(...copy, '--all', address('multi-without-attestations'), address('docker-multi'));
  });

  afterAll(() => server.stop());

  test.each([
    ['single', OCI_MANIFEST],
    ['multi', OCI_INDEX],
    ['docker', DOCKER_MANIFEST],
    ['docker-multi', DOCKER_LIST],
  ])('the digest of %s is what skopeo says', async (tag, mediaType) => {
    const image = await registry.image(tag);
    expect(image).toEqual({ digest: await skopeo('inspect', '--no-tags', '--tls-verify=false', '--format', '{{.Digest}}', address(tag)), mediaType });
    expect(await registry.manifest(image.digest, tag)).toBe((await run('skopeo', ['inspect', '--tls-verify=false', '--raw', address(tag)])).stdout);
  });

  test.each(['arm64', 'amd64'])('the image for %s is the one that skopeo copies', async architecture => {
    const copied = join(directory, architecture);
    await skopeo('copy', '--quiet', '--src-tls-verify=false', '--override-os', 'linux', '--override-arch', architecture, address('multi'), `dir:${copied}`);
    const manifest = await readFile(join(copied, 'manifest.json'));
    expect(await readdir(copied)).toContain('version');
    await expect(resolveImage(registry, { tag: 'multi', platform: `linux/${architecture}`, requirePlatforms: ['linux/arm64'] })).resolves.toEqual({
      digest: `sha256:${createHash('sha256').update(manifest).digest('hex')}`,
      mediaType: OCI_MANIFEST,
      platforms: ['linux/amd64', 'linux/arm64/v8'],
    });
  });

  test('attestations are no candidates', async () => {
    expect(JSON.parse(index.content).manifests).toHaveLength(4);
    await expect(resolveImage(registry, { tag: 'multi', platform: 'unknown/unknown' })).rejects.toThrow(
      `'${server.host}/team/api:multi' has no image for platform unknown/unknown, it has linux/amd64 (${amd64.digest}), linux/arm64/v8 (${arm64.digest})`);
  });

  test('a single image has no platforms', async () => {
    await expect(resolveImage(registry, { tag: 'single', platform: 'linux/amd64' })).rejects.toThrow(
      `'${server.host}/team/api:single' is a single image (${OCI_MANIFEST}), not an index of platforms`);
  });

  test('a missing tag is an error that time may mend', async () => {
    await expect(registry.image('none')).rejects.toMatchObject({
      kind: 'missing', message: `'${server.host}/team/api:none' does not exist (HTTP 404 MANIFEST_UNKNOWN)`,
    });
    await expect(registry.manifest(`sha256:${'0'.repeat(64)}`, 'none')).rejects.toMatchObject({ kind: 'missing' });
  });

  test.each([
    ['leaves out the digest', 'docker-content-digest'],
    ['leaves out the media type', 'content-type'],
  ])('an image is found where a proxy %s', async (_, left) => {
    const requests: string[] = [];
    const proxy = await listen(createServer((request, response) => {
      requests.push(request.method!);
      httpRequest(new URL(request.url!, `http://${server.host}`), { method: request.method, headers: request.headers }, answer => {
        delete answer.headers[left];
        response.writeHead(answer.statusCode!, answer.headers);
        answer.pipe(response);
      }).end();
    }));
    const behind = new OciRegistry({ host: new URL(proxy.url).host, repositoryName: 'team/api' });
    await expect(behind.image('multi')).resolves.toEqual({ digest: index.digest, mediaType: OCI_INDEX });
    await expect(behind.image('docker')).resolves.toEqual(await registry.image('docker'));
    await expect(behind.image('none')).rejects.toMatchObject({ kind: 'missing' });
    expect(requests).toEqual(['HEAD', 'GET', 'HEAD', 'GET', 'HEAD', 'GET']);
    await proxy.stop();
  });
});

describeWith(['docker-registry'], 'a registry with passwords', () => {
  const password = 'correct horse';
  let server: DockerRegistry;

  beforeAll(async () => {
    const path = join(directory, 'htpasswd');
    await writeFile(path, 'user:$2b$04$abcdefghijklmnopqrstuujydOTSfIH/d5oUHpsygqV5X9xJLQc6e\n');
    server = await startDockerRegistry({ htpasswd: { realm: 'a "realm"', path } });
    await pushToRegistry(server.host, 'private', amd64, 'v1', basic('user', password));
  });

  afterAll(() => server.stop());

  test('is read with the right one, which is asked for once', async () => {
    const credentials = jest.fn(async () => ({ username: 'user', password }));
    const registry = new OciRegistry({ host: server.host, repositoryName: 'private' }, { keychain: credentials });
    const image = await registry.image('v1');
    expect(image.digest).toBe(amd64.digest);
    await expect(registry.manifest(image.digest, 'v1')).resolves.toBe(amd64.content);
    expect(credentials).toHaveBeenCalledTimes(1);
  });

  test.each([
    ['without', undefined],
    ['with an empty answer for', async () => undefined],
    ['with a wrong one of', async () => ({ username: 'user', password: 'guessed-password' })],
    ['with an identity token as', async () => ({ username: '<token>', password: 'guessed-password' })],
  ])('is not read %s credentials', async (_, credentials) => {
    const failure = await outcomeOf(() => new OciRegistry({ host: server.host, repositoryName: 'private' }, { keychain: credentials }).image('v1'));
    expect(failure).toMatchObject({
      reason: 'not-signed-in', message: `${server.host} refuses '${server.host}/private:v1' (HTTP 401)`,
    });
  });
});

describeWith(['docker-registry', 'openssl'], 'a registry with tokens', () => {
  const secrets = ['swordfish', basic('robot', 'swordfish'), basic('robot', 'swordfish').slice(6)];
  let server: DockerRegistry;
  let tokens: TokenServer;

  const registryOf = (repositoryName: string, username?: string, password = 'swordfish') => new OciRegistry({ host: server.host, repositoryName }, {
    keychain: async () => username ? { username, password } : undefined,
  });

  beforeAll(async () => {
    const certificate = await selfSigned(directory, '127.0.0.1');
    tokens = await startTokenServer(certificate);
    server = await startDockerRegistry({ token: { realm: tokens.realm, service: SERVICE, issuer: ISSUER, rootcertbundle: certificate.file } });
    for (const repositoryName of ['public', 'private']) {
      await pushToRegistry(server.host, repositoryName, index, 'v1', `Bearer ${tokens.sign(`repository:${repositoryName}:push,pull`)}`);
    }
  });

  beforeEach(() => {
    tokens.requests.length = 0;
    tokens.allowed.clear();
    Object.assign(tokens, { member: 'token', lifeInSeconds: 60 });
  });

  afterAll(async () => {
    await server.stop();
    await tokens.stop();
  });

  test.each(['token', 'access_token'] as const)('is read without credentials where it lets everybody (%s)', async member => {
    tokens.member = member;
    await expect(resolveImage(registryOf('public'), { tag: 'v1', platform: 'linux/arm64' })).resolves.toMatchObject({ digest: arm64.digest });
    expect(tokens.requests).toEqual([{ method: 'GET', parameters: { service: SERVICE, scope: 'repository:public:pull' }, authorization: undefined }]);
  });

  test('is read with credentials, by one token for all requests', async () => {
    tokens.allowed.add(basic('robot', 'swordfish'));
    const registry = registryOf('private', 'robot');
    const images = await Promise.all(Array.from({ length: 10 }, () => registry.image('v1')));
    expect(new Set(images.map(({ digest }) => digest))).toEqual(new Set([index.digest]));
    await registry.manifest(index.digest, 'v1');
    expect(tokens.requests).toEqual([{
      method: 'GET', parameters: { service: SERVICE, scope: 'repository:private:pull' }, authorization: basic('robot', 'swordfish'),
    }]);
  });

  test('is read with an identity token', async () => {
    tokens.allowed.add('an identity token');
    await expect(registryOf('private', '<token>', 'an identity token').image('v1')).resolves.toMatchObject({ digest: index.digest });
    expect(tokens.requests).toEqual([{
      method: 'POST',
      parameters: {
        grant_type: 'refresh_token', refresh_token: 'an identity token', service: SERVICE, scope: 'repository:private:pull', client_id: 'cdk-secure-repository',
      },
      authorization: undefined,
    }]);
  });

  test('gets another token when the first has expired', async () => {
    const registry = registryOf('public');
    tokens.lifeInSeconds = -120;
    await expect(registry.image('v1')).rejects.toMatchObject({ reason: 'not-signed-in' });
    expect(tokens.requests).toHaveLength(1);
    tokens.lifeInSeconds = 60;
    await expect(registry.image('v1')).resolves.toMatchObject({ digest: index.digest });
    expect(tokens.requests).toHaveLength(2);
  });

  test.each([
    ['no', undefined],
    ['wrong', 'robot'],
    ['wrong identity', '<token>'],
  ])('is not read with %s credentials, and says none of them', async (_, username) => {
    const failure = await outcomeOf(() => registryOf('private', username).image('v1')) as Error;
    const { host } = new URL(tokens.realm);
    expect(failure).toMatchObject({
      reason: 'not-signed-in', message: `the token server ${host} refuses '${server.host}/private:v1' (HTTP 401 UNAUTHORIZED)`,
    });
    [...secrets, ...tokens.tokens].forEach(secret => expect(`${failure.message}${failure.stack}`).not.toContain(secret));
  });
});
