import * as events from 'aws-cdk-lib/aws-events';
import { FindingSeverity } from '../names/finding-severity';

/**
 * Options of `SecureRepository.onImagePushed`.
 */
export interface OnImagePushedOptions extends events.OnEventOptions {
  /**
   * Only pushes of these tags: patterns such as `v*`, in which `*` stands for any characters, with up to 4 of them each.
   *
   * A pattern that matches every tag, or tags that this library sets, is an error.
   *
   * @default - every tag but those that this library sets (`deployed-*`)
   */
  readonly tags?: string[];
}

/**
 * Options of `SecureRepository.onImageDeleted`.
 */
export interface OnImageDeletedOptions extends events.OnEventOptions {
  /**
   * Only deletions of these tags: patterns such as `v*`, in which `*` stands for any characters, with up to 4 of them each.
   *
   * `*` alone means every image that has a tag.
   *
   * @default - every image, with and without a tag
   */
  readonly tags?: string[];
}

/**
 * Options of `SecureRepository.onScanFindings`.
 */
export interface OnScanFindingsOptions extends events.OnEventOptions {
  /**
   * Findings below this severity do not count.
   *
   * `FindingSeverity.UNDEFINED` means every finding.
   *
   * @default FindingSeverity.HIGH - most base images have findings below it at any time, and nobody reads what comes with every push
   */
  readonly minimumSeverity?: FindingSeverity;

  /**
   * Whether each single finding of Amazon Inspector is an event, besides the one about a first scan.
   *
   * Only so you hear of vulnerabilities that become known after the push. The findings of the first scan come one by one as well, and each
   * again when Amazon Inspector updates it. Basic scanning has no such events.
   *
   * @default true
   */
  readonly eachFinding?: boolean;
}

/**
 * Options of `SecureRepository.onProtectionChanged`.
 */
export interface OnProtectionChangedOptions extends events.OnEventOptions {
  /**
   * Whether to leave out what AWS CloudFormation does, in deployments of whatever stack.
   *
   * It goes by the source address that AWS records, which no client can choose. Who may deploy stacks can then change the repository
   * without an event.
   *
   * @default false
   */
  readonly ignoreCloudFormation?: boolean;
}

/**
 * Options of `SecureRepository.onUnexpectedTag`.
 */
export interface OnUnexpectedTagOptions extends events.OnEventOptions {
  /**
   * Which tags are expected: patterns such as `v*`, in which `*` stands for any characters, with up to 4 of them each.
   *
   * The tags that this library sets (`deployed-*`) are always expected. Tools that sign or attest may push tags too: `sha256-*` allows those of
   * cosign 2 (`sha256-….sig`), and those of clients that know no referrers. No pattern at all, or one that matches every tag, is an error.
   */
  readonly allowed: string[];
}
