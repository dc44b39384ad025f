import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { StartImageScanCommand } from '@aws-sdk/client-ecr';
import { multiArchIndex, pushImage, singleManifest } from '../../../emulator/images';
import { ecrRequest, ociRequest } from '../assembly-folder';
import { ACCESS_KEY, SECRET_KEY, WatchedAws } from '../aws';
import { CommandBench } from '../command-bench';
import { ParsedPage, parsePage } from '../page/parsed-page';
import { ProcessEnvironment } from '../process-environment';

const aws = new WatchedAws();
new ProcessEnvironment(() => aws.environment);
const bench = new CommandBench();

const FILE = 'cdk-image-report.html';
const MOVED = { digest: `sha256:${'0'.repeat(64)}` };

let names = 0;
let repository: string;

beforeEach(() => {
  repository = `team/reported-${++names}`;
});

const keyOf = (tag: string) => ecrRequest(repository, tag).key;
const pageText = (file = FILE) => readFileSync(join(bench.folder, file), 'utf8');
const page = (file?: string): ParsedPage => parsePage(pageText(file));
const lock = (images: Record<string, object>) =>
  bench.writeContext(Object.fromEntries(Object.entries(images).map(([tag, entry]) => [keyOf(tag), entry])));
const scan = async (imageDigest: string) => aws.ecr.send(new StartImageScanCommand({ repositoryName: repository, imageId: { imageDigest } }));

