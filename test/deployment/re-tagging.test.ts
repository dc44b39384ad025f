import { BatchGetImageCommand, CreateRepositoryCommand, DescribeImagesCommand, ImageTagMutability, PutImageCommand, UpdateImageStorageClassCommand } from '@aws-sdk/client-ecr';
import { Cloud } from './cloud';
import { Image, singleManifest } from '../../emulator/images';
import { judgeEcr } from '../../emulator/judge-ecr';

/** The emulated ECR: that a new tag for an image that is there, and what is refused of it, are as AWS documents them. */

const cloud = new Cloud();

/** The tag of an image, or why there is none. */
async function tag(repositoryName: string, { content, mediaType }: Image, imageTag?: string, imageDigest?: string): Promise<string> {
  try {
    const { image } = await cloud.clients().ecr.send(new PutImageCommand({
      repositoryName, imageManifest: content, imageManifestMediaType: mediaType, imageTag, imageDigest,
    }));
    return image!.imageId!.imageTag!;
  } catch (error) {
    return (error as Error).name;
  }
}

test.concurrent.each<[ImageTagMutability, string, string[][]]>([
  ['MUTABLE', 'second', [['deployed'], ['1.0.0', 'second']]],
  ['IMMUTABLE', 'ImageTagAlreadyExistsException', [['1.0.0', 'deployed'], ['second']]],
])('in a repository that is %s', async (imageTagMutability, moved, tags) => {
  const repositoryName = `re-tagged-${imageTagMutability.toLowerCase()}`;
  await cloud.clients().ecr.send(new CreateRepositoryCommand({ repositoryName, imageTagMutability }));
  const [first, second] = [await cloud.push(repositoryName, '1.0.0'), await cloud.push(repositoryName, 'second')];
  const pushedAt = async () => (await cloud.clients().ecr.send(new DescribeImagesCommand({
    repositoryName, imageIds: [{ imageDigest: first.digest }],
  }))).imageDetails![0].imagePushedAt;
  const before = await pushedAt();

  expect(await tag(repositoryName, first, 'deployed')).toBe('deployed');
  expect(await tag(repositoryName, first, 'deployed')).toBe('ImageAlreadyExistsException');
  expect(await tag(repositoryName, first)).toBe('ImageAlreadyExistsException');
  expect(await tag(repositoryName, first, 'other', second.digest)).toBe('ImageDigestDoesNotMatchException');
  expect(await tag(repositoryName, second, '1.0.0')).toBe(moved === 'second' ? '1.0.0' : moved);
  expect([await cloud.tagsOf(repositoryName, first.digest), await cloud.tagsOf(repositoryName, second.digest)]).toEqual(tags);
  expect(await pushedAt()).toEqual(before);
});

test.concurrent('a push restores an image that is archived, which cannot be pulled before', async () => {
  await cloud.repository('restored');
  const image = await cloud.push('restored', '1.0.0');
  const { ecr } = cloud.clients();
  const imageIds = [{ imageDigest: image.digest }, { imageTag: '1.0.0' }];
  const get = () => ecr.send(new BatchGetImageCommand({ repositoryName: 'restored', imageIds }));
  await ecr.send(new UpdateImageStorageClassCommand({ repositoryName: 'restored', imageId: imageIds[0], targetStorageClass: 'ARCHIVE' }));
  expect(await get()).toMatchObject({ images: [], failures: [{ failureCode: 'ImageNotFound' }, { failureCode: 'ImageNotFound' }] });
  expect(await tag('restored', image, 'deployed')).toBe('deployed');
  expect(await get()).toMatchObject({ failures: [] });
  expect(await cloud.tagsOf('restored', image.digest)).toEqual(['1.0.0', 'deployed']);
});

test.concurrent('images are named as they are asked for, and those that are not there are failures', async () => {
  await cloud.repository('gotten');
  const image = await cloud.push('gotten', '1.0.0');
  await tag('gotten', image, 'deployed');
  const missing = { imageDigest: singleManifest('missing').digest };
  const imageIds = [missing, { imageDigest: image.digest }, { imageTag: 'missing' }, { imageTag: '1.0.0' }];
  const { images, failures } = await cloud.clients().ecr.send(new BatchGetImageCommand({ repositoryName: 'gotten', imageIds }));
  expect(images!.map(({ imageId }) => imageId)).toEqual([{ imageDigest: image.digest }, { imageDigest: image.digest, imageTag: '1.0.0' }]);
  expect(images!.map(({ imageManifest, imageManifestMediaType }) => [imageManifest, imageManifestMediaType]))
    .toEqual([[image.content, image.mediaType], [image.content, image.mediaType]]);
  expect(failures!.map(({ imageId }) => imageId)).toEqual([missing, { imageTag: 'missing' }]);
});

test.concurrent('what is refused is as AWS\'s model has it', async () => {
  await cloud.clients().ecr.send(new CreateRepositoryCommand({ repositoryName: 'refused-puts', imageTagMutability: 'IMMUTABLE' }));
  const [image, other] = [await cloud.push('refused-puts', '1.0.0'), await cloud.push('refused-puts', 'other')];
  const put = ({ content, mediaType }: Image, more: object) => ({
    operation: 'PutImage', parameters: { repositoryName: 'refused-puts', imageManifest: content, imageManifestMediaType: mediaType, ...more },
  });
  const judgements = await judgeEcr(cloud.aws, [
    put(image, { imageTag: 'deployed' }), put(image, { imageTag: 'deployed' }), put(image, { imageTag: 'other' }), put(image, { imageDigest: other.digest }),
  ]);
  expect(judgements.map(({ problems }) => problems)).toEqual([[], [], [], []]);
  expect(judgements.map(({ answer }) => answer.__type)).toEqual([
    undefined, 'ImageAlreadyExistsException', 'ImageTagAlreadyExistsException', 'ImageDigestDoesNotMatchException',
  ]);
});
