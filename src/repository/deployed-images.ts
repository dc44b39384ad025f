import { Annotations, CfnResource } from 'aws-cdk-lib';
import * as ecr from 'aws-cdk-lib/aws-ecr';
import { isDefaultRetention } from './default-retention';
import { NEVER } from './lifecycle-policy-statement';
import { isSecureRepository } from './mutable-tags';
import { RenderedLifecycleRule, renderedLifecycleRules, ruleName } from './rendered-lifecycle-rules';
import { rendered, RenderedRepository } from './rendered-repository';
import { ConstructNote } from '../construct/construct-note';
import { DEPLOYED_TAG_PREFIX, matchesDeployedTag } from '../names/deployed-tag';
import { covers } from '../names/tag-pattern';

/** Matches every tag of our own. A pattern that does as well matches all of these, as no character of a digest is known. */
const DEPLOYED_TAGS = `${DEPLOYED_TAG_PREFIX}*`;

const ADVICE = 'put RetentionRule.keepDeployed(200) first in retention';
const ADVICE_FOR_OTHERS = `give it a lifecycle rule with tagPatternList ['${DEPLOYED_TAGS}'], maxImageCount 200 and the lowest rulePriority; `
  + `where SecureRepositoryDefaults made its rules, ${ADVICE} of that`;

const MOVABLE = `an image of this repository is marked as deployed by a tag ${DEPLOYED_TAG_PREFIX}<digest>, which anybody can move who may push, as all `
  + 'tags are mutable; keep deployed images in a repository with immutable tags';

const deployed = new ConstructNote<true>('markedAsDeployed');

/**
 * Remembers that images of a repository are marked as deployed.
 *
 * At the end of synthesis it is an error when the app defines the repository so that its mutable tags let the marks be moved, or that a lifecycle
 * rule may expire or archive the newest of these images, and a warning when all of its tags are mutable. Of an imported repository nothing is known.
 */
export function declareDeployed(repository: ecr.IRepository): void {
  if (deployed.of(repository)) {
    return;
  }
  deployed.set(repository, true);
  repository.node.addValidation({
    validate: () => {
      const resource = repository.node.defaultChild;
      const properties = isRepositoryResource(resource) ? rendered(resource).Properties : undefined;
      if (properties && areMovable(properties)) {
        Annotations.of(repository).addWarningV2('cdk-secure-repository:movableMarks', MOVABLE);
      }
      return [
        markProblem(properties) ?? [],
        expiryProblem(properties?.LifecyclePolicy?.LifecyclePolicyText, isSecureRepository(repository) ? ADVICE : ADVICE_FOR_OTHERS) ?? [],
      ].flat();
    },
  });
}

function isRepositoryResource(construct: unknown): construct is CfnResource {
  return CfnResource.isCfnResource(construct) && construct.cfnResourceType === ecr.CfnRepository.CFN_RESOURCE_TYPE_NAME;
}

/** Whether all tags move but for those that filters name, and these are not ours. */
function areMovable(properties: RenderedRepository['Properties']): boolean {
  const { ImageTagMutability: mutability = 'MUTABLE' } = Object(properties);
  return mutability === 'MUTABLE' || (mutability === 'MUTABLE_WITH_EXCLUSION' && !excluded(properties).some(pattern => covers(pattern, DEPLOYED_TAGS)));
}

function excluded(properties: RenderedRepository['Properties']): string[] {
  return [properties?.ImageTagMutabilityExclusionFilters ?? []].flat().map(filter => `${Object(filter).ImageTagMutabilityExclusionFilterValue}`);
}

/** Filters name the tags that move only where all others stay. */
function markProblem(properties: RenderedRepository['Properties']): string | undefined {
  const pattern = properties?.ImageTagMutability === 'IMMUTABLE_WITH_EXCLUSION' ? excluded(properties).find(matchesDeployedTag) : undefined;
  return pattern && `an image of this repository is marked as deployed by a tag ${DEPLOYED_TAG_PREFIX}<digest>, which the mutable tags '${pattern}' let `
    + 'anybody move who may push; give narrower patterns of mutable tags';
}

function expiryProblem(lifecyclePolicyText: unknown, advice: string): string | undefined {
  const first = renderedLifecycleRules(lifecyclePolicyText).find(rule =>
    rule.selection.tagStatus !== ecr.TagStatus.UNTAGGED && (matchesEachDeployed(rule) || !keepsForGood(rule)));
  if (!first || keepsForGood(first) || keepsNewestDeployed(first)) {
    return undefined;
  }
  const isDefault = isDefaultRetention(lifecyclePolicyText);
  return `an image of this repository is marked as deployed, and a lifecycle rule may ${first.action?.type === 'transition' ? 'archive' : 'expire'} it `
    + `before another one keeps it (${ruleName(first)}${isDefault ? ', of the default retention' : ''}); ${advice}`
    + (isDefault ? ', and what you want of the default one behind it' : '');
}

function keepsForGood({ selection: { countUnit, countNumber } }: RenderedLifecycleRule): boolean {
  return countUnit === 'days' && countNumber >= NEVER.toDays();
}

/** A count of more than our tags may be full of images that were never deployed. */
function keepsNewestDeployed(rule: RenderedLifecycleRule): boolean {
  return rule.selection.countType === 'imageCountMoreThan' && matchesEachDeployed(rule) && patternsOf(rule).some(pattern => covers(DEPLOYED_TAGS, pattern));
}

function matchesEachDeployed(rule: RenderedLifecycleRule): boolean {
  return patternsOf(rule).every(pattern => covers(pattern, DEPLOYED_TAGS));
}

/** All of them have to match, each one any of the tags. A rule for any image has none. */
function patternsOf({ selection: { tagPatternList = [], tagPrefixList = [] } }: RenderedLifecycleRule): string[] {
  return [...[tagPatternList].flat().map(String), ...[tagPrefixList].flat().map(prefix => `${prefix}*`)];
}
