import { Duration } from 'aws-cdk-lib';
import { Platform } from 'aws-cdk-lib/aws-ecr-assets';
import { IRole } from 'aws-cdk-lib/aws-iam';
import { FindingSeverity } from '../names/finding-severity';

/**
 * A finding of image scans that does not stop a deployment.
 */
export interface IgnoredFinding {
  /**
   * The finding as Amazon ECR names it, for example `CVE-2026-12345` or `GHSA-…`, in upper or lower case. There are no wildcards.
   */
  readonly id: string;

  /**
   * Why it does no harm here, for those who read the template.
   */
  readonly reason: string;

  /**
   * The last day on which it is ignored, as `YYYY-MM-DD` in UTC.
   *
   * Later there is a warning at synth (`cdk-secure-repository:expiredIgnore`), and images that are judged anew are refused again. What has
   * passed before stays passed, so no date stops a stack by itself.
   */
  readonly until: string;
}

/**
 * What Amazon ECR may say about a scan that has no result.
 */
export enum ScanStatus {
  /**
   * The scan failed. Basic scanning also says this of images that it does not support, such as those without an operating system.
   */
  FAILED = 'FAILED',

  /** Amazon Inspector does not scan images of this kind. */
  UNSUPPORTED_IMAGE = 'UNSUPPORTED_IMAGE',

  /** Amazon Inspector does not scan the image any more: it was pushed, or used, too long ago for the registry's settings. */
  SCAN_ELIGIBILITY_EXPIRED = 'SCAN_ELIGIBILITY_EXPIRED',

  /** There are no findings for the image. */
  FINDINGS_UNAVAILABLE = 'FINDINGS_UNAVAILABLE',

  /** The limit of scans is reached. */
  LIMIT_EXCEEDED = 'LIMIT_EXCEEDED',

  /**
   * Amazon Inspector scans the image continuously, and does not say when it has done so. Its findings are judged all the same.
   *
   * With that time, which is what is expected, `ACTIVE` is a finished scan.
   */
  ACTIVE = 'ACTIVE',

  /**
   * The scan is over, and nothing says when it was. Its findings are judged all the same.
   *
   * With that time, which is what is expected, `COMPLETE` is a finished scan.
   */
  COMPLETE = 'COMPLETE',
}

/**
 * Options of `ImageGate.scanned`.
 */
export interface ScannedGateOptions {
  /**
   * The lowest severity of findings that are refused.
   *
   * A finding without a severity that is known is refused whatever this is.
   *
   * @default FindingSeverity.HIGH
   */
  readonly failOn?: FindingSeverity;

  /**
   * Findings that are not refused, each with a reason and a last day, with 100,000 characters at most as JSON.
   *
   * @default - none
   */
  readonly ignore?: IgnoredFinding[];

  /**
   * Whether findings are let pass for which there is no fix.
   *
   * Only enhanced scanning says that. Findings of basic scanning, and those with a fix for some of the packages, are refused.
   *
   * @default false
   */
  readonly ignoreUnfixed?: boolean;

  /**
   * How long a deployment waits for scans to be finished, in whole seconds, up to 14 minutes.
   *
   * An image without any scan is scanned then, where the registry has basic scanning. Its findings come minutes after a push, and with
   * enhanced scanning sometimes later. This is for all platforms of all images together.
   *
   * @default Duration.minutes(10)
   */
  readonly wait?: Duration;

  /**
   * The platforms of a multi-architecture image that are judged. One that the image does not have is refused.
   *
   * @default - all that it has; attestations are no platform
   */
  readonly platforms?: Platform[];

  /**
   * What is let pass though there is no result of a scan.
   *
   * @default - nothing: what is not known is refused
   */
  readonly allow?: ScanStatus[];

  /**
   * Any text, of which another one judges all images again, such as a date.
   *
   * @default - an image that has passed stays passed
   */
  readonly recheck?: string;

  /**
   * A role that is assumed to ask Amazon ECR, for a repository of another account: enhanced findings are given to their own account only.
   *
   * It is of that account, trusts the function's role, or the account of the stack, and may call `ecr:BatchGetImage`,
   * `ecr:DescribeImageScanFindings` and `ecr:StartImageScan` for the repository, and `inspector2:ListCoverage` and `inspector2:ListFindings`.
   *
   * @default - none; without it, a repository of another account is an error, and so is a role of another account than the repository's
   */
  readonly role?: IRole;
}
