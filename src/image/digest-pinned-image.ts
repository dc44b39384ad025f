import { CfnResource, Token } from 'aws-cdk-lib';
import * as ecr from 'aws-cdk-lib/aws-ecr';
import { DockerImageAsset } from 'aws-cdk-lib/aws-ecr-assets';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import { CfnParameter, IStringParameter } from 'aws-cdk-lib/aws-ssm';
import { Construct } from 'constructs';
import { EcrLocation, ImageLocation, RegistryLocation } from './image-location';
import { ImagePin } from './image-pin';
import { isInStack } from './in-stack';
import { BuildMetadataOptions, ImagePinOptions, ReferencePinOptions, TagPinOptions } from './pin-options';
import { NO_REQUIREMENTS, requireFor, Requirements, taskDefinitionOf } from './requirements';
import { constructError } from '../construct/construct-error';
import { ImageGate } from '../gates/image-gate';
import { digestProblem, tagProblem } from '../names/image-grammar';
import { ImageReference, parseEcrHost, parseImageReference } from '../names/image-reference';
import { declarePin } from '../repository/untagged-images';
import { readBuildMetadata } from './sources/build-metadata';
import { readDigestFile } from './sources/digest-file';
import { DigestInParameter } from './sources/digest-in-parameter';
import { FixedDigest } from './sources/fixed-digest';
import { LockedTag, lockedRepository } from './sources/locked-tag';
import { PinSource } from './sources/pin-source';
import { referencedImage } from './sources/referenced-image';
import { isDummy, isLookingUp, StandIn } from './sources/stand-in';
import { TagAtDeployment } from './sources/tag-at-deployment';
import { wantedPlatforms } from './sources/wanted-platforms';

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
   * @param digest `sha256:` and 64 lower-case hexadecimal characters, or an error
   */
  public static fromDigest(repository: ecr.IRepository, digest: string): DigestPinnedImage {
    return DigestPinnedImage.of(repository, () => {
      const problem = Token.isUnresolved(digest) ? undefined : digestProblem(digest);
      if (problem) {
        throw constructError(repository, problem);
      }
      return new FixedDigest(digest);
    });
  }

  /**
   * An image that was just built, by the file that `docker buildx build --push --metadata-file` writes.
   *
   * The digest is the file's `containerimage.digest`. A file that is missing or malformed is an error, and so is one whose
   * `image.name` names other repositories only.
   *
   * @param repository the repository that the image was pushed to
   * @param file path of the file, from the working directory of the app
   * @param options the target, for a file of `docker buildx bake`
   */
  public static fromBuildMetadata(repository: ecr.IRepository, file: string, options: BuildMetadataOptions = {}): DigestPinnedImage {
    return DigestPinnedImage.of(repository, () => new FixedDigest(readBuildMetadata(repository, file, options.target)));
  }

  /**
   * An image that was just built, by a file that holds its digest and nothing else.
   *
   * Such a file is written by kaniko (`--digest-file`), buildah and podman (`--digestfile`) and `crane digest`; also
   * `<repository>@sha256:…` is taken, as kaniko (`--image-name-with-digest-file`), ko and `crane push` (`--image-refs`) write it. A
   * file that is missing or has more than one line is an error, and so is the name of another repository.
   *
   * @param repository the repository that the image was pushed to
   * @param file path of the file, from the working directory of the app
   */
  public static fromDigestFile(repository: ecr.IRepository, file: string): DigestPinnedImage {
    return DigestPinnedImage.of(repository, () => new FixedDigest(readDigestFile(repository, file)));
  }

  /**
   * An image whose digest is looked up by tag during synthesis and recorded in the lock, `cdk.context.json`.
   *
   * The digest stands literally in the template. Once it is in the lock nothing is looked up, and it changes only when
   * someone refreshes the lock, with `npx cdk-image-lock update` or `cdk context --reset`. Looking up takes this package's
   * plugin for the CDK CLI, or that command. As long as the lock does not have the image, the construct has an error and a
   * digest that cannot be deployed.
   *
   * Account, Region and name of the repository have to be known at synth: set `env` on its stack.
   *
   * @param repository the repository that holds the image, imported or defined in the app with a literal name
   * @param tag the tag, 1 to 128 characters, which may be one that moves
   * @param options platforms
   */
  public static fromLookup(repository: ecr.IRepository, tag: string, options: ImagePinOptions = {}): DigestPinnedImage {
    const fail = (problem: string) => constructError(repository, problem);
    return DigestPinnedImage.of(repository, () => {
      const problem = Token.isUnresolved(tag) ? 'fromLookup needs the tag at synth, and this one is a token; use fromTag'
        : isDummy(tag) ? `the tag '${tag}' has yet to be looked up; synthesize with the CDK CLI`
          : tagProblem(tag);
      if (problem) {
        throw fail(problem);
      }
      const { platform, requirePlatforms } = wantedPlatforms(options, fail);
      const image = { repository: lockedRepository(repository), tag, platform };
      return new LockedTag(image, requirePlatforms, repository);
    }, tag);
  }

  /**
   * An image of any registry, looked up during synthesis and recorded in the lock like one of `fromLookup`.
   *
   * Without a host it is Docker Hub's, and without a tag it is `latest`. A reference with a digest is taken as it is. For
   * Amazon ECR's private registries use `fromLookup`, so that tasks may pull the image.
   *
   * @param reference the image as it is pulled, for example `public.ecr.aws/nginx/nginx:1.27` or `nginx:1.27`
   * @param options platforms, and credentials for pulling
   */
  public static fromReference(reference: string, options: ReferencePinOptions = {}): DigestPinnedImage {
    if (Token.isUnresolved(reference)) {
      throw new Error('fromReference needs the reference at synth, and this one is a token; give a literal');
    }
    if (isDummy(reference)) {
      return new DigestPinnedImage(
        new RegistryLocation(reference, options.credentials),
        new StandIn(`the reference '${reference}' has yet to be looked up; synthesize with the CDK CLI`),
      );
    }
    const parsed = parseImageReference(reference);
    if (parseEcrHost(parsed.host)) {
      throw new Error(`'${reference}' is in a private registry of Amazon ECR; import its repository with `
        + 'ecr.Repository.fromRepositoryArn and use fromLookup, so that tasks may pull the image');
    }
    return new DigestPinnedImage(
      new RegistryLocation(`${parsed.host}/${parsed.repositoryName}`, options.credentials),
      referencedImage(parsed, options, problem => new Error(`'${reference}': ${problem}`)),
    );
  }

  /**
   * An image of a pull-through cache, whose digest is that of the registry upstream.
   *
   * @param reference how the registry upstream has it, or `undefined` where that has yet to be looked up
   * @internal
   */
  public static _ofUpstream(
    repository: ecr.IRepository, reference: ImageReference | undefined, options: ImagePinOptions, fail: (problem: string) => Error,
  ): DigestPinnedImage {
    return DigestPinnedImage.of(repository, () => {
      if (!reference) {
        throw fail('it has yet to be looked up; synthesize with the CDK CLI');
      }
      return referencedImage(reference, options, fail);
    }, reference?.tag);
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
   * pulling in its policy; for one that this app defines, that is added, and for an imported one a warning
   * (`cdk-secure-repository:ownerMustAllow`) has the statement.
   *
   * @param repository the repository that holds the image, also one that is imported, of another account or of another Region
   * @param tag the tag, 1 to 128 characters
   * @param options platforms, and when to look up again
   */
  public static fromTag(repository: ecr.IRepository, tag: string, options: TagPinOptions = {}): DigestPinnedImage {
    return DigestPinnedImage.of(repository, () => new TagAtDeployment(repository, tag, options), tag);
  }

  /**
   * An image whose digest is kept in an SSM parameter, and read during the deployment.
   *
   * Promoting an image is one `put-parameter` and a deployment; the versions of the parameter are the record. Who may promote
   * is who has `parameter.grantWrite`.
   *
   * @param repository the repository that holds the image
   * @param parameter a parameter from outside of the app, imported by name without a version, whose value is a digest,
   * `sha256:` and 64 hexadecimal characters; a deployment fails when the value has no `sha256:`
   */
  public static fromParameter(repository: ecr.IRepository, parameter: IStringParameter): DigestPinnedImage {
    if (parameter.node.defaultChild instanceof CfnParameter) {
      throw constructError(parameter, 'the app defines this parameter, so a deployment would not see what was put into it, and might undo it; '
        + 'create it outside of the app and import it with StringParameter.fromStringParameterName');
    }
    return DigestPinnedImage.of(repository, () => new DigestInParameter(parameter));
  }

  /** Always an error, as the image would not be pinned. Use `fromReference`, or `ecs.ContainerImage.fromRegistry`. */
  public static fromRegistry(name: string, _props?: ecs.RepositoryImageProps): ecs.RepositoryImage {
    throw notPinned('fromRegistry', `'${name}'`, 'fromReference');
  }

  /** Always an error, as the image would not be pinned. Use `fromLookup` or `fromTag`, or `ecs.ContainerImage.fromEcrRepository`. */
  public static fromEcrRepository(repository: ecr.IRepository, tag: string = 'latest'): ecs.EcrImage {
    throw notPinned('fromEcrRepository', `${repository.node.path}, '${tag}'`, 'fromLookup or fromTag');
  }

  /** Always an error, as the image would not be pinned. Use `fromTag` with a `DockerImageAsset`, or `ecs.ContainerImage.fromAsset`. */
  public static fromAsset(directory: string, _props?: ecs.AssetImageProps): ecs.AssetImage {
    throw notPinned('fromAsset', `'${directory}'`, 'fromTag(asset.repository, asset.imageTag) with a DockerImageAsset');
  }

  /** Always an error, as the image would not be pinned. Use `fromTag`, or `ecs.ContainerImage.fromDockerImageAsset`. */
  public static fromDockerImageAsset(asset: DockerImageAsset): ecs.ContainerImage {
    throw notPinned('fromDockerImageAsset', asset.node.path, 'fromTag(asset.repository, asset.imageTag)');
  }

  /** Always an error, as the image would not be pinned. Use `fromTag` with a `TarballImageAsset`, or `ecs.ContainerImage.fromTarball`. */
  public static fromTarball(tarballFile: string): ecs.ContainerImage {
    throw notPinned('fromTarball', `'${tarballFile}'`, 'fromTag(asset.repository, asset.imageTag) with a TarballImageAsset');
  }

  /**
   * @param source makes the source, or throws when that is not possible, also as something has yet to be looked up
   * @param tag of the image, where it is pinned by one
   */
  private static of(repository: ecr.IRepository, source: () => PinSource, tag?: string): DigestPinnedImage {
    declarePin(repository, tag);
    return new DigestPinnedImage(new EcrLocation(repository), sourceOrStandIn(repository, source));
  }

  private constructor(
    private readonly location: ImageLocation,
    private readonly source: PinSource,
    private readonly requirements: Requirements = NO_REQUIREMENTS,
  ) {
    super();
  }

  /**
   * The same image, which a deployment uses only after it has passed these gates.
   *
   * Adds one Lambda function to the stack that uses the image, whatever the number of gates and images, and one custom resource for each
   * repository and gate (for 20 images each, where there are more). In a task definition the digest stays as it is, and only the task
   * definition waits for the gate; elsewhere, and with `pinTo`, the digest is an attribute of the gate.
   *
   * Only for images in Amazon ECR: for those of `fromReference` it is an error.
   *
   * @param gates one or more gates, in addition to those that the image has
   */
  public gatedBy(...gates: ImageGate[]): DigestPinnedImage {
    const repository = this.repositoryFor('gatedBy');
    if (gates.length === 0) {
      throw constructError(repository, 'gatedBy got no gate, and would let every image pass; give one, such as ImageGate.scanned()');
    }
    const other = gates.findIndex(gate => typeof (gate as Partial<ImageGate> | null)?._rule !== 'function');
    if (other >= 0) {
      throw constructError(repository, `gatedBy got '${gates[other]}'; expected gates one by one, such as ImageGate.scanned()`);
    }
    const { requirements } = this;
    const all = [...new Set([...requirements.gates, ...gates.map(gate => gate._rule())])];
    return new DigestPinnedImage(this.location, this.source, { ...requirements, gates: all });
  }

  /**
   * The same image, which gets a tag of its own when a stack deploys it, so that `RetentionRule.keepDeployed` keeps it.
   *
   * The tag is `deployed-` and the first 32 hexadecimal characters of the digest, for all stacks, Regions and accounts. It is put on the image
   * before anything uses it and after its gates, and never taken away, also when the stack is rolled back or deleted.
   *
   * Adds one Lambda function to the stack that uses the image, and one custom resource for each repository (for 20 images each, where there
   * are more). The function may put images into the repository. One of another account has to allow `ecr:BatchGetImage` and `ecr:PutImage` in its policy; for
   * one that this app defines, that is added, and for an imported one a warning (`cdk-secure-repository:ownerMustAllow`) has the statement.
   *
   * Once a stack uses the image, a repository of this app whose retention may expire or archive it before `keepDeployed` decides about it is an
   * error, and so is one whose `mutableTags` let the tag be moved; one with mutable tags only is a warning
   * (`cdk-secure-repository:movableMarks`). An image of `fromReference`, which is not in Amazon ECR, is an error.
   */
  public markedAsDeployed(): DigestPinnedImage {
    this.repositoryFor('markedAsDeployed');
    return new DigestPinnedImage(this.location, this.source, { ...this.requirements, isMarked: true });
  }

  /**
   * The digest and the URI, for what takes no `ecs.ContainerImage`, such as Lambda, App Runner and Kubernetes manifests.
   *
   * Grants nothing: give what pulls the image its permission with `repository.grantPull`.
   *
   * @param scope the stack that uses the image, or a construct in it, as a pin is not for other stacks
   */
  public pinTo(scope: Construct): ImagePin {
    if (!isInStack(scope)) {
      throw constructError(scope, 'pinTo needs a scope within a stack, and this one is in none; give the stack that uses the image, or a construct in it');
    }
    const digest = this.digestIn(scope);
    return { digest, imageUri: this.location.imageUri(digest) };
  }

  /**
   * Called by a container definition, this lets the task's execution role pull the image.
   */
  public bind(scope: Construct, containerDefinition: ecs.ContainerDefinition): ecs.ContainerImageConfig {
    const digest = this.digestIn(scope, taskDefinitionOf(containerDefinition));
    return { imageName: this.location.imageUri(digest), ...this.location.allowPull(scope, containerDefinition) };
  }

  /** The digest, and in a task definition, which then waits for what is required, as it is. */
  private digestIn(scope: Construct, taskDefinition?: CfnResource): string {
    const digest = this.source.digestFor(scope);
    const required = requireFor(scope, this.location, digest, this.requirements);
    required.forEach(({ resource }) => taskDefinition?.node.addDependency(resource));
    return taskDefinition ? digest : required.at(-1)?.digest ?? digest;
  }

  /** The repository in Amazon ECR that something needs. */
  private repositoryFor(method: string): ecr.IRepository {
    if (!this.location.repository) {
      throw new Error(`${method} is for images in Amazon ECR, and this one, ${this.location.imageUri('sha256:…')}, is elsewhere; `
        + 'copy it to a repository of your own, and use fromLookup there');
    }
    return this.location.repository;
  }
}

function sourceOrStandIn(repository: ecr.IRepository, source: () => PinSource): PinSource {
  try {
    return source();
  } catch (error) {
    if (isLookingUp(repository)) {
      return new StandIn((error as Error).message);
    }
    throw error;
  }
}

/** What `ecs.ContainerImage` makes by these names has a tag, and they are inherited. */
function notPinned(factory: string, image: string, instead: string): Error {
  return new Error(`DigestPinnedImage.${factory}(${image}) would give an image that is not pinned by digest; `
    + `use ${instead}, or ecs.ContainerImage.${factory}`);
}
