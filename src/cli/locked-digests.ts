import { Inquiry, inquire, Question } from './answers';
import type { Found } from './ecr-digests';
import { loadEcr } from './load-ecr';
import { quoted, shortDigest } from './pins';
import { Registries } from './registries';
import { Clock } from './surroundings';
import { EcrRepositoryName } from '../lock/lock-key';
import { LockRequest } from '../lock/lock-request';
import { EcrFailures } from '../registry/ecr-failures';
import { ResolutionError } from '../registry/resolution-error';

/** Whether the digests that a lock has can be pulled: `true`, or why not. */
export async function checkDigests(
  requests: LockRequest[], digests: Map<string, string>, registries: Registries, clock: Clock,
): Promise<Map<string, true | ResolutionError>> {
  const digestOf = ({ request }: Question) => digests.get(request.key)!;
  const inquiry: Inquiry<true> = {
    ecr: async ({ client }, repository, questions) => {
      const found = await loadEcr().describeDigests(client, repository, [...new Set(questions.map(digestOf))]);
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

function judge(question: Question, digest: string, found: Found | undefined, repository: EcrRepositoryName): true | ResolutionError {
  const failures = new EcrFailures(repository);
  const { tag } = question.image;
  if (found instanceof Error) {
    return failures.explain(found, tag, 'ecr:DescribeImages');
  }
  if (found === undefined || found === 'missing') {
    return gone(failures.describe(tag), question, digest);
  }
  return found === 'archived' ? failures.archived(tag) : true;
}

function gone(image: string, { request }: Question, digest: string): ResolutionError {
  return new ResolutionError('missing',
    `the image that is locked for ${image} does not exist any more (${shortDigest(digest)}); push it again, or take another with: npx cdk-image-lock update ${quoted(request.key)}`);
}
