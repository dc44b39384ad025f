import { daysAgo, ecrError, FakeEcr, REPOSITORY, START } from './fake-ecr';
import { scannedGate } from '../../../src/gates/handler/scanned';

const INDEX_TYPE = 'application/vnd.oci.image.index.v1+json';
const COMMAND = 'aws ecr describe-image-scan-findings --registry-id 123456789012 --region eu-west-1 --repository-name team/api --image-id imageDigest=';

let ecr: FakeEcr;

beforeEach(() => {
  ecr = new FakeEcr();
});

const digestFor = (character: string) => `sha256:${character.repeat(64)}`;
const [AMD, ARM] = [digestFor('a'), digestFor('b')];
const image = (digest: string, platform?: string) => {
  const [os, architecture] = platform?.split('/') ?? [];
  return { digest, ...(platform && { platform: { os, architecture } }) };
};
const pushIndex = (...manifests: object[]) => ecr.push({ mediaType: INDEX_TYPE, manifests });
const pushSingle = () => ecr.push({ config: {}, layers: [] });
const nameOf = (digest: string) => `'team/api@${digest}' (account 123456789012, Region eu-west-1)`;

function page(findings: object = {}, status: string = 'COMPLETE', description?: string): object {
  return { imageScanStatus: { status, description }, imageScanFindings: { imageScanCompletedAt: daysAgo(1), ...findings } };
}
const undated = (status: string, description?: string) => ({ imageScanStatus: { status, description }, imageScanFindings: { findings: [] } });
const clean = [page({ findings: [] })];
const basic = (name: string, severity: string, more: object = {}) => ({ name, severity, ...more });
const enhanced = (vulnerabilityId: string, severity: string, more: object = {}, vulnerablePackage: object = {}) =>
  ({ severity, packageVulnerabilityDetails: { vulnerabilityId, vulnerablePackages: [{ name: 'openssl', version: '3.0.1', ...vulnerablePackage }] }, ...more });

function judge(digest: string, properties: object = {}, { waitSeconds = 600, deadline = 10_000 } = {}) {
  return scannedGate({ repository: REPOSITORY, properties: { FailOn: 'HIGH', ...properties }, waitSeconds })(digest, ecr.context(deadline));
}

async function refusal(digest: string, properties: object = {}, times = {}): Promise<string> {
  const reason = await judge(digest, properties, times).then(() => 'passed', (error: Error) => error.message);
  expect(reason.length).toBeLessThanOrEqual(1_500);
  return reason;
}

function pushScanned(...pages: object[]): string {
  const digest = pushSingle();
  ecr.scans.set(digest, () => pages);
  return digest;
}

