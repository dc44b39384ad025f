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
import { digestOf } from '../../src/registry-client/manifest-digest';
import { OciRegistry } from '../../src/registry-client/oci-registry';
import { outcomeOf, Reason, ResolutionError } from '../../src/registry-client/resolution-error';

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

  test.each<[number, Record<string, string>, string, Reason, (host: string, name: string) => string]>([
    [401, {}, '', 'not-signed-in', (host, name) => `${host} refuses ${name} (HTTP 401)`],
    [401, { 'www-authenticate': 'Negotiate' }, '', 'not-signed-in', (host, name) => `${host} refuses ${name} (HTTP 401)`],
    [401, { 'www-authenticate': 'Basic realm="x"' }, '', 'not-signed-in', (host, name) => `${host} refuses ${name} (HTTP 401)`],
    [403, {}, body('DENIED'), 'access-denied', (host, name) => `${host} refuses ${name} (HTTP 403 DENIED)`],
    [502, {}, body('UNKNOWN'), 'unavailable', (host, name) => `${host} has trouble with ${name} (HTTP 502)`],
    [404, {}, body('MANIFEST_UNKNOWN'), 'image-not-found', (_, name) => `${name} does not exist (HTTP 404 MANIFEST_UNKNOWN)`],
    [404, {}, body('NAME_UNKNOWN'), 'repository-not-found', (_, name) => `the repository of ${name} does not exist (HTTP 404 NAME_UNKNOWN)`],
    [404, {}, body('you sent swordfish'), 'image-not-found', (_, name) => `${name} does not exist (HTTP 404)`],
    [404, {}, '<html>', 'image-not-found', (_, name) => `${name} does not exist (HTTP 404)`],
    [429, {}, '', 'rate-limited', (host, name) => `${host} limits requests for ${name} (HTTP 429)`],
    [500, {}, '', 'unavailable', (host, name) => `${host} has trouble with ${name} (HTTP 500)`],
    [418, {}, body('UNSUPPORTED'), 'refused', (host, name) => `${host} refuses ${name} (HTTP 418 UNSUPPORTED)`],
  ])('with status %d and %j %s is %s', async (status, more, content, reason, message) => {
    const { registry, host, name } = await serve((_, response) => response.writeHead(status, more).end(content));
    const failure = await failureOf(() => registry.image('v1'));
    expect(failure).toMatchObject({ reason, message: message(host, name), status });
    expect(failure.retryAfter).toBeUndefined();
  });

  test.each([429, 503])('with status %d has the time after which the registry wants to be asked again', async status => {
    const { registry } = await serve((_, response) => response.writeHead(status, { 'retry-after': '30' }).end());
    expect(await failureOf(() => registry.image('v1'))).toMatchObject({ kind: 'busy', status, retryAfter: 30_000 });
  });

  test('of a manifest has the code of the registry', async () => {
    const { registry, host, name } = await serve((_, response) => response.writeHead(429).end(body('TOOMANYREQUESTS')));
    expect(await failureOf(() => registry.manifest(image.digest, 'v1'))).toMatchObject({
      reason: 'rate-limited', message: `${host} limits requests for ${name} (HTTP 429 TOOMANYREQUESTS)`,
    });
    const broken = await serve((_, response) => response.writeHead(502).end(body('UNAVAILABLE')));
    expect(await failureOf(() => broken.registry.manifest(image.digest, 'v1'))).toMatchObject({
      reason: 'unavailable', message: `${broken.host} has trouble with ${broken.name} (HTTP 502 UNAVAILABLE)`,
    });
  });

  test.each([403, 404, 405, 500, 501])('to a HEAD request is one to a GET request, where a registry refuses the former with %d', async status => {
    const { registry } = await serve((request, response) => response.writeHead(request.method === 'GET' ? 200 : status, headers).end(image.content));
    await expect(registry.image('v1')).resolves.toEqual({ digest: image.digest, mediaType: image.mediaType });
  });

  test.each<[string, Record<string, string>]>([
    ['application/json', { 'content-type': 'application/json' }],
    ['text/plain', { 'content-type': 'text/plain; charset=utf-8' }],
    ['no type', {}],
  ])('may come as %s: then the manifest says what it is', async (_, type) => {
    const answer = async (content: object) => {
      const { registry } = await serve((__, response) => response.writeHead(200, { ...type, 'docker-content-digest': digestOf(JSON.stringify(content)) })
        .end(JSON.stringify(content)));
      return registry.image('v1');
    };
    const [index, manifest] = [{ schemaVersion: 2, manifests: [] }, { schemaVersion: 2, config: {}, layers: [] }];
    await expect(answer(index)).resolves.toEqual({ digest: digestOf(JSON.stringify(index)), mediaType: 'application/vnd.oci.image.index.v1+json' });
    await expect(answer(manifest)).resolves.toEqual({ digest: digestOf(JSON.stringify(manifest)), mediaType: 'application/vnd.oci.image.manifest.v1+json' });
    expect(await failureOf(() => answer({ ...index, ...manifest }))).toMatchObject({ reason: 'unreadable-image' });
  });

  test('may say its digest twice, but not two of them', async () => {
    const answer = (digests: string[]) => serve((_, response) => response.writeHead(200, { ...headers, 'docker-content-digest': digests }).end());
    const [twice, two] = [await answer([image.digest, image.digest]), await answer([image.digest, otherDigest])];
    await expect(twice.registry.image('v1')).resolves.toMatchObject({ digest: image.digest });
    expect(await failureOf(() => two.registry.image('v1'))).toMatchObject({ reason: 'malformed-answer' });
  });
});

