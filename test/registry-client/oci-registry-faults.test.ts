import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, RequestListener } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { AddressInfo, createServer as createTcpServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { selfSigned } from './certificate';
import { interceptRequests } from './outgoing-requests';
import { describeWith } from './tools';
import { singleManifest } from '../../emulator/images';
import { listen, LocalServer } from '../../emulator/local-server';
import { OciRegistry } from '../../src/registry-client/oci-registry';
import { outcomeOf, ResolutionError } from '../../src/registry-client/resolution-error';

jest.setTimeout(30_000);

const image = singleManifest('image');
const headers = { 'content-type': image.mediaType, 'docker-content-digest': image.digest };
const otherDigest = `sha256:${'0'.repeat(64)}`;

const credentials = async () => ({ username: 'robot', password: 'swordfish' });
const secrets = ['swordfish', Buffer.from('robot:swordfish').toString('base64'), 'secret-token'];

const servers: LocalServer[] = [];

afterEach(async () => {
  jest.restoreAllMocks();
  await Promise.all(servers.splice(0).map(server => server.stop()));
});

/** Answers everything, and is asked for `team/api`. */
async function serve(answer: RequestListener, options: { readonly timeoutMs?: number } = {}) {
  const server = await listen(createServer(answer));
  servers.push(server);
  const { host } = new URL(server.url);
  return { url: server.url, host, name: `'${host}/team/api:v1'`, registry: new OciRegistry({ host, repositoryName: 'team/api' }, { keychain: credentials, ...options }) };
}

async function failureOf(ask: () => Promise<unknown>): Promise<ResolutionError> {
  const failure = await outcomeOf(ask) as ResolutionError;
  expect(failure).toBeInstanceOf(ResolutionError);
  expect(failure.message).toMatch(/^[^\n\r]+[^.\n\r]$/);
  secrets.forEach(secret => expect(`${failure.message} ${failure.stack} ${JSON.stringify(failure)}`).not.toContain(secret));
  return failure;
}

describe('an answer without image', () => {
  const body = (code: string) => JSON.stringify({ errors: [{ code, message: 'you sent swordfish' }] });

  test.each<[number, Record<string, string>, string, ResolutionError['kind'], (host: string, name: string) => string]>([
    [401, {}, '', 'denied', (host, name) => `${host} refuses ${name} (HTTP 401); correct its name, or get access: docker login ${host}`],
    [401, { 'www-authenticate': 'Negotiate' }, '', 'denied', (host, name) => `${host} refuses ${name} (HTTP 401); correct its name, or get access: docker login ${host}`],
    [401, { 'www-authenticate': 'Basic realm="x"' }, '', 'denied', (host, name) => `${host} refuses ${name} (HTTP 401); correct its name, or get access: docker login ${host}`],
    [403, {}, body('DENIED'), 'denied', (host, name) => `${host} refuses ${name} (HTTP 403); correct its name, or get access: docker login ${host}`],
    [404, {}, body('MANIFEST_UNKNOWN'), 'missing', (_, name) => `${name} does not exist (HTTP 404 MANIFEST_UNKNOWN); push it first, or correct its name`],
    [404, {}, body('NAME_UNKNOWN'), 'final', (_, name) => `the repository of ${name} does not exist (HTTP 404 NAME_UNKNOWN); correct its name, or create it first`],
    [404, {}, body('you sent swordfish'), 'missing', (_, name) => `${name} does not exist (HTTP 404); push it first, or correct its name`],
    [404, {}, '<html>', 'missing', (_, name) => `${name} does not exist (HTTP 404); push it first, or correct its name`],
    [429, { 'retry-after': '30' }, '', 'busy', (host, name) =>
      `${host} limits requests for ${name} (HTTP 429, retry after 30 seconds); try again later, or raise the limit: docker login ${host}`],
    [429, { 'retry-after': 'Fri, 31 Dec 2027 23:59:59 GMT' }, '', 'busy', (host, name) =>
      `${host} limits requests for ${name} (HTTP 429, retry after 2027-12-31T23:59:59.000Z); try again later, or raise the limit: docker login ${host}`],
    [429, { 'retry-after': 'swordfish' }, '', 'busy', (host, name) =>
      `${host} limits requests for ${name} (HTTP 429); try again later, or raise the limit: docker login ${host}`],
    [503, { 'retry-after': '5' }, '', 'busy', (host, name) => `${host} has trouble with ${name} (HTTP 503, retry after 5 seconds); try again later`],
    [500, {}, '', 'busy', (host, name) => `${host} has trouble with ${name} (HTTP 500); try again later`],
    [418, {}, body('UNSUPPORTED'), 'final', (host, name) =>
      `${host} refuses ${name} (HTTP 418 UNSUPPORTED); correct the reference, expected a registry that speaks the OCI distribution API`],
  ])('with status %d and %j %s is %s', async (status, more, content, kind, message) => {
    const { registry, host, name } = await serve((_, response) => response.writeHead(status, more).end(content));
    expect(await failureOf(() => registry.image('v1'))).toMatchObject({ kind, message: message(host, name) });
  });

  test('of a manifest has the code of the registry', async () => {
    const { registry, host, name } = await serve((_, response) => response.writeHead(429).end(body('TOOMANYREQUESTS')));
    expect(await failureOf(() => registry.manifest(image.digest, 'v1'))).toMatchObject({
      kind: 'busy', message: `${host} limits requests for ${name} (HTTP 429 TOOMANYREQUESTS); try again later, or raise the limit: docker login ${host}`,
    });
    const broken = await serve((_, response) => response.writeHead(502).end(body('UNAVAILABLE')));
    expect(await failureOf(() => broken.registry.manifest(image.digest, 'v1'))).toMatchObject({
      kind: 'busy', message: `${broken.host} has trouble with ${broken.name} (HTTP 502 UNAVAILABLE); try again later`,
    });
  });

  test('to a HEAD request is one to a GET request, where a registry does not know the former', async () => {
    const { registry } = await serve((request, response) => response.writeHead(request.method === 'GET' ? 200 : 405, headers).end(image.content));
    await expect(registry.image('v1')).resolves.toEqual({ digest: image.digest, mediaType: image.mediaType });
  });
});

describe('content that cannot be trusted', () => {
  test('is an error when it has another digest than was asked for', async () => {
    const { registry, host, name } = await serve((_, response) => response.writeHead(200, headers).end(image.content));
    expect(await failureOf(() => registry.manifest(otherDigest, 'v1'))).toMatchObject({
      kind: 'final',
      message: `${host} answers for ${name} with content whose digest is ${image.digest}, not ${otherDigest} as it says; do not use it, tell who runs the registry`,
    });
  });

  test('is an error when it has another digest than the registry says', async () => {
    const { registry } = await serve((request, response) => request.method === 'GET'
      ? response.writeHead(200, { ...headers, 'docker-content-digest': otherDigest }).end(image.content)
      : response.writeHead(405).end());
    expect(await failureOf(() => registry.image('v1'))).toMatchObject({ kind: 'final', message: expect.stringContaining(`not ${otherDigest} as it says`) });
  });

  test.each(['swordfish', `sha512:${'0'.repeat(128)}`, `sha256:${'A'.repeat(64)}`])('is an error when the digest is %s', async digest => {
    const { registry, host, name } = await serve((_, response) => response.writeHead(200, { ...headers, 'docker-content-digest': digest }).end());
    expect(await failureOf(() => registry.image('v1'))).toMatchObject({
      kind: 'final', message: expect.stringContaining(`${host} names no usable digest for ${name} in Docker-Content-Digest; expected 'sha256:'`),
    });
  });

  test.each([
    ['a web page', 'text/html', '<html>'],
    ['another document', 'application/json', '{}'],
    ['a manifest of outdated type', 'application/vnd.docker.distribution.manifest.v1+prettyjws', '{"schemaVersion":1}'],
  ])('is an error when it is %s', async (_, type, content) => {
    const { registry, host, name } = await serve((__, response) => response.writeHead(200, { 'content-type': type }).end(content));
    expect(await failureOf(() => registry.image('v1'))).toMatchObject({
      kind: 'final', message: `${host} answers with no image manifest of today's types for ${name}; correct the reference, or push the image again`,
    });
  });

  test('is not read to the end when it is too large', async () => {
    let closed!: () => void;
    const isClosed = new Promise<void>(resolve => closed = resolve);
    const { registry, host, name } = await serve((request, response) => {
      response.writeHead(200, { 'content-type': image.mediaType });
      if (request.method === 'HEAD') {
        response.end();
        return;
      }
      const fill = () => {
        while (!response.destroyed && response.write(Buffer.alloc(65_536)));
      };
      response.on('drain', fill).on('close', closed);
      fill();
    });
    expect(await failureOf(() => registry.image('v1'))).toMatchObject({
      kind: 'final', message: `the answer of ${host} for ${name} has more than 4194304 bytes, which no manifest may have; correct the reference`,
    });
    await isClosed;
  });
});

describe('a connection', () => {
  test.each<[string, RequestListener]>([
    ['that is not answered', () => {}],
    ['whose answer does not end', (_, response) => response.writeHead(200, { ...headers, 'content-length': 1_000 }).write(' ')],
  ])('%s is given up in time', async (_, answer) => {
    const { registry, host, name } = await serve(answer, { timeoutMs: 200 });
    expect(await failureOf(() => registry.manifest(image.digest, 'v1'))).toMatchObject({
      kind: 'busy', message: `${host} did not answer within 0.2 seconds for ${name}; check the network, or try again later`,
    });
  });

  test.each<[string, RequestListener]>([
    ['that is cut', (request) => request.socket.destroy()],
    ['that is cut within the answer', (_, response) => response.writeHead(200, headers).write(' ', () => response.destroy())],
  ])('%s may work again', async (_, answer) => {
    const { registry, host, name } = await serve(answer);
    expect(await failureOf(() => registry.manifest(image.digest, 'v1'))).toMatchObject({
      kind: 'busy', message: `the connection to ${host} for ${name} failed (ECONNRESET); check the network, or try again later`,
    });
  });

  test('that is refused may work later', async () => {
    const { registry, host, name, url } = await serve(() => {});
    await servers.splice(0)[0].stop();
    expect(url).toContain(host);
    expect(await failureOf(() => registry.image('v1'))).toMatchObject({
      kind: 'unreachable', message: `${host} refused the connection for ${name} (ECONNREFUSED); check its port, or try again later`,
    });
  });

  test('to a server of another kind is an error', async () => {
    const server = createTcpServer(socket => socket.end('220 mail\r\n'));
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
    const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
    expect(await failureOf(() => new OciRegistry({ host, repositoryName: 'team/api' }).image('v1'))).toMatchObject({
      kind: 'final', message: expect.stringContaining(`${host} cannot be asked for '${host}/team/api:v1' (HPE_`),
    });
    server.close();
  });

  test.each([
    ['ENOTFOUND', 'final', "the host ghcr.io of 'ghcr.io/team/api:v1' is unknown (ENOTFOUND); correct its name, or check the network"],
    ['EAI_AGAIN', 'busy', "the connection to ghcr.io for 'ghcr.io/team/api:v1' failed (EAI_AGAIN); check the network, or try again later"],
  ])('to a host that is not resolved (%s) is %s', async (code, kind, message) => {
    interceptRequests({ error: Object.assign(new Error('swordfish'), { code }) });
    expect(await failureOf(() => new OciRegistry({ host: 'ghcr.io', repositoryName: 'team/api' }).image('v1'))).toMatchObject({ kind, message });
  });
});

test.each(['ghcr.io/team', 'robot:swordfish@ghcr.io', 'robot@ghcr.io', 'ghcr.io?', 'a b', ''])('%j is no host', async host => {
  expect(await failureOf(async () => new OciRegistry({ host, repositoryName: 'team/api' }))).toMatchObject({
    kind: 'final', message: expect.stringContaining('malformed host of a registry; expected a name, with a port where it has one'),
  });
});

describe('addresses', () => {
  test.each([
    ['docker.io', 'https://registry-1.docker.io/'],
    ['ghcr.io', 'https://ghcr.io/'],
    ['registry.example:5000', 'https://registry.example:5000/'],
    ['127.0.0.2:5000', 'https://127.0.0.2:5000/'],
    ['localhost:5000', 'http://localhost:5000/'],
    ['127.0.0.1:5000', 'http://127.0.0.1:5000/'],
    ['[::1]:5000', 'http://[::1]:5000/'],
    ['localhost.example', 'https://localhost.example/'],
  ])('%s is asked at %s', async (host, origin) => {
    const requests = interceptRequests({ status: 200, headers });
    await new OciRegistry({ host, repositoryName: 'team/api' }).image('v1');
    expect(requests).toEqual([[`${origin}v2/team/api/manifests/v1`, 'HEAD']]);
  });

  test('docker.io is named without its host by docker login', async () => {
    interceptRequests({ status: 401 });
    expect(await failureOf(() => new OciRegistry({ host: 'docker.io', repositoryName: 'library/nginx' }).image('v1'))).toMatchObject({
      kind: 'denied', message: "registry-1.docker.io refuses 'docker.io/library/nginx:v1' (HTTP 401); correct its name, or get access: docker login",
    });
  });
});

describeWith(['openssl'], 'TLS', () => {
  test('with a certificate that nobody has signed is an error, and gets no request', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'certificate-'));
    const { certificate, key } = await selfSigned(directory, '127.0.0.2');
    const answer = jest.fn();
    const server = createTlsServer({ cert: certificate, key }, answer);
    await new Promise<void>(resolve => server.listen(0, '127.0.0.2', resolve));
    const host = `127.0.0.2:${(server.address() as AddressInfo).port}`;
    expect(await failureOf(() => new OciRegistry({ host, repositoryName: 'team/api' }, { keychain: credentials }).image('v1'))).toMatchObject({
      kind: 'final',
      message: `${host} has no TLS connection that can be trusted for '${host}/team/api:v1' (DEPTH_ZERO_SELF_SIGNED_CERT); `
        + "name its certificate authority's file in NODE_EXTRA_CA_CERTS, or correct the host",
    });
    expect(answer).not.toHaveBeenCalled();
    server.close();
    await rm(directory, { recursive: true });
  });
});
