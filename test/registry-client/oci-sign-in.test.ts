import { RequestListener } from 'node:http';
import { text } from 'node:stream/consumers';
import { askFor, credentials, Fakes, giveImage, headers, image, PASSWORD, redirectTo } from './fakes';
import { Keychain } from '../../src/registry-client/keychain';
import { OciRegistry } from '../../src/registry-client/oci-registry';

/** When and how registries are signed in to. */

const fakes = new Fakes();
const start = (answer: RequestListener) => fakes.start(answer);
const registryAt = (host: string, keychain: Keychain | undefined = credentials) => new OciRegistry({ host, repositoryName: 'team/api' }, { keychain });

const TAG = '/v2/team/api/manifests/v1';
const OWN_SCOPE = 'repository:team/api:pull';

const scopesIn = (path: string) => new URL(path, 'http://server').searchParams.getAll('scope');

describe.each([400, 401, 403, 404, 429])('a registry that answers strangers with %d, and tells only at its base how to sign in', status => {
  const hidden = (challenge: () => string): RequestListener => (request, response) => {
    if (request.headers.authorization) {
      giveImage(request, response);
    } else {
      response.writeHead(request.url === '/v2/' ? 401 : status, request.url === '/v2/' ? { 'www-authenticate': challenge() } : {}).end();
    }
  };

  test('is signed in to by password where there is one, and asked at its base once', async () => {
    const fake = await start(hidden(() => 'Basic realm="x"'));
    const registry = registryAt(fake.host);
    await expect(registry.image('v1')).resolves.toMatchObject({ digest: image.digest });
    await registry.manifest(image.digest, 'v1');
    expect(fake.seen).toEqual([[TAG, undefined], ['/v2/', undefined], [TAG, PASSWORD], [`/v2/team/api/manifests/${image.digest}`, PASSWORD]]);
  });

  test('is signed in to by a token for the repository, whatever its base names', async () => {
    const tokens = await start((_, response) => response.end('{"token":"secret"}'));
    const fake = await start(hidden(() => `Bearer realm="${tokens.url}/token",scope="repository:user/image:pull"`));
    await expect(registryAt(fake.host).image('v1')).resolves.toMatchObject({ digest: image.digest });
    expect(tokens.seen).toEqual([[`/token?scope=${encodeURIComponent(OWN_SCOPE)}`, PASSWORD]]);
  });

  test('is asked nothing more without credentials', async () => {
    const fake = await start(hidden(() => 'Basic realm="x"'));
    await expect(registryAt(fake.host, async () => undefined).image('v1')).rejects.toMatchObject({ status });
    expect(fake.seen.every(([path]) => path === TAG)).toBe(true);
  });
});

describe('a registry that refuses, and has nobody sign in', () => {
  test.each<[string, RequestListener]>([
    ['answers', (_, response) => response.end()],
    ['refuses too', (_, response) => response.writeHead(404).end()],
    ['wants what we have not', (_, response) => response.writeHead(401, { 'www-authenticate': 'Negotiate' }).end()],
    ['hangs up', request => request.socket.destroy()],
  ])('has no image, where its base %s', async (_, base) => {
    const fake = await start((request, response) => request.url === '/v2/' ? base(request, response) : response.writeHead(404).end());
    const registry = registryAt(fake.host);
    await expect(registry.image('v1')).rejects.toMatchObject({ reason: 'image-not-found' });
    await expect(registry.image('v2')).rejects.toMatchObject({ reason: 'image-not-found' });
    expect(fake.seen.filter(([path]) => path === '/v2/')).toHaveLength(1);
    expect(fake.seen.every(([, authorization]) => authorization === undefined)).toBe(true);
  });

  test('is not believed what another one says in place of its base', async () => {
    const thief = await start((_, response) => response.writeHead(401, { 'www-authenticate': 'Basic realm="x"' }).end());
    const fake = await start((request, response) => request.url === '/v2/' ? redirectTo(() => thief.url)(request, response) : response.writeHead(404).end());
    await expect(registryAt(fake.host).image('v1')).rejects.toMatchObject({ reason: 'image-not-found' });
    expect([...thief.seen, ...fake.seen].every(([, authorization]) => authorization === undefined)).toBe(true);
  });

  test('is not asked again with the password that it refused', async () => {
    const fake = await start((_, response) => response.writeHead(401, { 'www-authenticate': 'Basic realm="x"' }).end());
    const registry = registryAt(fake.host);
    await expect(registry.image('v1')).rejects.toMatchObject({ reason: 'not-signed-in' });
    await expect(registry.image('v1')).rejects.toMatchObject({ reason: 'not-signed-in' });
    expect(fake.seen.map(([, authorization]) => authorization)).toEqual([undefined, PASSWORD, PASSWORD]);
  });
});

