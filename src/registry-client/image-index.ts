import { isAmbiguous, isIndex, mediaTypeIn } from './manifest-type';
import { quote } from './quote';
import { ResolutionError } from './resolution-error';
import { digestProblem, platformProblem } from '../names/image-grammar';
import { excludesPlatform, holdsPlatform, isSamePlatform, isVariantOf } from '../names/platform';

const PLATFORMS_IN_MESSAGE = 10;
const LONGEST_DIGEST = 100;

/**
 * Of what stands beside an image for its platform, so that AWS Fargate and others can load it lazily.
 *
 * @see https://github.com/awslabs/soci-snapshotter/blob/main/docs/soci-index-manifest-v2.md
 */
const SOCI_INDEX = 'application/vnd.amazon.soci.index.v2+json';
/** Of `{}`. */
const EMPTY_OBJECT = 'sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a';

/** One image of an index. */
export interface PlatformManifest {
  readonly digest: string;
  readonly mediaType?: string;
  /** As `os/architecture` or `os/architecture/variant`, as far as the index keeps to that. */
  readonly platform: string;
}

/** Reads the platform manifests of an index; `name` stands for the image in messages. */
export function readIndex(manifest: string, name: string): PlatformManifest[] {
  const { mediaType, manifests } = parse(manifest, name);
  if (!Array.isArray(manifests) || (mediaType && !isIndex(mediaType))) {
    const type = mediaTypeIn(mediaType);
    throw new ResolutionError('not-an-index', `${name} is a single image${type ? ` (${type})` : ''}, not an index of platforms`);
  }
  return manifests.filter(child => isImage(child?.platform) && !isSociIndex(child)).map(({ digest, mediaType: type, platform }) =>
    ({ digest: checkedDigest(digest, name), mediaType: mediaTypeIn(type), platform: platformName(platform) }));
}

/** One image that a container runtime may run. */
export interface RunnableImage {
  readonly digest: string;
  /** As the index names them; none where it does not, and for a single image. */
  readonly platforms: string[];
  /** Whether the index calls it a SOCI index. Runtimes that know none may run it, unless its own manifest is one: see `provesSociIndex`. */
  readonly isSociIndex?: true;
}

/**
 * Whatever a container runtime may run of what has a digest: the image itself, or each image of an index, also those without a platform, of
 * which a runtime reads their configuration. Attestations are none.
 *
 * @param wanted platforms that an index has to hold; the images that are certainly for others are left out. Without any, all count.
 */
export function runnableImages(manifest: string, digest: string, wanted: string[], name: string): RunnableImage[] {
  const { mediaType, manifests } = parse(manifest, name);
  if ((manifests ?? undefined) === undefined && !isIndex(mediaType)) {
    return [{ digest, platforms: [] }];
  }
  if (!Array.isArray(manifests) || (mediaType && !isIndex(mediaType))) {
    throw new ResolutionError('unreadable-image', `the manifest of ${name} is neither an index nor an image`);
  }
  const index = manifests.map(Object).filter(({ platform }) => !isAttestation(platform)).map(entry => {
    const { digest: child, mediaType: type, platform } = entry;
    if (isIndex(type)) {
      throw new ResolutionError('unreadable-image', `the index of ${name} holds another index, ${checkedDigest(child, name)}`);
    }
    return { digest: checkedDigest(child, name), platform: isImage(platform) ? platformName(platform) : '', isSociIndex: isSociIndex(entry) };
  });
  requirePlatforms(index.filter(image => !image.isSociIndex), wanted, name);
  const runnable = wanted.length === 0
    ? index
    : index.filter(image => !isWellFormed(image) || wanted.some(platform => !excludesPlatform(image.platform, platform)));
  if (runnable.length === 0) {
    throw new ResolutionError('unreadable-image', `the index of ${name} holds no image`);
  }
  return [...new Set(runnable.map(image => image.digest))].map(image => {
    const entries = runnable.filter(other => other.digest === image);
    return { digest: image, platforms: platformsIn(entries), ...(entries.every(entry => entry.isSociIndex) && { isSociIndex: true }) };
  });
}

/** Whether no runtime can run what has a manifest, as that is one of a SOCI index: its configuration is an empty object, and called so. */
export function provesSociIndex(manifest: string, name: string): boolean {
  const { config } = parse(manifest, name);
  return config?.mediaType === SOCI_INDEX && config.digest === EMPTY_OBJECT;
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
  const content = parseJson(manifest, name);
  if (isAmbiguous(content)) {
    throw new ResolutionError('unreadable-image', `the manifest of ${name} is one image to some clients and another to others, by members that stand in each other's place`);
  }
  return content;
}

function parseJson(manifest: string, name: string) {
  try {
    return Object(JSON.parse(manifest));
  } catch {
    throw new ResolutionError('unreadable-image', `the manifest of ${name} is not JSON`);
  }
}

function checkedDigest(digest: unknown, name: string): string {
  if (digestProblem(digest)) {
    throw new ResolutionError('unreadable-image', `the index of ${name} is malformed: '${quote(String(digest), LONGEST_DIGEST)}' is not an image digest`);
  }
  return digest as string;
}

interface OciPlatform {
  readonly os: string;
  readonly architecture: string;
  readonly variant?: string;
}

/** Attestations stand in an index as images for the platform `unknown/unknown`. */
function isAttestation(platform?: OciPlatform): boolean {
  return platform?.os === 'unknown' && platform.architecture === 'unknown';
}

function isSociIndex({ artifactType }: { readonly artifactType?: unknown }): boolean {
  return artifactType === SOCI_INDEX;
}

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
