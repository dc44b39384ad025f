import { Duration } from 'aws-cdk-lib';
import { Platform } from 'aws-cdk-lib/aws-ecr-assets';
import { ISecret } from 'aws-cdk-lib/aws-secretsmanager';

/**
 * Options of a pin whose digest is looked up by tag.
 */
export interface ImagePinOptions {
  /**
   * Pin the image of one platform instead of the index of a multi-architecture image.
   *
   * AWS Lambda takes no index, so its functions need this. None or several images for the platform are an error that
   * lists those there are; so is a tag that names a single image without an index.
   *
   * @default - the digest that the tag names, so that an index serves every architecture
   */
  readonly platform?: Platform;

  /**
   * Platforms that the tag's index must hold, whichever digest is pinned.
   *
   * They are checked when the tag is looked up. An image that is in the lock without them is an error, until the lock is updated.
   *
   * @default - none are checked
   */
  readonly requirePlatforms?: Platform[];
}

/**
 * Options of `DigestPinnedImage.fromBuildMetadata`.
 */
export interface BuildMetadataOptions {
  /**
   * The target whose image it is, in a file that `docker buildx bake --metadata-file` wrote.
   *
   * @default - the file is of `docker buildx build`, for one image
   */
  readonly target?: string;
}

/**
 * Options of `DigestPinnedImage.fromReference`.
 */
export interface ReferencePinOptions extends ImagePinOptions {
  /**
   * A secret with `username` and `password`, with which ECS pulls the image from a private registry.
   *
   * @default - none: everybody may pull the image
   */
  readonly credentials?: ISecret;
}

/**
 * Options of `DigestPinnedImage.fromTag`.
 */
export interface TagPinOptions extends ImagePinOptions {
  /**
   * Any text, of which another one asks the registry again, for a tag that has moved.
   *
   * A pin keeps its digest as long as tag, platforms and this token stay the same. Use a new token each time, such as a
   * commit's hash: one of the last ten tokens returns its digest again, as a rollback does.
   *
   * @default - none: the tag is resolved when it first appears in the stack
   */
  readonly refreshToken?: string;

  /**
   * How long a deployment waits for the image when the tag does not exist yet, in whole seconds, up to 14 minutes.
   *
   * For first deployments, where the image is pushed after the repository was created. When such a deployment fails later on,
   * CloudFormation cannot delete the repository, as it holds an image by then: delete the image, then the stack. A repository
   * in a stack of its own avoids that.
   *
   * @default Duration.seconds(0)
   */
  readonly waitForImage?: Duration;
}
