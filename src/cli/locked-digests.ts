import { DescribeImagesCommand, ECRClient, ImageDetail } from '@aws-sdk/client-ecr';
import { Inquiry, inquire, Question } from './answers';
import { quoted, shortDigest } from './pins';
import { Registries } from './registries';
import { Clock } from './surroundings';
import { EcrRepositoryName } from '../lock/lock-key';
import { LockRequest } from '../lock/lock-request';
import { EcrFailures, isImageNotFound } from '../registry/ecr-failures';
import { isOutOfReach } from '../registry/ecr-registry';
import { ResolutionError } from '../registry/resolution-error';

const IMAGES_PER_CALL = 100;

/** Whether the digests that a lock has can be pulled: `true`, or why not. */
export async function checkDigests(
  requests: LockRequest[], digests: Map<string, string>, registries: Registries, clock: Clock,
): Promise<Map<string, true | ResolutionError>> {
  const digestOf = ({ request }: Question) => digests.get(request.key)!;
  const inquiry: Inquiry<true> = {
    ecr: async ({ client }, repository, questions) => {
      const found = await describeDigests(client, repository, [...new Set(questions.map(digestOf))]);
      return questions.map(question => judge(question, digestOf(question), found.get(digestOf(question)), repository));
    },
    oci: async (registry, question) => {
      try {
        await registry.image(digestOf(question));
        return true;
      } catch (error) {
        throw error instanceof ResolutionError && error.kind === 'missing' ? gone(registry.describe(question.image.tag), question, digestOf(question)) : error;
      }
    },
  };
  return inquire(requests, registries, clock, inquiry);
}

type Found = ImageDetail | 'missing' | Error;

/** As many at once as ECR takes. One that is not there fails the whole call, so the halves are asked then. */
async function describeDigests(client: ECRClient, repository: EcrRepositoryName, digests: string[]): Promise<Map<string, Found>> {
  const half = Math.ceil(digests.length / 2);
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
    return new Map(digests.map(digest => [digest, imageDetails.find(({ imageDigest }) => imageDigest === digest) ?? 'missing']));
  } catch (error) {
    if (!isImageNotFound(error)) {
      return new Map(digests.map(digest => [digest, error as Error]));
    }
    return digests.length === 1 ? new Map([[digests[0], 'missing']]) : split(half);
  }
}

function judge(question: Question, digest: string, found: Found | undefined, repository: EcrRepositoryName): true | ResolutionError {
  const failures = new EcrFailures(repository);
  const { tag } = question.image;
  if (found instanceof Error) {
    return failures.explain(found, tag, 'ecr:DescribeImages');
  }
  if (found === undefined || found === 'missing') {
    return gone(failures.describe(tag), question, digest);
  }
  return isOutOfReach(found) ? failures.archived(tag) : true;
}

function gone(image: string, { request }: Question, digest: string): ResolutionError {
  return new ResolutionError('missing',
    `the image that is locked for ${image} does not exist any more (${shortDigest(digest)}); push it again, or take another with: npx cdk-image-lock update ${quoted(request.key)}`);
}