describe('content that cannot be trusted', () => {
  test('is an error when it has another digest than was asked for', async () => {
    const { registry, host, name } = await serve((_, response) => response.writeHead(200, headers).end(image.content));
    expect(await failureOf(() => registry.manifest(otherDigest, 'v1'))).toMatchObject({
      reason: 'wrong-content', message: `${host} answers for ${name} with content whose digest is ${image.digest}, not ${otherDigest}`,
    });
  });

  test.each(['HEAD', 'GET'])('is an error when an image that is asked for by its digest has another one (by %s)', async method => {
    const { registry, host } = await serve((request, response) => request.method === method || request.method === 'GET'
      ? response.writeHead(200, headers).end(image.content)
      : response.writeHead(405).end());
    await expect(registry.lockedImage(image.digest, 'v1')).resolves.toMatchObject({ digest: image.digest });
    expect(await failureOf(() => registry.lockedImage(otherDigest, 'v1'))).toMatchObject({
      reason: 'wrong-content', message: `${host} answers for '${host}/team/api:v1@${otherDigest}' with content whose digest is ${image.digest}, not ${otherDigest}`,
    });
  });

  test('is an error when it has another digest than the registry says', async () => {
    const { registry } = await serve((request, response) => request.method === 'GET'
      ? response.writeHead(200, { ...headers, 'docker-content-digest': otherDigest }).end(image.content)
      : response.writeHead(405).end());
    expect(await failureOf(() => registry.image('v1'))).toMatchObject({ reason: 'wrong-content', message: expect.stringContaining(`not ${otherDigest}`) });
  });

  test.each(['swordfish', `sha512:${'0'.repeat(128)}`, `sha256:${'A'.repeat(64)}`])('is an error when the digest is %s', async digest => {
    const { registry, host, name } = await serve((_, response) => response.writeHead(200, { ...headers, 'docker-content-digest': digest }).end());
    expect(await failureOf(() => registry.image('v1'))).toMatchObject({
      reason: 'malformed-answer', message: `${host} names no usable digest for ${name} in Docker-Content-Digest`,
    });
  });

  test.each([
    ['a web page', 'text/html', '<html>'],
    ['another document', 'application/json', '{}'],
    ['a manifest of outdated type', 'application/vnd.docker.distribution.manifest.v1+prettyjws', '{"schemaVersion":1}'],
    ['a manifest of another type than the registry says', 'application/vnd.oci.image.index.v1+json', image.content],
    ['a web page that is said to be a manifest', image.mediaType, '<html>'],
  ])('is an error when it is %s', async (_, type, content) => {
    const { registry, host, name } = await serve((__, response) => response.writeHead(200, { 'content-type': type }).end(content));
    expect(await failureOf(() => registry.image('v1'))).toMatchObject({
      reason: 'unreadable-image', message: `${host} answers with no image manifest of today's types for ${name}`,
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
      reason: 'malformed-answer', message: `the answer of ${host} for ${name} has more than 4194304 bytes, which no manifest may have`,
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
      reason: 'timed-out', message: `${host} did not answer within 0.2 seconds for ${name}`,
    });
  });

  test.each<[string, RequestListener]>([
    ['that is cut', (request) => request.socket.destroy()],
    ['that is cut within the answer', (_, response) => response.writeHead(200, headers).write(' ', () => response.destroy())],
  ])('%s may work again', async (_, answer) => {
    const { registry, host, name } = await serve(answer);
    expect(await failureOf(() => registry.manifest(image.digest, 'v1'))).toMatchObject({
      reason: 'unavailable', message: `the connection to ${host} for ${name} failed (ECONNRESET)`,
    });
  });

  test.each<[string, string, Reason, RegExp]>([
    ['changes to another protocol', 'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n', 'malformed-answer', /cannot be asked for .* \(ERR_UPGRADE\)$/],
    ['changes to no protocol', 'HTTP/1.1 101 Switching Protocols\r\n\r\n', 'refused', /refuses .* \(HTTP 101\)$/],
    ['ends after the headers of another answer', 'HTTP/1.1 103 Early Hints\r\n\r\n', 'unavailable', /failed \(ECONNRESET\)$/],
    ['ends within a body', 'HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{', 'unavailable', /failed \(ECONNRESET\)$/],
    ['ends without an answer', '', 'unavailable', /failed \(ECONNRESET\)$/],
  ])('that %s is an error', async (_, answer, reason, message) => {
    const server = createTcpServer(socket => socket.once('data', () => socket.end(answer)).on('error', () => {}));
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
    const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
    expect(await failureOf(() => new OciRegistry({ host, repositoryName: 'team/api' }).manifest(image.digest, 'v1'))).toMatchObject({
      reason, message: expect.stringMatching(message),
    });
    server.close();
  });

  test('that is refused may work later', async () => {
    const { registry, host, name, url } = await serve(() => {});
    await servers.splice(0)[0].stop();
    expect(url).toContain(host);
    expect(await failureOf(() => registry.image('v1'))).toMatchObject({
      reason: 'unreachable', message: `${host} refused the connection for ${name} (ECONNREFUSED)`,
    });
  });

  test('to a server of another kind is an error', async () => {
    const server = createTcpServer(socket => socket.end('220 mail\r\n'));
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
    const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
    expect(await failureOf(() => new OciRegistry({ host, repositoryName: 'team/api' }).image('v1'))).toMatchObject({
      reason: 'malformed-answer', message: expect.stringContaining(`${host} cannot be asked for '${host}/team/api:v1' (HPE_`),
    });
    server.close();
  });

  test.each([
    ['ENOTFOUND', 'unknown-host', "the host ghcr.io of 'ghcr.io/team/api:v1' is unknown (ENOTFOUND)"],
    ...['EAI_AGAIN', 'ETIMEDOUT', 'ENETUNREACH', 'EHOSTUNREACH'].map(code => [code, 'unreachable', `the connection to ghcr.io for 'ghcr.io/team/api:v1' failed (${code})`]),
  ])('to a host that is not reached (%s) is %s', async (code, reason, message) => {
    interceptRequests({ error: Object.assign(new Error('swordfish'), { code }) });
    expect(await failureOf(() => new OciRegistry({ host: 'ghcr.io', repositoryName: 'team/api' }).image('v1'))).toMatchObject({ reason, message });
  });
});

