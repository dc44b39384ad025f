import { PhysicalName, RemovalPolicy, Token } from 'aws-cdk-lib';
import * as ecr from 'aws-cdk-lib/aws-ecr';
import * as events from 'aws-cdk-lib/aws-events';
import * as kms from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';
import { DEFAULT_RETENTION } from './default-retention';
import { DeletionProtection } from './deletion-protection';
import { DevCompanion } from './dev-companion';
import { DevCompanionOptions } from './dev-companion-options';
import {
  OnImageDeletedOptions, OnImagePushedOptions, OnProtectionChangedOptions, OnScanFindingsOptions, OnUnexpectedTagOptions,
} from './event-options';
import { LifecyclePolicy } from './lifecycle-policy';
import { declareMutableTags, validateMutableTags } from './mutable-tags';
import { encryptRepository } from './repository-encryption';
import * as repositoryEvents from './repository-events';
import { addRepositoryValidation } from './repository-validation';
import { RetentionRule } from './retention-rule';
import { constructError } from '../construct/construct-error';

/**
 * Properties of a `SecureRepository`.
 */
export interface SecureRepositoryProps {
  /**
   * Name of the repository, 2 to 256 characters.
   *
   * @default - a generated name
   */
  readonly repositoryName?: string;

  /**
   * Patterns of tags that can be moved to another image, such as `latest` or `branch-*`.
   *
   * An image whose tag has moved on is untagged, and expires as such: by its age since the push, even if the tag moved today. Up to 5
   * patterns with up to 2 `*` each; a pattern that matches every tag is refused. Security Hub's control ECR.2
   * and other scanners accept only a repository without such patterns: `devCompanion` keeps moving tags elsewhere.
   *
   * @default - none: no tag can be moved
   */
  readonly mutableTags?: string[];

  /**
   * What the repository keeps, archives and expires, where the first rule that matches an image decides.
   *
   * An empty list means no lifecycle policy: nothing is ever expired.
   *
   * @default - untagged images expire 14 days after the push, and the newest 500 tagged images are kept
   */
  readonly retention?: RetentionRule[];

  /**
   * How the images are encrypted at rest.
   *
   * `KMS` without an `encryptionKey` uses the key `aws/ecr` that AWS manages; `KMS_DSSE` is for AWS GovCloud (US) only. Changing
   * it later replaces the repository, which CloudFormation refuses for one with a given name.
   *
   * @default - `KMS` when `encryptionKey` is given, otherwise `AES_256` with keys that Amazon S3 manages
   */
  readonly encryption?: ecr.RepositoryEncryption;

  /**
   * Customer managed key that encrypts the images, in the Region of the repository. An error together with `AES_256`.
   *
   * Changing the key later replaces the repository, which CloudFormation refuses for one with a given name.
   *
   * @default - none
   */
  readonly encryptionKey?: kms.IKey;

  /**
   * What happens to the repository when it is removed from the stack or replaced.
   *
   * @default RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE - kept, but a first deployment that fails leaves no empty repository
   * with its name behind
   */
  readonly removalPolicy?: RemovalPolicy;

  /**
   * Whether to delete the images along with the repository. Only with `RemovalPolicy.DESTROY`.
   *
   * @default false
   */
  readonly emptyOnDelete?: boolean;

  /**
   * Who may delete images, and change what deletes or moves them; everybody else is denied to, whatever allows it.
   *
   * An error together with `emptyOnDelete`. The dev companion is not protected.
   *
   * @default - whoever is allowed to by IAM
   */
  readonly deletionProtection?: DeletionProtection;

  /**
   * A mutable repository beside this one, for `latest`, `dev` and branch tags. It asks for a scan on push and is encrypted like this one.
   *
   * @default - none
   */
  readonly devCompanion?: DevCompanionOptions;
}

const MAX_NAME_LENGTH = 256;
const COMPANION_SUFFIX = '-dev';

