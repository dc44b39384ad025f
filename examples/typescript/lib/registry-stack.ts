import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import * as cdk from 'aws-cdk-lib/core';
import {
  ImageSigning, PullThroughCache, RegistryAccess, RegistryScanning, Replication, RepositoryTemplate, RetentionRule, SecureRegistry,
} from 'cdk-secure-repository';
import { Construct } from 'constructs';

/** What holds for the whole registry of the account and Region, also for repositories that no stack defines. */
export class RegistryStack extends cdk.Stack {
  readonly dockerHub: PullThroughCache;

  constructor(scope: Construct, id: string, props: cdk.StackProps) {
    super(scope, id, props);

    this.dockerHub = PullThroughCache.dockerHub(Secret.fromSecretCompleteArn(this, 'DockerHub',
      'arn:aws:secretsmanager:eu-west-1:123456789012:secret:ecr-pullthroughcache/docker-hub-AbCdEf'));

    new SecureRegistry(this, 'Registry', {
      scanning: RegistryScanning.enhanced({ continuous: ['shop*'], onPush: ['*'] }),
      newRepositories: [
        RepositoryTemplate.forPrefix('team-a', {
          mutableTags: ['latest'],
          retention: [RetentionRule.expireUntagged(cdk.Duration.days(7)), RetentionRule.keepNewest('*', 50)],
        }),
        RepositoryTemplate.forAll(),
      ],
      pullThroughCaches: [this.dockerHub, PullThroughCache.ecrPublic()],
      replication: [Replication.to({ region: 'us-east-1' }, { prefixes: ['team-a'] })],
      signing: [ImageSigning.with('arn:aws:signer:eu-west-1:123456789012:/signing-profiles/releases', { repositories: ['shop*'] })],
      access: [RegistryAccess.allowReplicationFrom('210987654321', { prefixes: ['team-b'] })],
    });
  }
}
