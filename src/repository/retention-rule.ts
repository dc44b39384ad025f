import { Duration } from 'aws-cdk-lib';
import { TagStatus } from 'aws-cdk-lib/aws-ecr';
import { LifecyclePolicyStatement, NEVER } from './lifecycle-policy-statement';
import { DEPLOYED_TAG_PREFIX } from '../names/deployed-tag';

/**
 * One line of what a repository keeps, archives or expires.
 *
 * Rules are ordered, and the first rule whose tag pattern matches one of an image's tags decides about that image:
 * later rules cannot act on it. Each rule becomes one rule of the repository's
 * [lifecycle policy](https://docs.aws.amazon.com/AmazonECR/latest/userguide/LifecyclePolicies.html).
 *
 * A tag pattern may hold up to four `*`, each standing for any characters, also none. ECR applies a rule within 24
 * hours, looks at images (not at tags) and knows nothing of what is running: keep more than you could roll back to.
 *
 * Errors are reported by the construct that takes the rules: a rule that can never match because an earlier one takes
 * all its images, a count that is not a whole number of 1 or more, an age that is not in whole days.
 *
 * @example
 * new SecureRepository(this, 'Images', {
 *   retention: [
 *     RetentionRule.expireUntagged(Duration.days(14)),
 *     RetentionRule.keepAll('release-*'),
 *     RetentionRule.keepFor('pr-*', Duration.days(14)),
 *     RetentionRule.keepNewest('*', 200),
 *   ],
 * });
 */
export class RetentionRule {
  /**
   * Never expire or archive images with a matching tag.
   *
   * An image that somebody archives by hand is out of reach of this rule: `expireArchived` expires it, whatever its tags.
   *
   * @param tagPattern the tags to keep, for example `release-*`
   */
  public static keepAll(tagPattern: string): RetentionRule {
    return new RetentionRule({
      origin: `keepAll('${tagPattern}')`,
      description: `keep every image tagged ${tagPattern}`,
      ...taggedWith(tagPattern),
      countType: 'sinceImagePushed',
      age: NEVER,
      action: 'expire',
    });
  }

  /**
   * Keep the newest images with a matching tag, by time of push, and expire the others.
   *
   * Images that match the pattern count even when an earlier rule decides about them: with `keepAll('v1*')` before
   * `keepNewest('*', 50)`, the `v1*` images among the newest 50 use up places.
   *
   * @param tagPattern the tags to count, for example `main-*`
   * @param count how many images to keep, 1 or more
   */
  public static keepNewest(tagPattern: string, count: number): RetentionRule {
    return new RetentionRule({
      origin: `keepNewest('${tagPattern}', ${count})`,
      description: `keep the newest ${count} images tagged ${tagPattern}`,
      ...taggedWith(tagPattern),
      countType: 'imageCountMoreThan',
      count,
      action: 'expire',
    });
  }

  /**
   * Keep the newest images that were ever deployed, by time of push, and expire the others.
   *
   * These are the images with a tag `deployed-*`, which `DigestPinnedImage.markedAsDeployed()` puts on what a stack deploys and never takes
   * away. Put this rule first, or behind `keepAll` and `expireUntagged` only: a rule before it that may expire or archive a tagged image is an
   * error at synth, once an image of the repository is marked.
   *
   * ECR counts by push, not by deployment: once `count` newer images were deployed, an image expires, also when it was deployed again since
   * or still runs, and whatever its other tags are. Keep more than all stacks together could run or roll back to, and put `keepAll` before
   * this rule for what has to stay anyway.
   *
   * Counts of later rules count these images too. An image that somebody archives by hand is out of reach of this rule.
   *
   * @example
   * new SecureRepository(this, 'Images', {
   *   retention: [
   *     RetentionRule.keepDeployed(200),
   *     RetentionRule.expireUntagged(Duration.days(14)),
   *     RetentionRule.keepNewest('*', 500),
   *   ],
   * });
   *
   * @param count how many images to keep, 1 or more
   */
  public static keepDeployed(count: number): RetentionRule {
    return new RetentionRule({
      origin: `keepDeployed(${count})`,
      description: `keep the newest ${count} images that were deployed`,
      ...taggedWith(`${DEPLOYED_TAG_PREFIX}*`),
      countType: 'imageCountMoreThan',
      count,
      action: 'expire',
    });
  }

