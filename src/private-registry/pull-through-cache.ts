import { Stack, Token } from 'aws-cdk-lib';
import * as ecr from 'aws-cdk-lib/aws-ecr';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import { credentialProblem } from './cache-credential';
import { knownPrefixProblem } from './prefixes';
import { PullThroughCacheOptions } from './pull-through-cache-options';
import { constructIdOf, keepSetting, logicalIdOf } from './registry-setting';
import { RepositoryTemplate } from './repository-template';
import { constructError } from '../construct/construct-error';
import { DigestPinnedImage } from '../image/digest-pinned-image';
import { ImagePinOptions } from '../image/pin-options';
import { isDummy } from '../image/sources/stand-in';
import { DOCKER_HUB, DOCKER_HUB_ALIASES, ImageReference, parseEcrHost, parseImageReference } from '../names/image-reference';
import { normalPrefix } from '../names/repository-prefix';

const LENGTHS = { shortest: 2, longest: 30 };
const MAX_NAME = 256;
const REGISTRIES = ['public.ecr.aws', 'registry.k8s.io', 'quay.io', 'ghcr.io', 'registry.gitlab.com', 'cgr.dev', ...DOCKER_HUB_ALIASES];

/** A registry that ECR can cache, as ECR has it. */
interface Upstream {
  readonly registry: string;
  /** Exactly so, and in lower case. */
  readonly url: string;
  /** As references name it, where that is something else. */
  readonly host?: string;
  /** Whether ECR asks for a credential; to other registries it does not take one. */
  readonly isPrivate?: boolean;
  /** As the console has it. */
  readonly prefix: string;
}

/**
 * A pull-through cache of another registry, for `SecureRegistry`: what is pulled by a tag from below its prefix is taken from there, and kept.
 *
 * Its repositories come with a template of their own, whose tags can be moved: they follow those of the other registry, at most once in 24 hours.
 * **A digest that is not there yet is not fetched**: pull an image of `image` once by its tag, in each account and Region, before it is deployed.
 *
 * CloudFormation changes no property of a cache: with another secret or another registry below the same prefix, the deployment fails. Rotate the value of
 * the secret, and choose another prefix for another registry.
 *
 * Who pulls for the first time needs `ecr:BatchImportUpstreamImage` and `ecr:CreateRepository` besides what pulling takes. AWS Lambda cannot pull
 * through a cache what is not there.
 *
 * @see https://docs.aws.amazon.com/AmazonECR/latest/userguide/pull-through-cache.html
 */
export class PullThroughCache {
  /** Caches `public.ecr.aws` below the prefix `ecr-public`. */
  public static ecrPublic(options?: PullThroughCacheOptions): PullThroughCache {
    return new PullThroughCache('ecrPublic', { registry: 'ecr-public', url: 'public.ecr.aws', prefix: 'ecr-public' }, options);
  }

  /** Caches `registry.k8s.io` below the prefix `kubernetes`. */
  public static kubernetes(options?: PullThroughCacheOptions): PullThroughCache {
    return new PullThroughCache('kubernetes', { registry: 'k8s', url: 'registry.k8s.io', prefix: 'kubernetes' }, options);
  }

  /** Caches `quay.io` below the prefix `quay`. */
  public static quay(options?: PullThroughCacheOptions): PullThroughCache {
    return new PullThroughCache('quay', { registry: 'quay', url: 'quay.io', prefix: 'quay' }, options);
  }

  /**
   * Caches Docker Hub below the prefix `docker-hub`.
   *
   * @param credential a secret with `username` and `accessToken`, whose name starts with `ecr-pullthroughcache/`, in the registry's account and Region;
   *   for `SecureRegistry` only, and not for images alone
   */
  public static dockerHub(credential?: secretsmanager.ISecret, options?: PullThroughCacheOptions): PullThroughCache {
    return new PullThroughCache(
      'dockerHub', { registry: 'docker-hub', url: 'registry-1.docker.io', host: DOCKER_HUB, isPrivate: true, prefix: 'docker-hub' }, options, credential);
  }

  /**
   * Caches `ghcr.io` below the prefix `github`.
   *
   * @param credential a secret with `username` and `accessToken`, whose name starts with `ecr-pullthroughcache/`, in the registry's account and Region;
   *   for `SecureRegistry` only, and not for images alone
   */
  public static gitHub(credential?: secretsmanager.ISecret, options?: PullThroughCacheOptions): PullThroughCache {
    return new PullThroughCache('gitHub', { registry: 'github-container-registry', url: 'ghcr.io', isPrivate: true, prefix: 'github' }, options, credential);
  }

  /**
   * Caches `registry.gitlab.com` below the prefix `gitlab`.
   *
   * @param credential a secret with `username` and `accessToken`, whose name starts with `ecr-pullthroughcache/`, in the registry's account and Region;
   *   for `SecureRegistry` only, and not for images alone
   */
  public static gitLab(credential?: secretsmanager.ISecret, options?: PullThroughCacheOptions): PullThroughCache {
    return new PullThroughCache('gitLab', { registry: 'gitlab-container-registry', url: 'registry.gitlab.com', isPrivate: true, prefix: 'gitlab' }, options, credential);
  }

