import { Annotations, CfnResource, Stack } from 'aws-cdk-lib';
import * as ecr from 'aws-cdk-lib/aws-ecr';
import { untaggedProblem } from './untagged-images';

/** What CloudFormation will get of a repository, with what aspects and escape hatches have changed. */
interface RenderedRepository {
  readonly DeletionPolicy?: string;
  readonly Properties: {
    readonly ImageTagMutability?: string;
    readonly ImageTagMutabilityExclusionFilters?: { readonly ImageTagMutabilityExclusionFilterValue?: unknown }[];
    readonly ImageScanningConfiguration?: { readonly ScanOnPush?: unknown };
    readonly LifecyclePolicy?: { readonly LifecyclePolicyText?: unknown };
    readonly RepositoryPolicyText?: { readonly Statement?: PolicyStatement[] };
  };
}

interface PolicyStatement {
  readonly Effect?: string;
  readonly Action?: string | string[];
  readonly Principal?: '*' | { readonly AWS?: unknown };
  readonly NotPrincipal?: unknown;
  readonly Condition?: object;
}

/**
 * Checks at the end of synthesis that a repository is what it was made to be.
 *
 * A tag that can be moved, an image that is not scanned and images for everybody are errors; another removal policy is a warning, as test
 * stacks may mean it, and so is a lifecycle policy that expires pinned images too early.
 */
export function addRepositoryValidation(repository: ecr.Repository, mutableTags: string[] = []): void {
  const { cfnOptions: { deletionPolicy }, imageTagMutability } = repository.node.defaultChild as ecr.CfnRepository;
  repository.node.addValidation({
    validate: () => {
      const actual = rendered(repository);
      if (actual.DeletionPolicy !== deletionPolicy) {
        Annotations.of(repository).addWarningV2('cdk-secure-repository:removalPolicyChanged',
          `the DeletionPolicy was ${deletionPolicy}, and something in the app has made it ${actual.DeletionPolicy}; set removalPolicy if that is meant`);
      }
      const early = untaggedProblem(repository, actual.Properties.LifecyclePolicy?.LifecyclePolicyText);
      if (early) {
        Annotations.of(repository).addWarningV2('cdk-secure-repository:untaggedExpireEarly', early);
      }
      return [
        mutabilityProblem(actual, imageTagMutability, mutableTags),
        scanningProblem(actual),
        policyProblem(actual),
      ].flatMap(problem => problem ?? []);
    },
  });
}

function mutabilityProblem({ Properties: actual }: RenderedRepository, mutability: string | undefined, mutableTags: string[]): string | undefined {
  const patterns = actual.ImageTagMutabilityExclusionFilters?.map(filter => filter.ImageTagMutabilityExclusionFilterValue) ?? [];
  return actual.ImageTagMutability === mutability && patterns.join() === mutableTags.join() ? undefined
    : `something in the app has changed ImageTagMutability from ${mutability} to ${actual.ImageTagMutability}, or its exclusion filters; `
      + 'leave it as it is, name tags that move in mutableTags, or push them to devCompanion';
}

function scanningProblem({ Properties: { ImageScanningConfiguration } }: RenderedRepository): string | undefined {
  return ImageScanningConfiguration?.ScanOnPush === true ? undefined
    : `something in the app has changed ImageScanningConfiguration to ${JSON.stringify(ImageScanningConfiguration)}; leave ScanOnPush true`;
}

function policyProblem({ Properties: { RepositoryPolicyText } }: RenderedRepository): string | undefined {
  const open = RepositoryPolicyText?.Statement?.find(statement =>
    statement.Effect === 'Allow' && Object.keys(statement.Condition ?? {}).length === 0 && isForEverybody(statement));
  return open && `its policy allows everybody ${[open.Action].flat().join(', ')} without a condition; `
    + 'name the principals, or use iam.OrganizationPrincipal';
}

/** What is allowed to all but some is allowed to any other account. */
function isForEverybody({ Principal, NotPrincipal }: PolicyStatement): boolean {
  return NotPrincipal !== undefined || Principal === '*' || [Principal?.AWS].flat().includes('*');
}

/** The attributes of the resource do not show what property overrides do. Not before all rules are added: their text is made once. */
function rendered(repository: ecr.Repository): RenderedRepository {
  const resource = repository.node.defaultChild as CfnResource & { _toCloudFormation(): object };
  const { Resources } = Stack.of(repository).resolve(resource._toCloudFormation());
  return Object.values<RenderedRepository>(Resources)[0];
}