  /**
   * Expire images with a matching tag some time after they were pushed.
   *
   * @param tagPattern the tags to expire, for example `pr-*`
   * @param age the time since the push, in whole days, 1 or more
   */
  public static keepFor(tagPattern: string, age: Duration): RetentionRule {
    return new RetentionRule({
      origin: `keepFor('${tagPattern}', ${inDays(age)})`,
      description: `expire images tagged ${tagPattern} ${inDays(age)} after push`,
      ...taggedWith(tagPattern),
      countType: 'sinceImagePushed',
      age,
      action: 'expire',
    });
  }

  /**
   * Move images with a matching tag to the archive storage class when nobody has pulled them for some time.
   *
   * An image that was never pulled counts from its push, and one that was restored and not pulled since, from the restore.
   *
   * An archived image cannot be pulled until it is restored. Services that run for long without starting a task do not
   * pull: choose an age beyond the longest time between two starts.
   *
   * @see https://docs.aws.amazon.com/AmazonECR/latest/userguide/LifecyclePolicies.html
   *
   * @param tagPattern the tags to archive
   * @param age the time since the last pull, in whole days, 1 or more
   */
  public static archiveUnused(tagPattern: string, age: Duration): RetentionRule {
    return new RetentionRule({
      origin: `archiveUnused('${tagPattern}', ${inDays(age)})`,
      description: `archive images tagged ${tagPattern} ${inDays(age)} after the last pull`,
      ...taggedWith(tagPattern),
      countType: 'sinceImagePulled',
      age,
      action: 'transition',
    });
  }

  /**
   * Move images with a matching tag to the archive storage class some time after they were pushed.
   *
   * An archived image cannot be pulled until it is restored.
   *
   * @param tagPattern the tags to archive, for example `v1*`
   * @param age the time since the push, in whole days, 1 or more
   */
  public static archiveAfter(tagPattern: string, age: Duration): RetentionRule {
    return new RetentionRule({
      origin: `archiveAfter('${tagPattern}', ${inDays(age)})`,
      description: `archive images tagged ${tagPattern} ${inDays(age)} after push`,
      ...taggedWith(tagPattern),
      countType: 'sinceImagePushed',
      age,
      action: 'transition',
    });
  }

  /**
   * Expire archived images, whatever their tags, some time after they were archived.
   *
   * Archived images are out of reach of every other rule, so this rule's place in the list does not matter.
   *
   * @param age the time since the image was archived, in whole days, 90 or more
   */
  public static expireArchived(age: Duration): RetentionRule {
    return new RetentionRule({
      origin: `expireArchived(${inDays(age)})`,
      description: `expire images ${inDays(age)} after they were archived`,
      tagStatus: TagStatus.ANY,
      patterns: [],
      archived: true,
      countType: 'sinceImageTransitioned',
      age,
      action: 'expire',
    });
  }

  /**
   * Expire images without any tag some time after they were pushed.
   *
   * The platform manifests of a multi-architecture image have no tag of their own; ECR keeps them as long as the index
   * that refers to them.
   *
   * @param age the time since the push, in whole days, 1 or more
   */
  public static expireUntagged(age: Duration): RetentionRule {
    return new RetentionRule({
      origin: `expireUntagged(${inDays(age)})`,
      description: `expire untagged images ${inDays(age)} after push`,
      tagStatus: TagStatus.UNTAGGED,
      patterns: [],
      countType: 'sinceImagePushed',
      age,
      action: 'expire',
    });
  }

  private constructor(private readonly statement: LifecyclePolicyStatement) {}

  /**
   * The rule as a statement of a lifecycle policy.
   *
   * @internal
   */
  public _render(): LifecyclePolicyStatement {
    return this.statement;
  }
}

function taggedWith(tagPattern: string) {
  return { tagStatus: TagStatus.TAGGED, patterns: [tagPattern] };
}

function inDays(age: Duration): string {
  const days = age.isUnresolved() ? age.toString() : age.toDays({ integral: false });
  return days === 1 ? '1 day' : `${days} days`;
}
