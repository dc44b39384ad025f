import { RequestListener } from 'node:http';
import { askFor, credentials, Fakes, headers, image, PASSWORD, redirectTo } from './fakes';
import { interceptRequests } from './outgoing-requests';
import { OciRegistry } from '../../src/registry-client/oci-registry';
import { outcomeOf, Reason, ResolutionError } from '../../src/registry-client/resolution-error';

/** Where credentials and tokens go, and where they do not. */

const fakes = new Fakes();
const start = (answer: RequestListener) => fakes.start(answer);
const registryAt = (host: string) => new OciRegistry({ host, repositoryName: 'team/api' }, { keychain: credentials });

afterEach(() => jest.restoreAllMocks());

describe('redirects', () => {
  test.each([301, 302, 303, 307, 308])('to another origin get no credentials (%d)', async status => {
    const other = await start((_, response) => response.writeHead(200, headers).end(image.content));
    const registry = await start(askFor('Basic realm="x"', redirectTo(() => `${other.url}/blob`, status)));
    await expect(registryAt(registry.host).manifest(image.digest, 'v1')).resolves.toBe(image.content);
    expect(registry.seen.map(([, authorization]) => authorization)).toEqual([undefined, PASSWORD]);
    expect(other.seen).toEqual([['/blob', undefined]]);
  });

  test('that come back from another origin get none either', async () => {
    const other = await start(redirectTo(() => `${registry.url}/back`));
    const registry = await start((request, response) => request.url === '/back'
      ? response.writeHead(200, headers).end()
      : askFor('Basic realm="x"', redirectTo(() => other.url))(request, response));
    await registryAt(registry.host).image('v1');
    expect(registry.seen.slice(-1)).toEqual([['/back', undefined]]);
    expect(other.seen).toEqual([['/', undefined]]);
  });

  test('within the registry keep them', async () => {
    const registry = await start(askFor('Basic realm="x"', (request, response) => request.url === '/moved'
      ? response.writeHead(200, headers).end()
      : redirectTo(() => '/moved')(request, response)));
    await expect(registryAt(registry.host).image('v1')).resolves.toMatchObject({ digest: image.digest });
    expect(registry.seen.slice(-1)).toEqual([['/moved', PASSWORD]]);
  });

  test.each([
    ['without end', () => '/v2/again'],
    ['to plain HTTP elsewhere', () => 'http://registry.example/'],
    ['to another protocol', () => 'ftp://registry.example/'],
    ['to nowhere', () => 'http://'],
  ])('%s are an error', async (_, location) => {
    const registry = await start(redirectTo(location));
    await expect(registryAt(registry.host).image('v1')).rejects.toMatchObject({
      kind: 'final',
      message: `${registry.host} redirects the request for '${registry.host}/team/api:v1' once too often, or to an address that is not safe (HTTP 307)`,
    });
    expect(registry.seen.length).toBeLessThan(10);
  });

  test.each([
    'http://localhost/', 'https://127.0.0.2/', 'https://0.0.0.0/', 'https://0/', 'https://[::]/', 'https://[::1]/', 'https://[::ffff:127.0.0.1]/', 'https://app.localhost/',
  ])('from a registry elsewhere to this machine are an error: %s', async location => {
    const requests = interceptRequests({ status: 302, headers: { location } });
    await expect(registryAt('ghcr.io').image('v1')).rejects.toThrow('or to an address that is not safe');
    expect(requests).toHaveLength(1);
  });

  test('without address are a refusal', async () => {
    const registry = await start((_, response) => response.writeHead(304).end());
    await expect(registryAt(registry.host).image('v1')).rejects.toMatchObject({ kind: 'final', message: expect.stringContaining('(HTTP 304)') });
  });
});

