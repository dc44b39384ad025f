import { CustomResource, Duration, Lazy, Stack } from 'aws-cdk-lib';
import * as ecr from 'aws-cdk-lib/aws-ecr';
import { Construct } from 'constructs';
import { DIGEST_ATTRIBUTE, RESOURCE_TYPE, ResolverProperties } from './contract';
import { imageIdentity } from './image-identity';
import { constructError } from '../construct/construct-error';
import { identityOf } from '../custom-resource/construct-identity';
import { MARGIN_SECONDS } from '../custom-resource/contract';
import { StackFunction } from '../custom-resource/stack-function';

const ID = 'CdkSecureRepositoryImageDigestResolver';

const DESCRIBE = ['ecr:DescribeImages'];
const READ_INDEX = ['ecr:DescribeImages', 'ecr:BatchGetImage'];

/** An image whose digest is wanted. */
interface DigestRequest {
  readonly repository: ecr.IRepository;
  readonly tag: string;
  readonly platform?: string;
  readonly requirePlatforms: string[];
  readonly refreshToken?: string;
  readonly wait: Duration;
}

/** One custom resource; used several times, it waits as long as the longest of these uses. */
interface Pin {
  readonly options: string;
  readonly digest: string;
  waitSeconds: number;
}

/** Resolves tags to digests during the deployment of a stack: one function, and one custom resource an image. */
export class StackResolver extends Construct {
  /** The resolver of the stack that `scope` is in. */
  public static of(scope: Construct): StackResolver {
    const stack = Stack.of(scope);
    return (stack.node.tryFindChild(ID) as StackResolver | undefined) ?? new StackResolver(stack, ID);
  }

  private readonly function: StackFunction;
  private readonly pins = new Map<string, Pin>();
  private longestWaitSeconds = 0;

  private constructor(stack: Stack, id: string) {
    super(stack, id);
    this.function = new StackFunction(this, {
      handler: 'resolve',
      description: 'Resolves image tags to digests (cdk-secure-repository)',
      roleDescription: 'Reads the digests of the image tags that this stack deploys',
    });
  }

  /** A token for the digest of an image. */
  public digestOf(request: DigestRequest): string {
    const id = imageIdentity(this, request);
    const { requirePlatforms, refreshToken } = request;
    const options = JSON.stringify({ requirePlatforms, refreshToken: identityOf(this, refreshToken) });
    const known = this.pins.get(id);
    if (known && known.options !== options) {
      throw constructError(this, `image ${id} is pinned twice with different options, ${known.options} and ${options}; `
        + 'use the same options, or one DigestPinnedImage for both');
    }
    const pin = known ?? this.addPin(id, request, options);
    pin.waitSeconds = Math.max(pin.waitSeconds, request.wait.toSeconds());
    this.longestWaitSeconds = Math.max(this.longestWaitSeconds, pin.waitSeconds);
    return pin.digest;
  }

  private addPin(id: string, { repository, tag, platform, requirePlatforms, refreshToken }: DigestRequest, options: string): Pin {
    const permission = this.function.allow(repository, platform || requirePlatforms.length > 0 ? READ_INDEX : DESCRIBE);
    const properties: Record<keyof ResolverProperties, unknown> = {
      RepositoryArn: repository.repositoryArn,
      Tag: tag,
      Platform: platform,
      RequirePlatforms: requirePlatforms.length > 0 ? requirePlatforms : undefined,
      RefreshToken: refreshToken,
      WaitSeconds: Lazy.string({ produce: () => pin.waitSeconds > 0 ? pin.waitSeconds.toString() : undefined }),
    };
    const resource = new CustomResource(this, id, {
      resourceType: RESOURCE_TYPE,
      serviceToken: this.function.functionArn,
      // Where the function has little concurrency, a resource waits behind those that wait for their image.
      serviceTimeout: Duration.seconds(Lazy.number({ produce: () => this.longestWaitSeconds + MARGIN_SECONDS })),
      properties,
    });
    resource.node.addDependency(permission);
    const pin: Pin = { options, digest: `sha256:${resource.getAttString(DIGEST_ATTRIBUTE)}`, waitSeconds: 0 };
    this.pins.set(id, pin);
    return pin;
  }
}
