import { DescribeImagesCommand, ECRClient } from '@aws-sdk/client-ecr';
import { EcrRepositoryName } from '../../names/repository-name';
import { isImageNotFound } from '../../registry-client/ecr-failures';
import { isOutOfReach } from '../../registry-client/ecr-registry';

const IMAGES_PER_CALL = 100;

/** What became of an image. */
export type Found = 'usable' | 'archived' | 'missing' | Error;

/** As many at once as ECR takes. One that is not there fails the whole call, so the halves are asked then. */
export async function describeDigests(client: ECRClient, repository: EcrRepositoryName, digests: string[]): Promise<Map<string, Found>> {
  const split = async (size: number) => {
    const parts = [await describeDigests(client, repository, digests.slice(0, size)), await describeDigests(client, repository, digests.slice(size))];
    return new Map(parts.flatMap(part => [...part]));
  };
  if (digests.length > IMAGES_PER_CALL) {
    return split(IMAGES_PER_CALL);
  }
  try {
    const { imageDetails = [] } = await client.send(new DescribeImagesCommand({
      registryId: repository.account,
      repositoryName: repository.repositoryName,
      imageIds: digests.map(imageDigest => ({ imageDigest })),
      filter: { imageStatus: 'ANY' },
    }));
    const found = new Map(imageDetails.map(detail => [detail.imageDigest, isOutOfReach(detail) ? 'archived' : 'usable'] as const));
    return new Map(digests.map(digest => [digest, found.get(digest) ?? 'missing']));
  } catch (error) {
    if (!isImageNotFound(error)) {
      return new Map(digests.map(digest => [digest, error as Error]));
    }
    return digests.length === 1 ? new Map([[digests[0], 'missing']]) : split(Math.ceil(digests.length / 2));
  }
}
