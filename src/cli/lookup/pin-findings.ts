import { ImageFindings, mergeScans, ScannedImage } from './image-findings';
import { loadEcr } from './load-ecr';
import { LookupFailure } from './lookup-failure';
import { mapInParallel } from './query-host';
import { queryRegistries } from './query-registries';
import { Registries } from './registries';
import { isTransient } from './retry-open';
import { LockEntry } from '../../lock/lock-entry';
import { LockRequest } from '../../lock/lock-request';
import type { EcrRegistry } from '../../registry-client/ecr-registry';
import { RunnableImage, runnableImages } from '../../registry-client/image-index';
import { isIndex } from '../../registry-client/manifest-type';
import { outcomeOf, ResolutionError } from '../../registry-client/resolution-error';
import { Clock } from '../../registry-client/retry';
import { withoutSociIndexes } from '../../registry-client/without-soci-indexes';

/** Of one repository. */
const SCANS_AT_A_TIME = 4;

/** What ECR's scanners found in the images that a lock has, by key, or why nobody knows; `undefined` for images of other registries. */
export async function findingsOf(
  requests: LockRequest[], entries: Map<string, LockEntry>, registries: Registries, clock: Clock,
): Promise<Map<string, ImageFindings | LookupFailure | undefined>> {
  return queryRegistries<ImageFindings | undefined>(requests, registries, clock, {
    ecr: async ({ client }, repository, pins) => {
      const { EcrRegistry: Registry, EcrScans } = loadEcr();
      const scans = new EcrScans(client, repository);
      const locked = pins.map(({ request, image }) => ({ ...entries.get(request.key)!, tag: image.tag }));
      const runnable = await runnableOf(new Registry(client, repository), locked);
      const digests = [...new Set(runnable.flatMap(images => images instanceof ResolutionError ? [] : images.map(({ digest }) => digest)))];
      const answers = new Map(await mapInParallel(digests, SCANS_AT_A_TIME, async digest =>
        [digest, await outcomeOf(async () => scans.scan(digest))] as const));
      return runnable.map(images => images instanceof ResolutionError
        ? images
        : merged(images.map(({ digest, platforms }) => ({ platforms, scan: answers.get(digest)! }))));
    },
    oci: async () => undefined,
  });
}

/** What may run of each image. An index is read, as ECR scans its images only. */
async function runnableOf(registry: EcrRegistry, images: (LockEntry & { readonly tag: string })[]): Promise<(RunnableImage[] | ResolutionError)[]> {
  const manifests = await registry.manifests(images.filter(({ mediaType }) => mediaType === undefined || isIndex(mediaType)));
  return Promise.all(images.map(async ({ digest, tag }) => {
    const manifest = manifests.get(digest);
    const name = registry.describe(tag);
    return manifest === undefined || manifest instanceof ResolutionError
      ? manifest ?? [{ digest, platforms: [] }]
      : outcomeOf(() => withoutSociIndexes(runnableImages(manifest, digest, [], name), child => registry.manifest(child, child), name));
  }));
}

/** An index may hold images that are not there: nobody can run them. */
function merged(images: ScannedImage[]): ImageFindings | ResolutionError {
  const failures = images.flatMap(({ scan }) => scan instanceof ResolutionError && scan.reason !== 'image-not-found' ? [scan] : []);
  return failures.find(isTransient) ?? failures[0] ?? mergeScans(images);
}