describe('an image passes', () => {
  test('with one call for what it is, and one a page', async () => {
    const digest = pushScanned(page({ findings: [basic('CVE-1', 'LOW'), basic('CVE-2', 'MEDIUM')] }), page({ findings: [basic('CVE-3', 'LOW')] }));
    expect(await judge(digest)).toEqual({
      scanner: 'basic', scannedAt: '2026-06-14T12:00:00.000Z', counts: { MEDIUM: 1, LOW: 2 }, ignored: 0, platforms: [],
    });
    expect(ecr.calls).toEqual(['BatchGetImage', `DescribeImageScanFindings ${digest}`, `DescribeImageScanFindings ${digest}`]);
    expect(ecr.seconds).toBe(0);
  });

  test('as an index with all of its images, without its attestations, which are not asked about', async () => {
    const digest = pushIndex(image(AMD, 'linux/amd64'), image(ARM, 'linux/arm64'), image(digestFor('c'), 'unknown/unknown'));
    ecr.scans.set(AMD, () => clean);
    ecr.scans.set(ARM, () => [page({ enhancedFindings: [enhanced('CVE-1', 'LOW')], imageScanCompletedAt: daysAgo(3) }, 'ACTIVE')]);
    expect(await judge(digest)).toEqual({
      scanner: 'basic, enhanced', scannedAt: '2026-06-12T12:00:00.000Z', counts: { LOW: 1 }, ignored: 0, platforms: ['linux/amd64', 'linux/arm64'],
    });
    expect(ecr.calls.sort()).toEqual(['BatchGetImage', `DescribeImageScanFindings ${AMD}`, `DescribeImageScanFindings ${ARM}`]);
  });

  test('without the scan of a SOCI index, which has to be one by its own manifest', async () => {
    const artifactType = 'application/vnd.amazon.soci.index.v2+json';
    const proven = { mediaType: artifactType, digest: 'sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a' };
    ecr.scans.set(AMD, () => clean);
    for (const [config, seen] of [[proven, 'passed'], [{ ...proven, digest: ARM }, 'status UNSUPPORTED_IMAGE (linux/amd64)']] as const) {
      const soci = ecr.push({ config, layers: [{ mediaType: 'application/octet-stream' }] });
      ecr.scans.set(soci, () => [undated('UNSUPPORTED_IMAGE')]);
      const digest = pushIndex({ ...image(soci, 'linux/amd64'), artifactType }, image(AMD, 'linux/amd64'));
      for (const properties of [{}, { Platforms: ['linux/amd64'] }]) {
        expect(await refusal(digest, properties)).toContain(seen);
      }
      await expect(judge(pushIndex({ ...image(soci, 'linux/amd64'), artifactType }))).rejects.toThrow(seen === 'passed' ? 'holds no image' : seen);
    }
  });

  test('by the platforms that are named', async () => {
    const digest = pushIndex(image(AMD, 'linux/amd64'), image(ARM, 'linux/arm64'));
    ecr.scans.set(ARM, () => clean);
    expect(await judge(digest, { Platforms: ['linux/arm64'] })).toMatchObject({ platforms: ['linux/arm64'] });
    expect(await refusal(digest, { Platforms: ['linux/s390x'] })).toBe(`${nameOf(digest)} has no image for required platform linux/s390x, `
      + `it has linux/amd64 (${AMD}), linux/arm64 (${ARM}); push an index with it, or name other platforms`);
  });
});

describe('findings', () => {
  test('from the threshold on refuse, the worst first, with what fixes them and the command to see all', async () => {
    const digest = pushScanned(page({
      enhancedFindings: [
        enhanced('CVE-2026-1', 'HIGH', {}, { release: '4.el9', fixedInVersion: '0:3.0.7-1.el9' }), enhanced('CVE-2026-2', 'CRITICAL', {}, { fixedInVersion: 'NotAvailable' }),
        enhanced('CVE-2026-3', 'MEDIUM'),
      ],
    }, 'ACTIVE'));
    expect(await refusal(digest)).toBe(`${nameOf(digest)} has findings of severity HIGH or above: 1 CRITICAL, 1 HIGH (the image); `
      + 'the worst: CVE-2026-2 CRITICAL in openssl 3.0.1, CVE-2026-1 HIGH in openssl 3.0.1-4.el9 fixed in 0:3.0.7-1.el9; '
      + `update what has a fix, or ignore a finding up to a day, see: ${COMMAND}${digest}`);
  });

  test('are said once for all platforms that have them', async () => {
    const digest = pushIndex(image(AMD, 'linux/amd64'), image(ARM, 'linux/arm64'), image(digestFor('c'), 'windows/amd64'));
    ecr.scans.set(AMD, () => [page({ findings: [basic('CVE-1', 'HIGH'), basic('CVE-2', 'HIGH')] })]);
    ecr.scans.set(ARM, () => [page({ findings: [basic('CVE-1', 'HIGH'), basic('CVE-3', 'CRITICAL')] })]);
    ecr.scans.set(digestFor('c'), () => clean);
    expect(await refusal(digest)).toBe(`${nameOf(digest)} has findings of severity HIGH or above: 2 HIGH (linux/amd64); 1 CRITICAL, 1 HIGH (linux/arm64); `
      + 'the worst: CVE-3 CRITICAL (linux/arm64), CVE-1 HIGH (linux/amd64, linux/arm64), CVE-2 HIGH (linux/amd64); '
      + `update what has a fix, or ignore a finding up to a day, see: ${COMMAND}${AMD}`);
  });

  test.each([
    ['CRITICAL', ['CRITICAL']],
    ['MEDIUM', ['CRITICAL', 'HIGH', 'MEDIUM']],
    ['INFORMATIONAL', ['CRITICAL', 'HIGH', 'MEDIUM', 'LOW', 'INFORMATIONAL']],
    ['UNDEFINED', ['CRITICAL', 'HIGH', 'MEDIUM', 'LOW', 'INFORMATIONAL', 'UNDEFINED', 'UNTRIAGED']],
  ])('of %s and above are refused', async (FailOn, refused) => {
    for (const severity of ['CRITICAL', 'HIGH', 'MEDIUM', 'LOW', 'INFORMATIONAL', 'UNDEFINED', 'UNTRIAGED']) {
      const reason = await refusal(pushScanned(page({ findings: [basic('CVE-1', severity)] })), { FailOn });
      expect([severity, reason !== 'passed']).toEqual([severity, refused.includes(severity)]);
    }
  });

  test.each(['critical', 'SEVERE', undefined])('of a severity that nobody knows are refused at any threshold: %s', async severity => {
    expect(await refusal(pushScanned(page({ findings: [{ name: 'CVE-1', severity }] })), { FailOn: 'CRITICAL' })).toContain('1 UNKNOWN (the image); the worst: CVE-1 UNKNOWN;');
  });

  test('that ECR counts and does not list are refused', async () => {
    const digest = pushScanned(page({ findings: [basic('CVE-1', 'HIGH')], findingSeverityCounts: { HIGH: 3, LOW: 7 } }));
    expect(await refusal(digest, { Ignore: [{ Id: 'CVE-1', Reason: 'r', Until: '2026-12-31' }] })).toContain('2 HIGH (the image); update');
    expect(await judge(digest, { FailOn: 'CRITICAL' })).toMatchObject({ counts: { HIGH: 3, LOW: 7 } });
  });

  test.each(['SUPPRESSED', 'CLOSED'])('that are %s in Amazon Inspector are ignored', async status => {
    const digest = pushScanned(page({ enhancedFindings: [enhanced('CVE-1', 'HIGH', { status })], findingSeverityCounts: { HIGH: 1 } }, 'ACTIVE'));
    expect(await judge(digest)).toMatchObject({ ignored: 1, counts: { HIGH: 1 } });
  });
});

