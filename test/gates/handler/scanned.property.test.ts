import * as fc from 'fast-check';
import { daysAgo, ecrError, FakeEcr, REPOSITORY, START } from './fake-ecr';
import { scannedGate } from '../../../src/gates/handler/scanned';

/**
 * Generated images, with scans that are finished at some time, against rules written down here once more: an image passes when each of its
 * images has a finished scan in time and no finding that stops it, and otherwise it does not.
 */

const WAIT_SECONDS = 300;

// Findings

const RANKS: Record<string, number> = { CRITICAL: 6, HIGH: 5, MEDIUM: 4, LOW: 3, INFORMATIONAL: 2, UNDEFINED: 1, UNTRIAGED: 1 };
const IDS = ['CVE-2026-0001', 'CVE-2026-0002', 'GHSA-aaaa-bbbb-cccc'];

interface Finding {
  readonly id?: string;
  readonly severity?: string;
  readonly fixAvailable?: string;
  readonly status?: string;
  /** Not listed, but counted by ECR. */
  readonly hidden: boolean;
}

interface Rules {
  readonly failOn: string;
  readonly ignore: { readonly id: string; readonly until: string }[];
  readonly ignoreUnfixed: boolean;
  readonly platforms: string[];
  readonly allow: string[];
}

const findings: fc.Arbitrary<Finding> = fc.record({
  id: fc.option(fc.constantFrom(...IDS, ...IDS.map(id => id.toLowerCase()), 'CVE-2026-00011'), { nil: undefined, freq: 9 }),
  severity: fc.oneof({ weight: 1, arbitrary: fc.constantFrom('high', 'SEVERE', undefined) }, { weight: 8, arbitrary: fc.constantFrom(...Object.keys(RANKS)) }),
  fixAvailable: fc.constantFrom('YES', 'NO', 'NO', 'PARTIAL', undefined),
  status: fc.constantFrom('ACTIVE', undefined, 'ACTIVE', 'SUPPRESSED', 'CLOSED'),
  hidden: fc.constantFrom(false, false, false, false, true),
});

const rules: fc.Arbitrary<Rules> = fc.record({
  failOn: fc.constantFrom('CRITICAL', 'CRITICAL', 'HIGH', 'HIGH', 'MEDIUM', 'LOW', 'INFORMATIONAL', 'UNDEFINED'),
  ignore: fc.array(fc.record({ id: fc.constantFrom(...IDS, 'cve-2026-0001'), until: fc.constantFrom('2026-06-14', '2026-06-15', '2027-01-01') }), { maxLength: 5 }),
  ignoreUnfixed: fc.boolean(),
  platforms: fc.subarray(['linux/amd64', 'linux/arm64', 'linux/arm/v7'], { maxLength: 2 }),
  allow: fc.subarray(['FAILED', 'UNSUPPORTED_IMAGE', 'FINDINGS_UNAVAILABLE', 'IMAGE_ARCHIVED', 'PENDING', 'NEW_STATUS']),
});

function stops({ id, severity, fixAvailable, status, hidden }: Finding, isEnhanced: boolean, { failOn, ignore, ignoreUnfixed }: Rules): boolean {
  const known = severity !== undefined && severity in RANKS;
  if (known && RANKS[severity] < RANKS[failOn]) {
    return false;
  }
  if (hidden) {
    return known;
  }
  const named = ignore.filter(entry => id !== undefined && entry.id.toLowerCase() === id.toLowerCase());
  if (named.some(({ until }) => until >= '2026-06-15')) {
    return false;
  }
  return !(isEnhanced && (status === 'SUPPRESSED' || status === 'CLOSED' || (ignoreUnfixed && fixAvailable === 'NO')));
}

// Scans

interface Scan {
  readonly isEnhanced: boolean;
  readonly before: string;
  /** From when on the state is the last one, in seconds. */
  readonly from: number;
  readonly last: string;
  readonly isDated: boolean;
  readonly completedBefore: 'at once' | 'a day';
  /** How much later the findings come. */
  readonly late: number;
  readonly findings: Finding[];
  readonly pageSize: number;
  readonly isCounted: boolean;
  readonly startError?: string;
}

const anyScans: fc.Arbitrary<Scan> = fc.record({
  isEnhanced: fc.boolean(),
  before: fc.constantFrom('NOT_SCANNED', 'IN_PROGRESS', 'PENDING', 'COMPLETE', 'ACTIVE'),
  from: fc.oneof(fc.constant(0), fc.constant(0), fc.constant(0), fc.integer({ min: 1, max: WAIT_SECONDS }), fc.constantFrom(WAIT_SECONDS + 1, 400)),
  last: fc.oneof(
    { weight: 12, arbitrary: fc.constantFrom('COMPLETE', 'ACTIVE') },
    { weight: 3, arbitrary: fc.constantFrom('FAILED', 'UNSUPPORTED_IMAGE', 'FINDINGS_UNAVAILABLE', 'IMAGE_ARCHIVED', 'PENDING', 'IN_PROGRESS', 'NEW_STATUS') },
  ),
  isDated: fc.constantFrom(true, true, true, true, true, false),
  completedBefore: fc.constantFrom('at once' as const, 'a day' as const),
  late: fc.constantFrom(0, 0, 10, 29),
  findings: fc.oneof(fc.array(findings, { maxLength: 0 }), fc.array(findings, { maxLength: 3 }), fc.array(findings, { maxLength: 12 })),
  pageSize: fc.integer({ min: 1, max: 4 }),
  isCounted: fc.boolean(),
  startError: fc.constantFrom(undefined, 'LimitExceededException', 'ValidationException'),
});

