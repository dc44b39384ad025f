import * as cdk from 'aws-cdk-lib/core';
import { RetentionRule, SecureRepository } from 'cdk-secure-repository';
import { Construct } from 'constructs';

/** Deployed first, and pushed to before the services are deployed. */
export class ImagesStack extends cdk.Stack {
  readonly shop: SecureRepository;

  constructor(scope: Construct, id: string, props: cdk.StackProps) {
    super(scope, id, props);

    this.shop = new SecureRepository(this, 'Shop', {
      repositoryName: 'shop',
      retention: [
        RetentionRule.keepDeployed(200),
        RetentionRule.expireUntagged(cdk.Duration.days(14)),
        RetentionRule.keepAll('v*'),
        RetentionRule.keepNewest('*', 100),
      ],
      devCompanion: {},
    });
  }
}
