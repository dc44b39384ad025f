import { ContainerImageRule } from './container-image-rule';
import { Finding, RenderedResource, Surroundings } from './finding';
import { REPOSITORY } from './image-rules';
import { documentsOf } from './json-text';
import { casesOf, textsOf, written } from './template-text';
import { isNoValue } from '../construct/intrinsic';
import { covers } from '../names/tag-pattern';
import { publicProblem, PUBLIC_POLICY_FIX } from '../repository/public-statement';

export const CREATION_TEMPLATE = 'AWS::ECR::RepositoryCreationTemplate';

/** The findings about a repository, or about a template by which Amazon ECR creates repositories. */
export function repositoryFindings({ type, properties }: RenderedResource, surroundings: Surroundings): Finding[] {
  return [
    mutability(type, properties, surroundings),
    type === REPOSITORY ? scanning(properties) : undefined,
    retention(type, properties),
    policy(type === REPOSITORY ? 'RepositoryPolicyText' : 'RepositoryPolicy', properties),
  ].flatMap(finding => finding ?? []);
}

type Properties = RenderedResource['properties'];

/** Tags of a cache have to follow those upstream. */
function mutability(type: string, properties: Properties, surroundings: Surroundings): Finding | undefined {
  const { ImageTagMutability: setting, ImageTagMutabilityExclusionFilters: filters, AppliedFor: appliedFor } = properties;
  const isCache = type === CREATION_TEMPLATE && Array.isArray(appliedFor) && appliedFor.length > 0 && appliedFor.every(use => use === 'PULL_THROUGH_CACHE');
  const isImmutable = [setting].flatMap(value => casesOf(value) ?? [value])
    .every(value => value === 'IMMUTABLE' || (value === 'IMMUTABLE_WITH_EXCLUSION' && !freesAllTags(filters)));
  return isCache || isImmutable || surroundings.isDevCompanion() ? undefined : {
    rule: ContainerImageRule.IMMUTABLE_REPOSITORY,
    locations: ['Properties.ImageTagMutability'],
    problem: `its tags can be moved to another image: ImageTagMutability is ${asText(setting)}${setting === 'IMMUTABLE_WITH_EXCLUSION' ? ' with a filter for every tag' : ''}`,
    fix: type === REPOSITORY ? 'use a SecureRepository, or set imageTagMutability to IMMUTABLE' : "set imageTagMutability to 'IMMUTABLE'",
  };
}

function freesAllTags(filters: unknown): boolean {
  return [filters].flat().some(filter => {
    const { ImageTagMutabilityExclusionFilterValue: pattern } = Object(filter);
    return typeof pattern === 'string' && covers(pattern, '*');
  });
}

function scanning({ ImageScanningConfiguration: configuration }: Properties): Finding | undefined {
  const { ScanOnPush: scanned } = Object(configuration);
  return scanned === true || scanned === 'true' ? undefined : {
    rule: ContainerImageRule.SCANNED_REPOSITORY,
    locations: ['Properties.ImageScanningConfiguration'],
    problem: `it does not ask for a scan on push: ScanOnPush is ${asText(scanned)}`,
    fix: 'use a SecureRepository, or set imageScanOnPush',
  };
}

function retention(type: string, { LifecyclePolicy: lifecycle }: Properties): Finding | undefined {
  const text = type === REPOSITORY ? Object(lifecycle).LifecyclePolicyText : lifecycle;
  return lifecycle !== undefined && !isNoValue(lifecycle) && text !== undefined && text !== '' && !isNoValue(text) ? undefined : {
    rule: ContainerImageRule.RETAINED_IMAGES,
    locations: ['Properties.LifecyclePolicy'],
    problem: 'nothing says what it keeps: it has no lifecycle policy',
    fix: type === REPOSITORY ? 'use a SecureRepository, or call addLifecycleRule' : 'set lifecyclePolicy',
  };
}

function policy(property: string, { [property]: value }: Properties): Finding | undefined {
  const problem = documentsOf(value).map(document => publicProblem(document?.content)).find(Boolean);
  return problem === undefined ? undefined : {
    rule: ContainerImageRule.PUBLIC_REPOSITORY_POLICY,
    locations: [`Properties.${property}`],
    problem,
    fix: PUBLIC_POLICY_FIX,
  };
}

function asText(value: unknown): string {
  return value === undefined ? 'not set' : textsOf(value).map(written).join(' or ');
}
