import { RemovalPolicy } from 'aws-cdk-lib';
import { RetentionRule } from './retention-rule';

/**
 * Options of the mutable repository beside a release repository.
 */
export interface DevCompanionOptions {
  /**
   * Name of the companion.
   *
   * @default - the name of the release repository and `-dev`; a generated name when that has none
   */
  readonly repositoryName?: string;

  /**
   * What the companion keeps, archives and expires, where the first rule that matches an image decides.
   *
   * An image whose tag has moved on is untagged, and may still run. Its age counts from the push, so give `expireUntagged` longer than the
   * time from pushing an image to the last moment when it may be needed.
   *
   * @default - images expire 14 days after the push, with and without tags
   */
  readonly retention?: RetentionRule[];

  /**
   * What happens to the companion when it is removed from the stack.
   *
   * With `RemovalPolicy.DESTROY` the images are deleted along with it.
   *
   * @default RemovalPolicy.DESTROY
   */
  readonly removalPolicy?: RemovalPolicy;
}
