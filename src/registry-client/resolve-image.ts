import { platformsIn, readIndex, requirePlatforms, selectPlatform } from './image-index';
import { Registry, TaggedImage } from './registry';

/** A tag, and which of its images is wanted. */
export interface ImageRequest {
  readonly tag: string;
  readonly platform?: string;
  readonly requirePlatforms?: string[];
}

/** What a tag names, or with a platform the image of that platform. */
export interface ResolvedImage extends TaggedImage {
  /** What the index holds, when platforms are required. */
  readonly platforms?: string[];
}

export async function resolveImage(registry: Registry, request: ImageRequest): Promise<ResolvedImage> {
  const image = await registry.image(request.tag);
  return asksForPlatforms(request)
    ? imageOfIndex(image, await registry.manifest(image.digest, request.tag), request, registry.describe(request.tag))
    : image;
}

/** Whether a request is answered from the index; otherwise the digest of the tag is enough. */
export function asksForPlatforms({ platform, requirePlatforms: required = [] }: ImageRequest): boolean {
  return platform !== undefined || required.length > 0;
}

/** Answers a request from the index that its tag names; `name` stands for the image in messages. */
export function imageOfIndex(
  image: TaggedImage, manifest: string, { platform, requirePlatforms: required = [] }: ImageRequest, name: string,
): ResolvedImage {
  const index = readIndex(manifest, name);
  requirePlatforms(index, required, name);
  return {
    ...image,
    ...(platform !== undefined && selectPlatform(index, platform, name)),
    ...(required.length > 0 && { platforms: platformsIn(index) }),
  };
}
