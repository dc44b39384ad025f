import * as path from 'path';
import { CustomResource, Duration, Lazy, RemovalPolicy, Resource, Stack, Stage, Token, TokenComparison } from 'aws-cdk-lib';
import * as ecr from 'aws-cdk-lib/aws-ecr';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as logs from 'aws-cdk-lib/aws-logs';
import { Construct, IDependable } from 'constructs';
import { DIGEST_ATTRIBUTE, RESOURCE_TYPE, ResolverProperties } from './contract';
import { identityOf, imageIdentity, repositoryIdentity } from './image-identity';
import { RepositoryPermissions } from './repository-permissions';
import { constructError } from '../errors/construct-error';
import { repositoryEnvironment } from '../repository/repository-at-synth';

const HANDLER = path.join(__dirname, '..', '..', 'assets', 'resolver', 'handler', 'index');

/** What the function may need beyond the waiting: a cold start, new permissions that spread, retries of throttled calls. */
const MARGIN = Duration.minutes(3);

const DESCRIBE = ['ecr:DescribeImages'];
const READ_INDEX = ['ecr:DescribeImages', 'ecr:BatchGetImage'];

/** An image whose digest is wanted. */
export interface DigestRequest {
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

/** The function of a stack that resolves tags to digests during deployment, with one custom resource an image. */
export class ImageDigestResolver extends Construct {
  /** The resolver of the stack that `scope` is in. */
  public static of(scope: Construct): ImageDigestResolver {
    const stack = Stack.of(scope);
    const id = 'CdkSecureRepositoryImageDigestResolver';
    return (stack.node.tryFindChild(id) as ImageDigestResolver | undefined) ?? new ImageDigestResolver(stack, id);
  }

  private readonly role: iam.Role;
  private readonly function: lambda.Function;
  private readonly pins = new Map<string, Pin>();
  private readonly permissions: RepositoryPermissions;
  private readonly granted = new Map<string, IDependable>();

  private constructor(stack: Stack, id: string) {
    super(stack, id);
    const logGroup = new logs.LogGroup(this, 'Logs', {
      retention: logs.RetentionDays.ONE_MONTH,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    this.role = new iam.Role(this, 'Role', {
      assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com'),
      description: 'Reads the digests of the image tags that this stack deploys',
    });
    logGroup.grantWrite(this.role);
    this.permissions = new RepositoryPermissions(this, this.role);
    this.function = new lambda.Function(this, 'Function', {
      description: 'Resolves image tags to digests (cdk-secure-repository)',
      runtime: lambda.Runtime.NODEJS_22_X,
      handler: 'index.handler',
      code: lambda.Code.fromAsset(HANDLER),
      memorySize: 256,
      timeout: Duration.minutes(15),
      role: this.role,
      logGroup,
    });
  }

  /** A token for the digest of an image. */
  public digestOf(request: DigestRequest): string {
    const id = imageIdentity(this, request);
    const { requirePlatforms, refreshToken } = request;
    const options = JSON.stringify(identityOf(this, { requirePlatforms, refreshToken }));
    const known = this.pins.get(id);
    if (known && known.options !== options) {
      throw constructError(this, `image ${id} is pinned twice with different options, ${known.options} and ${options}; `
        + 'use the same options, or one DigestPinnedImage for both');
    }
    const pin = known ?? this.addPin(id, request, options);
    pin.waitSeconds = Math.max(pin.waitSeconds, request.wait.toSeconds());
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
      serviceTimeout: Duration.seconds(Lazy.number({ produce: () => pin.waitSeconds + MARGIN.toSeconds() })),
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
    repository.grant(this.role, ...actions);
    return this.role;
  }
}
