import { CreateRepositoryCommand } from '@aws-sdk/client-ecr';
import { emulatorClients } from '../../emulator/clients';
import { EMULATOR_ACCOUNT } from '../../emulator/environment';
import { multiArchIndex, pushImage, pushIndex, singleManifest } from '../../emulator/images';
import { RegistryProxy, startRegistryProxy } from '../../emulator/registry-proxy';
import { EcrRegistry } from '../../src/registry-client/ecr-registry';
import { resolveImages } from '../../src/registry-client/resolve-images';
import { emptyMoto } from '../shared-emulators';

jest.setTimeout(30_000);

const images = Array.from({ length: 50 }, (_, i) => ({ tag: `v${i}`, image: singleManifest(`image ${i}`) }));
const [amd64, arm64] = images.map(({ image }) => image);
const index = multiArchIndex([{ platform: 'linux/amd64', manifest: amd64 }, { platform: 'linux/arm64', manifest: arm64 }], { attestations: true });

let proxy: RegistryProxy;
let registry: EcrRegistry;

beforeAll(async () => {
  const { endpoint } = await emptyMoto();
  proxy = await startRegistryProxy(endpoint);
  const { ecr } = emulatorClients(endpoint);
  await ecr.send(new CreateRepositoryCommand({ repositoryName: 'team/api' }));
  await Promise.all(images.map(({ image, tag }) => pushImage(ecr, 'team/api', image, tag)));
  await pushIndex(ecr, 'team/api', index, 'multi');
  registry = new EcrRegistry(emulatorClients(proxy.endpoint).ecr, { account: EMULATOR_ACCOUNT, region: 'eu-west-1', repositoryName: 'team/api' });
}, 600_000);

beforeEach(() => {
  proxy.requests.length = 0;
});

afterAll(async () => {
  await proxy?.stop();
});

const operations = () => proxy.requests.map(({ operation }) => operation);

test('50 tags are one call', async () => {
  const resolved = await resolveImages(registry, images);
  expect(resolved).toMatchObject(images.map(({ image: { digest, mediaType } }) => ({ digest, mediaType, pushedAt: expect.any(String) })));
  expect(operations()).toEqual(['DescribeImages']);
});

test('50 tags and platforms are two calls', async () => {
  const resolved = await resolveImages(registry, [...images, { tag: 'multi', platform: 'linux/arm64' }, { tag: 'multi', platform: 'linux/amd64' }]);
  expect(resolved.slice(-2)).toMatchObject([{ digest: arm64.digest }, { digest: amd64.digest }]);
  expect(operations()).toEqual(['DescribeImages', 'BatchGetImage']);
});

test('one that is missing among 50 fails alone', async () => {
  const resolved = await resolveImages(registry, images.map(({ tag }) => ({ tag: tag === 'v31' ? 'none' : tag })));
  expect(resolved).toEqual(images.map(({ tag, image }) => tag === 'v31'
    ? expect.objectContaining({ kind: 'missing', message: expect.stringContaining("'team/api:none'") })
    : expect.objectContaining({ digest: image.digest })));
  expect(operations().length).toBeLessThanOrEqual(15);
});

test('a repository that is missing fails for all, with one call', async () => {
  const missing = new EcrRegistry(emulatorClients(proxy.endpoint).ecr, { account: EMULATOR_ACCOUNT, region: 'eu-west-1', repositoryName: 'none' });
  const resolved = await resolveImages(missing, images);
  expect(resolved).toEqual(images.map(({ tag }) => expect.objectContaining({ kind: 'final', message: expect.stringContaining(`'none:${tag}'`) })));
  expect(operations()).toEqual(['DescribeImages']);
});
