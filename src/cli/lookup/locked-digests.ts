import type { Found } from './ecr-digests';
import { loadEcr } from './load-ecr';
import { LookupFailure } from './lookup-failure';
import { queryRegistries, RequestedPin } from './query-registries';
import { Registries } from './registries';
import { LockRequest } from '../../lock/lock-request';
import { EcrRepositoryName } from '../../names/repository-name';
import { EcrFailures } from '../../registry-client/ecr-failures';
import { ResolutionError } from '../../registry-client/resolution-error';
import { Clock } from '../../registry-client/retry';

type Presence = 'usable' | 'gone';

/** Whether the digests that a lock has can be pulled, or why nobody knows. */
export async function checkDigests(
  requests: LockRequest[], digests: Map<string, string>, registries: Registries, clock: Clock,
): Promise<Map<string, Presence | LookupFailure>> {
  const digestOf = ({ request }: RequestedPin) => digests.get(request.key)!;
  return queryRegistries<Presence>(requests, registries, clock, {
    ecr: async ({ client }, repository, pins) => {
      const found = await loadEcr().describeDigests(client, repository, [...new Set(pins.map(digestOf))]);
      return pins.map(pin => judge(pin.image.tag, digestOf(pin), found.get(digestOf(pin)), repository));
    },
    oci: async (registry, pin) => {
      try {
        await registry.lockedImage(digestOf(pin), pin.image.tag);
        return 'usable';
      } catch (error) {
        if (error instanceof ResolutionError && error.reason === 'image-not-found') {
          return 'gone';
        }
        throw error;
      }
    },
  });
}

function judge(tag: string, digest: string, found: Found = 'missing', repository: EcrRepositoryName): Presence | ResolutionError {
  const failures = new EcrFailures(repository);
  if (found instanceof Error) {
    return failures.explain(found, tag, 'ecr:DescribeImages');
  }
  if (found === 'archived') {
    return failures.archived(tag, digest);
  }
  return found === 'usable' ? 'usable' : 'gone';
}