/**
 * An ECR repository for releases: no tag can be moved to another image, it asks for a scan of every image on push, and what is
 * kept is defined from the first day.
 *
 * The scanning configuration of the registry decides which images are scanned: one with filters may leave this repository out. Only a gate
 * (`ImageGate.scanned`) makes sure that what is deployed was scanned.
 *
 * It is an `ecr.Repository`, so it goes wherever one is taken. Whatever else in the app makes it mutable or unscanned, lets everybody
 * push or pull without a condition, or takes away `deletionProtection`, is an error at synth; another removal policy is a warning
 * (`cdk-secure-repository:removalPolicyChanged`), and so is a lifecycle policy that expires untagged images within 7 days, or by their
 * number, where one is pinned whose tag can be moved (`cdk-secure-repository:untaggedExpireEarly`).
 *
 * @example
 * const images = new SecureRepository(this, 'Images', {
 *   repositoryName: 'api',
 *   devCompanion: {},
 * });
 */
export class SecureRepository extends ecr.Repository {
  /** Always an error, as nothing is known of a repository that is imported. Use `ecr.Repository.fromLookup`. */
  public static fromLookup(scope: Construct, id: string, options: ecr.RepositoryLookupOptions): ecr.IRepository {
    throw notOurs(scope, 'fromLookup', id, options?.repositoryArn ?? options?.repositoryName);
  }

  /** Always an error, as nothing is known of a repository that is imported. Use `ecr.Repository.fromRepositoryAttributes`. */
  public static fromRepositoryAttributes(scope: Construct, id: string, attrs: ecr.RepositoryAttributes): ecr.IRepository {
    throw notOurs(scope, 'fromRepositoryAttributes', id, attrs?.repositoryArn);
  }

  /** Always an error, as nothing is known of a repository that is imported. Use `ecr.Repository.fromRepositoryArn`. */
  public static fromRepositoryArn(scope: Construct, id: string, repositoryArn: string): ecr.IRepository {
    throw notOurs(scope, 'fromRepositoryArn', id, repositoryArn);
  }

  /** Always an error, as nothing is known of a repository that is imported. Use `ecr.Repository.fromRepositoryName`. */
  public static fromRepositoryName(scope: Construct, id: string, repositoryName: string): ecr.IRepository {
    throw notOurs(scope, 'fromRepositoryName', id, repositoryName);
  }

  /**
   * The mutable repository for moving tags, when `devCompanion` was given.
   */
  public readonly devCompanion?: ecr.Repository;

  constructor(scope: Construct, id: string, props: SecureRepositoryProps = {}) {
    const removalPolicy = props.removalPolicy ?? RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE;
    super(scope, id, {
      repositoryName: props.repositoryName,
      removalPolicy,
    });
    encryptRepository(this, props);
    if (props.emptyOnDelete && removalPolicy !== RemovalPolicy.DESTROY) {
      throw constructError(this, `emptyOnDelete with removalPolicy '${removalPolicy}' would never empty it; `
        + 'set RemovalPolicy.DESTROY as well, or leave emptyOnDelete out');
    }
    if (props.emptyOnDelete && props.deletionProtection) {
      throw constructError(this, 'emptyOnDelete deletes the images that deletionProtection is to keep; leave out one of them');
    }
    const mutableTags = props.mutableTags ?? [];
    validateMutableTags(this, mutableTags);

    // Set on the resource itself, so that no property injector of an app can switch them off.
    const resource = this.node.defaultChild as ecr.CfnRepository;
    resource.emptyOnDelete = props.emptyOnDelete;
    resource.imageScanningConfiguration = { scanOnPush: true };
    resource.imageTagMutability = mutableTags.length > 0 ? 'IMMUTABLE_WITH_EXCLUSION' : 'IMMUTABLE';
    resource.imageTagMutabilityExclusionFilters = mutableTags.length > 0 ? mutableTags.map(pattern => ({
      imageTagMutabilityExclusionFilterType: 'WILDCARD',
      imageTagMutabilityExclusionFilterValue: pattern,
    })) : undefined;
    declareMutableTags(this, mutableTags);

    LifecyclePolicy.of(this).retain(props.retention, DEFAULT_RETENTION);
    const protection = props.deletionProtection?._statementFor(this);
    if (protection) {
      this.addToResourcePolicy(protection);
    }
    addRepositoryValidation(this, mutableTags, protection);
    if (props.devCompanion) {
      this.devCompanion = new DevCompanion(this, 'DevCompanion', {
        ...props.devCompanion,
        repositoryName: this.companionName(props.repositoryName, props.devCompanion.repositoryName),
        encryption: props.encryption,
        encryptionKey: props.encryptionKey,
      });
    }
  }