  /**
   * Caches a registry in Microsoft Azure below the prefix `azure`.
   *
   * @param registryName its name, of `<name>.azurecr.io`
   * @param credential a secret with `username` and `accessToken`, whose name starts with `ecr-pullthroughcache/`, in the registry's account and Region;
   *   for `SecureRegistry` only, and not for images alone
   */
  public static azure(registryName: string, credential?: secretsmanager.ISecret, options?: PullThroughCacheOptions): PullThroughCache {
    if (!/^[a-z0-9]{5,50}$/.test(registryName)) {
      throw new Error(`PullThroughCache.azure: '${registryName}' is not the name of a registry; expected 5 to 50 lower-case letters and digits, without .azurecr.io`);
    }
    return new PullThroughCache('azure', { registry: 'azure-container-registry', url: `${registryName}.azurecr.io`, isPrivate: true, prefix: 'azure' }, options, credential);
  }

  /**
   * Caches `cgr.dev` below the prefix `chainguard`.
   *
   * @param credential a secret with `username` and `accessToken`, whose name starts with `ecr-pullthroughcache/`, in the registry's account and Region;
   *   for `SecureRegistry` only, and not for images alone
   */
  public static chainguard(credential?: secretsmanager.ISecret, options?: PullThroughCacheOptions): PullThroughCache {
    return new PullThroughCache('chainguard', { registry: 'chainguard', url: 'cgr.dev', isPrivate: true, prefix: 'chainguard' }, options, credential);
  }

  private readonly prefix: string;

  private constructor(
    factory: string,
    private readonly upstream: Upstream,
    private readonly options: PullThroughCacheOptions = {},
    private readonly credential?: secretsmanager.ISecret,
  ) {
    const { prefix = upstream.prefix } = options;
    this.prefix = normalPrefix(prefix);
    const problem = knownPrefixProblem(this.prefix, LENGTHS);
    if (problem) {
      throw new Error(`PullThroughCache.${factory}: prefix '${prefix}': ${problem}`);
    }
  }

  /**
   * An image of the other registry that is pulled through the cache, by its digest.
   *
   * The digest is looked up there and recorded in the lock, like one of `DigestPinnedImage.fromReference`, and it is the same in the cache. That has to
   * have the image before it is deployed.
   *
   * @param scope what uses the image, in the account and Region of the cache
   * @param reference the image without its registry, such as `library/nginx:1.27`
   * @param options platforms
   */
  public image(scope: Construct, reference: string, options: ImagePinOptions = {}): DigestPinnedImage {
    const fail = (problem: string) => constructError(scope, `the image '${reference}' of the cache below '${this.prefix}': ${problem}`);
    const given = isDummy(reference) ? undefined : this.parse(reference, fail);
    const repositoryName = `${this.prefix}/${given?.repositoryName ?? 'unknown'}`;
    const stack = Stack.of(scope);
    const id = constructIdOf('CdkSecureRepositoryCached', repositoryName);
    const repository = stack.node.tryFindChild(id) as ecr.IRepository | undefined ?? ecr.Repository.fromRepositoryName(stack, id, repositoryName);
    return DigestPinnedImage._ofUpstream(repository, given, options, fail);
  }

  /** @internal */
  public _prefix(): string {
    return this.prefix;
  }

  /** @internal */
  public _bind(registry: Construct): void {
    const { registry: upstreamRegistry, url, isPrivate } = this.upstream;
    const scope = new Construct(registry, constructIdOf('Cache', this.prefix));
    const problem = this.credential ? credentialProblem(scope, this.credential) : isPrivate ? 'there is none; expected a secret' : undefined;
    if (problem) {
      throw constructError(scope, `the credential of the cache of ${url}: ${problem}`);
    }
    const template = RepositoryTemplate._forCache(this.prefix, this.options)._bind(scope);
    const rule = new ecr.CfnPullThroughCacheRule(scope, 'Rule', {
      ecrRepositoryPrefix: this.prefix,
      upstreamRegistry,
      upstreamRegistryUrl: url,
      credentialArn: this.credential?.secretFullArn ?? this.credential?.secretArn,
    });
    // What is cached before has what ECR gives it.
    rule.node.addDependency(template);
    keepSetting(rule, logicalIdOf('Cache', this.prefix), this.options.removalPolicy);
  }

  private parse(reference: string, fail: (problem: string) => Error): ImageReference {
    const { url, host = url } = this.upstream;
    if (typeof reference !== 'string') {
      throw fail("expected a reference, such as 'team/api:1.0'");
    }
    if (Token.isUnresolved(reference)) {
      throw fail('it must be known at synth, and this one is a token; give a literal');
    }
    const [first, ...rest] = reference.split('/');
    const hasRegistry = isRegistry(first) || (host === DOCKER_HUB && rest.length > 0 && first.includes('.'));
    const parsed = hasRegistry ? undefined : parsedOrNone(`${host}/${reference}`);
    if (!parsed) {
      throw fail("expected '[repository][:tag]' without its registry, in lower case, such as 'team/api:1.0'");
    }
    const { length } = `${this.prefix}/${parsed.repositoryName}`;
    if (length > MAX_NAME) {
      throw fail(`its name has ${length} characters in the cache; ECR takes at most ${MAX_NAME}, so use a shorter prefix`);
    }
    return parsed;
  }
}

function parsedOrNone(reference: string): ImageReference | undefined {
  try {
    return parseImageReference(reference);
  } catch {
    return undefined;
  }
}

/** Names of repositories may begin with what looks like a host, but not with these. */
function isRegistry(text: string): boolean {
  return REGISTRIES.includes(text) || text.endsWith('.azurecr.io') || parseEcrHost(text) !== undefined;
}
