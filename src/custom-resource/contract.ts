/** What constructs ask of the functions of custom resources, and what these answer. CloudFormation makes all values text. */

/**
 * For how much longer than something is waited for CloudFormation waits for an answer, and the function works on one.
 *
 * A cold start, new permissions that spread and retries of throttled calls take three minutes. The others are for events that wait in the queue
 * of AWS Lambda, while the function is busy with those of many images.
 */
export const MARGIN_SECONDS = 900;

/** A custom resource that holds a list of images in one repository. */
export interface ImageListProperties {
  /** Names account, Region and repository. */
  readonly RepositoryArn: string;
  /** Digests, `sha256:` and 64 hexadecimal characters. */
  readonly Images: string[];
  /** How long to wait for what the images lack. */
  readonly WaitSeconds?: string;
}

/**
 * The digests of so many images are in the attributes of a custom resource, and its physical id remembers them and as many that were there before,
 * so that a rollback finds all of its own.
 */
export const IMAGES_IN_LIST = 20;

/** The attribute with the 64 hexadecimal characters of an image's digest, without `sha256:`, by its place in the list. */
export function digestAttribute(index: number): string {
  return `DigestHex${index + 1}`;
}

/** The attribute with what was found out about an image, as JSON, by its place in the list. Those for which there is no room say `omitted`. */
export function resultAttribute(index: number): string {
  return `Result${index + 1}`;
}