describe('tokens', () => {
  const bearer = (realm: string) => `Bearer realm="${realm}",service="s"`;

  async function failureWith(answer: RequestListener): Promise<[ResolutionError, host: string, name: string]> {
    const server = await start(answer);
    const registry = await start(askFor(bearer(server.url), (_, response) => response.writeHead(200, headers).end()));
    const failure = await outcomeOf(() => registryAt(registry.host).image('v1')) as ResolutionError;
    ['swordfish', PASSWORD.slice(6), 'secret'].forEach(secret => expect(`${failure.message}${failure.stack}`).not.toContain(secret));
    return [failure, server.host, `'${registry.host}/team/api:v1'`];
  }

  test('are asked for with the scope that reading needs, where the registry names none', async () => {
    const server = await start((_, response) => response.end('{"token":"secret"}'));
    const registry = await start(askFor(bearer(`${server.url}/token?account=a`), (_, response) => response.writeHead(200, headers).end()));
    await registryAt(registry.host).image('v1');
    expect(server.seen).toEqual([['/token?account=a&service=s&scope=repository%3Ateam%2Fapi%3Apull', PASSWORD]]);
    expect(registry.seen[1][1]).toBe('Bearer secret');
  });

  test('that the registry does not take are replaced once', async () => {
    let count = 0;
    const server = await start((_, response) => response.end(JSON.stringify({ token: `secret-${++count}` })));
    const registry = await start((request, response) => request.headers.authorization === 'Bearer secret-2'
      ? response.writeHead(200, headers).end()
      : response.writeHead(401, { 'www-authenticate': bearer(server.url) }).end());
    const asked = registryAt(registry.host);
    await expect(asked.image('v1')).rejects.toMatchObject({ reason: 'not-signed-in' });
    await expect(asked.image('v1')).resolves.toMatchObject({ digest: image.digest });
    await asked.image('v1');
    expect(registry.seen.map(([, authorization]) => authorization)).toEqual([undefined, 'Bearer secret-1', 'Bearer secret-1', 'Bearer secret-2', 'Bearer secret-2']);
  });

  test('that cannot be had are asked for again the next time', async () => {
    let count = 0;
    const server = await start((_, response) => response.writeHead(++count === 1 ? 503 : 200).end('{"token":"secret"}'));
    const registry = await start(askFor(bearer(server.url), (_, response) => response.writeHead(200, headers).end()));
    const asked = registryAt(registry.host);
    const failures = await Promise.all([1, 2, 3].map(() => outcomeOf(() => asked.image('v1'))));
    expect(failures).toContainEqual(expect.objectContaining({ kind: 'busy' }));
    await expect(asked.image('v1')).resolves.toMatchObject({ digest: image.digest });
  });

  test.each<[number, string, Reason, string]>([
    [403, '', 'access-denied', 'refuses'],
    [429, '{"errors":[{"code":"TOOMANYREQUESTS"}]}', 'rate-limited', 'limits requests for'],
    [503, '', 'unavailable', 'has trouble with'],
    [400, '', 'refused', 'refuses'],
    [404, '{"errors":[{"code":"NAME_UNKNOWN"}]}', 'refused', 'refuses'],
  ])('whose server answers with status %d are a failure', async (status, body, reason, verb) => {
    const [failure, host, name] = await failureWith((_, response) => response.writeHead(status).end(body));
    expect(failure).toMatchObject({ reason, status, message: expect.stringContaining(`the token server ${host} ${verb} ${name} (HTTP ${status}`) });
  });

  test.each(['', '{}', 'null', '{"token":"secret\\nword"}', '{"token":{"secret":1}}', '{"access_token":"sécret"}'])('are a failure in %s', async body => {
    const [failure, host, name] = await failureWith((_, response) => response.end(body));
    expect(failure).toMatchObject({
      reason: 'malformed-answer', message: `the token server ${host} answers without a token for ${name}`,
    });
  });

  test('are not waited for when the server hangs up', async () => {
    const [failure, host, name] = await failureWith(request => request.socket.destroy());
    expect(failure).toMatchObject({ kind: 'busy', message: expect.stringContaining(`the connection to ${host} for ${name} failed`) });
  });

  test.each([
    ['plain HTTP elsewhere', 'localhost', 'http://auth.example/token'],
    ['this machine for a registry elsewhere', 'ghcr.io', 'http://localhost/token'],
    ...['127.0.0.2', '0.0.0.0', '[::]', '[::ffff:127.0.0.1]', 'app.localhost'].map(
      here => ['this machine by another name', 'ghcr.io', `https://${here}/token`] as [string, string, string]),
    ['an address with a password', 'ghcr.io', 'https://robot:secret@auth.example/token'],
    ['another protocol', 'ghcr.io', 'ftp://auth.example/token'],
    ['nothing', 'ghcr.io', ''],
  ])('are not asked for at %s', async (_, host, realm) => {
    const requests = interceptRequests({ status: 401, headers: { 'www-authenticate': bearer(realm) } });
    await expect(registryAt(host).image('v1')).rejects.toMatchObject({
      reason: 'malformed-answer', message: `${host} names no token server with https for '${host}/team/api:v1'`,
    });
    expect(requests).toHaveLength(1);
  });

  test('for an identity token are not asked for at another address', async () => {
    const other = await start((_, response) => response.end('{"token":"secret"}'));
    const server = await start(redirectTo(() => other.url));
    const registry = await start(askFor(bearer(server.url), (_, response) => response.writeHead(200, headers).end()));
    const identity = async () => ({ username: '<token>', password: 'identity' });
    await expect(new OciRegistry({ host: registry.host, repositoryName: 'team/api' }, { keychain: identity }).image('v1')).rejects.toThrow(
      `${server.host} redirects the request for '${registry.host}/team/api:v1' once too often, or to an address that is not safe`);
    expect(other.seen).toEqual([]);
  });
});

