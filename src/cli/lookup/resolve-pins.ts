import { loadEcr } from './load-ecr';
import { LookupFailure } from './lookup-failure';
import { queryRegistries, RequestedPin } from './query-registries';
import { Registries } from './registries';
import { LockEntry } from '../../lock/lock-entry';
import { LockRequest } from '../../lock/lock-request';
import { ResolutionError } from '../../registry-client/resolution-error';
import { ImageRequest, ResolvedImage, resolveImage } from '../../registry-client/resolve-image';
import { resolveImages } from '../../registry-client/resolve-images';
import { Clock } from '../../registry-client/retry';

/** What the lock is to record of a pin, or why there is nothing. */
export type Resolution = LockEntry | LookupFailure;

/** Resolves the tags of many pins, by key, with as few calls as possible. */
export async function resolvePins(requests: LockRequest[], registries: Registries, clock: Clock): Promise<Map<string, Resolution>> {
  return queryRegistries(requests, registries, clock, {
    ecr: async ({ client }, repository, pins) => {
      const registry = new (loadEcr().EcrRegistry)(client, repository);
      return (await resolveImages(registry, pins.map(imageRequest))).map(image => image instanceof ResolutionError ? image : lockEntry(image));
    },
    oci: async (registry, pin) => lockEntry(await resolveImage(registry, imageRequest(pin))),
  });
}

function imageRequest({ image: { tag, platform }, request: { requirePlatforms } }: RequestedPin): ImageRequest {
  return { tag, platform, requirePlatforms };
}

/** The order of its properties is that of the lock. */
function lockEntry({ digest, mediaType, platforms, pushedAt }: ResolvedImage): LockEntry {
  return { digest, ...(mediaType && { mediaType }), ...(platforms && { platforms }), ...(pushedAt && { pushedAt }) };
}
