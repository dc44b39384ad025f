import {
  DescribeImageScanFindingsCommand, DescribeImageScanFindingsResponse, ECRClient, ECRServiceException, ImageNotFoundException, StartImageScanCommand,
} from '@aws-sdk/client-ecr';
import { mockClient } from 'aws-sdk-client-mock';
import { EcrScans } from '../../src/registry-client/ecr-scan';
import { NOT_SCANNED } from '../../src/registry-client/image-scan';

const DIGEST = `sha256:${'a'.repeat(64)}`;
const WHERE = `'team/api@${DIGEST}' (account 123456789012, Region eu-west-1)`;
const SCANNED = new Date('2026-01-02T03:04:05Z');
const IMAGE = { registryId: '123456789012', repositoryName: 'team/api', imageId: { imageDigest: DIGEST } };

const ecr = mockClient(ECRClient);
const scans = new EcrScans(new ECRClient({}), { account: '123456789012', region: 'eu-west-1', repositoryName: 'team/api' });

beforeEach(() => ecr.reset());

const failure = (name: string, status = 400) =>
  new ECRServiceException({ name, $fault: 'client', $metadata: { httpStatusCode: status }, message: 'as ECR says' });

function page(imageScanFindings: object | undefined, more: object = {}): DescribeImageScanFindingsResponse {
  return { imageId: { imageDigest: DIGEST }, imageScanStatus: { status: 'COMPLETE', description: 'done' }, imageScanFindings, ...more } as DescribeImageScanFindingsResponse;
}

function answer(...pages: object[]): void {
  pages.reduce((mock: { resolvesOnce(page: object): any }, next) => mock.resolvesOnce(next), ecr.on(DescribeImageScanFindingsCommand));
}

test('a basic scan', async () => {
  answer(page({
    imageScanCompletedAt: SCANNED,
    findingSeverityCounts: { HIGH: 1, UNDEFINED: 1 },
    findings: [
      { name: 'CVE-2026-0001', severity: 'HIGH', attributes: [{ key: 'CVSS2_SCORE', value: '7' }, { key: 'package_version', value: '1.1.1' }, { key: 'package_name', value: 'openssl' }] },
      { name: 'CVE-2026-0002', severity: 'UNDEFINED' },
    ],
  }));
  expect(await scans.scan(DIGEST)).toEqual({
    status: 'COMPLETE',
    description: 'done',
    scanner: 'basic',
    scannedAt: '2026-01-02T03:04:05.000Z',
    counts: { HIGH: 1, UNDEFINED: 1 },
    findings: [
      { id: 'CVE-2026-0001', severity: 'HIGH', packages: [{ name: 'openssl', installed: '1.1.1' }] },
      { id: 'CVE-2026-0002', severity: 'UNDEFINED', packages: [] },
    ],
  });
  expect(ecr.calls().map(({ args }) => args[0].input)).toEqual([{ ...IMAGE, maxResults: 1_000 }]);
});

test('an enhanced scan', async () => {
  answer(page({
    enhancedFindings: [
      {
        severity: 'CRITICAL',
        status: 'ACTIVE',
        fixAvailable: 'PARTIAL',
        packageVulnerabilityDetails: {
          vulnerabilityId: 'CVE-2026-0003',
          vulnerablePackages: [{ name: 'openssl', version: '3.0.1', release: '1.el9', fixedInVersion: '0:3.0.7-1.el9' }, { name: 'lib', version: '1', fixedInVersion: 'NotAvailable' }],
        },
      },
    ],
  }, { imageScanStatus: { status: 'ACTIVE' } }));
  expect(await scans.scan(DIGEST)).toEqual({
    status: 'ACTIVE',
    scanner: 'enhanced',
    counts: {},
    findings: [{
      id: 'CVE-2026-0003',
      severity: 'CRITICAL',
      status: 'ACTIVE',
      fix: 'partly',
      packages: [{ name: 'openssl', installed: '3.0.1-1.el9', fixed: '0:3.0.7-1.el9' }, { name: 'lib', installed: '1' }],
    }],
  });
});

