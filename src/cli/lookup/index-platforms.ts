import { loadEcr } from './load-ecr';
import { LookupFailure } from './lookup-failure';
import { queryRegistries, RequestedPin } from './query-registries';
import { Registries } from './registries';
import { LockEntry } from '../../lock/lock-entry';
import { parseLockKey } from '../../lock/lock-key';
import { LockRequest } from '../../lock/lock-request';
import { isSamePlatform } from '../../names/platform';
import { platformsIn, readIndex } from '../../registry-client/image-index';
import { isIndex } from '../../registry-client/manifest-type';
import { outcomeOf, ResolutionError } from '../../registry-client/resolution-error';
import { Clock } from '../../registry-client/retry';

/** How the platforms of two indexes differ. */
export interface PlatformChange {
  readonly gained: string[];
  readonly lost: string[];
}

/** The platforms that images have as indexes, by key; those whose media type is another one are left out. */
export async function platformsOf(
  requests: LockRequest[], images: Map<string, LockEntry>, registries: Registries, clock: Clock, patience?: number,
): Promise<Map<string, string[] | LookupFailure>> {
  const digestOf = ({ request }: RequestedPin) => images.get(request.key)!.digest;
  const indexes = requests.filter(({ key }) => {
    const { mediaType } = images.get(key)!;
    return mediaType === undefined || isIndex(mediaType);
  });
  return queryRegistries<string[]>(indexes, registries, clock, {
    patience,
    ecr: async ({ client }, repository, pins) => {
      const registry = new (loadEcr().EcrRegistry)(client, repository);
      const manifests = await registry.manifests(pins.map(pin => ({ digest: digestOf(pin), tag: pin.image.tag })));
      return Promise.all(pins.map(pin => {
        const manifest = manifests.get(digestOf(pin))!;
        return manifest instanceof ResolutionError ? manifest : outcomeOf(() => platformsIn(readIndex(manifest, registry.describe(pin.image.tag))));
      }));
    },
    oci: async (registry, pin) => platformsIn(readIndex(await registry.manifest(digestOf(pin), pin.image.tag), registry.describe(pin.image.tag))),
  });
}

/**
 * Which platforms were gained and lost with other images, by key, where both are indexes that the registry still has. Nobody waits for that:
 * a busy registry leaves it open.
 */
export async function platformChanges(
  requests: LockRequest[], from: Map<string, LockEntry>, to: Map<string, LockEntry>, registries: Registries, clock: Clock,
): Promise<Map<string, PlatformChange>> {
  const ofIndexes = requests.filter(({ key }) => parseLockKey(key)?.platform === undefined);
  const after = await platformsOf(ofIndexes, to, registries, clock, 0);
  const before = await platformsOf(ofIndexes.filter(({ key }) => Array.isArray(after.get(key))), from, registries, clock, 0);
  return new Map([...before].flatMap(([key, old]) => {
    const current = after.get(key);
    return Array.isArray(old) && Array.isArray(current) ? [[key, { gained: without(current, old), lost: without(old, current) }]] : [];
  }));
}

function without(platforms: string[], others: string[]): string[] {
  return platforms.filter(platform => !others.some(other => isSamePlatform(platform, other)));
}
