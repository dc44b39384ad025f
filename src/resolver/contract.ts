/** What the construct asks of the function that resolves a tag, and what it answers. CloudFormation makes all values text. */

export const RESOURCE_TYPE = 'Custom::ImageDigest';

/** The answer's attribute: the 64 hexadecimal characters of the digest, without `sha256:`. */
export const DIGEST_ATTRIBUTE = 'DigestHex';

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
