import { CfnResource } from 'aws-cdk-lib';

/** What CloudFormation will get of a repository, with what aspects and escape hatches have changed. */
export interface RenderedRepository {
  readonly DeletionPolicy?: unknown;
  readonly UpdateReplacePolicy?: unknown;
  readonly Properties?: {
    readonly EmptyOnDelete?: unknown;
    readonly ImageTagMutability?: unknown;
    readonly ImageTagMutabilityExclusionFilters?: unknown;
    readonly ImageScanningConfiguration?: { readonly ScanOnPush?: unknown };
    readonly LifecyclePolicy?: { readonly LifecyclePolicyText?: unknown };
    readonly RepositoryPolicyText?: unknown;
  };
}

/** The attributes of the resource do not show what property overrides do. Not before all rules are added: their text is made once. */
export function rendered(resource: CfnResource): RenderedRepository {
  const { Resources } = resource.stack.resolve((resource as CfnResource & { _toCloudFormation(): object })._toCloudFormation());
  return Object.values<RenderedRepository>(Resources)[0];
}
