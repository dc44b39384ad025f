import { Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';

/** A rule as it stands in the text of a lifecycle policy. */
export interface PolicyRule {
  readonly rulePriority: number;
  readonly description?: string;
  readonly selection: {
    readonly tagStatus: 'tagged' | 'untagged' | 'any';
    readonly tagPatternList?: string[];
    readonly tagPrefixList?: string[];
    readonly storageClass?: 'standard' | 'archive';
    readonly countType: 'imageCountMoreThan' | 'sinceImagePushed' | 'sinceImagePulled' | 'sinceImageTransitioned';
    readonly countUnit?: 'days';
    readonly countNumber: number;
  };
  readonly action: { readonly type: 'expire' | 'transition'; readonly targetStorageClass?: 'archive' };
}

/** The text of the lifecycle policy of the only repository with a name, or of the only repository. */
export function policyText(stack: Stack, repositoryName?: string): string | undefined {
  const repositories = Template.fromStack(stack).findResources('AWS::ECR::Repository', repositoryName && { Properties: { RepositoryName: repositoryName } });
  const [repository, ...more] = Object.values(repositories);
  expect(more).toEqual([]);
  return repository.Properties.LifecyclePolicy?.LifecyclePolicyText;
}

/** The rules of that policy. */
export function policyRules(stack: Stack, repositoryName?: string): PolicyRule[] {
  return JSON.parse(policyText(stack, repositoryName)!).rules;
}
