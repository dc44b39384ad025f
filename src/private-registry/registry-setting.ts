import { CfnDeletionPolicy, CfnResource } from 'aws-cdk-lib';

/**
 * Gives a setting of a registry the logical id that it has in every app, whatever the construct is called: CloudFormation makes the one with a
 * new id before it deletes the one with the old, and a registry has each setting once.
 */
export function keepSetting<T extends CfnResource>(resource: T, logicalId: string, deletionPolicy = CfnDeletionPolicy.RETAIN_EXCEPT_ON_CREATE): T {
  resource.overrideLogicalId(logicalId);
  resource.cfnOptions.deletionPolicy = deletionPolicy;
  resource.cfnOptions.updateReplacePolicy = CfnDeletionPolicy.RETAIN;
  return resource;
}
