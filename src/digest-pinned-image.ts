import * as ecr from 'aws-cdk-lib/aws-ecr';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import { Construct } from 'constructs';
import { FixedDigest } from './pinning/fixed-digest';
import { ImagePin } from './pinning/image-pin';
import { TagPinOptions } from './pinning/pin-options';
import { PinSource } from './pinning/pin-source';
import { TagAtDeployment } from './pinning/tag-at-deployment';

/**
 * A container image that is always named by its digest, `<repository>@sha256:…`, never by a tag.
 *
 * @example
 * declare const images: SecureRepository;
 * declare const taskDefinition: ecs.FargateTaskDefinition;
 *
 * taskDefinition.addContainer('api', {
 *   image: DigestPinnedImage.fromTag(images, 'v1.2.3'),
 * });
 */
export class DigestPinnedImage extends ecs.ContainerImage {
  /**
   * An image whose digest is known, for example from the build.
   *
   * @param repository the repository that holds the image
   * @param digest `sha256:` and 64 lower-case hexadecimal characters; anything else is an error
   */
  public static fromDigest(repository: ecr.IRepository, digest: string): DigestPinnedImage {
    return new DigestPinnedImage(repository, new FixedDigest(repository, digest));
  }

  /**
   * An image whose digest is looked up by tag during the deployment.
   *
   * Adds one Lambda function to the stack, whatever the number of images, and one custom resource for each tag and platform.
   * In one stack an image has one digest: asking twice with different `requirePlatforms` or `refreshToken` is an error.
   *
   * The digest stays the same until the tag, the platforms, `refreshToken` or the stack change; a rollback returns to the
   * digest from before. The deployment fails when the repository, the tag or a platform is missing, or when the image is
   * archived. Keep the repository in a stack of its own, deployed and pushed to before, or set `waitForImage`.
   *
   * A tag that is known to be movable, in a `SecureRepository`'s dev companion or under its `mutableTags`, is an error
   * without a `refreshToken`; elsewhere a tag that usually moves, such as `latest`, is a warning.
   *
   * A repository in another account has to allow `ecr:DescribeImages` (with platforms also `ecr:BatchGetImage`) and
   * pulling in its policy; for one that this app defines, that is added.
   *
   * @param repository the repository that holds the image; it may be imported, of another account or of another Region
   * @param tag the tag, 1 to 128 characters
   * @param options platforms, and when to look up again
   */
  public static fromTag(repository: ecr.IRepository, tag: string, options: TagPinOptions = {}): DigestPinnedImage {
    return new DigestPinnedImage(repository, new TagAtDeployment(repository, tag, options));
  }

  private constructor(private readonly repository: ecr.IRepository, private readonly source: PinSource) {
    super();
  }

  /**
   * The digest and the URI, for anything other than an ECS container: Lambda, Batch, App Runner, Kubernetes manifests.
   *
   * Grants nothing: give what pulls the image its permission with `repository.grantPull`.
   *
   * @param scope a construct in the stack that uses the image; a pin is not for other stacks
   */
  public pinTo(scope: Construct): ImagePin {
    const digest = this.source.digestFor(scope);
    return { digest, imageUri: this.repository.repositoryUriForDigest(digest) };
  }

  /**
   * Called by a container definition; lets the task's execution role pull the image.
   */
  public bind(scope: Construct, containerDefinition: ecs.ContainerDefinition): ecs.ContainerImageConfig {
    this.repository.grantPull(containerDefinition.taskDefinition.obtainExecutionRole());
    return { imageName: this.pinTo(scope).imageUri };
  }
}
