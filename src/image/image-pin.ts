/**
 * An image named by its digest.
 */
export interface ImagePin {
  /**
   * The digest, `sha256:` and 64 hexadecimal characters, or a token for it when it is resolved at deployment.
   */
  readonly digest: string;

  /**
   * The image as `<registry>/<repository>@<digest>`, for anything that takes an image's URI.
   */
  readonly imageUri: string;
}
