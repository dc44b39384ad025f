import { readIndex, requirePlatforms, selectPlatform } from './image-index';
import { Registry } from './registry';

/** A tag, and which of its images is wanted. */
export interface DigestRequest {
  readonly tag: string;
  readonly platform?: string;
  readonly requirePlatforms?: string[];
}

/** The digest of a tag: that of the index or image itself, or with a platform that of the platform's image. */
export async function resolveDigest(registry: Registry, { tag, platform, requirePlatforms: required = [] }: DigestRequest): Promise<string> {
  const digest = await registry.digestOf(tag);
  if (platform === undefined && required.length === 0) {
    return digest;
  }
  const name = registry.describe(tag);
  const index = readIndex(await registry.manifest(digest, tag), name);
  requirePlatforms(index, required, name);
  return platform === undefined ? digest : selectPlatform(index, platform, name);
}
