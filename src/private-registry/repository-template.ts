import { Duration, Stack, Token } from 'aws-cdk-lib';
import * as ecr from 'aws-cdk-lib/aws-ecr';
import { Construct } from 'constructs';
import { policyProblems } from './policy-problems';
import { knownPrefixProblem } from './prefixes';
import { constructIdOf, keepSetting, logicalIdOf } from './registry-setting';
import { RepositoryCreation, RepositoryTemplateOptions } from './repository-template-options';
import { keyProblem } from './template-key';
import { TemplateRole } from './template-role';
import { constructError } from '../construct/construct-error';
import { normalPrefix } from '../names/repository-prefix';
import { DEFAULT_RETENTION } from '../repository/default-retention';
import { policyProblem, policyText } from '../repository/lifecycle-policy';
import { validateMutableTags } from '../repository/mutable-tags';
import { encryptionOf } from '../repository/repository-encryption';
import { RetentionRule } from '../repository/retention-rule';

/** As ECR calls the prefix of all repositories without a template of their own. */
const ALL = 'ROOT';
const LENGTHS = { shortest: 1, longest: 256 };
const MAX_TAGS = 50;
const MAX_TAG_KEY = 128;
const MAX_TAG_VALUE = 256;
const MAX_DESCRIPTION = 256;

/** What has no tag any more may still run, and is not cached again by its digest. */
const CACHE_RETENTION = [RetentionRule.expireUntagged(Duration.days(365)), RetentionRule.keepNewest('*', 500)];

/**
 * What repositories are like that no stack defines, because a push or a replication makes them, for `SecureRegistry`.
 *
 * A template acts when a repository is made: it changes none that is there. Where prefixes of several templates match, the longest one decides.
 * Images are scanned as the registry's `scanning` says, as a template has no setting for that.
 *
 * @see https://docs.aws.amazon.com/AmazonECR/latest/userguide/repository-creation-templates.html
 */
export class RepositoryTemplate {
  /**
   * Repositories below a prefix: `team-a` is for `team-a/api` and `team-a/web/api`, and not for `team-a` itself.
   *
   * @param prefix 1 to 256 lower-case letters and digits, with `.`, `_`, `-` and `/` between them
   */
  public static forPrefix(prefix: string, options: RepositoryTemplateOptions = {}): RepositoryTemplate {
    const normal = normalPrefix(prefix);
    const problem = normal === ALL ? 'use RepositoryTemplate.forAll' : knownPrefixProblem(normal, LENGTHS);
    if (problem) {
      throw new Error(`RepositoryTemplate.forPrefix: '${prefix}': ${problem}`);
    }
    return new RepositoryTemplate(normal, options);
  }

  /** All repositories for which there is no other template. */
  public static forAll(options: RepositoryTemplateOptions = {}): RepositoryTemplate {
    return new RepositoryTemplate(ALL, options);
  }

  /** @internal */
  public static _forCache(prefix: string, options: RepositoryTemplateOptions): RepositoryTemplate {
    return new RepositoryTemplate(prefix, { ...options, retention: options.retention ?? CACHE_RETENTION }, true);
  }

  private constructor(private readonly prefix: string, private readonly options: RepositoryTemplateOptions, private readonly isForCache = false) {}

  /** @internal */
  public _prefix(): string {
    return this.prefix;
  }

  /**
   * Whether replication makes repositories by it that have tags.
   *
   * @internal
   */
  public _tagsReplicas(): boolean {
    const { resourceTags = {}, createdBy = Object.values(RepositoryCreation) } = this.options;
    return createdBy.includes(RepositoryCreation.REPLICATION) && Object.keys(resourceTags).length > 0;
  }

