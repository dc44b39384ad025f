import { BatchGetImageCommand, DescribeImagesCommand, ECRClient, ECRServiceException, ImageIdentifier, ImageNotFoundException } from '@aws-sdk/client-ecr';
import { mockClient } from 'aws-sdk-client-mock';
import { EcrRegistry } from '../../src/registry-client/ecr-registry';
import { digestOf as manifestDigest } from '../../src/registry-client/manifest-digest';
import { ImageRequest } from '../../src/registry-client/resolve-image';
import { resolveImages } from '../../src/registry-client/resolve-images';

const ARM = `sha256:${'b'.repeat(64)}`;
const where = (tag: string) => `'team/api:${tag}' (account 123456789012, Region eu-west-1)`;
const tags = (count: number) => Array.from({ length: count }, (_, i) => `v${i}`);
const requests = (count: number): ImageRequest[] => tags(count).map(tag => ({ tag }));

const indexOf = (tag: string) => JSON.stringify({
  annotations: { tag }, manifests: [{ digest: ARM, mediaType: 'an/image', platform: { os: 'linux', architecture: 'arm64' } }],
});
const digestOf = (tag: string) => manifestDigest(indexOf(tag));
const indexes = new Map(tags(250).map(tag => [digestOf(tag), indexOf(tag)]));

const ecr = mockClient(ECRClient);
const registry = new EcrRegistry(new ECRClient({}), { account: '123456789012', region: 'eu-west-1', repositoryName: 'team/api' });

/** ECR with all tags but these, which either make it throw or are missing in its answer. */
function ecrWithout(missing: string[], { throws }: { throws: boolean }) {
  ecr.on(DescribeImagesCommand).callsFake(({ imageIds }: { imageIds: ImageIdentifier[] }) => {
    const found = imageIds.map(({ imageTag }) => imageTag!).filter(tag => !missing.includes(tag));
    if (found.length < imageIds.length && throws) {
      throw new ImageNotFoundException({ $metadata: {}, message: 'not found' });
    }
    // As ECR does, in an order of its own and with all tags of an image.
    return { imageDetails: found.reverse().map(tag => ({ imageDigest: digestOf(tag), imageTags: ['also', tag] })) };
  });
  ecr.on(BatchGetImageCommand).callsFake(({ imageIds }: { imageIds: ImageIdentifier[] }) => ({
    images: imageIds.reverse().map(imageId => ({ imageId, imageManifest: indexes.get(imageId.imageDigest!) })),
  }));
}

const calls = () => ecr.calls().map(({ args: [command] }) => [command.constructor.name, (command.input as { imageIds: unknown[] }).imageIds.length]);

beforeEach(() => {
  ecr.reset();
  ecrWithout([], { throws: true });
});

test('50 tags are one call, and keep their order', async () => {
  const images = await resolveImages(registry, requests(50));
  expect(images).toEqual(tags(50).map(tag => expect.objectContaining({ digest: digestOf(tag) })));
  expect(calls()).toEqual([['DescribeImagesCommand', 50]]);
});

test.each([
  [0, []],
  [1, [1]],
  [100, [100]],
  [101, [100, 1]],
  [250, [100, 100, 50]],
])('%d tags are calls for %j', async (count, sizes) => {
  await expect(resolveImages(registry, requests(count))).resolves.toHaveLength(count);
  expect(calls()).toEqual(sizes.map(size => ['DescribeImagesCommand', size]));
});

test('platforms are one call more for each hundred, and nothing is asked twice', async () => {
  const images = await resolveImages(registry, [
    ...requests(101),
    ...requests(101).map(request => ({ ...request, platform: 'linux/arm64' })),
    { tag: 'v0', requirePlatforms: ['linux/arm64'] },
  ]);
  expect(calls()).toEqual([['DescribeImagesCommand', 100], ['DescribeImagesCommand', 1], ['BatchGetImageCommand', 100], ['BatchGetImageCommand', 1]]);
  expect(images.slice(0, 101)).toEqual(tags(101).map(tag => expect.objectContaining({ digest: digestOf(tag) })));
  expect(images.slice(101, 202)).toEqual(tags(101).map(() => expect.objectContaining({ digest: ARM, mediaType: 'an/image' })));
  expect(images[202]).toMatchObject({ digest: digestOf('v0'), platforms: ['linux/arm64'] });
});

