import { mergeScans } from '../../../src/cli/lookup/image-findings';
import { ImageScan, NOT_SCANNED } from '../../../src/registry-client/image-scan';
import { ResolutionError } from '../../../src/registry-client/resolution-error';
import { ScanFinding } from '../../../src/registry-client/scan-findings';

const AMD64 = ['linux/amd64'];
const ARM64 = ['linux/arm64'];

function scan(findings: ScanFinding[], more: Partial<ImageScan> = {}): ImageScan {
  return { status: 'COMPLETE', scanner: 'basic', scannedAt: '2026-01-02T00:00:00.000Z', counts: {}, findings, ...more };
}

function finding(id: string, severity: string, more: Partial<ScanFinding> = {}): ScanFinding {
  return { id, severity, packages: [{ name: 'openssl', installed: '1' }], ...more };
}

test('a finding of several platforms counts once, one of another version twice', () => {
  const shared = finding('CVE-1', 'HIGH');
  expect(mergeScans([
    { platforms: ARM64, scan: scan([shared, finding('CVE-2', 'LOW')], { counts: { HIGH: 1, LOW: 1 } }) },
    { platforms: AMD64, scan: scan([{ ...shared }, finding('CVE-2', 'LOW', { packages: [{ name: 'openssl', installed: '2', fixed: '3' }] })], { scannedAt: '2026-01-01T00:00:00.000Z' }) },
  ])).toEqual({
    platforms: ['linux/amd64', 'linux/arm64'],
    scanners: ['basic'],
    scannedAt: '2026-01-01T00:00:00.000Z',
    counts: { CRITICAL: 0, HIGH: 1, MEDIUM: 0, LOW: 2, OTHER: 0 },
    worst: [
      { id: 'CVE-1', severity: 'HIGH', packages: 'openssl 1', platforms: ['linux/amd64', 'linux/arm64'] },
      { id: 'CVE-2', severity: 'LOW', packages: 'openssl 1', platforms: ['linux/arm64'] },
      { id: 'CVE-2', severity: 'LOW', packages: 'openssl 2 (fixed in 3)', platforms: ['linux/amd64'] },
    ],
    unknown: [],
    scanned: 'all',
  });
});

test('what ECR counts beyond its list counts, what somebody suppressed does not', () => {
  const { counts, worst } = mergeScans([{
    platforms: [],
    scan: scan(
      [finding('CVE-1', 'CRITICAL', { status: 'SUPPRESSED' }), finding('CVE-2', 'CRITICAL', { status: 'ACTIVE' })],
      { scanner: 'enhanced', counts: { CRITICAL: 2, HIGH: 7, UNTRIAGED: 1, INFORMATIONAL: 2, TOTAL: 12 } },
    ),
  }]);
  expect(counts).toEqual({ CRITICAL: 1, HIGH: 7, MEDIUM: 0, LOW: 0, OTHER: 3 });
  expect(worst.map(({ id }) => id)).toEqual(['CVE-2']);
});

test('the worst findings are listed, twenty of them', () => {
  const severities = ['LOW', 'MEDIUM', 'UNDEFINED', 'HIGH', 'CRITICAL'];
  const { worst, counts } = mergeScans([{ platforms: [], scan: scan(Array.from({ length: 100 }, (_, index) => finding(`CVE-${index + 100}`, severities[index % 5]))) }]);
  expect(worst.map(({ severity }) => severity)).toEqual(Array(20).fill('CRITICAL'));
  expect(counts).toEqual({ CRITICAL: 20, HIGH: 20, MEDIUM: 20, LOW: 20, OTHER: 20 });
});

test('of many packages three are named, and what comes without an id or a version as well', () => {
  const packages = ['a', 'b', 'c', 'd', 'e'].map(name => ({ name }));
  expect(mergeScans([{ platforms: [], scan: scan([{ packages }]) }]).worst).toEqual([{ id: 'without an id', severity: 'OTHER', packages: 'a, b, c, 2 more', platforms: [] }]);
});

test.each([
  [{ status: NOT_SCANNED, scanner: undefined, scannedAt: undefined }, 'linux/amd64: never scanned'],
  [{ status: 'COMPLETE', scanner: undefined, scannedAt: undefined }, 'linux/amd64: its findings are not there yet'],
  [{ status: 'FAILED', description: 'no\u001b[2J reason' }, 'linux/amd64: the scan failed (no[2J reason)'],
  [{ status: 'UNSUPPORTED_IMAGE' }, 'linux/amd64: the scanner does not support this image'],
  [{ status: 'SOMETHING_NEW' }, 'linux/amd64: SOMETHING_NEW'],
  [{ status: 'constructor' }, 'linux/amd64: constructor'],
])('%j is not scanned', (more, problem) => {
  expect(mergeScans([{ platforms: AMD64, scan: scan([], more) }, { platforms: ARM64, scan: scan([]) }])).toMatchObject({ unknown: [problem], scanned: 'some' });
  expect(mergeScans([{ platforms: AMD64, scan: scan([], more) }])).toMatchObject({ unknown: [problem], scanned: 'none' });
});

test.each([{ status: 'ACTIVE', scanner: 'enhanced' as const }, { status: 'COMPLETE' }])('%j is scanned', more => {
  expect(mergeScans([{ platforms: [], scan: scan([], more) }]).unknown).toEqual([]);
});

test('an image that nobody knows about leaves the others', () => {
  const { counts, unknown } = mergeScans([
    { platforms: AMD64, scan: new ResolutionError('image-not-found', 'it does not exist') }, { platforms: ARM64, scan: scan([finding('CVE-1', 'HIGH')]) },
  ]);
  expect([counts.HIGH, unknown]).toEqual([1, ['linux/amd64: it does not exist']]);
});
