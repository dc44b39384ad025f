/** The name under which the CDK CLI knows our plugin's lookups, and the type of our entries in a cloud assembly's metadata. */
export const PLUGIN_NAME = 'cdk-secure-repository';
export const METADATA_TYPE = 'cdk-secure-repository:pin';

/** The role with which the CDK CLI looks things up in an account, in its own terms. */
export interface LookupRole {
  /** May hold `${AWS::Partition}`. */
  readonly lookupRoleArn?: string;
  /** What STS is told when the role is assumed. It may be secret. */
  readonly lookupRoleExternalId?: string;
  readonly assumeRoleAdditionalOptions?: Record<string, unknown>;
}

/**
 * One pin that an app asks for.
 *
 * As long as the lock does not have it, it is the properties of a missing context value (there with `pluginName`).
 */
export interface LockRequest extends LookupRole {
  /** The lock's key, which says which image is meant. */
  readonly key: string;
  /** Account and Region of a repository in ECR; the CDK CLI reads them as well. */
  readonly account?: string;
  readonly region?: string;
  readonly requirePlatforms?: string[];
}

/**
 * What a cloud assembly says of a pin: the data of a metadata entry of type `METADATA_TYPE`, as JSON text. The CDK compares an object with
 * all that it knows of assets, twice in a synthesis, which is nearly four times the work.
 */
export interface PinMetadata extends LockRequest {
  /** What the app took from its context, where it had it: there are places that come before the lock. */
  readonly digest?: string;
}

export function lookupRoleOf({ lookupRoleArn, lookupRoleExternalId, assumeRoleAdditionalOptions }: LookupRole): LookupRole {
  return { lookupRoleArn, lookupRoleExternalId, assumeRoleAdditionalOptions };
}
