/**
 * What `ContainerImagePolicy` and `ContainerImageAspect` look for in the templates of an app.
 */
export enum ContainerImageRule {
  /** An image that is named by its tag, or by nothing, and so may be another one tomorrow. */
  DIGEST_PINNED_IMAGE = 'digest-pinned-image',

  /** An image whose name is known during the deployment only, such as a parameter or an import. A warning unless told otherwise. */
  UNKNOWN_IMAGE = 'unknown-image',

  /** A repository in which tags can be moved to another image. */
  IMMUTABLE_REPOSITORY = 'immutable-repository',

  /** A repository that does not ask for a scan on push. */
  SCANNED_REPOSITORY = 'scanned-repository',

  /** A repository without a lifecycle policy. */
  RETAINED_IMAGES = 'retained-images',

  /** A repository whose policy lets everybody push or pull without a condition. */
  PUBLIC_REPOSITORY_POLICY = 'public-repository-policy',
}