test.each([
  ['YES', 'NotAvailable', 'yes'], ['YES', '1.2', 'yes'], ['NO', 'NotAvailable', 'no'], ['NO', undefined, 'no'], ['NO', '1.2', 'partly'], ['PARTIAL', '1.2', 'partly'],
  ['no', 'NotAvailable', undefined], [undefined, 'NotAvailable', undefined], [['NO'], undefined, undefined],
])('a fix that is %j, with a package fixed in %j, is %j', async (fixAvailable, fixedInVersion, fix) => {
  answer(page({ enhancedFindings: [{ fixAvailable, packageVulnerabilityDetails: { vulnerablePackages: [{ name: 'p', fixedInVersion }, { name: 'q' }] } }] }));
  expect((await scans.scan(DIGEST)).findings[0].fix).toBe(fix);
});

test('all pages, with the higher of their counts', async () => {
  answer(
    page({ findingSeverityCounts: { LOW: 3 }, findings: [{ name: 'A' }] }, { nextToken: 'one' }),
    page({ findingSeverityCounts: { LOW: 2, HIGH: 1, MEDIUM: 0 }, findings: [{ name: 'B' }, { name: '' }] }, { nextToken: 'two' }),
    page({ findings: [{ name: 'C' }] }, { nextToken: '' }),
  );
  const scan = await scans.scan(DIGEST);
  expect(scan.findings.map(({ id }) => id)).toEqual(['A', 'B', undefined, 'C']);
  expect(scan.counts).toEqual({ LOW: 3, HIGH: 1, MEDIUM: 0 });
  expect(ecr.calls().map(({ args }) => (args[0].input as { nextToken?: string }).nextToken)).toEqual([undefined, 'one', 'two']);
});

test.each([['one'], ['one', 'two', 'one'], ['one', 'two', 'two']])('a token that comes back is an error: %s', async (...tokens) => {
  answer(...tokens.map(nextToken => page({}, { nextToken })));
  ecr.on(DescribeImageScanFindingsCommand).resolves(page({}, { nextToken: 'one' }));
  await expect(scans.scan(DIGEST)).rejects.toMatchObject({
    reason: 'malformed-answer', message: `ecr:DescribeImageScanFindings for ${WHERE} was answered with a page that came before`,
  });
});

test('pages without end are an error', async () => {
  let pages = 0;
  ecr.on(DescribeImageScanFindingsCommand).callsFake(async () => page({}, { nextToken: `${pages++}` }));
  await expect(scans.scan(DIGEST)).rejects.toThrow('more than 100 pages of findings');
  expect(pages).toBe(100);
});

test.each<[string, object]>([
  ['status', { imageScanStatus: { status: 'IN_PROGRESS' } }],
  ['time', { imageScanFindings: { imageScanCompletedAt: new Date(0) } }],
])('an image that is scanned while its pages are read is asked about again (%s)', async (_, second) => {
  answer(page({ imageScanCompletedAt: SCANNED }, { nextToken: 'one' }), page({ imageScanCompletedAt: SCANNED }, second));
  await expect(scans.scan(DIGEST)).rejects.toMatchObject({
    kind: 'busy', message: `what ecr:DescribeImageScanFindings answers for ${WHERE} changed while it was read`,
  });
});

test('the time may stand on one page only', async () => {
  answer(page({}, { nextToken: 'one' }), page({ imageScanCompletedAt: SCANNED }, { nextToken: 'two' }), page({}));
  expect((await scans.scan(DIGEST)).scannedAt).toBe(SCANNED.toISOString());
});

test('no scan is a status', async () => {
  ecr.on(DescribeImageScanFindingsCommand).rejects(failure('ScanNotFoundException'));
  expect(await scans.scan(DIGEST)).toEqual({ status: NOT_SCANNED, counts: {}, findings: [] });
});