describe.each([true, false])('tags that do not exist (ECR throws: %s)', throws => {
  test.each([
    ['the first', ['v0']],
    ['the last', ['v49']],
    ['several', ['v7', 'v8', 'v30']],
    ['all', tags(50)],
  ])('fail alone (%s)', async (_, missing) => {
    ecrWithout(missing, { throws });
    const images = await resolveImages(registry, requests(50));
    expect(images).toEqual(tags(50).map(tag => missing.includes(tag)
      ? expect.objectContaining({ kind: 'missing', message: expect.stringContaining(`${where(tag)} does not exist`) })
      : expect.objectContaining({ digest: digestOf(tag) })));
    expect(calls().length).toBeLessThanOrEqual(missing.length * 14 + 1);
  });

  test('are not read for their platforms', async () => {
    ecrWithout(['v1'], { throws });
    const images = await resolveImages(registry, requests(3).map(request => ({ ...request, platform: 'linux/arm64' })));
    expect(images).toEqual([expect.objectContaining({ digest: ARM }), expect.objectContaining({ kind: 'missing' }), expect.objectContaining({ digest: ARM })]);
    expect(ecr.commandCalls(BatchGetImageCommand)[0].args[0].input.imageIds).toHaveLength(2);
  });

  test('but are archived say so', async () => {
    ecrWithout(['v1'], { throws });
    ecr.on(DescribeImagesCommand, { filter: { imageStatus: 'ANY' } }).resolves({ imageDetails: [{ imageStatus: 'ARCHIVED' }] });
    expect(await resolveImages(registry, requests(3))).toMatchObject([
      { digest: digestOf('v0') }, { kind: 'final', message: expect.stringContaining(`${where('v1')} is archived and cannot be pulled`) }, { digest: digestOf('v2') },
    ]);
  });
});

test('an archived image that is listed fails alone', async () => {
  ecr.on(DescribeImagesCommand).resolves({
    imageDetails: tags(2).map(tag => ({ imageDigest: digestOf(tag), imageTags: [tag], imageStatus: tag === 'v1' ? 'ARCHIVED' : 'ACTIVE' })),
  });
  expect(await resolveImages(registry, requests(2))).toMatchObject([{ digest: digestOf('v0') }, { kind: 'final', message: expect.stringContaining('is archived') }]);
});

test('two tags of one image are both found', async () => {
  ecr.on(DescribeImagesCommand).resolves({ imageDetails: [{ imageDigest: ARM, imageTags: ['v0', 'v1'] }] });
  expect(await resolveImages(registry, requests(2))).toMatchObject([{ digest: ARM }, { digest: ARM }]);
});

test('a request whose platform is missing fails alone', async () => {
  expect(await resolveImages(registry, [{ tag: 'v0', platform: 'linux/s390x' }, { tag: 'v0', platform: 'linux/arm64' }])).toMatchObject([
    { kind: 'final', message: expect.stringContaining(`${where('v0')} has no image for platform linux/s390x`) }, { digest: ARM },
  ]);
});

test('an index that cannot be read fails alone', async () => {
  ecr.on(BatchGetImageCommand).resolves({
    images: [{ imageId: { imageDigest: digestOf('v1') }, imageManifest: indexOf('v1') }, {}],
    failures: [{}, { imageId: { imageDigest: digestOf('v0') }, failureCode: 'ImageNotFound', failureReason: 'gone' }],
  });
  expect(await resolveImages(registry, requests(3).map(request => ({ ...request, platform: 'linux/arm64' })))).toMatchObject([
    { kind: 'final', message: `${where('v0')} cannot be read (${digestOf('v0')}, ImageNotFound: gone)` },
    { digest: ARM },
    { kind: 'final', message: `${where('v2')} cannot be read (${digestOf('v2')}, no manifest came back)` },
  ]);
});

describe('a call that fails', () => {
  const throttled = new ECRServiceException({ name: 'ThrottlingException', $fault: 'client', $metadata: { httpStatusCode: 400 }, message: 'slow down' });

  test('does so for each of its tags', async () => {
    ecr.on(DescribeImagesCommand).rejects(throttled);
    expect(await resolveImages(registry, requests(3))).toMatchObject(tags(3).map(tag => ({
      kind: 'busy', message: expect.stringContaining(`ecr:DescribeImages for ${where(tag)} failed (ThrottlingException: slow down)`),
    })));
    expect(calls()).toEqual([['DescribeImagesCommand', 3]]);
  });

  test('for indexes leaves the tags without platform', async () => {
    ecr.on(BatchGetImageCommand).rejects(throttled);
    expect(await resolveImages(registry, [{ tag: 'v0' }, { tag: 'v1', platform: 'linux/arm64' }])).toMatchObject([
      { digest: digestOf('v0') }, { kind: 'busy', message: expect.stringContaining(`ecr:BatchGetImage for ${where('v1')} failed`) },
    ]);
  });
});
