/**
 * An image named by its digest.
 */
export interface ImagePin {
  /**
   * The digest, `sha256:` and 64 hexadecimal characters; for a pin resolved at deployment, a token.
   */
  readonly digest: string;

  /**
   * The image as `<registry>/<repository>@<digest>`, for anything that takes an image's URI.
   */
  readonly imageUri: string;
}
