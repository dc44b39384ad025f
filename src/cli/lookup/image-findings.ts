import { ImageScan, NOT_SCANNED } from '../../registry-client/image-scan';
import { quote } from '../../registry-client/quote';
import { ResolutionError } from '../../registry-client/resolution-error';
import { ScanFinding } from '../../registry-client/scan-findings';

/** From the worst; what a scanner calls otherwise is `OTHER`. */
export const SEVERITIES = ['CRITICAL', 'HIGH', 'MEDIUM', 'LOW', 'OTHER'] as const;
export type Severity = typeof SEVERITIES[number];

/** What scanners found in all that may run of a pinned image. */
export interface ImageFindings {
  /** Of an index. */
  readonly platforms: string[];
  /** `basic` and `enhanced`; empty where no scan has an answer. */
  readonly scanners: string[];
  /** The oldest of the scans, in ISO 8601. */
  readonly scannedAt?: string;
  /** A finding of several platforms counts once, and what somebody suppressed does not. */
  readonly counts: Record<Severity, number>;
  readonly worst: ListedFinding[];
  /** What was not scanned, and why, in words. */
  readonly unknown: string[];
  /** How much of all that may run was scanned. */
  readonly scanned: 'all' | 'some' | 'none';
}

export interface ListedFinding {
  readonly id: string;
  readonly severity: Severity;
  /** With their versions, and those without the finding. */
  readonly packages: string;
  /** Of an index, those whose images have it. */
  readonly platforms: string[];
}

/** One image that may run, and what ECR says of it. */
export interface ScannedImage {
  readonly platforms: string[];
  readonly scan: ImageScan | ResolutionError;
}

const MOST_LISTED = 20;
const MOST_PACKAGES = 3;
const LONGEST_NAME = 100;

const SCANNED = ['COMPLETE', 'ACTIVE'];
const IN_WORDS = new Map([
  [NOT_SCANNED, 'never scanned'],
  ['IN_PROGRESS', 'being scanned'],
  ['PENDING', 'waiting for its scan'],
  ['FAILED', 'the scan failed'],
  ['UNSUPPORTED_IMAGE', 'the scanner does not support this image'],
  ['SCAN_ELIGIBILITY_EXPIRED', 'not scanned any more, as it is older than continuous scanning is set to'],
]);

/** Puts together what ECR says of the images of an index, or of a single one. */
export function mergeScans(images: ScannedImage[]): ImageFindings {
  const scans = images.flatMap(({ scan }) => scan instanceof ResolutionError ? [] : [scan]);
  const found = foundIn(images);
  const times = scans.flatMap(({ scannedAt }) => scannedAt ?? []).sort();
  const unknown = images.flatMap(image => problemOf(image) ?? []);
  return {
    platforms: [...new Set(images.flatMap(({ platforms }) => platforms))].sort(),
    scanners: [...new Set(scans.flatMap(({ scanner }) => scanner ?? []))].sort(),
    ...(times.length > 0 && { scannedAt: times[0] }),
    counts: Object.fromEntries(SEVERITIES.map(severity => [
      severity, Math.max(found.filter(finding => severityOf(finding) === severity).length, ...scans.map(scan => countedOpen(scan, severity))),
    ])) as Record<Severity, number>,
    worst: SEVERITIES.flatMap(severity => found.filter(finding => severityOf(finding) === severity)).slice(0, MOST_LISTED).map(listedFinding),
    unknown,
    scanned: unknown.length === images.length ? 'none' : unknown.length > 0 ? 'some' : 'all',
  };
}

interface FoundFinding extends ScanFinding {
  readonly platforms: Set<string>;
}

/** Each finding once, with the platforms of all images that have it. */
function foundIn(images: ScannedImage[]): FoundFinding[] {
  const found = new Map<string, FoundFinding>();
  for (const { platforms, scan } of images) {
    for (const finding of scan instanceof ResolutionError ? [] : scan.findings.filter(isOpen)) {
      const identity = identityOf(finding);
      const known = found.get(identity) ?? { ...finding, platforms: new Set() };
      found.set(identity, known);
      platforms.forEach(platform => known.platforms.add(platform));
    }
  }
  return [...found].sort(([one], [other]) => one < other ? -1 : 1).map(([, finding]) => finding);
}

function problemOf({ platforms, scan }: ScannedImage): string | undefined {
  const problem = scan instanceof ResolutionError ? scan.message : statusProblem(scan);
  return problem && [...platforms.length > 0 ? [platforms.join(', ')] : [], problem].join(': ');
}

function statusProblem({ status, description, scanner, scannedAt }: ImageScan): string | undefined {
  if (SCANNED.includes(status)) {
    return scanner || scannedAt ? undefined : 'its findings are not there yet';
  }
  return `${IN_WORDS.get(status) ?? quote(status, LONGEST_NAME)}${description ? ` (${quote(description)})` : ''}`;
}

/** What ECR counts of a severity, which may be more than it lists. */
function countedOpen({ counts, findings }: ImageScan, severity: Severity): number {
  const counted = Object.entries(counts).filter(([name]) => name !== 'TOTAL' && severityOf({ severity: name }) === severity).reduce((sum, [, count]) => sum + count, 0);
  return counted - findings.filter(finding => !isOpen(finding) && severityOf(finding) === severity).length;
}

function isOpen({ status }: ScanFinding): boolean {
  return status !== 'SUPPRESSED' && status !== 'CLOSED';
}

function severityOf({ severity }: Pick<ScanFinding, 'severity'>): Severity {
  return SEVERITIES.find(known => known === severity) ?? 'OTHER';
}

function identityOf({ id, severity, packages }: ScanFinding): string {
  return JSON.stringify([id, severity, packages.map(({ name, installed }) => [name, installed])]);
}

function listedFinding(finding: FoundFinding): ListedFinding {
  const { id = 'without an id', packages, platforms } = finding;
  const shown = packages.slice(0, MOST_PACKAGES).map(({ name, installed, fixed }) =>
    quote([name, installed, fixed && `(fixed in ${fixed})`].filter(Boolean).join(' '), LONGEST_NAME));
  const others = packages.length > shown.length ? [`${packages.length - shown.length} more`] : [];
  return { id: quote(id, LONGEST_NAME), severity: severityOf(finding), packages: [...shown, ...others].join(', '), platforms: [...platforms].sort() };
}
