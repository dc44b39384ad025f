import { createServer, RequestListener, ServerResponse } from 'node:http';
import { singleManifest } from '../../../emulator/images';
import { listen } from '../../../emulator/local-server';
import { LookupFailure } from '../../../src/cli/lookup/lookup-failure';
import { queryRegistries } from '../../../src/cli/lookup/query-registries';
import { Registries } from '../../../src/cli/lookup/registries';
import { resolvePins } from '../../../src/cli/lookup/resolve-pins';
import { ResolutionError } from '../../../src/registry-client/resolution-error';
import { Clock } from '../../../src/registry-client/retry';
import { TestProcess } from '../terminal';

/** Time that is waited for an answer passes fast. */
jest.mock('../../../src/registry-client/deadline', () => {
  const { withDeadline } = jest.requireActual('../../../src/registry-client/deadline');
  return { withDeadline: (milliseconds: number, work: unknown) => withDeadline(milliseconds / 40, work) };
});

const { mediaType, digest } = singleManifest('image');

const requestsOf = (host: string) =>
  Array.from({ length: 20 }, (_, index) => ({ key: `image-digest:oci:${encodeURIComponent(host)}:api:v${index}` }));

/** Resolves 20 images, `v0` to `v19`, in a time that passes at once. */
async function resolve(host: string) {
  const clock = new TestProcess('/');
  return { results: await resolveBy(clock, host), slept: Math.round(clock.slept) };
}

async function resolveBy(clock: Clock, host: string) {
  return [...(await resolvePins(requestsOf(host), new Registries({ env: {} }), clock)).values()];
}

/** The same without a registry. */
async function query(host: string, ask: (tag: string) => Promise<string>) {
  const results = await queryRegistries<string>(requestsOf(host), new Registries({ env: {} }), new TestProcess('/'), {
    ecr: async () => [],
    oci: async (_, { image: { tag } }) => ask(tag),
  });
  return { results: [...results.values()] };
}

function answer(response: ServerResponse): void {
  response.writeHead(200, { 'content-type': mediaType, 'docker-content-digest': digest }).end();
}

let stopServer: (() => Promise<void>) | undefined;

afterEach(async () => {
  await stopServer?.();
  stopServer = undefined;
});

async function serve(listener: RequestListener) {
  const { url, stop } = await listen(createServer(listener));
  stopServer = stop;
  return { host: new URL(url).host, stop };
}

test('a registry that refuses connections costs no more time for many images than for one', async () => {
  const { host, stop } = await serve(() => {});
  await stop();
  stopServer = undefined;
  const { results, slept } = await resolve(host);
  expect(results.map(result => (result as LookupFailure).message)).toEqual(results.map((_, index) =>
    `${host} refused the connection for '${host}/api:v${index}' (ECONNREFUSED); check the network, correct its port, or try again later`));
  expect(slept).toBeLessThan(10_000);
});

test('neither does one that hangs', async () => {
  const { host } = await serve(() => {});
  const { results, slept } = await resolve(host);
  expect(results.map(result => (result as LookupFailure).message)).toEqual(results.map((_, index) =>
    expect.stringContaining(`${host} did not answer within 10 seconds for '${host}/api:v${index}'`)));
  expect(slept).toBeLessThan(100_000);
});

test('a registry that hangs for as many images as are asked for at a time has all others', async () => {
  const { host } = await serve((request, response) => /\/v[0-7]$/.test(request.url!) || answer(response));
  const { results } = await resolve(host);
  expect(results.map(result => result instanceof LookupFailure)).toEqual(results.map((_, index) => index < 8));
});

test('a registry that a proxy keeps from us is not asked for one image after the other', async () => {
  const ask = jest.fn(async () => {
    throw new ResolutionError('unusable-proxy', 'the proxy refuses');
  });
  const { results } = await query('ghcr.io', ask);
  expect(ask).toHaveBeenCalledTimes(8);
  expect((results[19] as LookupFailure).message).toBe(
    "'ghcr.io/api:v19' was not asked for: the proxy has let no other image of its host through; correct that, or ask who runs the proxy");
});

describe('a registry that says when it wants to be asked again', () => {
  test.each([
    [429, 'rate-limited', 'try again in 3600 seconds, or raise the limit: docker login HOST'],
    [503, 'unavailable', 'try again in 3600 seconds'],
  ])('is not asked before, when that is too late (%d)', async (status, reason, advice) => {
    let requests = 0;
    const { host } = await serve((_, response) => {
      requests++;
      response.writeHead(status, { 'retry-after': '3600' }).end();
    });
    const { results, slept } = await resolve(host);
    expect([requests, slept]).toEqual([8, 0]);
    expect(results.map(result => (result as LookupFailure).reason)).toEqual(results.map(() => reason));
    expect((results[19] as LookupFailure).message).toBe(
      `'${host}/api:v19' was not asked for: its host wants to be asked again in 3600 seconds; ${advice.replace('HOST', host)}`);
  });

  test('is asked for all images then, when that is soon', async () => {
    let requests = 0;
    const { host } = await serve((_, response) => ++requests <= 8 ? response.writeHead(429, { 'retry-after': '2' }).end() : answer(response));
    const sleep = async (milliseconds: number) => new Promise<void>(done => setTimeout(done, milliseconds));
    const results = await resolveBy({ now: Date.now, sleep }, host);
    expect(results).toEqual(results.map(() => ({ digest, mediaType })));
    expect(requests).toBe(28);
  });
});

describe('a registry that is asked for one image at a time', () => {
  test('and hangs for one has all others', async () => {
    const { results } = await query('public.ecr.aws', async tag => {
      if (tag === 'v0') {
        throw new ResolutionError('timed-out', 'no answer');
      }
      return tag;
    });
    expect(results).toEqual([expect.any(LookupFailure), ...results.slice(1).map((_, index) => `v${index + 1}`)]);
  });

  test('and has a limit when it answers at last is asked so again', async () => {
    let isUp = false;
    let underWay = 0;
    const { results } = await query('public.ecr.aws', async tag => {
      underWay++;
      await new Promise(setImmediate);
      const isAlone = --underWay === 0;
      const reason = isUp ? 'rate-limited' : 'timed-out';
      isUp = true;
      if (tag === 'v0' || !isAlone) {
        throw new ResolutionError(reason, reason);
      }
      return tag;
    });
    expect(results.slice(1)).toEqual(results.slice(1).map((_, index) => `v${index + 1}`));
  });
});

test.each<[string, RequestListener]>([
  ['has trouble', (_, response) => response.writeHead(503).end()],
  ['is limited', (_, response) => response.writeHead(429).end()],
  ['cuts the connection', request => request.socket.destroy()],
  ['does not answer', () => {}],
])('an image with which a registry %s says nothing about the others', async (_, refuse) => {
  const { host } = await serve((request, response) => request.url!.endsWith('/v0')
    ? refuse(request, response)
    : answer(response));
  const { results: [first, ...others] } = await resolve(host);
  expect(first).toBeInstanceOf(LookupFailure);
  expect(others).toEqual(others.map(() => ({ digest, mediaType })));
});