describe('a registry that redirects', () => {
  test.each(['Bearer realm="REALM",service="x"', 'Basic realm="x"'])('to one that wants %s gives it no credentials', async challenge => {
    const received: string[] = [];
    const thief = await listen(createServer((request, response) => {
      received.push(`${request.url} ${request.headers.authorization}`);
      response.writeHead(401, { 'www-authenticate': challenge.replace('REALM', `${thief.url}/token`) }).end();
    }));
    servers.push(thief);
    const keychain = jest.fn(credentials);
    const { host } = await serve((request, response) => response.writeHead(307, { location: `${thief.url}${request.url}` }).end());
    expect(await failureOf(() => new OciRegistry({ host, repositoryName: 'team/api' }, { keychain }).image('v1'))).toMatchObject({
      reason: 'not-signed-in', message: `${new URL(thief.url).host} refuses '${host}/team/api:v1' (HTTP 401)`,
    });
    expect(received).toEqual(['/v2/team/api/manifests/v1 undefined']);
    expect(keychain).not.toHaveBeenCalled();
  });
});

test.each(['ghcr.io/team', 'robot:swordfish@ghcr.io', 'robot@ghcr.io', 'ghcr.io?', 'a b', ''])('%j is no host', async host => {
  expect(await failureOf(async () => new OciRegistry({ host, repositoryName: 'team/api' }))).toMatchObject({
    reason: 'unknown-host', message: "malformed host, not a name such as 'ghcr.io', or 'localhost:5000' with a port",
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

  test('docker.io has the name in messages that people know', async () => {
    interceptRequests({ status: 401 });
    expect(await failureOf(() => new OciRegistry({ host: 'docker.io', repositoryName: 'library/nginx' }).image('v1'))).toMatchObject({
      message: "registry-1.docker.io refuses 'docker.io/library/nginx:v1' (HTTP 401)",
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
      reason: 'untrusted-host', message: `${host} has no TLS connection that can be trusted for '${host}/team/api:v1' (DEPTH_ZERO_SELF_SIGNED_CERT)`,
    });
    expect(answer).not.toHaveBeenCalled();
    server.close();
    await rm(directory, { recursive: true });
  });
});