test('a token of the registry itself is sent to it, and to nobody else', async () => {
  const tokens = await start((_, response) => response.end('{"token":"other"}'));
  const registry = await start((request, response) => request.headers.authorization === 'Bearer secret'
    ? response.writeHead(200, headers).end(image.content)
    : response.writeHead(401, { 'www-authenticate': `Bearer realm="${tokens.url}/token"` }).end());
  const keychain = async () => ({ username: '<registrytoken>', password: 'secret' });
  await expect(new OciRegistry({ host: registry.host, repositoryName: 'team/api' }, { keychain }).image('v1')).resolves.toMatchObject({ digest: image.digest });
  expect(tokens.seen).toEqual([]);
});

test('a failure to read credentials is passed on', async () => {
  const registry = await start((_, response) => response.writeHead(401, { 'www-authenticate': 'Basic' }).end());
  const failing = async () => {
    throw new ResolutionError('unusable-credentials', 'malformed file');
  };
  await expect(new OciRegistry({ host: registry.host, repositoryName: 'team/api' }, { keychain: failing }).image('v1')).rejects.toThrow('malformed file');
});

test.each([
  ['<registrytoken>', 'swordfish\n', 'token'],
  ['<registrytoken>', 'swörd', 'token'],
  ['<token>', 'swordfish\n', 'user or password'],
  ['robot', 'swordfish\r\n', 'user or password'],
  ['ro\u0000bot', 'swordfish', 'user or password'],
])('what cannot be sent is said to be so, without it: %j %j', async (username, password, what) => {
  const tokens = await start((_, response) => response.end('{"token":"x"}'));
  const registry = await start((_, response) => response.writeHead(401, { 'www-authenticate': `Bearer realm="${tokens.url}"` }).end());
  const keychain = async () => ({ username, password });
  const failure = await outcomeOf(() => new OciRegistry({ host: registry.host, repositoryName: 'team/api' }, { keychain }).image('v1'));
  expect(failure).toMatchObject({
    reason: 'unusable-credentials', message: `the ${what} for ${registry.host} has a character that cannot be sent, such as a line break`,
  });
  expect([...tokens.seen, ...registry.seen].filter(([, authorization]) => authorization)).toEqual([]);
});

test('letters of any language can be sent', async () => {
  const registry = await start(askFor('Basic realm="x"', (_, response) => response.writeHead(200, headers).end()));
  const keychain = async () => ({ username: 'rüdiger', password: '合言葉' });
  await expect(new OciRegistry({ host: registry.host, repositoryName: 'team/api' }, { keychain }).image('v1')).resolves.toMatchObject({ digest: image.digest });
});
