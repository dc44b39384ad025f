import { Finding, RenderedResource, Surroundings } from './finding';
import { imageFindings, REPOSITORY } from './image-rules';
import { withKnownValues } from './known-values';
import { CREATION_TEMPLATE, repositoryFindings } from './repository-rules';
import { namesImages } from './resource-images';

/** Whether there is a rule for resources of this type. */
export function isJudged(type: string): boolean {
  return namesImages(type) || isRepository(type);
}

/** What the rules have against a resource. */
export function findingsOf({ type, properties }: RenderedResource, surroundings: Surroundings): Finding[] {
  const resource = { type, properties: Object(withKnownValues(properties, surroundings.mappings())) };
  return isRepository(resource.type) ? repositoryFindings(resource, surroundings) : imageFindings(resource, surroundings);
}

function isRepository(type: string): boolean {
  return type === REPOSITORY || type === CREATION_TEMPLATE;
}
