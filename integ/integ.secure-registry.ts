import { ExpectedResult, IntegTest, Match } from '@aws-cdk/integ-tests-alpha';
import { App, Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { PullThroughCache, RepositoryTemplate, RetentionRule, SecureRegistry } from '../src';

const TEAM = 'secure-registry-integ/team';
const CACHE = 'secure-registry-integ/public';

const app = new App({ treeMetadata: false });
const stack = new Stack(app, 'SecureRegistryTest');

// Without what holds for all of the registry, and stays: scanning, replication, signing and access.
new SecureRegistry(stack, 'Registry', {
  newRepositories: [RepositoryTemplate.forPrefix(TEAM, {
    mutableTags: ['latest'],
    retention: [RetentionRule.expireUntagged(Duration.days(14)), RetentionRule.keepNewest('*', 200)],
    resourceTags: { team: 'integ' },
    removalPolicy: RemovalPolicy.DESTROY,
  })],
  pullThroughCaches: [PullThroughCache.ecrPublic({ prefix: CACHE, removalPolicy: RemovalPolicy.DESTROY })],
});

const integ = new IntegTest(app, 'SecureRegistryInteg', {
  testCases: [stack],
  stackUpdateWorkflow: false, // would deploy the snapshot, whose assets are not committed
});

integ.assertions
  .awsApiCall('ECR', 'describeRepositoryCreationTemplates', { prefixes: [TEAM] })
  .expect(ExpectedResult.objectLike({
    repositoryCreationTemplates: [Match.objectLike({
      appliedFor: Match.arrayWith(['CREATE_ON_PUSH']),
      imageTagMutability: 'IMMUTABLE_WITH_EXCLUSION',
      imageTagMutabilityExclusionFilters: [{ filterType: 'WILDCARD', filter: 'latest' }],
      resourceTags: [{ Key: 'team', Value: 'integ' }],
      customRoleArn: Match.stringLikeRegexp(':role/'),
      lifecyclePolicy: Match.serializedJson({ rules: [policyRule('untagged', 14), policyRule('tagged', 200)] }),
    })],
  }));

integ.assertions
  .awsApiCall('ECR', 'describeRepositoryCreationTemplates', { prefixes: [CACHE] })
  .expect(ExpectedResult.objectLike({
    repositoryCreationTemplates: [Match.objectLike({ appliedFor: ['PULL_THROUGH_CACHE'], imageTagMutability: 'MUTABLE' })],
  }));

integ.assertions
  .awsApiCall('ECR', 'describePullThroughCacheRules', { ecrRepositoryPrefixes: [CACHE] })
  .expect(ExpectedResult.objectLike({
    pullThroughCacheRules: [Match.objectLike({ upstreamRegistry: 'ecr-public', upstreamRegistryUrl: 'public.ecr.aws' })],
  }));

function policyRule(tagStatus: string, countNumber: number) {
  return Match.objectLike({ selection: Match.objectLike({ tagStatus, countNumber }) });
}
