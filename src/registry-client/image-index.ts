import { isAmbiguous, isIndex, mediaTypeIn } from './manifest-type';
import { quote } from './quote';
import { ResolutionError } from './resolution-error';
import { digestProblem, platformProblem } from '../names/image-grammar';
import { holdsPlatform, isSamePlatform, isVariantOf } from '../names/platform';

const PLATFORMS_IN_MESSAGE = 10;
const LONGEST_DIGEST = 100;

/** One image of an index. */
export interface PlatformManifest {
  readonly digest: string;
  readonly mediaType?: string;
  /** As `os/architecture` or `os/architecture/variant`, as far as the index keeps to that. */
  readonly platform: string;
}

/** Reads the platform manifests of an index; `name` stands for the image in messages. */
export function readIndex(manifest: string, name: string): PlatformManifest[] {
  const content = parse(manifest, name);
  const { mediaType, manifests } = content;
  if (isAmbiguous(content)) {
    throw new ResolutionError('unreadable-image', `the manifest of ${name} is one image to some clients and another to others, by members that stand in each other's place`);
  }
  if (!Array.isArray(manifests) || (mediaType && !isIndex(mediaType))) {
    const type = mediaTypeIn(mediaType);
    throw new ResolutionError('not-an-index', `${name} is a single image${type ? ` (${type})` : ''}, not an index of platforms`);
  }
  return manifests.filter(child => isImage(child?.platform)).map(({ digest, mediaType: type, platform }) => {
    if (digestProblem(digest)) {
      throw new ResolutionError('unreadable-image', `the index of ${name} is malformed: '${quote(String(digest), LONGEST_DIGEST)}' is not an image digest`);
    }
    return { digest, mediaType: mediaTypeIn(type), platform: platformName(platform) };
  });
}

/**
 * The one image for a platform.
 *
 * A variant in the wanted platform has to be there; without one, an image without variant comes first, and otherwise any
 * variant will do, as long as there is one image only.
 */
export function selectPlatform(index: PlatformManifest[], wanted: string, name: string): Omit<PlatformManifest, 'platform'> {
  const exact = index.filter(({ platform }) => isSamePlatform(platform, wanted));
  const matches = exact.length > 0 ? exact : index.filter(({ platform }) => isVariantOf(platform, wanted));
  const digests = new Set(matches.map(({ digest }) => digest));
  if (digests.size === 1) {
    const { digest, mediaType } = matches[0];
    return { digest, mediaType };
  }
  throw digests.size === 0
    ? new ResolutionError('platform-not-found', `${name} has no image for platform ${wanted}, it has ${listPlatforms(index)}`)
    : new ResolutionError('ambiguous-platform', `${name} has ${digests.size} images for platform ${wanted}: ${listPlatforms(matches)}`);
}

/** Throws unless an index holds each of the platforms. */
export function requirePlatforms(index: PlatformManifest[], required: string[], name: string): void {
  const platforms = index.map(({ platform }) => platform);
  const missing = required.filter(wanted => !holdsPlatform(platforms, wanted));
  if (missing.length > 0) {
    throw new ResolutionError('platform-not-found',
      `${name} has no image for required platform ${missing.join(', ')}, it has ${listPlatforms(index)}`);
  }
}

/** What an index holds, each platform once. What is no platform is left out. */
export function platformsIn(index: PlatformManifest[]): string[] {
  return [...new Set(index.filter(isWellFormed).map(({ platform }) => platform))].sort();
}

function parse(manifest: string, name: string) {
  try {
    return Object(JSON.parse(manifest));
  } catch {
    throw new ResolutionError('unreadable-image', `the manifest of ${name} is not JSON`);
  }
}

interface OciPlatform {
  readonly os: string;
  readonly architecture: string;
  readonly variant?: string;
}

/** Attestations stand in an index as images for the platform `unknown/unknown`. */
function isImage(platform?: OciPlatform): boolean {
  return [platform?.os, platform?.architecture].every(part => isText(part) && part !== 'unknown') && typeof (platform?.variant ?? '') === 'string';
}

function isText(value: unknown): boolean {
  return typeof value === 'string' && value !== '';
}

function platformName({ os, architecture, variant }: OciPlatform): string {
  return [os, architecture, variant].filter(Boolean).join('/');
}

function isWellFormed({ platform }: PlatformManifest): boolean {
  return platformProblem(platform) === undefined;
}

/** Not all of what an index holds has to be of use in a message. */
function listPlatforms(index: PlatformManifest[]): string {
  const named = index.filter(isWellFormed);
  const shown = named.slice(0, PLATFORMS_IN_MESSAGE).map(({ platform, digest }) => `${platform} (${digest})`);
  const others = named.length > shown.length ? [`${named.length - shown.length} more`] : [];
  const malformed = index.length > named.length ? [`${index.length - named.length} malformed`] : [];
  return [...shown, ...others, ...malformed].join(', ') || 'none';
}