  /** @internal */
  public _bind(registry: Construct): ecr.CfnRepositoryCreationTemplate {
    const { prefix, options } = this;
    const { mutableTags = [], encryptionKey, resourceTags = {}, createdBy = Object.values(RepositoryCreation), description, removalPolicy } = options;
    const scope = new Construct(registry, constructIdOf('Template', prefix));
    const problem = this.problem() ?? (encryptionKey && keyProblem(scope, encryptionKey));
    if (problem) {
      throw constructError(scope, problem);
    }
    validateMutableTags(scope, mutableTags);
    const encryption = encryptionOf(scope, options);
    const tags = Object.entries(resourceTags).map(([key, value]) => ({ key, value }));
    // Without a role, ECR makes no repository that has tags or a key.
    const role = encryption || tags.length > 0
      ? new TemplateRole(scope, 'Role', { prefix, repositories: prefix === ALL ? '*' : `${prefix}/*`, encryptionKey, removalPolicy })
      : undefined;
    const template = new ecr.CfnRepositoryCreationTemplate(scope, 'Resource', {
      prefix,
      appliedFor: this.isForCache ? ['PULL_THROUGH_CACHE'] : [...new Set(createdBy)],
      description,
      // A cache follows the tags of the other registry.
      imageTagMutability: this.isForCache ? 'MUTABLE' : mutableTags.length > 0 ? 'IMMUTABLE_WITH_EXCLUSION' : 'IMMUTABLE',
      imageTagMutabilityExclusionFilters: mutableTags.length > 0 ? mutableTags.map(pattern => ({
        imageTagMutabilityExclusionFilterType: 'WILDCARD',
        imageTagMutabilityExclusionFilterValue: pattern,
      })) : undefined,
      encryptionConfiguration: encryption,
      lifecyclePolicy: this.statements().length > 0 ? policyText(this.statements()) : undefined,
      repositoryPolicy: this.policyIn(scope),
      resourceTags: tags.length > 0 ? tags : undefined,
      customRoleArn: role?.roleArn,
    });
    if (role) {
      template.node.addDependency(role.policy);
    }
    return keepSetting(template, logicalIdOf('Template', prefix), removalPolicy);
  }

  private statements() {
    return (this.options.retention ?? DEFAULT_RETENTION).map(rule => rule._render());
  }

  private problem(): string | undefined {
    const { resourceTags = {}, createdBy, description = '' } = this.options;
    return policyProblem(this.statements())
      ?? tagsProblem(Object.entries(resourceTags))
      ?? (createdBy && createdByProblem(createdBy))
      ?? (isLonger(description, MAX_DESCRIPTION) ? `description has ${description.length} characters; ECR takes at most ${MAX_DESCRIPTION}` : undefined);
  }

  /** A template has its policy as text. */
  private policyIn(scope: Construct): string | undefined {
    const { repositoryPolicy } = this.options;
    if (!repositoryPolicy) {
      return undefined;
    }
    scope.node.addValidation({ validate: () => policyProblems(scope, 'repositoryPolicy', repositoryPolicy, false) });
    return Stack.of(scope).toJsonString(repositoryPolicy);
  }
}

function createdByProblem(createdBy: RepositoryCreation[]): string | undefined {
  const all = Object.values(RepositoryCreation);
  return Array.isArray(createdBy) && createdBy.length > 0 && createdBy.every(one => all.includes(one)) ? undefined
    : `createdBy is '${createdBy}'; expected a list with one or more of RepositoryCreation, or nothing for all of them`;
}

function tagsProblem(tags: [string, string][]): string | undefined {
  const [key] = tags.find(([name, value]) => typeof value !== 'string' || name === '' || /^aws:/i.test(name) || isLonger(name, MAX_TAG_KEY) || isLonger(value, MAX_TAG_VALUE)) ?? [];
  return tags.length > MAX_TAGS ? `resourceTags has ${tags.length} tags; ECR takes at most ${MAX_TAGS}`
    : key === undefined ? undefined
      : `resourceTags has '${key}'; expected a key of 1 to ${MAX_TAG_KEY} characters that does not start with aws:, and a value of at most ${MAX_TAG_VALUE}`;
}

/** A token is longer or shorter at deployment. */
function isLonger(text: string, most: number): boolean {
  return !Token.isUnresolved(text) && text.length > most;
}
