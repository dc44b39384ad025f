import { createHash } from 'crypto';
import { CfnResource, RemovalPolicy } from 'aws-cdk-lib';
import { constructError } from '../construct/construct-error';

/**
 * Gives a setting of a registry the logical id that it has in every app, whatever the construct is called: CloudFormation makes the one with a
 * new id before it deletes the one with the old, and a registry has each setting once.
 */
export function keepSetting<T extends CfnResource>(resource: T, logicalId: string, removalPolicy = RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE): T {
  if (removalPolicy === RemovalPolicy.SNAPSHOT) {
    throw constructError(resource, 'removalPolicy is SNAPSHOT, which ECR does not have; use RETAIN_ON_UPDATE_OR_DELETE or DESTROY');
  }
  resource.overrideLogicalId(logicalId);
  resource.applyRemovalPolicy(removalPolicy);
  return resource;
}

/** The logical id of a setting of which a registry has one for each prefix. */
export function logicalIdOf(setting: string, prefix: string): string {
  return `SecureRegistry${setting}${createHash('sha256').update(prefix).digest('hex').slice(0, 16)}`;
}

/** The id of a construct for a prefix. In one with a slash, `constructs` would write what may stand in another prefix. */
export function constructIdOf(setting: string, prefix: string): string {
  return `${setting}-${prefix.replace(/\//g, ':')}`;
}