describe('a finding is ignored', () => {
  const ignore = (Id: string, Until: string) => ({ Ignore: [{ Id, Reason: 'not used', Until }] });

  test.each(['2026-06-15', '2026-12-31'])('up to its day (%s), in upper and lower case', async until => {
    const digest = pushScanned(page({ findings: [basic('CVE-2026-1a', 'HIGH'), basic('CVE-2', 'LOW')] }));
    expect(await judge(digest, ignore('cve-2026-1A', until))).toMatchObject({ ignored: 1, counts: { HIGH: 1, LOW: 1 } });
  });

  test('no longer, and that is said', async () => {
    const digest = pushScanned(page({ findings: [basic('CVE-1', 'HIGH')] }));
    expect(await refusal(digest, ignore('CVE-1', '2026-06-14'))).toContain('; no longer ignored: CVE-1 (2026-06-14); update');
    expect(await refusal(digest, ignore('CVE-11', '2026-06-14'))).not.toContain('no longer ignored');
  });

  test('by its whole id only', async () => {
    const digest = pushScanned(page({ findings: [basic('CVE-1', 'HIGH'), { severity: 'HIGH' }] }));
    expect(await refusal(digest, ignore('CVE-', '2026-12-31'))).toContain('2 HIGH');
    expect(await refusal(digest, ignore('CVE-1', '2026-12-31'))).toContain('1 HIGH (the image); the worst: a finding without id HIGH');
  });

  test.each([['NO', true], ['YES', false], ['PARTIAL', false], [undefined, false]])('without a fix, when that is asked for (%s)', async (fixAvailable, passes) => {
    const digest = pushScanned(page({ enhancedFindings: [enhanced('CVE-1', 'HIGH', { fixAvailable })] }, 'ACTIVE'));
    expect(await refusal(digest, { IgnoreUnfixed: 'true' }) === 'passed').toBe(passes);
    expect(await refusal(digest)).toContain('1 HIGH');
  });
});

