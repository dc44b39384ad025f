import { createHash } from 'node:crypto';
import { DescribeImagesCommand, ECRClient, PutImageCommand } from '@aws-sdk/client-ecr';

const MANIFEST = 'application/vnd.oci.image.manifest.v1+json';
const INDEX = 'application/vnd.oci.image.index.v1+json';
const CONFIG = 'application/vnd.oci.image.config.v1+json';
const LAYER = 'application/vnd.oci.image.layer.v1.tar+gzip';
const STATEMENT = 'application/vnd.in-toto+json';
const SOCI_INDEX = 'application/vnd.amazon.soci.index.v2+json';

/**
 * A manifest or an index as a registry stores it: `digest` is the sha256 of the bytes of `content`.
 */
export interface Image {
  readonly digest: string;
  readonly mediaType: string;
  readonly content: string;
  /** The contents of config and layers. */
  readonly blobs: string[];
}

export interface ImageIndex extends Image {
  /** What the index points to: the platform manifests, then the attestations, then the SOCI indexes. */
  readonly children: Image[];
}

export interface PlatformManifest {
  /** As Docker writes it: `linux/amd64`, `linux/arm/v7`. */
  readonly platform: string;
  readonly manifest: Image;
}

export interface MultiArchIndexOptions {
  /**
   * Add a provenance attestation for each platform, as `docker buildx build` does.
   *
   * @default false
   */
  readonly attestations?: boolean;

  /**
   * Add a SOCI index for each platform, as `soci convert` does.
   *
   * @default false
   */
  readonly sociIndexes?: boolean;
}

/**
 * An image manifest that differs from that of any other seed.
 */
export function singleManifest(seed: string): Image {
  return manifest(seed, LAYER);
}

export function multiArchIndex(platforms: PlatformManifest[], options: MultiArchIndexOptions = {}): ImageIndex {
  const images = platforms.map(({ platform, manifest: image }) => ({ image, descriptor: { ...descriptor(image), platform: ociPlatform(platform) } }));
  const attestations = options.attestations ? platforms.map(({ manifest: image }) => attestation(image)) : [];
  const sociIndexes = options.sociIndexes ? platforms.map(sociIndex) : [];
  const children = [...images, ...attestations, ...sociIndexes];
  const index = document(INDEX, { manifests: children.map((child) => child.descriptor) });
  return { ...index, children: children.map((child) => child.image) };
}

/**
 * Pushes a manifest or, without its children, an index.
 */
export async function pushImage(ecr: ECRClient, repositoryName: string, image: Image, tag?: string): Promise<void> {
  await ecr.send(new PutImageCommand({
    repositoryName,
    imageManifest: image.content,
    imageManifestMediaType: image.mediaType,
    imageDigest: image.digest, // moto makes up a digest where none is given
    imageTag: tag,
  }));
}

/**
 * Pushes the children untagged, then the index, as clients do.
 */
export async function pushIndex(ecr: ECRClient, repositoryName: string, index: ImageIndex, tag?: string): Promise<void> {
  for (const child of index.children) await pushImage(ecr, repositoryName, child);
  await pushImage(ecr, repositoryName, index, tag);
}

/**
 * The digest that a tag names.
 */
export async function digestOf(ecr: ECRClient, repositoryName: string, imageTag: string): Promise<string> {
  const { imageDetails } = await ecr.send(new DescribeImagesCommand({ repositoryName, imageIds: [{ imageTag }] }));
  return imageDetails![0].imageDigest!;
}

/**
 * Whether a push was refused because its tag names another image. Amazon ECR has the first name for it, moto the second.
 */
export function isTagTaken(error: unknown): boolean {
  return ['ImageTagAlreadyExistsException', 'ImageAlreadyExistsException'].includes((error as Error | undefined)?.name ?? '');
}

function attestation(image: Image) {
  const statement = manifest(`attestation of ${image.digest}`, STATEMENT);
  return {
    image: statement,
    descriptor: {
      ...descriptor(statement),
      annotations: {
        'vnd.docker.reference.digest': image.digest,
        'vnd.docker.reference.type': 'attestation-manifest',
      },
      platform: { architecture: 'unknown', os: 'unknown' },
    },
  };
}

function sociIndex({ platform, manifest: image }: PlatformManifest) {
  const layer = `zTOC of ${image.digest}`;
  const soci = document(MANIFEST, {
    config: { mediaType: SOCI_INDEX, ...blob('{}') },
    layers: [{ mediaType: 'application/octet-stream', ...blob(layer) }],
  }, ['{}', layer]);
  return {
    image: soci,
    descriptor: {
      ...descriptor(soci),
      artifactType: SOCI_INDEX,
      annotations: { 'com.amazon.soci.image-manifest-digest': image.digest },
      platform: ociPlatform(platform),
    },
  };
}

function manifest(seed: string, layerType: string): Image {
  const layer = `layer of ${seed}`;
  const config = JSON.stringify({
    architecture: 'amd64', os: 'linux', config: { Labels: { seed } }, rootfs: { type: 'layers', diff_ids: [blob(layer).digest] },
  });
  return document(MANIFEST, {
    config: { mediaType: CONFIG, ...blob(config) },
    layers: [{ mediaType: layerType, ...blob(layer) }],
  }, [config, layer]);
}

function document(mediaType: string, body: object, blobs: string[] = []): Image {
  const content = JSON.stringify({ schemaVersion: 2, mediaType, ...body }, undefined, 2);
  return { mediaType, content, digest: blob(content).digest, blobs };
}

function descriptor(image: Image) {
  return { mediaType: image.mediaType, ...blob(image.content) };
}

function blob(content: string) {
  return { digest: `sha256:${createHash('sha256').update(content).digest('hex')}`, size: Buffer.byteLength(content) };
}

function ociPlatform(platform: string) {
  const [os, architecture, variant] = platform.split('/');
  return { architecture, os, ...(variant ? { variant } : {}) };
}