  /**
   * Adds a rule behind the retention rules, or in place of the default ones.
   *
   * The checks of retention rules apply: a rule that can never act, because earlier rules decide about all its images,
   * is an error.
   */
  public addLifecycleRule(rule: ecr.LifecycleRule): void {
    super.addLifecycleRule(rule);
    LifecyclePolicy.of(this).add(rule);
  }

  /**
   * Adds a rule for pushes with a tag, also of a tag that is put on an image which is there already.
   *
   * Left out are pushes without a tag, such as those of the images of an index, whose own push is the event, and the tags that this library
   * sets (`deployed-*`). Tags of signatures (`sha256-….sig`) are tags. ECR sends events on a best effort basis.
   */
  public onImagePushed(id: string, options?: OnImagePushedOptions): events.Rule {
    return repositoryEvents.onImagePushed(this, id, options);
  }

  /**
   * Adds a rule for deletions of images and tags, whoever makes them, with and without a tag, also of the tags that this library sets, as it
   * never deletes one.
   *
   * AWS documents that ECR records what a lifecycle policy expires in AWS CloudTrail, as `PolicyExecutionEvent`
   * (https://docs.aws.amazon.com/AmazonECR/latest/userguide/logging-using-cloudtrail.html), and not whether it sends this event then as
   * well. If it does, the rule matches: the event does not say who deleted.
   */
  public onImageDeleted(id: string, options?: OnImageDeletedOptions): events.Rule {
    return repositoryEvents.onImageDeleted(this, id, options);
  }

  /**
   * Adds a rule for what scans find, basic and enhanced ones, also in the images of an index, whose events have no tag.
   *
   * A scan that has findings is one event; with enhanced scanning, each active finding is one as well, so that you hear of a vulnerability
   * that becomes known after the push. A scan that finds nothing, or fails, is no event.
   */
  public onScanFindings(id: string, options?: OnScanFindingsOptions): events.Rule {
    return repositoryEvents.onScanFindings(this, id, options);
  }

  /**
   * Adds a rule for successful API calls that take away what the repository promises: they change or delete its mutability, scanning,
   * policy or lifecycle policy, or delete the repository.
   *
   * It needs a trail of AWS CloudTrail that logs write management events of this Region; without one, there are no such events. What
   * AWS CloudFormation does in deployments counts, unless it is left out. Settings of the whole registry, such as its scanning
   * configuration, are not of this repository.
   */
  public onProtectionChanged(id: string, options?: OnProtectionChangedOptions): events.Rule {
    return repositoryEvents.onProtectionChanged(this, id, options);
  }

  /**
   * Adds a rule for pushes with a tag that none of the allowed patterns matches.
   *
   * Left out are pushes without a tag, and whatever tags start as those that this library sets (`deployed-*`). Tags of signatures
   * (`sha256-….sig`) are tags: allow them where there are any.
   */
  public onUnexpectedTag(id: string, options: OnUnexpectedTagOptions): events.Rule {
    return repositoryEvents.onUnexpectedTag(this, id, options);
  }

  private companionName(releaseName?: string, ownName?: string): string | undefined {
    if (releaseName === undefined || releaseName === PhysicalName.GENERATE_IF_NEEDED) {
      return ownName ?? releaseName;
    }
    const name = ownName ?? `${releaseName}${COMPANION_SUFFIX}`;
    if (name === releaseName) {
      throw constructError(this, `devCompanion.repositoryName is '${name}', the name of the release repository; give it another one, or none`);
    }
    if (!Token.isUnresolved(name) && name.length > MAX_NAME_LENGTH) {
      throw constructError(this, `the name of the dev companion, '${name}', has ${name.length} characters; `
        + `ECR takes at most ${MAX_NAME_LENGTH}, so set devCompanion.repositoryName`);
    }
    return name;
  }
}

/** What `ecr.Repository` makes by these names may be mutable and unscanned, and they are inherited. */
function notOurs(scope: Construct, factory: string, id: string, repository: string = ''): Error {
  return constructError(scope, `SecureRepository.${factory}('${id}', '${repository}') would give a repository that may be mutable and unscanned; `
    + `import it with ecr.Repository.${factory}, and pin its images with DigestPinnedImage`);
}
