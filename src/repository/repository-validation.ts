import { Annotations, Stack } from 'aws-cdk-lib';
import * as ecr from 'aws-cdk-lib/aws-ecr';
import * as iam from 'aws-cdk-lib/aws-iam';
import { policyProblems } from './policy-problems';
import { rendered, RenderedRepository } from './rendered-repository';
import { untaggedProblem } from './untagged-images';

/**
 * Checks at the end of synthesis that a repository is what it was made to be.
 *
 * A tag that can be moved, an image that is not scanned, images for everybody and a lost protection are errors; another removal policy is a
 * warning, as test stacks may mean it, and so is a lifecycle policy that expires pinned images too early. Warnings stand at the resource: at this
 * time the CDK heeds what is acknowledged on constructs around it only, such as the repository.
 */
export function addRepositoryValidation(repository: ecr.Repository, mutableTags: string[] = [], protection?: iam.PolicyStatement): void {
  const resource = repository.node.defaultChild as ecr.CfnRepository;
  const { cfnOptions, emptyOnDelete, imageTagMutability } = resource;
  const { deletionPolicy, updateReplacePolicy } = cfnOptions;
  const removal = { DeletionPolicy: deletionPolicy, UpdateReplacePolicy: updateReplacePolicy, EmptyOnDelete: emptyOnDelete };
  const filters = mutableTags.map(pattern => ({ ImageTagMutabilityExclusionFilterType: 'WILDCARD', ImageTagMutabilityExclusionFilterValue: pattern }));
  repository.node.addValidation({
    validate: () => {
      const { Properties: properties = {}, ...policies } = rendered(resource);
      removalChanges(removal, { ...policies, EmptyOnDelete: properties.EmptyOnDelete }).forEach(change =>
        Annotations.of(resource).addWarningV2('cdk-secure-repository:removalPolicyChanged', change));
      const early = untaggedProblem(repository, properties.LifecyclePolicy?.LifecyclePolicyText);
      if (early) {
        Annotations.of(resource).addWarningV2('cdk-secure-repository:untaggedExpireEarly', early);
      }
      return [
        properties.ImageTagMutability === imageTagMutability && isSame(properties.ImageTagMutabilityExclusionFilters ?? [], filters) ? []
          : `something in the app has changed ImageTagMutability from ${imageTagMutability} to ${asText(properties.ImageTagMutability)}, or its exclusion filters; `
            + 'leave it as it is, name tags that move in mutableTags, or push them to devCompanion',
        properties.ImageScanningConfiguration?.ScanOnPush === true ? []
          : `something in the app has changed ImageScanningConfiguration to ${asText(properties.ImageScanningConfiguration)}; leave ScanOnPush true`,
        policyProblems(properties.RepositoryPolicyText, Stack.of(repository).resolve(protection?.toStatementJson())),
      ].flat();
    },
  });
}

type Removal = Pick<RenderedRepository, 'DeletionPolicy' | 'UpdateReplacePolicy'> & { readonly EmptyOnDelete?: unknown };

function removalChanges(meant: Removal, actual: Removal): string[] {
  return (Object.keys(meant) as (keyof Removal)[]).filter(name => !isSame(meant[name], actual[name])).map(name =>
    `the ${name} was ${asText(meant[name])}, and something in the app has made it ${asText(actual[name])}; set removalPolicy if that is meant`);
}

function isSame(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

function asText(value: unknown): string {
  return typeof value === 'string' ? value : `${JSON.stringify(value)}`;
}
