/** What is asked of a registry to find the digest of a tag in one repository. */
export interface Registry {
  /** The image in messages: repository, where it is, and tag. */
  describe(tag: string): string;

  /** The digest that a tag names. */
  digestOf(tag: string): Promise<string>;

  /** The manifest with a digest, as stored; `tag` is for messages. */
  manifest(digest: string, tag: string): Promise<string>;
}
