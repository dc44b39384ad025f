import { JsonDocument } from './json-text';
import { written } from './template-text';
import { isIntrinsic } from '../construct/intrinsic';

/** Stands for the repository that a chart has by itself. */
const UNNAMED = '<image>';

/** What charts and operators call an image that is one text, such as `imageName` or `sidecarImage`. */
const OTHER_NAMES = /^(image(Name|Ref|Uri|URI|Url|URL)|.*[a-z0-9](Image|_image|-image))$/;

const PICTURE = /\.(gif|ico|img|iso|jpe?g|png|qcow2|svg|webp)$/i;

type Value = Readonly<Record<string, unknown>>;

/**
 * The parts of the name of the image that a property of an object names, none when it names none: one text, or as charts, operators and
 * volumes have it.
 */
export function imageParts(document: JsonDocument, key: string, value: unknown, siblings: object): unknown[] {
  const isObject = typeof value === 'object' && value !== null && !isIntrinsic(value);
  if (key === 'image') {
    return isObject ? partsOf(value as Value) : withSiblings(value, siblings as Value);
  }
  if (isObject) {
    const { repository, tag, digest } = value as Value;
    return looksLikeRepository(repository) && (tag || digest) ? partsOf(value as Value) : [];
  }
  return OTHER_NAMES.test(key) && document.textsOf(value).some(text => text.some(part => typeof part !== 'string') || looksLikeImage(written(text))) ? [value] : [];
}

function partsOf(image: Value): unknown[] {
  const { registry, tag, digest, sha, reference } = image;
  if (reference !== undefined) {
    return [reference];
  }
  const name = [image.repository, image.name, image.image].find(part => part && (typeof part === 'string' || isIntrinsic(part)));
  if (!name && !tag && !digest && !sha) {
    return [];
  }
  return [...(registry ? [registry, '/'] : []), name ?? UNNAMED, ...tagAndDigest(tag, digest || sha)];
}

/** Some charts have the tag or the digest beside the image. */
function withSiblings(image: unknown, { tag, imageTag, digest, imageDigest }: Value): unknown[] {
  const isWhole = typeof image !== 'string' || image === '' || image.includes('@');
  return isWhole ? [image] : [image, ...tagAndDigest(/:[^/]*$/.test(image) ? undefined : tag ?? imageTag, digest ?? imageDigest)];
}

function tagAndDigest(tag: unknown, digest: unknown): unknown[] {
  const hex = typeof digest === 'string' && /^[0-9a-f]{64}$/.test(digest) ? 'sha256:' : '';
  return [...(tag ? [':', tag] : []), ...(digest ? [`@${hex}`, digest] : [])];
}

function looksLikeRepository(repository: unknown): boolean {
  return typeof repository === 'string' ? repository !== '' && !/:\/\/|\.git$|\s/.test(repository) : isIntrinsic(repository);
}

/** With a tag, a digest or a host, and no address of something else. */
function looksLikeImage(text: string): boolean {
  return /^[^\s:/@]+([.:][^\s/]*\/|\/[^\s:@]*[:@]|[:@])[^\s]*$/.test(text) && !text.includes('://') && !PICTURE.test(text);
}