describe('what is not finished', () => {
  test.each<[string, Error | object[], string]>([
    ['IN_PROGRESS', [undated('IN_PROGRESS')], 'status IN_PROGRESS (the image); let the gate wait longer with wait, or deploy again'],
    ['PENDING', [undated('PENDING', 'Pending start of the image scan.')], 'status PENDING, Pending start of the image scan. (the image); let'],
    ['no scan', ecrError('ScanNotFoundException'), 'there is no scan (the image); let the gate wait longer'],
    ['FINDINGS_UNAVAILABLE', [undated('FINDINGS_UNAVAILABLE')], 'status FINDINGS_UNAVAILABLE (the image); let the gate wait longer with wait, or deploy again, or allow FINDINGS_UNAVAILABLE by name'],
    ['COMPLETE without time', [undated('COMPLETE')], 'status COMPLETE without the time of a scan (the image); let the gate wait longer with wait, or deploy again, or allow COMPLETE by name, see'],
    ['ACTIVE without time', [undated('ACTIVE')], 'status ACTIVE without the time of a scan (the image); let the gate wait longer with wait, or deploy again, or allow ACTIVE by name'],
  ])('is waited for, and refused at the end: %s', async (_, answer, text) => {
    const digest = pushSingle();
    ecr.scans.set(digest, seconds => seconds < 590 ? answer : clean);
    await judge(digest);
    expect(ecr.calls.length).toBeLessThan(100);
    ecr = new FakeEcr();
    pushSingle();
    ecr.scans.set(digest, () => answer);
    const reason = await refusal(digest);
    expect(reason).toContain(`${nameOf(digest)} has no finished scan after 600 seconds: ${text}`);
    expect(reason).toMatch(new RegExp(`see: ${COMMAND}${digest}$`));
    expect(ecr.seconds).toBeCloseTo(600);
  });

  test('is asked for at first soon, and then every 15 seconds at most, and at the end once more', async () => {
    const digest = pushSingle();
    const times: number[] = [];
    ecr.scans.set(digest, seconds => {
      times.push(seconds);
      return [undated('PENDING')];
    });
    await refusal(digest, {}, { waitSeconds: 100 });
    const pauses = times.slice(1).map((time, index) => time - times[index]);
    expect(pauses.slice(0, 3).map((pause, index) => pause <= 2 ** (index + 1))).toEqual([true, true, true]);
    expect(Math.max(...pauses)).toBeLessThanOrEqual(15);
    expect(Math.min(...pauses.slice(3, -1))).toBeGreaterThanOrEqual(7.5);
    expect(times.at(-1)).toBeCloseTo(100);
  });

  test('is waited for once, for all platforms together', async () => {
    const digest = pushIndex(...Array.from({ length: 10 }, (_, index) => image(digestFor(`${index}`), `linux/a${index}`)));
    for (let index = 0; index < 10; index++) {
      ecr.scans.set(digestFor(`${index}`), seconds => seconds < 60 * (index + 1) ? [undated('PENDING')] : clean);
    }
    await judge(digest);
    expect(ecr.seconds).toBeLessThanOrEqual(600);
    // A platform that has passed is not asked about again.
    expect(ecr.calls.filter(call => call.endsWith(digestFor('0'))).length).toBeLessThan(15);
  });

  test('does not keep findings of another platform from being refused', async () => {
    const digest = pushIndex(image(AMD, 'linux/amd64'), image(ARM, 'linux/arm64'));
    ecr.scans.set(AMD, () => [undated('PENDING')]);
    ecr.scans.set(ARM, () => [page({ findings: [basic('CVE-1', 'HIGH')] })]);
    expect(await refusal(digest)).toContain('1 HIGH (linux/arm64)');
    expect(ecr.seconds).toBe(0);
  });

  test('is not judged by the findings of an earlier scan', async () => {
    const digest = pushSingle();
    ecr.scans.set(digest, seconds => seconds < 30 ? [page({ findings: [basic('CVE-1', 'HIGH')] }, 'IN_PROGRESS')] : clean);
    await judge(digest);
  });

  test('is not waited for beyond the deadline', async () => {
    const digest = pushSingle();
    ecr.scans.set(digest, () => [undated('PENDING')]);
    expect(await refusal(digest, {}, { deadline: 45 })).toContain('after 45 seconds');
  });

  test('is asked about once where nobody wants to wait', async () => {
    const digest = pushSingle();
    ecr.scans.set(digest, () => [undated('PENDING')]);
    expect(await refusal(digest, {}, { waitSeconds: 0 })).toContain('after 0 seconds');
    expect(ecr.calls).toEqual(['BatchGetImage', `DescribeImageScanFindings ${digest}`]);
  });
});

