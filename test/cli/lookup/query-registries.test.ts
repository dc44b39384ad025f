import { createServer, RequestListener } from 'node:http';
import { singleManifest } from '../../../emulator/images';
import { listen } from '../../../emulator/local-server';
import { LookupFailure } from '../../../src/cli/lookup/lookup-failure';
import { Registries } from '../../../src/cli/lookup/registries';
import { resolvePins } from '../../../src/cli/lookup/resolve-pins';

const { mediaType, digest } = singleManifest('image');

/** Resolves 20 images, `v0` to `v19`, in a time that passes at once. */
async function resolve(host: string) {
  let time = 0;
  const clock = {
    now: () => time,
    sleep: async (milliseconds: number) => {
      time += milliseconds;
    },
  };
  const requests = Array.from({ length: 20 }, (_, index) => ({ key: `image-digest:oci:${encodeURIComponent(host)}:api:v${index}` }));
  return [...(await resolvePins(requests, new Registries({ env: {} }), clock)).values()];
}

async function serve(answer: RequestListener) {
  const { url, stop } = await listen(createServer(answer));
  return { host: new URL(url).host, stop };
}

test('a registry that refuses connections is not asked for one image after the other', async () => {
  const { host, stop } = await serve(() => {});
  await stop();
  const messages = (await resolve(host)).map(result => (result as LookupFailure).message);
  expect(messages.filter(message => message.includes(`${host} does not answer for other images`))).toHaveLength(12);
  expect(messages.slice(12)).toContain(`'${host}/api:v19' was not asked for: ${host} does not answer for other images; try again`);
});

test.each<[string, RequestListener]>([
  ['has trouble', (_, response) => response.writeHead(503).end()],
  ['is limited', (_, response) => response.writeHead(429).end()],
  ['is limited for longer than there is time', (_, response) => response.writeHead(429, { 'retry-after': '3600' }).end()],
  ['cuts the connection', request => request.socket.destroy()],
])('an image with which a registry %s says nothing about the others', async (_, refuse) => {
  const { host, stop } = await serve((request, response) => request.url!.endsWith('/v0')
    ? refuse(request, response)
    : response.writeHead(200, { 'content-type': mediaType, 'docker-content-digest': digest }).end());
  const [first, ...others] = await resolve(host);
  expect(first).toBeInstanceOf(LookupFailure);
  expect(others).toEqual(others.map(() => ({ digest, mediaType })));
  await stop();
});
