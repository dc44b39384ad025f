const OCI_INDEX = 'application/vnd.oci.image.index.v1+json';
const OCI_MANIFEST = 'application/vnd.oci.image.manifest.v1+json';

const INDEX_MEDIA_TYPES = [OCI_INDEX, 'application/vnd.docker.distribution.manifest.list.v2+json'];

/** All that a registry may hold for a tag. A registry may convert what it is not told that we take. */
export const MEDIA_TYPES = [...INDEX_MEDIA_TYPES, OCI_MANIFEST, 'application/vnd.docker.distribution.manifest.v2+json'];

/** As RFC 6838 has it. */
const MEDIA_TYPE = /^[a-z0-9][a-z0-9!#$&^_.+-]{0,63}\/[a-z0-9][a-z0-9!#$&^_.+-]{0,126}$/i;

/** What a member of a document from elsewhere has for a media type, where it is one. */
export function mediaTypeIn(value: unknown): string | undefined {
  return typeof value === 'string' && MEDIA_TYPE.test(value) ? value : undefined;
}

/** Whether a media type is that of an index. */
export function isIndex(mediaType: string | undefined): boolean {
  return mediaType !== undefined && INDEX_MEDIA_TYPES.includes(mediaType);
}

/** The members that tell an index from a single image, as JSON has them. */
export interface ManifestShape {
  readonly manifests?: unknown;
  readonly config?: unknown;
  readonly layers?: unknown;
  readonly fsLayers?: unknown;
}

const MEMBERS = ['schemaVersion', 'mediaType', 'manifests', 'config', 'layers', 'fsLayers', 'artifactType', 'digest', 'platform', 'os', 'architecture', 'variant'];

/** As Go has it, with the long s for an s. */
const ANY_CASE = new RegExp(`^(?:${MEMBERS.join('|')})$`, 'iu');

/**
 * Whether a document is one thing to one client and another to the next: an index and an image at once (CVE-2021-41190), or with members that
 * clients written in Go, which do not tell `Manifests` from `manifests`, read in place of ours.
 */
export function isAmbiguous(manifest: ManifestShape): boolean {
  const { manifests, config, layers, fsLayers } = manifest;
  const children = Array.isArray(manifests) ? manifests : [];
  return (Boolean(manifests) && [config, layers, fsLayers].some(Boolean))
    || [manifest, config, ...children, ...children.map(child => child?.platform)].some(hasMembersOfOtherCase);
}

function hasMembersOfOtherCase(value: unknown): boolean {
  return Object.keys(Object(value)).some(name => ANY_CASE.test(name) && !MEMBERS.includes(name));
}

/**
 * The media type of a manifest, by its content; `undefined` where it is none of today's types, or not clearly one of them.
 *
 * OCI's manifests may leave their type out: then their members say it.
 *
 * @param stated the type of the answer, where it is one of today's
 */
export function manifestType(content: string, stated: string | undefined): string | undefined {
  const manifest = parse(content);
  const { schemaVersion, mediaType, manifests, config, layers } = manifest;
  const hasManifests = Array.isArray(manifests);
  if (schemaVersion !== 2 || isAmbiguous(manifest) || !(hasManifests || (config && Array.isArray(layers)))) {
    return undefined;
  }
  const type = mediaType || stated || (hasManifests ? OCI_INDEX : OCI_MANIFEST);
  return MEDIA_TYPES.includes(type) && isIndex(type) === hasManifests && type === (stated ?? type) ? type : undefined;
}

function parse(content: string) {
  try {
    return Object(JSON.parse(content));
  } catch {
    return {};
  }
}
