import { ExpectedResult, IntegTest, Match } from '@aws-cdk/integ-tests-alpha';
import { App, Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { DeletionProtection, RetentionRule, SecureRepository } from '../src';

const app = new App({ treeMetadata: false });
const stack = new Stack(app, 'SecureRepositoryTest');

const images = new SecureRepository(stack, 'Images', {
  mutableTags: ['latest', 'branch-*'],
  retention: [
    RetentionRule.expireUntagged(Duration.days(14)),
    RetentionRule.keepAll('release-*'),
    RetentionRule.keepFor('pr-*', Duration.days(14)),
    RetentionRule.archiveUnused('main-*', Duration.days(90)),
    RetentionRule.keepNewest('*', 200),
    RetentionRule.expireArchived(Duration.days(180)),
  ],
  devCompanion: {},
  removalPolicy: RemovalPolicy.DESTROY,
  emptyOnDelete: true,
});

const kept = new SecureRepository(stack, 'Kept', {
  deletionProtection: DeletionProtection.exceptFor(stack.formatArn({ service: 'iam', region: '', resource: 'role', resourceName: 'release-*' })),
  removalPolicy: RemovalPolicy.DESTROY,
});

const integ = new IntegTest(app, 'SecureRepositoryInteg', {
  testCases: [stack],
  stackUpdateWorkflow: false, // would deploy the snapshot, whose assets are not committed
});

integ.assertions
  .awsApiCall('ECR', 'describeRepositories', { repositoryNames: [images.repositoryName] })
  .expect(ExpectedResult.objectLike({
    repositories: [Match.objectLike({
      imageTagMutability: 'IMMUTABLE_WITH_EXCLUSION',
      imageTagMutabilityExclusionFilters: [
        { filterType: 'WILDCARD', filter: 'latest' },
        { filterType: 'WILDCARD', filter: 'branch-*' },
      ],
      imageScanningConfiguration: { scanOnPush: true },
    })],
  }));

integ.assertions
  .awsApiCall('ECR', 'describeRepositories', { repositoryNames: [images.devCompanion!.repositoryName] })
  .expect(ExpectedResult.objectLike({
    repositories: [Match.objectLike({
      imageTagMutability: 'MUTABLE',
      imageScanningConfiguration: { scanOnPush: true },
    })],
  }));

function rule(priority: number, action: string, selection: object) {
  return Match.objectLike({ rulePriority: priority, action: Match.objectLike({ type: action }), selection: Match.objectLike(selection) });
}

integ.assertions
  .awsApiCall('ECR', 'getLifecyclePolicy', { repositoryName: images.repositoryName })
  .expect(ExpectedResult.objectLike({
    lifecyclePolicyText: Match.serializedJson({
      rules: [
        rule(1, 'expire', { tagStatus: 'untagged', countType: 'sinceImagePushed', countNumber: 14 }),
        rule(2, 'expire', { tagPatternList: ['release-*'], countType: 'sinceImagePushed', countNumber: 18_250 }),
        rule(3, 'expire', { tagPatternList: ['pr-*'], countType: 'sinceImagePushed', countNumber: 14 }),
        rule(4, 'transition', { tagPatternList: ['main-*'], countType: 'sinceImagePulled', countNumber: 90 }),
        rule(5, 'expire', { tagPatternList: ['*'], countType: 'imageCountMoreThan', countNumber: 200 }),
        rule(6, 'expire', { tagStatus: 'any', storageClass: 'archive', countType: 'sinceImageTransitioned', countNumber: 180 }),
      ],
    }),
  }));

integ.assertions
  .awsApiCall('ECR', 'getRepositoryPolicy', { repositoryName: kept.repositoryName })
  .expect(ExpectedResult.objectLike({
    policyText: Match.serializedJson(Match.objectLike({ Statement: [Match.objectLike({ Sid: 'DeletionProtection', Effect: 'Deny' })] })),
  }));