test('a challenge that comes with 403 counts as one', async () => {
  const fake = await start((request, response) => request.headers.authorization
    ? giveImage(request, response)
    : response.writeHead(403, { 'www-authenticate': 'Basic realm="x"' }).end());
  await expect(registryAt(fake.host).image('v1')).resolves.toMatchObject({ digest: image.digest });
  expect(fake.seen.map(([, authorization]) => authorization)).toEqual([undefined, PASSWORD]);
});

test('challenges in several headers are read together', async () => {
  const fake = await start((request, response) => request.headers.authorization
    ? giveImage(request, response)
    : response.writeHead(401, { 'www-authenticate': ['Negotiate', 'NTLM', 'basic Realm=x'] }).end());
  await expect(registryAt(fake.host).image('v1')).resolves.toMatchObject({ digest: image.digest });
});

describe('a registry that wants a token of wider scope', () => {
  /** Gives images for tokens whose scopes are as wanted, and names its own scope for all others. */
  async function startWanting(wanted: (scopes: string[]) => boolean, named: (authorization?: string) => string, status = 401) {
    const tokens = await start((request, response) => response.end(JSON.stringify({ token: Buffer.from(scopesIn(request.url!).join(' ')).toString('base64') })));
    const fake = await start((request, response) => {
      const { authorization } = request.headers;
      const scopes = Buffer.from(authorization?.slice(7) ?? '', 'base64').toString().split(' ');
      if (wanted(scopes)) {
        giveImage(request, response);
      } else {
        response.writeHead(authorization ? status : 401, { 'www-authenticate': `Bearer realm="${tokens.url}/token"${named(authorization)}` }).end();
      }
    });
    return { ...fake, asked: () => tokens.seen.map(([path]) => scopesIn(path)) };
  }

  test.each([401, 403])('gets one, also where it says so only when it refuses a token (%d)', async status => {
    const fake = await startWanting(scopes => scopes.includes('repository:mirror/api:pull'),
      authorization => authorization ? ',error="insufficient_scope",scope="repository:mirror/api:pull"' : '', status);
    await expect(registryAt(fake.host).image('v1')).resolves.toMatchObject({ digest: image.digest });
    expect(fake.asked()).toEqual([[OWN_SCOPE], ['repository:mirror/api:pull', OWN_SCOPE]]);
  });

  test('gets one for the repository, where the scope that it names is not enough', async () => {
    const fake = await startWanting(scopes => scopes.includes(OWN_SCOPE), () => ',scope="registry:catalog:*"');
    await expect(registryAt(fake.host).image('v1')).resolves.toMatchObject({ digest: image.digest });
    expect(fake.asked()).toEqual([['registry:catalog:*'], [OWN_SCOPE, 'registry:catalog:*']]);
  });

  test('gets no third one', async () => {
    let count = 0;
    const fake = await startWanting(() => false, () => `,scope="repository:${++count}:pull"`);
    await expect(registryAt(fake.host).image('v1')).rejects.toMatchObject({ reason: 'not-signed-in' });
    expect(fake.asked()).toHaveLength(2);
  });

  test('gets one token only, where it names the scope that the first one had', async () => {
    const fake = await startWanting(() => false, () => `,scope="${OWN_SCOPE}"`);
    await expect(registryAt(fake.host).image('v1')).rejects.toMatchObject({ reason: 'not-signed-in' });
    expect(fake.asked()).toEqual([[OWN_SCOPE]]);
  });
});

describe('an identity token', () => {
  const identity = async () => ({ username: '<token>', password: 'identity' });

  test.each([404, 405])('that the token server has no use for (%d) leaves a token for what everybody may read', async status => {
    const posted: string[] = [];
    const tokens = await start(async (request, response) => {
      posted.push(`${request.method} ${await text(request)}`);
      response.writeHead(request.method === 'POST' ? status : 200).end('{"access_token":"secret"}');
    });
    const fake = await start(askFor(`Bearer realm="${tokens.url}/token",service="s"`, giveImage));
    await expect(registryAt(fake.host, identity).image('v1')).resolves.toMatchObject({ digest: image.digest });
    expect(posted).toEqual([expect.stringMatching(/^POST .*refresh_token=identity/), 'GET ']);
    expect(tokens.seen[1]).toEqual([`/token?service=s&scope=${encodeURIComponent(OWN_SCOPE)}`, undefined]);
  });
});

test('a token server that is not there is no image that is missing', async () => {
  const tokens = await start((_, response) => response.writeHead(404).end());
  const fake = await start(askFor(`Bearer realm="${tokens.url}/token"`, (_, response) => response.writeHead(200, headers).end()));
  await expect(registryAt(fake.host).image('v1')).rejects.toMatchObject({
    reason: 'refused', message: `the token server ${tokens.host} refuses '${fake.host}/team/api:v1' (HTTP 404)`,
  });
});
