/** What the construct asks of the function that resolves a tag, and what it answers. CloudFormation makes all values text. */

export const RESOURCE_TYPE = 'Custom::ImageDigest';

/** The answer's attribute: the 64 hexadecimal characters of the digest, without `sha256:`. */
export const DIGEST_ATTRIBUTE = 'DigestHex';

/**
 * For how much longer than images are waited for CloudFormation waits for an answer, and the function works on one.
 *
 * A cold start, new permissions that spread and retries of throttled calls take three minutes. The others are for events that wait in the queue
 * of AWS Lambda, while the function is busy with those of many images.
 */
export const MARGIN_SECONDS = 900;

export interface ResolverProperties {
  /** Names account, Region and repository. */
  readonly RepositoryArn: string;
  readonly Tag: string;
  readonly Platform?: string;
  readonly RequirePlatforms?: string[];
  readonly RefreshToken?: string;
  /** How long to wait for a tag that does not exist. */
  readonly WaitSeconds?: string;
}