describe('a scan that was finished moments ago', () => {
  const fresh = (findings: object[]) => [page({ enhancedFindings: findings, imageScanCompletedAt: new Date(START - 10_000) }, 'ACTIVE')];

  test('is looked at again, as findings come later than the status', async () => {
    const digest = pushSingle();
    ecr.scans.set(digest, seconds => fresh(seconds < 15 ? [] : [enhanced('CVE-1', 'HIGH')]));
    expect(await refusal(digest, {}, { waitSeconds: 0 })).toContain('1 HIGH');
    expect(ecr.seconds).toBe(20);
  });

  test('is looked at again as long after another one that followed it', async () => {
    const digest = pushSingle();
    const later = (findings: object[]) => [page({ enhancedFindings: findings, imageScanCompletedAt: new Date(START + 60_000) }, 'ACTIVE')];
    ecr.scans.set(digest, seconds => seconds < 5 ? [page({ imageScanCompletedAt: new Date(START) })]
      : seconds < 60 ? [undated('PENDING')] : later(seconds < 89 ? [] : [enhanced('CVE-1', 'HIGH')]));
    expect(await refusal(digest)).toContain('1 HIGH');
  });

  test('passes then, with two calls', async () => {
    const digest = pushSingle();
    ecr.scans.set(digest, () => fresh([]));
    await judge(digest, {}, { waitSeconds: 0 });
    expect(ecr.calls).toHaveLength(3);
  });

  test('by a clock that is ahead of ours is looked at again after half a minute', async () => {
    const digest = pushSingle();
    ecr.scans.set(digest, () => [page({ imageScanCompletedAt: new Date(START + 1e9) })]);
    await judge(digest);
    expect(ecr.seconds).toBe(30);
  });

  test('is refused where there is no time for that', async () => {
    const digest = pushSingle();
    ecr.scans.set(digest, () => fresh([]));
    expect(await refusal(digest, {}, { deadline: 5 })).toBe(
      `${nameOf(digest)} was scanned so lately that findings may follow: status ACTIVE (the image); deploy again, see: ${COMMAND}${digest}`);
  });
});

describe('what has no result', () => {
  test.each<[string, string]>([
    ['FAILED', 'build the image from what the scanner supports, or allow FAILED by name, see'],
    ['UNSUPPORTED_IMAGE', 'build the image from what the scanner supports, or allow UNSUPPORTED_IMAGE by name, see'],
    ['SCAN_ELIGIBILITY_EXPIRED', 'push the image again, or let Amazon Inspector scan images for longer, or allow SCAN_ELIGIBILITY_EXPIRED by name, see'],
    ['LIMIT_EXCEEDED', 'deploy again later, or allow LIMIT_EXCEEDED by name, see'],
    ['IMAGE_ARCHIVED', 'restore it with: aws ecr update-image-storage-class'],
    ['SOMETHING_NEW', 'build the image from what the scanner supports, see'],
    ['constructor', 'build the image from what the scanner supports, see'],
  ])('is refused at once: %s', async (status, advice) => {
    const digest = pushScanned(undated(status, 'why'));
    expect(await refusal(digest)).toContain(`${nameOf(digest)} has no result of a scan: status ${status}, why (the image); ${advice}`);
    expect(ecr.seconds).toBe(0);
  });

  test.each(['FAILED', 'UNSUPPORTED_IMAGE', 'SCAN_ELIGIBILITY_EXPIRED', 'LIMIT_EXCEEDED', 'FINDINGS_UNAVAILABLE', 'SOMETHING_NEW'])('passes where it is allowed: %s', async status => {
    const digest = pushScanned(undated(status));
    expect(await judge(digest, { Allow: [status] })).toEqual({ scanner: 'basic', counts: {}, ignored: 0, platforms: [], allowed: [status] });
    expect(ecr.calls).toHaveLength(2);
    expect(await refusal(digest, { Allow: ['OTHER'] })).toContain(status);
  });

  test('is still judged by the findings that there are', async () => {
    const digest = pushScanned(page({ enhancedFindings: [enhanced('CVE-1', 'HIGH')] }, 'SCAN_ELIGIBILITY_EXPIRED'));
    expect(await refusal(digest, { Allow: ['SCAN_ELIGIBILITY_EXPIRED'] })).toContain('1 HIGH');
  });

  test.each(['IN_PROGRESS', 'PENDING', 'IMAGE_ARCHIVED', 'NOT_SCANNED'])('passes by itself or never, whatever is allowed: %s', async status => {
    expect(await refusal(pushScanned(undated(status)), { Allow: [status] })).toContain(status === 'NOT_SCANNED' ? 'there is no scan' : status);
  });

  test('an allowed ACTIVE without time is looked at for half a minute', async () => {
    const digest = pushSingle();
    ecr.scans.set(digest, seconds => [seconds < 29 ? undated('ACTIVE') : { imageScanStatus: { status: 'ACTIVE' }, imageScanFindings: { enhancedFindings: [enhanced('CVE-1', 'HIGH')] } }]);
    expect(await refusal(digest, { Allow: ['ACTIVE'] })).toContain('1 HIGH');
    ecr.scans.set(digest, () => [undated('ACTIVE')]);
    expect(await judge(digest, { Allow: ['ACTIVE'] })).toMatchObject({ allowed: ['ACTIVE'] });
  });
});

