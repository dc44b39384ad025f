import { RemovalPolicy } from 'aws-cdk-lib';
import * as ecr from 'aws-cdk-lib/aws-ecr';
import { Construct, IConstruct } from 'constructs';
import { DEFAULT_COMPANION_RETENTION } from './default-retention';
import { DevCompanionOptions } from './dev-companion-options';
import { LifecyclePolicy } from './lifecycle-policy';
import { declareMutableTags, mutableTagPattern } from './mutable-tags';
import { encryptRepository, RepositoryEncryptionProps } from './repository-encryption';
import { addRepositoryValidation } from './repository-validation';

/** The mutable repository beside a release repository, for `latest`, `dev` and branch tags. */
export class DevCompanion extends ecr.Repository {
  constructor(scope: Construct, id: string, options: DevCompanionOptions & RepositoryEncryptionProps) {
    const removalPolicy = options.removalPolicy ?? RemovalPolicy.DESTROY;
    super(scope, id, {
      repositoryName: options.repositoryName,
      removalPolicy,
      emptyOnDelete: removalPolicy === RemovalPolicy.DESTROY ? true : undefined,
    });
    encryptRepository(this, options);
    const resource = this.node.defaultChild as ecr.CfnRepository;
    resource.imageScanningConfiguration = { scanOnPush: true };
    resource.imageTagMutability = 'MUTABLE';
    declareMutableTags(this, ['*']);
    LifecyclePolicy.of(this).retain(options.retention, DEFAULT_COMPANION_RETENTION);
    addRepositoryValidation(this);
  }

  public addLifecycleRule(rule: ecr.LifecycleRule): void {
    super.addLifecycleRule(rule);
    LifecyclePolicy.of(this).add(rule);
  }
}

/** Whether a construct is a dev companion, which any copy of this package in an app may have made: of a release repository not every tag can be moved. */
export function isDevCompanion(construct: IConstruct | undefined): boolean {
  return construct !== undefined && mutableTagPattern(construct, '*') !== undefined;
}
