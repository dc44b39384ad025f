import { mkdtemp, rm } from 'node:fs/promises';
import { RequestListener } from 'node:http';
import https, { createServer as createTlsServer } from 'node:https';
import { AddressInfo, connect, createServer as createTcpServer, Server, Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Certificate, selfSigned } from './certificate';
import { askFor, credentials, Fakes, giveImage, image, PASSWORD, redirectTo } from './fakes';
import { interceptRequests } from './outgoing-requests';
import { describeWith } from './tools';
import { OciRegistry, OciRegistryOptions } from '../../src/registry-client/oci-registry';
import { sendRequest } from '../../src/registry-client/transport';

/** Which registries are asked by TLS, and which in plain text. */

const ELSEWHERE = '127.0.0.2';

/** The first byte that a client sends for TLS. */
const HANDSHAKE = 0x16;

const fakes = new Fakes();
const registryAt = (host: string, options?: OciRegistryOptions) => new OciRegistry({ host, repositoryName: 'team/api' }, options);

afterEach(() => jest.restoreAllMocks());

describeWith(['openssl'], 'a registry on this machine that speaks TLS', () => {
  let directory: string;
  let certificate: Certificate;
  const servers: Server[] = [];

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'certificate-'));
    certificate = await selfSigned(directory, '127.0.0.1');
  });

  afterEach(() => servers.splice(0).forEach(server => server.close()));

  afterAll(() => rm(directory, { recursive: true }));

  function trustCertificate(): void {
    const { request } = https;
    jest.spyOn(https, 'request').mockImplementation(((url: URL, options: https.RequestOptions, receive: () => void) =>
      request(url, { ...options, ca: certificate.certificate }, receive)) as never);
  }

  async function listening(server: Server): Promise<number> {
    servers.push(server);
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
    return (server.address() as AddressInfo).port;
  }

  /** @param refusal what a client in plain text gets; none at all where it is empty */
  async function start(refusal: string, answer: RequestListener = giveImage) {
    const plain: string[] = [];
    const tls = await listening(createTlsServer({ cert: certificate.certificate, key: certificate.key }, answer));
    const port = await listening(createTcpServer((socket: Socket) => socket.on('error', () => {}).once('data', first => {
      if (first[0] === HANDSHAKE) {
        const inner = connect(tls, '127.0.0.1').on('error', () => {});
        inner.write(first);
        socket.pipe(inner).pipe(socket);
      } else {
        plain.push(first.toString());
        socket.end(refusal);
      }
    })));
    return { host: `127.0.0.1:${port}`, plain };
  }

  test.each([
    ['refuses plain text', 'HTTP/1.0 400 Bad Request\r\n\r\nClient sent an HTTP request to an HTTPS server.\n'],
    ['answers plain text with an alert', '\x15\x03\x01\x00\x02\x02\x16'],
    ['hangs up on plain text', ''],
  ])('and %s is asked so from then on, with credentials', async (_, refusal) => {
    trustCertificate();
    const { host, plain } = await start(refusal, askFor('Basic realm="x"', giveImage));
    const registry = registryAt(host, { keychain: credentials });
    await expect(registry.image('v1')).resolves.toMatchObject({ digest: image.digest });
    await expect(registry.manifest(image.digest, 'v1')).resolves.toBe(image.content);
    expect(plain).toHaveLength(1);
    expect(plain[0]).not.toMatch(/authorization/i);
  });

  test('with a certificate that nobody has signed is an error', async () => {
    const { host } = await start('');
    await expect(registryAt(host).image('v1')).rejects.toMatchObject({
      reason: 'untrusted-host', message: `${host} has no TLS connection that can be trusted for '${host}/team/api:v1' (DEPTH_ZERO_SELF_SIGNED_CERT)`,
    });
  });
});

describe('a registry on this machine in plain text', () => {
  test('stays one when it refuses a request', async () => {
    const fake = await fakes.start((_, response) => response.writeHead(400).end());
    await expect(registryAt(fake.host).image('v1')).rejects.toMatchObject({ reason: 'refused', status: 400 });
  });

  test('is signed in to, also where it is named as insecure', async () => {
    const fake = await fakes.start(askFor('Basic realm="x"', giveImage));
    await expect(registryAt(fake.host, { keychain: credentials, insecure: true }).image('v1')).resolves.toMatchObject({ digest: image.digest });
    expect(fake.seen[1][1]).toBe(PASSWORD);
  });
});