describe('where there is no scan', () => {
  const notScanned = ecrError('ScanNotFoundException');

  test('one is started, once for each image', async () => {
    const digest = pushIndex(image(AMD, 'linux/amd64'), image(ARM, 'linux/arm64'));
    ecr.scans.set(AMD, seconds => seconds < 100 ? notScanned : clean);
    ecr.scans.set(ARM, () => clean);
    await judge(digest);
    expect(ecr.calls.filter(call => call.startsWith('StartImageScan'))).toEqual([`StartImageScan ${AMD}`]);
  });

  test.each<[string, string]>([
    ['LimitExceededException', 'no scan was started (ECR scans an image once in 24 hours, as ECR says); let the gate wait longer'],
    ['ValidationException', 'no scan was started (ValidationException, as ECR says); let the registry scan the repository '
      + '(of another account it takes a role of that account to see it), see: aws ecr get-registry-scanning-configuration --region eu-west-1'],
  ])('and ECR does not start one, results are waited for (%s)', async (name, text) => {
    const digest = pushSingle();
    ecr.startScan = () => ecrError(name);
    ecr.scans.set(digest, seconds => seconds < 100 ? notScanned : clean);
    await judge(digest);
    ecr.scans.set(digest, () => notScanned);
    expect(await refusal(digest)).toContain(text);
  });

  test('of an image that cannot be scanned, it is refused at once, or allowed', async () => {
    const digest = pushSingle();
    ecr.startScan = () => ecrError('UnsupportedImageTypeException');
    ecr.scans.set(digest, () => notScanned);
    expect(await refusal(digest)).toContain('status UNSUPPORTED_IMAGE, as ECR says (the image); build');
    expect(ecr.seconds).toBe(0);
    expect(await judge(digest, { Allow: ['UNSUPPORTED_IMAGE'] })).toMatchObject({ allowed: ['UNSUPPORTED_IMAGE'] });
  });
});

