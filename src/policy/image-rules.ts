import { ContainerImageRule } from './container-image-rule';
import { Finding, RenderedResource, Surroundings } from './finding';
import { imagesOf } from './image-places';
import { ImageVerdict, judgeImage, tagOf } from './image-verdict';
import { NamedImage } from './named-image';
import { referenceOf, TemplateText, written } from './template-text';

export const REPOSITORY = 'AWS::ECR::Repository';

/** Where `DigestPinnedImage` itself is taken for an image; elsewhere it is its URI. */
const TAKES_IMAGES = ['AWS::ECS::TaskDefinition', 'AWS::Batch::JobDefinition'];

const VERDICTS = {
  [ImageVerdict.PINNED]: undefined,
  [ImageVerdict.UNPINNED]: unpinned,
  [ImageVerdict.UNKNOWN]: unknown,
};

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

function unpinned({ location, text }: NamedImage, { type }: RenderedResource, surroundings: Surroundings): Finding[] {
  const image = written(text);
  if (surroundings.isAllowedAsset(image)) {
    return [];
  }
  const isImmutable = text.some(part => repositoryOf(part, surroundings)?.properties.ImageTagMutability === 'IMMUTABLE');
  return [{
    rule: ContainerImageRule.DIGEST_PINNED_IMAGE,
    locations: [`Properties.${location}`],
    image,
    problem: `the image '${image}' is not named by its digest`
      + (isImmutable ? ', and a tag can be deleted and pushed again, also in the immutable repository that it is in' : ''),
    fix: `use ${pinFor(text, surroundings)}${TAKES_IMAGES.includes(type) ? '' : ', and the imageUri of its pinTo(this)'}`,
  }];
}

function unknown({ location, text }: NamedImage): Finding[] {
  const image = written(text);
  return [{
    rule: ContainerImageRule.UNKNOWN_IMAGE,
    locations: [`Properties.${location}`],
    image,
    problem: `whether the image '${image}' is named by its digest is known during the deployment only`,
    fix: "write the repository and '@sha256:' before what is filled in, as DigestPinnedImage.fromParameter and fromDigest do",
  }];
}

/** Which factory of `DigestPinnedImage` to use. */
function pinFor(text: TemplateText, surroundings: Surroundings): string {
  const image = written(text);
  const tag = tagOf(text);
  const isOwn = text.some(part => repositoryOf(part, surroundings) !== undefined);
  if (tag === undefined) {
    return 'DigestPinnedImage.fromTag(repository, tag), or fromDigest with the digest in place of the tag';
  }
  if (isOwn) {
    return `DigestPinnedImage.fromTag(repository, '${tag}'), or fromLookup where the repository has a given name`;
  }
  if (/\.dkr[.-]ecr[.-]/.test(image)) {
    return `DigestPinnedImage.fromLookup(repository, '${tag}'), or fromTag where the account is not known at synth`;
  }
  return text.every(part => typeof part === 'string')
    ? `DigestPinnedImage.fromReference('${image}')`
    : `DigestPinnedImage.fromReference with the whole name and the tag '${tag}', all of it known at synth`;
}

/** The repository of this template that a part of an image's name comes from. */
function repositoryOf(part: TemplateText[number], surroundings: Surroundings): RenderedResource | undefined {
  const reference = typeof part === 'string' ? undefined : referenceOf(part);
  const resource = reference && [undefined, 'RepositoryUri'].includes(reference.attribute) ? surroundings.resource(reference.logicalId) : undefined;
  return resource?.type === REPOSITORY ? resource : undefined;
}