describe('a registry elsewhere in plain text', () => {
  test('is not asked so', async () => {
    const fake = await fakes.start(giveImage, ELSEWHERE);
    await expect(registryAt(fake.host).image('v1')).rejects.toMatchObject({
      reason: 'no-tls', message: `${fake.host} answers without TLS for '${fake.host}/team/api:v1'`,
    });
    expect(fake.seen).toEqual([]);
  });
});

describe('a registry elsewhere that is named as insecure', () => {
  const insecure = { insecure: true };

  test('is asked in plain text', async () => {
    const fake = await fakes.start(giveImage, ELSEWHERE);
    const registry = registryAt(fake.host, { ...insecure, keychain: async () => undefined });
    await expect(registry.image('v1')).resolves.toMatchObject({ digest: image.digest });
    await expect(registry.manifest(image.digest, 'v1')).resolves.toBe(image.content);
  });

  test('gets no request where there are credentials for it', async () => {
    const fake = await fakes.start(giveImage, ELSEWHERE);
    await expect(registryAt(fake.host, { ...insecure, keychain: credentials }).image('v1')).rejects.toMatchObject({
      reason: 'credentials-without-tls', message: `${fake.host} is to be asked without TLS for '${fake.host}/team/api:v1', and there are credentials for it`,
    });
    expect(fake.seen).toEqual([]);
  });

  test.each<[number, string | undefined]>([[401, 'Basic realm="x"'], [401, undefined], [403, 'Basic realm="x"'], [401, 'Bearer realm="REALM"']])(
    'gets no credentials where it asks for some (%d %s)', async (status, challenge) => {
      const tokens = await fakes.start((_, response) => response.end('{"token":"secret"}'));
      const headers = challenge === undefined ? {} : { 'www-authenticate': challenge.replace('REALM', tokens.url) };
      const fake = await fakes.start((_, response) => response.writeHead(status, headers).end(), ELSEWHERE);
      await expect(registryAt(fake.host, insecure).image('v1')).rejects.toMatchObject({
        reason: 'credentials-without-tls', message: `${fake.host} asks for credentials without TLS for '${fake.host}/team/api:v1' (HTTP ${status})`,
      });
      expect([fake.seen.length, tokens.seen.length]).toEqual([1, 0]);
    });

  test('may redirect within itself', async () => {
    const fake = await fakes.start((request, response) => (request.url === '/moved' ? giveImage : redirectTo(() => '/moved'))(request, response), ELSEWHERE);
    await expect(registryAt(fake.host, insecure).image('v1')).resolves.toMatchObject({ digest: image.digest });
  });

  test('may redirect to TLS', async () => {
    const requests = interceptRequests({ status: 302, headers: { location: 'https://cdn.example/image' } });
    await expect(registryAt('registry.example:5000', insecure).image('v1')).rejects.toThrow('once too often');
    expect(requests.slice(0, 2)).toEqual([['http://registry.example:5000/v2/team/api/manifests/v1', 'HEAD'], ['https://cdn.example/image', 'HEAD']]);
  });

  test.each(['http://registry.example/', 'http://127.0.0.1/', 'https://localhost/'])('may not redirect to %s', async location => {
    const requests = interceptRequests({ status: 302, headers: { location } });
    await expect(registryAt('registry.example:5000', insecure).image('v1')).rejects.toThrow('or to an address that is not safe (HTTP 302)');
    expect(requests).toHaveLength(1);
  });
});

test('TLS may not lead back to plain text, named as insecure or not', async () => {
  const requests: string[] = [];
  const locations: Record<string, string> = { 'http://registry.example': 'https://cdn.example/', 'https://cdn.example': 'http://registry.example/' };
  interceptRequests(url => {
    requests.push(url.href);
    return { status: 302, headers: { location: locations[url.origin] } };
  });
  await expect(registryAt('registry.example', { insecure: true }).image('v1')).rejects.toThrow('or to an address that is not safe');
  expect(requests).toHaveLength(2);
});

test('no request in plain text to elsewhere has a credential', async () => {
  const fake = await fakes.start(giveImage, ELSEWHERE);
  await sendRequest({ url: new URL(fake.url), method: 'GET', authorization: PASSWORD, timeoutMs: 1_000, image: 'x' });
  expect(fake.seen).toEqual([['/', undefined]]);
});
