import type { Found } from './ecr-digests';
import { loadEcr } from './load-ecr';
import { queryRegistries, RegistryQuery, RequestedPin } from './query-registries';
import { Registries } from './registries';
import { LockRequest } from '../../lock/lock-request';
import { EcrRepositoryName } from '../../names/repository-name';
import { EcrFailures } from '../../registry-client/ecr-failures';
import { ResolutionError } from '../../registry-client/resolution-error';
import { Clock } from '../../registry-client/retry';
import { quoted, shortDigest } from '../terminal/describe-pin';

/** Whether the digests that a lock has can be pulled: `true`, or why not. */
export async function checkDigests(
  requests: LockRequest[], digests: Map<string, string>, registries: Registries, clock: Clock,
): Promise<Map<string, true | ResolutionError>> {
  const digestOf = ({ request }: RequestedPin) => digests.get(request.key)!;
  const query: RegistryQuery<true> = {
    ecr: async ({ client }, repository, pins) => {
      const found = await loadEcr().describeDigests(client, repository, [...new Set(pins.map(digestOf))]);
      return pins.map(pin => judge(pin, digestOf(pin), found.get(digestOf(pin)), repository));
    },
    oci: async (registry, pin) => {
      try {
        await registry.image(digestOf(pin));
        return true;
      } catch (error) {
        throw error instanceof ResolutionError && error.kind === 'missing' ? gone(registry.describe(pin.image.tag), pin, digestOf(pin)) : error;
      }
    },
  };
  return queryRegistries(requests, registries, clock, query);
}

function judge(pin: RequestedPin, digest: string, found: Found | undefined, repository: EcrRepositoryName): true | ResolutionError {
  const failures = new EcrFailures(repository);
  const { tag } = pin.image;
  if (found instanceof Error) {
    return failures.explain(found, tag, 'ecr:DescribeImages');
  }
  if (found === undefined || found === 'missing') {
    return gone(failures.describe(tag), pin, digest);
  }
  return found === 'archived' ? failures.archived(tag) : true;
}

function gone(image: string, { request }: RequestedPin, digest: string): ResolutionError {
  return new ResolutionError('missing',
    `the image that is locked for ${image} does not exist any more (${shortDigest(digest)}); push it again, or take another with: npx cdk-image-lock update ${quoted(request.key)}`);
}