describe('trouble', () => {
  test.each([['AccessDeniedException', 29], ['ThrottlingException', 59], ['ServerException', 59]])('passes: %s for %d seconds', async (name, seconds) => {
    const digest = pushSingle();
    ecr.scans.set(digest, now => now < seconds ? ecrError(name, 'as ECR says', name === 'ServerException' ? 500 : 400) : clean);
    await judge(digest, {}, { waitSeconds: 0 });
  });

  test.each<[string, number, string]>([
    ['AccessDeniedException', 400, "is denied (as ECR says); allow it for that role, by its permissions boundary, the organization and the repository's policy too, see: aws ecr get-repository-policy"],
    ['ServerException', 500, 'deploy again, and when it stays let the role call inspector2:ListCoverage and inspector2:ListFindings, see'],
    ['ImageNotFoundException', 400, 'does not exist; push it, or name the platforms that run with platforms, see: aws ecr list-images'],
  ])('that stays is a refusal: %s', async (name, status, text) => {
    const digest = pushSingle();
    ecr.scans.set(digest, () => ecrError(name, 'as ECR says', status));
    expect(await refusal(digest)).toContain(text);
    expect(ecr.seconds).toBeLessThanOrEqual(60);
  });

  test('of one platform waits for what was asked about the others', async () => {
    const digest = pushIndex(image(AMD, 'linux/amd64'), image(ARM, 'linux/arm64'));
    ecr.scans.set(AMD, () => ecrError('ImageNotFoundException'));
    ecr.scans.set(ARM, () => clean);
    expect(await refusal(digest)).toContain(`${nameOf(AMD)} does not exist`);
    expect(ecr.calls).toHaveLength(3);
  });

  test('with another content than the digest says is a refusal', async () => {
    const digest = pushScanned(...clean);
    ecr.manifests.set(digest, '{}');
    expect(await refusal(digest)).toContain('find out what answers in place of ECR');
  });
});

test('what a scanner writes of its own does no harm, and leaves room for the command', async () => {
  const hostile = `\u001b[31mCVE\n${'x'.repeat(3_000)} aws_secret_access_key=wJalrXUtnFEMIK7MDENGbPxRfiCYEXAMPLEKEY`;
  const findings = Array.from({ length: 50 }, (_, index) => enhanced(`${index}${hostile}`, 'HIGH', {}, { name: hostile, version: hostile, fixedInVersion: hostile }));
  const repository = { ...REPOSITORY, repositoryName: 'a'.repeat(256) };
  const digest = pushIndex(...'0123456789'.split('').map((character, index) => image(digestFor(character), `linux/${`${index}`.repeat(32)}`)));
  '0123456789'.split('').forEach(character => ecr.scans.set(digestFor(character), () => [page({ enhancedFindings: findings }, 'ACTIVE')]));
  const reason: string = await scannedGate({ repository, properties: { FailOn: 'HIGH' }, waitSeconds: 0 })(digest, ecr.context()).then(() => 'passed', error => error.message);
  expect(reason.length).toBeLessThanOrEqual(1_500);
  expect(reason).not.toMatch(/[\u0000-\u001f]|wJalr/);
  expect(reason).toMatch(new RegExp(`--image-id imageDigest=${digestFor('0')}$`));
});

test.each<[object, string]>([
  [{ FailOn: 'SEVERE' }, 'FailOn is "SEVERE"; expected one of CRITICAL, HIGH, MEDIUM, LOW, INFORMATIONAL, UNDEFINED'],
  [{ FailOn: undefined }, 'FailOn is undefined; expected one of'],
  [{ Platforms: 'linux/amd64' }, 'Platforms is "linux/amd64"; expected a list'],
  [{ Platforms: ['linux'] }, "'linux' is not a platform"],
  [{ Ignore: {} }, 'Ignore is {}; expected a list'],
  [{ Ignore: [{ Id: '', Until: '2026-01-01' }] }, 'Ignore has {"Id":"","Until":"2026-01-01"}; expected the id of a finding, and a day as YYYY-MM-DD'],
  [{ Ignore: [{ Id: 'CVE-1', Until: 'never' }] }, 'Ignore has {"Id":"CVE-1","Until":"never"}; expected the id of a finding'],
  [{ Allow: 'FAILED' }, 'Allow is "FAILED"; expected a list'],
])('a malformed property is an error: %j', (properties, problem) => {
  expect(() => scannedGate({ repository: REPOSITORY, properties: { FailOn: 'HIGH', ...properties }, waitSeconds: 0 })).toThrow(`malformed property: ${problem}`);
});

test('what ECR refuses about an image of an index comes with the command for that image', async () => {
  const digest = pushIndex(image(AMD, 'linux/amd64'), image(ARM, 'linux/arm64'));
  ecr.scans.set(AMD, () => clean);
  ecr.scans.set(ARM, () => ecrError('InvalidParameterException'));
  expect(await refusal(digest)).toMatch(new RegExp(`^ecr:DescribeImageScanFindings for ${nameOf(ARM).replace(/[()]/g, '\\$&')} failed .*see: ${COMMAND}${ARM}$`));
});
