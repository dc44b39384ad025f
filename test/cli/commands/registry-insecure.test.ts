import { singleManifest } from '../../../emulator/images';
import { ociRequest } from '../assembly-folder';
import { CommandBench } from '../command-bench';
import { OciStandIn, startOciStandIn } from '../oci-stand-in';
import { ProcessEnvironment } from '../process-environment';

new ProcessEnvironment(() => ({}));
const bench = new CommandBench();

const OLD = `sha256:${'0'.repeat(64)}`;
const image = singleManifest('image');

let registries: OciStandIn[];
let hosts: string[];

beforeEach(async () => {
  registries = await Promise.all(['127.0.0.2', '127.0.0.3'].map(startOciStandIn));
  registries.forEach(registry => registry.images.set('api:v1', image.digest).set(`api:${image.digest}`, image.digest));
  hosts = registries.map(({ host }) => host);
  bench.writeContext(Object.fromEntries(hosts.map(host => [ociRequest(host, 'api', 'v1').key, { digest: OLD }])));
});

afterEach(() => {
  delete process.env.DOCKER_AUTH_CONFIG;
  return Promise.all(registries.map(registry => registry.stop()));
});

const named = () => hosts.flatMap(host => ['--registry-insecure', host]);
const asked = () => registries.map(({ requests }) => requests);

test('registries that are named are asked by plain HTTP', async () => {
  expect(await bench.run('update', ...named())).toMatchObject({ code: 0, err: [] });
  expect(Object.values(bench.context)).toEqual(hosts.map(() => ({ digest: image.digest, mediaType: image.mediaType })));
  expect(await bench.run('verify', '--strict', ...named())).toMatchObject({ code: 0, err: [] });
});

test('registries that are not named are told', async () => {
  const { code, err } = await bench.run('update', '--registry-insecure', hosts[0]);
  expect(code).toBe(1);
  expect(err).toEqual([`${hosts[1]} answers without TLS for '${hosts[1]}/api:v1'; correct its port, or in a network that you trust `
    + `call npx cdk-image-lock with --registry-insecure ${hosts[1]}`]);
  expect(asked()).toEqual([1, 0]);
});

test('credentials are kept from them', async () => {
  process.env.DOCKER_AUTH_CONFIG = JSON.stringify({ auths: { [hosts[0]]: { username: 'robot', password: 'swordfish' } } });
  registries[1].images.set('api:v1', 401);
  const advice = (host: string) => 'they are sent by TLS only: give it a certificate and leave out --registry-insecure, or, where everybody may read it, '
    + `run: docker logout ${host}`;
  const { code, err } = await bench.run('update', ...named());
  expect(code).toBe(1);
  expect(err).toEqual([
    `${hosts[0]} is to be asked without TLS for '${hosts[0]}/api:v1', and there are credentials for it; ${advice(hosts[0])}`,
    `${hosts[1]} asks for credentials without TLS for '${hosts[1]}/api:v1' (HTTP 401); ${advice(hosts[1])}`,
  ]);
  expect(asked()).toEqual([0, 1]);
});

test.each(['http://registry.local', 'registry.local/team', 'registry.local:', ''])('%j is no host', async text => {
  for (const command of ['update', 'verify']) {
    expect(await bench.run(command, '--registry-insecure', text)).toEqual({
      code: 2, out: [], err: [`cdk-image-lock: '${text}' is not a registry's host; expected it as in the image's reference, such as 'registry.local:5000'`],
    });
  }
  expect(asked()).toEqual([0, 0]);
});

test('only what asks registries has the option', async () => {
  for (const command of ['list', 'prune']) {
    expect(await bench.run(command, '--registry-insecure', hosts[0])).toMatchObject({ code: 2 });
  }
  expect((await bench.run('update', '--help')).out.join('\n')).toContain('--registry-insecure <host>');
});

test('hosts that no pin has are wrong usage, whichever pins are meant', async () => {
  expect(await bench.run('update', '--registry-insecure', 'nowhere:5000')).toEqual({
    code: 2, out: [], err: [expect.stringMatching(/^cdk-image-lock: no pin is of 'nowhere:5000', which --registry-insecure names; expected a host/)],
  });
  expect(await bench.run('update', '--missing', ...named())).toMatchObject({ code: 0 });
});
