import { createHash } from 'node:crypto';
import { BatchGetImageResponse, DescribeImagesCommand, ECRClient, ImageDetail, ImageIdentifier, PutImageRequest } from '@aws-sdk/client-ecr';
import { Answer, refusal } from './ecr-answer';

/** What ECR refuses of a PutImage, and MiniStack does not or calls otherwise. A push restores an image that is archived. */
export async function putImageRefusal(
  ecr: ECRClient, registryId: string, asked: PutImageRequest, archived: boolean,
): Promise<Answer | undefined> {
  const { repositoryName, imageManifest, imageTag } = asked;
  const digest = digestOf(imageManifest!);
  const where = `in the repository with name '${repositoryName}' in registry with id '${registryId}'`;
  if (asked.imageDigest && asked.imageDigest !== digest) {
    return refusal('ImageDigestDoesNotMatchException',
      `The provided digest '${asked.imageDigest}' does not match the digest '${digest}' that was calculated for the image ${where}`);
  }
  const image = await imageOf(ecr, repositoryName!, { imageDigest: digest });
  return image && !archived && (imageTag === undefined || image.imageTags?.includes(imageTag))
    ? refusal('ImageAlreadyExistsException', `Image with digest '${digest}' and tag '${imageTag ?? 'null'}' already exists ${where}`)
    : undefined;
}

/** An image of MiniStack, if it is there. */
export async function imageOf(ecr: ECRClient, repositoryName: string, imageId: ImageIdentifier): Promise<ImageDetail | undefined> {
  const { imageDetails = [] } = await ecr.send(new DescribeImagesCommand({ repositoryName, imageIds: [imageId] }));
  return imageDetails[0];
}

export function digestOf(manifest: string): string {
  return `sha256:${createHash('sha256').update(manifest).digest('hex')}`;
}

/**
 * The images as they were asked for, of which MiniStack names the last tag instead, and without those that are archived, which cannot be
 * pulled.
 */
export function withAskedIds(
  body: BatchGetImageResponse, imageIds: ImageIdentifier[], isArchived: (digest: string) => boolean,
): BatchGetImageResponse {
  const { images = [], failures = [] } = body;
  const missing = new Set(failures.map(({ imageId }) => JSON.stringify(imageId)));
  const found = imageIds.filter(imageId => !missing.has(JSON.stringify(imageId)))
    .map(({ imageTag }, index) => ({ ...images[index], imageId: { imageDigest: images[index].imageId!.imageDigest, imageTag } }));
  const archived = found.filter(({ imageId }) => isArchived(imageId.imageDigest!));
  return {
    ...body,
    images: found.filter(image => !archived.includes(image)),
    failures: [...failures, ...archived.map(({ imageId }) => (
      { imageId, failureCode: 'ImageNotFound' as const, failureReason: 'Requested image not found' }))],
  };
}