/** Half of them are finished in time, with findings that are seldom severe. */
const scans: fc.Arbitrary<Scan> = fc.oneof(anyScans, anyScans.map(scan => ({
  ...scan,
  from: Math.min(scan.from, WAIT_SECONDS),
  last: 'ACTIVE',
  isDated: true,
  findings: scan.findings.map((finding, index) => ({ ...finding, severity: index === 9 ? finding.severity : 'LOW' })),
})));

/** Findings may come later than the status of a scan that was finished moments ago. */
const latenessOf = (scan: Scan) => scan.completedBefore === 'at once' && isFinished(scan) ? scan.late : 0;
const isFinished = ({ last, isDated }: Scan) => ['COMPLETE', 'ACTIVE'].includes(last) && isDated;
const isHidden = ({ hidden, severity }: Finding, { isCounted }: Scan) => hidden && isCounted && severity !== undefined && severity in RANKS;

function passesScan(scan: Scan, wanted: Rules): boolean {
  const isAllowed = wanted.allow.includes(scan.last) && !['PENDING', 'IMAGE_ARCHIVED'].includes(scan.last);
  return scan.from <= WAIT_SECONDS
    && (isFinished(scan) || isAllowed)
    && !scan.findings.some(finding => stops({ ...finding, hidden: isHidden(finding, scan) }, scan.isEnhanced, wanted));
}

/** As ECR answers. */
function answerOf(scan: Scan, seconds: number): object[] | Error {
  if (seconds < scan.from) {
    return scan.before === 'NOT_SCANNED'
      ? ecrError('ScanNotFoundException')
      : [{ imageScanStatus: { status: scan.before }, imageScanFindings: { findings: [{ name: 'OLD', severity: 'CRITICAL' }], findingSeverityCounts: { CRITICAL: 1 } } }];
  }
  const known = seconds < scan.from + latenessOf(scan) ? [] : scan.findings;
  const listed = known.filter(finding => !isHidden(finding, scan));
  const counts: Record<string, number> = {};
  known.forEach(({ severity = '' }) => {
    counts[severity] = (counts[severity] ?? 0) + (severity in RANKS ? 1 : 0);
  });
  const completed = scan.completedBefore === 'at once' ? new Date(START + 1_000 * scan.from) : daysAgo(1);
  const wire = listed.map(({ id, severity, fixAvailable, status }) => scan.isEnhanced
    ? { severity, status, fixAvailable, packageVulnerabilityDetails: { vulnerabilityId: id, vulnerablePackages: [{ name: 'p', fixedInVersion: 'NotAvailable' }] } }
    : { name: id, severity, attributes: [{ key: 'package_name', value: 'p' }] });
  return Array.from({ length: pagesOf(listed, scan) }, (_, page) => ({
    imageScanStatus: { status: scan.last },
    imageScanFindings: {
      [scan.isEnhanced ? 'enhancedFindings' : 'findings']: wire.slice(page * scan.pageSize, (page + 1) * scan.pageSize),
      ...(scan.isCounted && { findingSeverityCounts: counts }),
      ...(scan.isDated && { imageScanCompletedAt: completed }),
    },
  }));
}

function pagesOf(listed: Finding[], { pageSize }: Scan): number {
  return Math.max(1, Math.ceil(listed.length / pageSize));
}

// Images

type Child = 'none' | 'attestation' | 'index' | 'malformed' | 'linux/amd64' | 'linux/arm64' | 'linux/arm64/v8' | 'linux/arm/v6' | 'linux/arm/v7' | 'linux/arm' | 'windows/amd64';

/** Which children may be taken for a platform. The first ones are that platform. */
const TAKEN_FOR: Record<string, [exact: Child[], maybe: Child[]]> = {
  'linux/amd64': [['linux/amd64'], ['none']],
  'linux/arm64': [['linux/arm64', 'linux/arm64/v8'], ['none']],
  'linux/arm/v7': [['linux/arm/v7'], ['none', 'linux/arm']],
};

interface Image {
  /** None for a single image. */
  readonly children?: { readonly child: Child; readonly scan: Scan }[];
  readonly scan: Scan;
}

const child: fc.Arbitrary<Child> = fc.oneof(
  { weight: 40, arbitrary: fc.constantFrom<Child>('none', 'attestation', 'linux/amd64', 'linux/arm64', 'linux/arm64/v8', 'linux/arm/v6', 'linux/arm/v7', 'linux/arm', 'windows/amd64') },
  { weight: 1, arbitrary: fc.constantFrom<Child>('index', 'malformed') },
);

