import { ContainerImageRule } from './container-image-rule';
import { Finding, RenderedResource, Surroundings } from './finding';
import { ImageVerdict, judgeImage, tagOf } from './image-verdict';
import { NamedImage } from './named-image';
import { imagesOf } from './resource-images';
import { referenceOf, TemplateText, written } from './template-text';
import { DUMMY_DIGEST } from '../names/dummy-digest';
import { parseImageReference } from '../names/image-reference';

export const REPOSITORY = 'AWS::ECR::Repository';

/** Where `DigestPinnedImage` itself is taken for an image; elsewhere it is its URI. */
const TAKES_IMAGES = ['AWS::ECS::TaskDefinition', 'AWS::Batch::JobDefinition'];

/** Longer than names of images are. */
const MAX_SHOWN = 512;

const VERDICTS = {
  [ImageVerdict.PINNED]: undefined,
  [ImageVerdict.UNPINNED]: unpinned,
  [ImageVerdict.UNKNOWN]: unknown,
};

/** Whether an image has a stand-in for its digest, as pins have that are not in the lock yet. Each of them has an error of its own. */
export function isStandIn(image: string): boolean {
  return image.includes(DUMMY_DIGEST);
}

/** The findings about the images that a resource names, once for each image. */
export function imageFindings(resource: RenderedResource, surroundings: Surroundings): Finding[] {
  const findings = imagesOf(resource.type, resource.properties).flatMap(named => {
    const { text } = named;
    const verdict = judgeImage(text, part => repositoryOf(part, surroundings) !== undefined);
    return VERDICTS[verdict]?.(named, resource, surroundings) ?? [];
  });
  const byImage = new Map<string, Finding>();
  for (const finding of findings) {
    const key = `${finding.rule} ${finding.image}`;
    const locations = new Set([...byImage.get(key)?.locations ?? [], ...finding.locations]);
    byImage.set(key, { ...finding, locations: [...locations] });
  }
  return [...byImage.values()];
}

function unpinned({ location, text, isInParts }: NamedImage, { type }: RenderedResource, surroundings: Surroundings): Finding[] {
  const image = shown(text);
  if (surroundings.isAllowedAsset(image)) {
    return [];
  }
  const use = isInParts ? ', and the digest of its pinTo(this)' : TAKES_IMAGES.includes(type) ? '' : ', and the imageUri of its pinTo(this)';
  const isImmutable = text.some(part => repositoryOf(part, surroundings)?.properties.ImageTagMutability === 'IMMUTABLE');
  return [{
    rule: ContainerImageRule.DIGEST_PINNED_IMAGE,
    locations: [`Properties.${location}`],
    image,
    problem: `the image '${cut(image)}' is not named by its digest`
      + (isImmutable ? ', and a tag can be deleted and pushed again, also in the immutable repository that it is in' : ''),
    fix: pinFor(text, use, surroundings),
  }];
}

function unknown({ location, text }: NamedImage): Finding[] {
  const image = shown(text);
  return [{
    rule: ContainerImageRule.UNKNOWN_IMAGE,
    locations: [`Properties.${location}`],
    image,
    problem: `whether the image '${cut(image)}' is named by its digest is known during the deployment only`,
    fix: "write the repository and '@sha256:' before what is filled in, as DigestPinnedImage.fromParameter and fromDigest do",
  }];
}

/** What to write instead: mostly a factory of `DigestPinnedImage`, and what to use of it. */
function pinFor(text: TemplateText, use: string, surroundings: Surroundings): string {
  const image = written(text);
  const tag = tagOf(text);
  const isOwn = text.some(part => repositoryOf(part, surroundings) !== undefined);
  if (isStandIn(image)) {
    return 'see the error of its pin, which has no digest';
  }
  if (image.startsWith(':')) {
    return "write the version of the image, such as ':service.label.3'";
  }
  if (tag === undefined) {
    return `use DigestPinnedImage.fromTag(repository, tag), or fromDigest with the digest in place of the tag${use}`;
  }
  if (isOwn) {
    return `use DigestPinnedImage.fromTag(repository, '${tag}'), or fromLookup where the repository has a given name${use}`;
  }
  if (/\.dkr[.-]ecr[.-]/.test(image)) {
    return `use DigestPinnedImage.fromLookup(repository, '${tag}'), or fromTag where the account is not known at synth${use}`;
  }
  if (!text.every(part => typeof part === 'string')) {
    return `use DigestPinnedImage.fromReference with the whole name and the tag '${tag}', all of it known at synth${use}`;
  }
  const [withoutDigest, ...digests] = image.split('@');
  if (shown(text) !== image || !isReference(withoutDigest)) {
    return "write it as '[host/]repository@sha256:' and the 64 lower-case hexadecimal characters of its digest";
  }
  return digests.length === 0 ? `use DigestPinnedImage.fromReference('${image}')${use}`
    : `write its digest as 'sha256:' and 64 lower-case hexadecimal characters, or use DigestPinnedImage.fromReference('${withoutDigest}')${use}`;
}

function isReference(text: string): boolean {
  try {
    return Boolean(parseImageReference(text));
  } catch {
    return false;
  }
}

/** Without credentials that somebody has put before the host. */
function shown(text: TemplateText): string {
  return written(text).replace(/^([a-z]+:\/\/)?[^/@]*:[^/@]*@(?=[^/]*\/)/i, '$1***@');
}

function cut(image: string): string {
  return image.length > MAX_SHOWN ? `${image.slice(0, MAX_SHOWN)}…` : image;
}

/** The repository of this template that a part of an image's name comes from. */
function repositoryOf(part: TemplateText[number], surroundings: Surroundings): RenderedResource | undefined {
  const reference = typeof part === 'string' ? undefined : referenceOf(part);
  const resource = reference && [undefined, 'RepositoryUri'].includes(reference.attribute) ? surroundings.resource(reference.logicalId) : undefined;
  return resource?.type === REPOSITORY ? resource : undefined;
}
