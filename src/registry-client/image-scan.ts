import { ScanFinding } from './scan-findings';

/** In place of a status, where ECR knows of no scan. */
export const NOT_SCANNED = 'NOT_SCANNED';

/** What ECR says about the scan of one image. */
export interface ImageScan {
  /** As ECR calls it, or `NOT_SCANNED`. */
  readonly status: string;
  readonly description?: string;
  /** Where there are findings, or a list that is empty. */
  readonly scanner?: 'basic' | 'enhanced';
  /** In ISO 8601, once it is complete. */
  readonly scannedAt?: string;
  /** ECR's own, by severity. */
  readonly counts: Record<string, number>;
  readonly findings: ScanFinding[];
}
