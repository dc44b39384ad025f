import { NewRepositoryOptions } from './new-repository-options';
import { RetentionRule } from '../repository/retention-rule';

/**
 * Options of a `PullThroughCache`.
 */
export interface PullThroughCacheOptions extends NewRepositoryOptions {
  /**
   * Prefix of the cache's repositories, 2 to 30 characters: `hub` for `hub/library/nginx`. No template and no other cache may have it, or one below it.
   *
   * @default - that which the factory names
   */
  readonly prefix?: string;

  /**
   * What the repositories keep, archive and expire, where the first rule that matches an image decides.
   *
   * A tag that moves leaves the image from before without one, and a cache does not fetch it again by its digest: keep these for longer than anything
   * runs. Days count from when an image was cached, also if its tag moved today. An empty list means no lifecycle policy.
   *
   * @default - untagged images expire 365 days after they were cached, and the newest 500 tagged images are kept
   */
  readonly retention?: RetentionRule[];
}
