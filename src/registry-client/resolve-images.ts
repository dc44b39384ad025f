import type { EcrRegistry } from './ecr-registry';
import { outcomeOf, ResolutionError } from './resolution-error';
import { asksForPlatforms, ImageRequest, imageOfIndex, ResolvedImage } from './resolve-image';

/**
 * `resolveImage` for many images of one repository with as few calls as ECR allows; answers come in the requests' order.
 *
 * A request that fails does not fail the others. Trouble that passes is for the client's own retries.
 */
export async function resolveImages(registry: EcrRegistry, requests: ImageRequest[]): Promise<(ResolvedImage | ResolutionError)[]> {
  const images = await registry.images(requests.map(({ tag }) => tag));
  const manifests = await registry.manifests(requests.filter(asksForPlatforms).flatMap(({ tag }) => {
    const image = images.get(tag)!;
    return image instanceof ResolutionError ? [] : [{ digest: image.digest, tag }];
  }));
  return Promise.all(requests.map(request => outcomeOf(() => {
    const image = orThrow(images.get(request.tag)!);
    return asksForPlatforms(request)
      ? imageOfIndex(image, orThrow(manifests.get(image.digest)!), request, registry.describe(request.tag))
      : image;
  })));
}

function orThrow<T>(outcome: T | ResolutionError): T {
  if (outcome instanceof ResolutionError) {
    throw outcome;
  }
  return outcome;
}