const images: fc.Arbitrary<Image> = fc.record({
  children: fc.option(fc.array(fc.record({ child, scan: scans }), { maxLength: 5 }), { nil: undefined, freq: 4 }),
  scan: scans,
});

/** Whose scans decide; `undefined` where the image is refused for what it is. */
function judged({ children, scan }: Image, { platforms }: Rules): Scan[] | undefined {
  if (!children) {
    return [scan];
  }
  const kinds = children.map(one => one.child);
  if (kinds.includes('index') || kinds.includes('malformed') || platforms.some(platform => !TAKEN_FOR[platform][0].some(kind => kinds.includes(kind)))) {
    return undefined;
  }
  const run = children.filter(one => one.child !== 'attestation'
    && (platforms.length === 0 || platforms.some(platform => TAKEN_FOR[platform].flat().includes(one.child))));
  return run.length > 0 ? run.map(one => one.scan) : undefined;
}

function push(ecr: FakeEcr, { children, scan }: Image): string {
  const watch = (digest: string, { ...own }: Scan) => ecr.scans.set(digest, seconds => answerOf(own, seconds));
  if (!children) {
    const digest = ecr.push({ config: {}, layers: [] });
    watch(digest, scan);
    return digest;
  }
  return ecr.push({
    mediaType: 'application/vnd.oci.image.index.v1+json',
    manifests: children.map((one, index) => {
      const digest = `sha256:${`${index}`.repeat(64)}`;
      watch(digest, one.scan);
      const [os, architecture, variant] = one.child === 'attestation' ? ['unknown', 'unknown'] : one.child.split('/');
      switch (one.child) {
        case 'none': return { digest };
        case 'index': return { digest, mediaType: 'application/vnd.docker.distribution.manifest.list.v2+json' };
        case 'malformed': return { digest: 'sha256:none' };
        default: return { digest, platform: { os, architecture, variant } };
      }
    }),
  });
}

async function judge(ecr: FakeEcr, image: Image, wanted: Rules): Promise<object | Error> {
  const digest = push(ecr, image);
  const startErrors = [image, ...image.children ?? []].flatMap(({ scan }) => scan.startError ?? []);
  ecr.startScan = () => startErrors.length > 0 ? ecrError(startErrors[0]) : undefined;
  const properties = {
    FailOn: wanted.failOn,
    ...(wanted.ignore.length > 0 && { Ignore: wanted.ignore.map(({ id, until }) => ({ Id: id, Reason: 'why', Until: until })) }),
    ...(wanted.ignoreUnfixed && { IgnoreUnfixed: 'true' }),
    ...(wanted.platforms.length > 0 && { Platforms: wanted.platforms }),
    ...(wanted.allow.length > 0 && { Allow: wanted.allow }),
  };
  return scannedGate({ repository: REPOSITORY, properties, waitSeconds: WAIT_SECONDS })(digest, ecr.context()).catch((error: Error) => error);
}

const seen = { passed: 0, refused: 0 };

test('an image passes if it should, and only then, in time and with as few calls as possible', async () => {
  await fc.assert(fc.asyncProperty(images, rules, async (image, wanted) => {
    const ecr = new FakeEcr();
    const decisive = judged(image, wanted);
    const passes = decisive !== undefined && decisive.every(scan => passesScan(scan, wanted));
    const outcome = await judge(ecr, image, wanted);
    seen[passes ? 'passed' : 'refused']++;

    expect(outcome instanceof Error ? outcome.message : 'passed').toEqual(passes ? 'passed' : expect.stringMatching(/^'team\/api@sha256:|^the index of /));
    expect(ecr.seconds).toBeLessThanOrEqual(WAIT_SECONDS + 30);
    if (outcome instanceof Error) {
      expect(outcome.message.length).toBeLessThanOrEqual(1_500);
      expect(outcome.message).toContain("'team/api@sha256:");
      expect(outcome.message).not.toMatch(/undefined|\[object/);
    } else {
      expect(JSON.stringify(outcome).length).toBeLessThanOrEqual(300);
    }

    const starts = ecr.calls.filter(call => call.startsWith('StartImageScan'));
    expect(new Set(starts).size).toBe(starts.length);
    expect(ecr.calls.filter(call => call === 'BatchGetImage')).toHaveLength(1);
    if (passes && decisive.every(scan => scan.from === 0 && (scan.completedBefore === 'a day' || !isFinished(scan)))) {
      const pages = decisive.map(scan => pagesOf(scan.findings.filter(finding => !isHidden(finding, scan)), scan));
      expect(ecr.calls).toHaveLength(1 + pages.reduce((sum, count) => sum + count, 0));
      expect(ecr.seconds).toBe(0);
    }
  }), { numRuns: Number(process.env.RUNS ?? 1_500) });
  expect(Math.min(seen.passed, seen.refused)).toBeGreaterThan(100);
});
