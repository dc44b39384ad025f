import { CustomResource, Duration, Lazy, Resource, Stack, Stage, Token, TokenComparison } from 'aws-cdk-lib';
import * as ecr from 'aws-cdk-lib/aws-ecr';
import { Construct, IDependable } from 'constructs';
import { DIGEST_ATTRIBUTE, MARGIN_SECONDS, RESOURCE_TYPE, ResolverProperties } from './contract';
import { identityOf, imageIdentity, repositoryIdentity } from './image-identity';
import { RepositoryPermissions } from './repository-permissions';
import { constructError } from '../construct/construct-error';
import { FunctionConfiguration } from '../custom-resource/function-configuration';
import { StackFunction } from '../custom-resource/stack-function';
import { warnIfOwnerMustAllow } from '../repository/imported-repository';
import { repositoryEnvironment } from '../repository/repository-at-synth';

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

/** How the function of these constructs is to run. */
export const resolverConfiguration = new FunctionConfiguration('ImageDigestResolver', stack => stack.node.tryFindChild(ID));

/** Resolves tags to digests during the deployment of a stack: one function, and one custom resource an image. */
export class StackResolver extends Construct {
  /** The resolver of the stack that `scope` is in. */
  public static of(scope: Construct): StackResolver {
    const stack = Stack.of(scope);
    return (stack.node.tryFindChild(ID) as StackResolver | undefined) ?? new StackResolver(stack, ID);
  }

  private readonly function: StackFunction;
  private readonly pins = new Map<string, Pin>();
  private readonly permissions: RepositoryPermissions;
  private readonly granted = new Map<string, IDependable>();
  private longestWaitSeconds = 0;

  private constructor(stack: Stack, id: string) {
    const options = resolverConfiguration.for(stack);
    super(stack, id);
    this.function = new StackFunction(this, {
      handler: 'resolver/handler',
      description: 'Resolves image tags to digests (cdk-secure-repository)',
      roleDescription: 'Reads the digests of the image tags that this stack deploys',
    }, options);
    this.permissions = new RepositoryPermissions(this, this.function.role);
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
    const permission = this.grant(repository, platform || requirePlatforms.length > 0 ? READ_INDEX : DESCRIBE);
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
    this.dependOnStackOf(repository);
    const pin: Pin = { options, digest: `sha256:${resource.getAttString(DIGEST_ATTRIBUTE)}`, waitSeconds: 0 };
    this.pins.set(id, pin);
    return pin;
  }

  /** Where account or Region differ, the CDK has no reference to the repository that would do this. */
  private dependOnStackOf(repository: ecr.IRepository): void {
    const [own, owner] = [this, repository].map(construct => Stack.of(construct));
    if (Resource.isOwnedResource(repository) && own.environment !== owner.environment && Stage.of(own) === Stage.of(owner)) {
      own.addDependency(owner, 'it holds a repository whose images are pinned');
    }
  }

  /** Returns what has to be deployed before the function may read the repository's images. */
  private grant(repository: ecr.IRepository, actions: string[]): IDependable {
    const key = JSON.stringify([repositoryIdentity(this, repository), actions]);
    let permission = this.granted.get(key);
    if (!permission) {
      permission = this.isOfThisAccount(repository) ? this.permissions.allow(repository, actions) : this.grantAcrossAccounts(repository, actions);
      this.granted.set(key, permission);
    }
    return permission;
  }

  private isOfThisAccount(repository: ecr.IRepository): boolean {
    return Token.compareStrings(repositoryEnvironment(repository).account, Stack.of(this).account) !== TokenComparison.DIFFERENT;
  }

  private grantAcrossAccounts(repository: ecr.IRepository, actions: string[]): IDependable {
    const { role } = this.function;
    repository.grant(role, ...actions);
    warnIfOwnerMustAllow(this, repository, Stack.of(this).account, actions);
    return role;
  }
}
