/** What a tag names. */
export interface TaggedImage {
  readonly digest: string;
  readonly mediaType?: string;
  /** In ISO 8601, where the registry knows. */
  readonly pushedAt?: string;
}

/** What is asked of a registry to find the digest of a tag in one repository. Failures are `ResolutionError`s. */
export interface Registry {
  /** The image in messages: repository, where it is, and tag. */
  describe(tag: string): string;

  /** What a tag names. */
  image(tag: string): Promise<TaggedImage>;

  /** The manifest with a digest, as stored; `tag` is for messages. */
  manifest(digest: string, tag: string): Promise<string>;
}
