import { DescribeImageScanFindingsResponse, EnhancedImageScanFinding, ImageScanFinding } from '@aws-sdk/client-ecr';

/** A vulnerability in an image, as basic or enhanced scanning says. */
export interface ScanFinding {
  /** Such as `CVE-2026-0001`. */
  readonly id?: string;
  /** As the scanner calls it. */
  readonly severity?: string;
  /** Such as `ACTIVE` or `SUPPRESSED`: enhanced scanning says it. */
  readonly status?: string;
  readonly packages: VulnerablePackage[];
  /** Whether there is a version without it, for all of the packages or some: enhanced scanning says it. */
  readonly fix?: 'yes' | 'no' | 'partly';
}

export interface VulnerablePackage {
  readonly name: string;
  /** Its version. */
  readonly installed?: string;
  /** The version that is without the vulnerability. */
  readonly fixed?: string;
}

type Page = Pick<DescribeImageScanFindingsResponse, 'imageScanStatus' | 'imageScanFindings'>;

const FIXES = new Map<unknown, ScanFinding['fix']>([['YES', 'yes'], ['NO', 'no'], ['PARTIAL', 'partly']]);
/** What enhanced scanning says in place of a version. */
const NO_VERSION = 'NotAvailable';

/** What is wrong with a page of findings, or `undefined` when nothing is. What is wrong within a finding makes it a finding of which less is known. */
export function answerProblem({ imageScanStatus, imageScanFindings }: Page): string | undefined {
  const { findings, enhancedFindings, findingSeverityCounts } = Object(imageScanFindings);
  if (!text(Object(imageScanStatus).status)) {
    return 'no status of a scan';
  }
  if (![findings, enhancedFindings].every(list => (list ?? undefined) === undefined || Array.isArray(list))) {
    return 'findings that are no list';
  }
  const counts = findingSeverityCounts ?? {};
  return typeof counts === 'object' && Object.values(counts).every(isCount) ? undefined : 'counts of findings that are no numbers';
}

export function scannerOf({ imageScanFindings }: Page): 'basic' | 'enhanced' | undefined {
  return imageScanFindings?.enhancedFindings ? 'enhanced' : imageScanFindings?.findings ? 'basic' : undefined;
}

/** Each page has the counts of all of them; where they differ, the highest. */
export function highestCounts(pages: Record<string, number>[]): Record<string, number> {
  const counts = new Map<string, number>();
  for (const [severity, count] of pages.flatMap(page => Object.entries(page))) {
    counts.set(severity, Math.max(count, counts.get(severity) ?? 0));
  }
  return Object.fromEntries(counts);
}

export function findingsIn({ imageScanFindings }: Page): ScanFinding[] {
  const { findings, enhancedFindings } = Object(imageScanFindings) as NonNullable<Page['imageScanFindings']>;
  return [...(findings ?? []).map(finding => basic(Object(finding))), ...(enhancedFindings ?? []).map(finding => enhanced(Object(finding)))];
}

/** In ISO 8601. */
export function timeIn(value: unknown): string | undefined {
  return value instanceof Date && !Number.isNaN(value.getTime()) ? value.toISOString() : undefined;
}

function basic({ name, severity, attributes }: ImageScanFinding): ScanFinding {
  const attribute = (wanted: string) => text(objectsIn(attributes).find(({ key }) => key === wanted)?.value);
  const packageName = attribute('package_name');
  return {
    id: text(name),
    severity: text(severity),
    packages: packageName ? [{ name: packageName, installed: attribute('package_version') }] : [],
  };
}

function enhanced({ severity, status, fixAvailable, packageVulnerabilityDetails }: EnhancedImageScanFinding): ScanFinding {
  const { vulnerabilityId, vulnerablePackages } = Object(packageVulnerabilityDetails);
  const packages = objectsIn(vulnerablePackages).map(({ name, version, release, fixedInVersion }) => ({
    name: text(name) ?? 'a package without name',
    installed: [version, release].map(text).filter(Boolean).join('-') || undefined,
    fixed: fixedInVersion === NO_VERSION ? undefined : text(fixedInVersion),
  }));
  const fix = FIXES.get(fixAvailable);
  return {
    id: text(vulnerabilityId),
    severity: text(severity),
    status: text(status),
    packages,
    // What has a version that fixes it is not without a fix.
    fix: fix === 'no' && packages.some(({ fixed }) => fixed) ? 'partly' : fix,
  };
}

function objectsIn(value: unknown): Record<string, unknown>[] {
  return Array.isArray(value) ? value.map(Object) : [];
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function isCount(value: unknown): boolean {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}