describe('with ECR', () => {
  test('the page shows what scanners found, the state of each tag, and where the app uses the image', async () => {
    const [v1, v2, v3] = await aws.push(repository, 'v1', 'v2', 'v3');
    await scan(v1.digest);
    lock({
      v1: { digest: v1.digest, mediaType: v1.mediaType, pushedAt: '2025-12-24T18:00:00.000Z' },
      v2: { digest: v2.digest, mediaType: v2.mediaType },
      v3: { digest: v3.digest, mediaType: v3.mediaType },
    });
    bench.writeAssembly({ locked: [ecrRequest(repository, 'v1', { digest: v1.digest }), ecrRequest(repository, 'v2', { digest: v2.digest })] });
    expect(await bench.run('report')).toEqual({ code: 0, out: [`3 images, 3 to look at, in ${FILE}`], err: [] });
    const { texts, errors } = page();
    expect(errors).toEqual([]);
    expect(texts).toEqual(expect.arrayContaining([
      `${repository}:v1`, '123456789012/eu-west-1', '1 high', v1.digest, '2025-12-24', 'CVE-9999-9999', 'moto_fake 9.9.9', 'Stack/Pins', 'as locked',
      `${repository}:v2`, 'not scanned', 'not scanned: never scanned', 'not used',
    ]));
    expect(aws.asked.sort()).toEqual([...Array(3).fill('DescribeImageScanFindings'), 'DescribeImages']);
  });

  test('the images of an index are asked about one by one, but for attestations and SOCI indexes', async () => {
    await aws.push(repository, 'other');
    const [amd64, arm64] = ['linux/amd64', 'linux/arm64'].map(platform => ({ platform, manifest: singleManifest(`${platform} ${Math.random()}`) }));
    const image = multiArchIndex([amd64, arm64], { attestations: true, sociIndexes: true });
    for (const [index, child] of image.children.entries()) {
      await pushImage(aws.ecr, repository, child, `child-${index}`);
    }
    await pushImage(aws.ecr, repository, image, 'v1');
    await aws.answerScan(repository, arm64.manifest.digest, {
      imageScanStatus: { status: 'ACTIVE', description: 'Continuous scan is selected for image.' },
      imageScanFindings: {
        findingSeverityCounts: { CRITICAL: 1, UNTRIAGED: 2 },
        enhancedFindings: [{
          severity: 'CRITICAL',
          status: 'ACTIVE',
          fixAvailable: 'YES',
          title: '<script>alert(1)</script>',
          packageVulnerabilityDetails: { vulnerabilityId: '<b>CVE-2026-1</b>', vulnerablePackages: [{ name: 'xz"><i>', version: '5.6.0', fixedInVersion: '5.6.2' }] },
        }],
      },
    });
    lock({ v1: { digest: image.digest, mediaType: image.mediaType } });
    const { data } = await bench.json('report');
    expect(data.images).toEqual([expect.objectContaining({
      key: keyOf('v1'),
      attention: ['critical', 'partly-scanned'],
      platforms: ['linux/amd64', 'linux/arm64'],
      findings: expect.objectContaining({ scanners: ['enhanced'], counts: { CRITICAL: 1, HIGH: 0, MEDIUM: 0, LOW: 0, OTHER: 2 }, unknown: ['linux/amd64: never scanned'] }),
    })]);
    expect(page().texts).toEqual(expect.arrayContaining(['<b>CVE-2026-1</b>', 'xz"><i> 5.6.0 (fixed in 5.6.2)', 'linux/amd64, linux/arm64', 'linux/arm64', 'partly scanned', 'as locked']));
    expect(aws.asked.filter(operation => operation === 'DescribeImageScanFindings')).toHaveLength(2);
  });

  test('a tag that moved is no failure, an image that is gone is', async () => {
    const [v1] = await aws.push(repository, 'v1', 'kept');
    await pushImage(aws.ecr, repository, v1, 'kept-v1');
    await aws.push(repository, 'v1');
    lock({ v1: { digest: v1.digest, mediaType: v1.mediaType } });
    expect(await bench.run('report', '--html', 'moved.html')).toEqual({ code: 0, out: ['1 image, 1 to look at, in moved.html'], err: [] });
    expect(page('moved.html').texts).toEqual(expect.arrayContaining(['tag moved', expect.stringMatching(/now means sha256:.*, not sha256:.* as locked/)]));

    lock({ kept: MOVED });
    expect(await bench.run('report')).toEqual({
      code: 1, out: [], err: [expect.stringMatching(/does not exist any more/), `1 image, 1 to look at, in ${FILE}`],
    });
    expect(page().texts).toEqual(expect.arrayContaining(['problem', 'not known', expect.stringMatching(/does not exist any more/)]));
  });

  test('the same state makes the same page, whose date stands in one place', async () => {
    const [v1] = await aws.push(repository, 'v1');
    await scan(v1.digest);
    lock({ v1: { digest: v1.digest, mediaType: v1.mediaType, pushedAt: '2025-12-24T18:00:00.000Z' } });
    const made = await Promise.all(['', '2026-01-31', '2026-01-31T18:00Z'].map(async date => {
      await bench.run('report', '--html', `${date}.html`, ...date ? ['--date', date] : []);
      return pageText(`${date}.html`).split(date || 'no date');
    }));
    expect(made.map(parts => parts.length)).toEqual([1, 2, 2]);
    expect(made[2]).toEqual(made[1]);
    await bench.run('report', '--html', 'again.html');
    expect(pageText('again.html')).toBe(made[0][0]);
  });

  test('a busy ECR is asked again for what it left open', async () => {
    const images = await aws.push(repository, 'v1', 'v2', 'v3', 'v4', 'v5');
    lock(Object.fromEntries(images.map(({ digest, mediaType }, index) => [`v${index + 1}`, { digest, mediaType }])));
    await aws.spoil({ fault: { error: 'ThrottlingException', message: 'Rate exceeded' }, times: 2, operation: 'DescribeImageScanFindings' });
    expect((await bench.run('report')).code).toBe(0);
    expect(aws.asked.filter(operation => operation === 'DescribeImageScanFindings')).toHaveLength(7);
  });

  test('where scans may not be read, the page says for each image why, and everything else', async () => {
    const [v1] = await aws.push(repository, 'v1');
    lock({ v1: { digest: v1.digest, mediaType: v1.mediaType } });
    const message = `User: arn:aws:sts::999988887777:assumed-role/reader is not authorized, key ${SECRET_KEY}`;
    await aws.spoil({ fault: { error: 'AccessDeniedException', message }, operation: 'DescribeImageScanFindings' });
    const { code, err } = await bench.run('report');
    expect([code, err]).toEqual([1, [expect.stringMatching(/^ecr:DescribeImageScanFindings for '.*' .* is denied \(User: arn:aws:sts::999988887777:/), expect.any(String)]]);
    const { texts } = page();
    expect(texts).toEqual(expect.arrayContaining(['not known', 'means this image', expect.stringMatching(/is denied \(User: arn:aws:sts::\*{12}:assumed-role\/reader/)]));
    expect(pageText()).not.toContain('999988887777');
    [SECRET_KEY, ACCESS_KEY].forEach(secret => expect(pageText() + err.join()).not.toContain(secret));
  });

  test('an image of an index that is not there leaves the others, one that cannot be asked about does not', async () => {
    await aws.push(repository, 'other');
    const [amd64, arm64] = ['linux/amd64', 'linux/arm64'].map(platform => ({ platform, manifest: singleManifest(`${platform} ${Math.random()}`) }));
    const image = multiArchIndex([amd64, arm64]);
    await pushImage(aws.ecr, repository, amd64.manifest, 'amd64');
    await pushImage(aws.ecr, repository, image, 'v1');
    await scan(amd64.manifest.digest);
    lock({ v1: { digest: image.digest, mediaType: image.mediaType } });
    expect((await bench.run('report')).code).toBe(0);
    expect(page().texts).toEqual(expect.arrayContaining(['1 high', 'partly scanned', expect.stringMatching(/^not scanned: linux\/arm64: .* does not exist$/)]));

    await aws.spoil({ fault: { error: 'AccessDeniedException', message: 'no' }, times: 1, operation: 'DescribeImageScanFindings' });
    expect((await bench.run('report')).code).toBe(1);
    expect(page().texts).not.toContain('1 high');
  });

  test('without credentials, the page says for each image what is not known, and nobody is asked twice', async () => {
    delete process.env.AWS_ACCESS_KEY_ID;
    lock({ v1: MOVED, v2: MOVED });
    const { code, err } = await bench.run('report');
    expect([code, err]).toEqual([1, [...Array(2).fill(expect.stringMatching(/^no AWS credentials that work for account 123456789012/)), expect.any(String)]]);
    expect(page().texts.filter(text => text.startsWith('no AWS credentials'))).toHaveLength(2);
  });
});

describe('without a registry', () => {
  const ONE = ecrRequest('team/api', 'v1');
  const NGINX = ociRequest('public.ecr.aws', 'nginx/nginx', '1.27');

  test('--offline shows what lock and app have, and says what is not known', async () => {
    bench.writeContext({ [ONE.key]: { ...MOVED, platforms: ['linux/amd64'] }, [NGINX.key]: MOVED });
    bench.writeAssembly({ locked: [{ ...ONE, ...MOVED }, { ...NGINX, ...MOVED }] });
    expect(await bench.run('report', '--html', '--offline')).toEqual({ code: 0, out: [`2 images, 0 to look at, in ${FILE}`], err: [] });
    expect(page().texts).toEqual(expect.arrayContaining([expect.stringContaining('Made with --offline'), 'not asked', 'not in ECR', 'linux/amd64', 'nginx/nginx:1.27', 'public.ecr.aws']));
    expect(aws.asked).toEqual([]);
  });

  test('what keeps an image from being deployed as locked is a failure there, too', async () => {
    bench.writeContext({ [ONE.key]: 'x', 'image-digest:<b>': 1 });
    bench.writeAssembly({ missing: [NGINX] });
    const { code, err } = await bench.run('report', '--offline');
    expect([code, err.length]).toEqual([1, 4]);
    expect(page().texts).toEqual(expect.arrayContaining(['image-digest:<b>', 'not in the lock', expect.stringContaining('cannot be used: it is "x"')]));
  });

  test('hostile paths, stacks and keys are texts', async () => {
    bench.writeContext({ [ONE.key]: MOVED });
    bench.writeAssembly({ locked: [{ ...ONE, ...MOVED }] });
    const manifest = join(bench.folder, 'cdk.out', 'manifest.json');
    const hostile = '/Stack/Pins</td><script>alert(1)</script>"onload=\'x\'';
    const { shape } = await bench.run('report', '--offline').then(() => page());
    bench.writeAssembly({ locked: [{ ...ONE, ...MOVED }] });
    const text = readFileSync(manifest, 'utf8').replace('"/Stack/Pins"', JSON.stringify(hostile)).replace('"type":"aws:cloudformation:stack"', '$&,"displayName":"<img src=x>"');
    writeFileSync(manifest, text);
    await bench.run('report', '--offline');
    expect(page().texts).toEqual(expect.arrayContaining([hostile.slice(1), '<img src=x>']));
    expect(page().shape).toEqual(shape);
  });

  test('an app that waits for other lookups may use more', async () => {
    bench.writeContext({ [ONE.key]: MOVED });
    bench.writeAssembly({ locked: [{ ...ONE, ...MOVED }], otherMissing: ['vpc-provider:x'] });
    await bench.run('report', '--offline');
    expect(page().texts).toContain('The app was synthesized while other lookups had no answer, so it may use more images.');
  });

  test('the page goes to standard output, alone', async () => {
    bench.writeContext({ [ONE.key]: MOVED });
    const { code, out, err } = await bench.run('report', '--offline', '--html', '-');
    expect([code, out[0], out.at(-1), err]).toEqual([0, '<!doctype html>', '</html>', []]);
    expect(existsSync(join(bench.folder, FILE))).toBe(false);
    expect(parsePage(out.join('\n')).texts).toContain('The app was not synthesized, so where images are used is not known.');
  });

  test.each([
    [['--html', '-', '--format', 'markdown'], /^cdk-image-lock: the page and --format markdown cannot both go to standard output; name a file/],
    [['--html', './cdk.context.json'], /^cdk-image-lock: \.\/cdk\.context\.json is the file with the lock; expected another one/],
    [['--date', 'yesterday'], /^cdk-image-lock: 'yesterday' is no date; expected one in ISO 8601/],
    [['--date', '2026-13-31'], /^cdk-image-lock: '2026-13-31' is no date/],
    [['--offline', '--profile', 'x'], /cannot be used with/],
  ])('%j is wrong usage', async (args, message) => {
    bench.writeContext({ [ONE.key]: MOVED });
    const before = bench.text;
    expect(await bench.run('report', ...args)).toEqual({ code: 2, out: [], err: [expect.stringMatching(message)] });
    expect([bench.text, existsSync(join(bench.folder, FILE))]).toEqual([before, false]);
  });

  test('a file that cannot be written is named', async () => {
    bench.writeContext({ [ONE.key]: MOVED });
    mkdirSync(join(bench.folder, 'folder'));
    for (const file of ['folder', 'none/page.html']) {
      expect(await bench.run('report', '--offline', '--html', file)).toEqual({
        code: 1, out: [], err: [expect.stringMatching(`^cdk-image-lock: the page cannot be written \\(E.*${file}.*\\); expected a file in a folder that is there, or - for`)],
      });
    }
  });
});
