import { ImageScan, NOT_SCANNED } from '../../registry-client/image-scan';

/** What ECR says of scans that have a result; the time of their completion has to be there too, because the status may come before the findings. */
const RESULTS = ['COMPLETE', 'ACTIVE'];

/** What passes by itself, and is never allowed. */
const UNDER_WAY = [NOT_SCANNED, 'IN_PROGRESS', 'PENDING'];
/** What may have findings soon. */
const UNCLEAR = [...RESULTS, 'FINDINGS_UNAVAILABLE'];
/** What cannot be pulled cannot run, whatever is allowed. */
const ARCHIVED = 'IMAGE_ARCHIVED';

/** Whether a scan is to be judged by its findings, or waited for, or will have no result. */
export type ScanStage = 'judged' | 'awaited' | 'hopeless';

export function stageOf(scan: ImageScan, allow: string[]): ScanStage {
  const { status } = scan;
  if (UNDER_WAY.includes(status)) {
    return 'awaited';
  }
  if (isFinished(scan) || (status !== ARCHIVED && allow.includes(status))) {
    return 'judged';
  }
  return UNCLEAR.includes(status) ? 'awaited' : 'hopeless';
}

/** Findings may come for some seconds after the status says that they are there. */
export function mayHaveMoreFindings({ status }: ImageScan): boolean {
  return RESULTS.includes(status);
}

export function isFinished({ status, scannedAt }: ImageScan): boolean {
  return RESULTS.includes(status) && scannedAt !== undefined;
}