describe('what is not to be believed', () => {
  test('an answer about another image', async () => {
    answer(page({}, { imageId: { imageDigest: DIGEST.replace('a', 'b') } }));
    await expect(scans.scan(DIGEST)).rejects.toMatchObject({
      reason: 'malformed-answer', message: `ecr:DescribeImageScanFindings for ${WHERE} was answered with something about another image`,
    });
  });

  test.each<[object | undefined, object | undefined, string]>([
    [{}, { imageScanStatus: undefined }, 'no status of a scan'],
    [{}, { imageScanStatus: { status: 7 } }, 'no status of a scan'],
    [{ findings: 'none' }, {}, 'findings that are no list'],
    [{ enhancedFindings: {} }, {}, 'findings that are no list'],
    [{ findingSeverityCounts: 'none' }, {}, 'counts of findings that are no numbers'],
    [{ findingSeverityCounts: 7 }, {}, 'counts of findings that are no numbers'],
    [{ findingSeverityCounts: { HIGH: '0' } }, {}, 'counts of findings that are no numbers'],
    [{ findingSeverityCounts: { HIGH: -1 } }, {}, 'counts of findings that are no numbers'],
    [{ findingSeverityCounts: { HIGH: NaN } }, {}, 'counts of findings that are no numbers'],
  ])('%j %j', async (findings, more, problem) => {
    answer(page(findings, more));
    await expect(scans.scan(DIGEST)).rejects.toMatchObject({
      kind: 'final', message: `ecr:DescribeImageScanFindings for ${WHERE} was answered with ${problem}`,
    });
  });

  test('findings of which nothing is known are findings', async () => {
    answer(page({
      imageScanCompletedAt: 'yesterday',
      findings: [null, 'text', { name: 7, severity: ['LOW'], attributes: 'text' }],
      enhancedFindings: [null, { packageVulnerabilityDetails: { vulnerablePackages: [null, { version: 1 }] } }],
    }, { imageScanStatus: { status: 'COMPLETE', description: {} } }));
    const nameless = { name: 'a package without name' };
    expect(await scans.scan(DIGEST)).toEqual({
      status: 'COMPLETE',
      scanner: 'enhanced',
      counts: {},
      findings: [{ packages: [] }, { packages: [] }, { packages: [] }, { packages: [] }, { packages: [nameless, nameless] }],
    });
  });
});

describe('failures', () => {
  test.each<[string, Error, string, string]>([
    ['a missing image', new ImageNotFoundException({ $metadata: {}, message: '' }), 'missing', `${WHERE} does not exist`],
    ['no permission', failure('AccessDeniedException'), 'denied', `ecr:DescribeImageScanFindings for ${WHERE} is denied (as ECR says)`],
    ['throttling', failure('ThrottlingException'), 'busy', `ecr:DescribeImageScanFindings for ${WHERE} failed (ThrottlingException: as ECR says)`],
    ['no way', Object.assign(new Error('connect'), { code: 'ECONNREFUSED' }), 'unreachable', `ecr:DescribeImageScanFindings for ${WHERE} failed (Error: connect)`],
    ['another refusal', failure('ValidationException'), 'final', `ecr:DescribeImageScanFindings for ${WHERE} failed (ValidationException: as ECR says)`],
  ])('%s', async (_, error, kind, message) => {
    ecr.on(DescribeImageScanFindingsCommand).rejects(error);
    await expect(scans.scan(DIGEST)).rejects.toMatchObject({ kind, message });
  });
});

describe('a scan is started', () => {
  test('by the digest', async () => {
    ecr.on(StartImageScanCommand).resolves({ imageId: { imageDigest: DIGEST } });
    expect(await scans.start(DIGEST)).toBeUndefined();
    expect(ecr.calls().map(({ args }) => args[0].input)).toEqual([IMAGE]);
  });

  test.each(['LimitExceededException', 'UnsupportedImageTypeException', 'ValidationException'])('unless ECR says %s', async name => {
    ecr.on(StartImageScanCommand).rejects(failure(name));
    expect(await scans.start(DIGEST)).toEqual({ name, message: 'as ECR says' });
  });

  test.each<[string, string, string]>([
    ['ImageArchivedException', 'archived', `${WHERE} is archived and cannot be pulled`],
    ['AccessDeniedException', 'access-denied', `ecr:StartImageScan for ${WHERE} is denied (as ECR says)`],
    ['ThrottlingException', 'rate-limited', `ecr:StartImageScan for ${WHERE} failed (ThrottlingException: as ECR says)`],
  ])('and fails with %s', async (name, reason, message) => {
    ecr.on(StartImageScanCommand).rejects(failure(name));
    await expect(scans.start(DIGEST)).rejects.toMatchObject({ reason, message });
  });
});
