import {
  DescribeImageScanFindingsCommand, DescribeImageSigningStatusCommand, ECRClient, paginateDescribeImageScanFindings, StartImageScanCommand,
  UpdateImageStorageClassCommand,
} from '@aws-sdk/client-ecr';
import { Cloud } from './cloud';
import { multiArchIndex, pushIndex, singleManifest } from '../../emulator/images';
import { judgeEcr } from '../../emulator/judge-ecr';
import { basicFinding, basicScan, enhancedFinding, enhancedScan, unfinishedScan } from '../../emulator/scan-findings';
import { OTHER_ACCOUNT, OTHER_REGION } from '../shared-emulators';

/** The emulated ECR, of which scans and signatures are ours: that it answers as AWS documents it. */

const cloud = new Cloud();

const PROFILE = 'arn:aws:signer:eu-west-1:123456789012:/signing-profiles/releases';

/** A repository with an image, which the calls of the test ask about. */
async function imageIn(repositoryName: string) {
  await cloud.repository(repositoryName);
  const { digest } = await cloud.push(repositoryName, '1.0.0');
  return { digest, asked: { repositoryName, imageId: { imageDigest: digest } } };
}

/** What it answers in short: the status, or the exception. */
async function statusOf(ecr: ECRClient, command: DescribeImageScanFindingsCommand | StartImageScanCommand): Promise<string> {
  try {
    const { imageScanStatus } = await ecr.send(command as DescribeImageScanFindingsCommand);
    return imageScanStatus!.status!;
  } catch (error) {
    return (error as Error).name;
  }
}

test.concurrent('all answers are as AWS\'s model has them', async () => {
  const { digest, asked } = await imageIn('judged');
  const scans = [
    unfinishedScan('PENDING'), unfinishedScan(), basicScan(), basicScan(basicFinding()), enhancedScan(),
    enhancedScan(enhancedFinding({ packages: [{ name: 'libxml2', version: '2.9.14', fixedInVersion: '2.9.15' }, { name: 'zlib', version: '1.2.13' }] })),
    { error: 'ServerException' }, { error: 'ThrottlingException' }, { error: 'ScanNotFoundException' },
  ];
  const signatures = [
    [], [{ signingProfileArn: PROFILE, status: 'IN_PROGRESS' as const }],
    [{ signingProfileArn: PROFILE, status: 'FAILED' as const, failureCode: 'ACCESS_DENIED', failureReason: 'signer:SignPayload is denied' }],
    { error: 'ValidationException' },
  ];
  await cloud.scan('judged', digest, ...scans);
  await cloud.signing('judged', digest, ...signatures);
  const judgements = await judgeEcr(cloud.aws, [
    ...scans.map(() => ({ operation: 'DescribeImageScanFindings', parameters: asked })),
    ...signatures.map(() => ({ operation: 'DescribeImageSigningStatus', parameters: asked })),
    { operation: 'StartImageScan', parameters: asked },
    { operation: 'BatchGetImage', parameters: { repositoryName: 'judged', imageIds: [asked.imageId, { imageTag: '1.0.0' }, { imageTag: 'other' }] } },
    { operation: 'DescribeImageScanFindings', parameters: { ...asked, imageId: { imageTag: 'other' } } },
    { operation: 'DescribeImageScanFindings', parameters: { ...asked, repositoryName: 'not-there' } },
  ]);
  expect(judgements.map(({ problems }) => problems)).toEqual(judgements.map(() => []));
  expect(judgements.map(({ answer }) => answer.__type ?? answer.imageScanStatus?.status ?? answer.signingStatuses?.[0]?.status)).toEqual([
    'PENDING', 'IN_PROGRESS', 'COMPLETE', 'COMPLETE', 'ACTIVE', 'ACTIVE', 'ServerException', 'ThrottlingException', 'ScanNotFoundException',
    undefined, 'IN_PROGRESS', 'FAILED', 'ValidationException', 'ValidationException', undefined, 'ImageNotFoundException', 'RepositoryNotFoundException',
  ]);
});

test.concurrent('what is not as the model has it is told', async () => {
  const { digest, asked } = await imageIn('misjudged');
  await cloud.scan('misjudged', digest,
    { imageScanStatus: { status: 'DONE' as never } },
    { ...basicScan(), imageScanned: true } as never,
    basicScan({ ...basicFinding(), attributes: [{ value: '1' } as never] }),
    { imageScanFindings: { imageScanCompletedAt: '2026-01-01' as never } },
    { error: 'NoScanException' });
  const judgements = await judgeEcr(cloud.aws, Array.from({ length: 5 }, () => ({ operation: 'DescribeImageScanFindings', parameters: asked })));
  expect(judgements.map(({ problems }) => problems.join())).toEqual([
    expect.stringContaining('DONE'), expect.stringContaining('imageScanned'), expect.stringContaining('key'), expect.stringContaining('2026-01-01'),
    expect.stringContaining('NoScanException'),
  ]);
});

test.concurrent('the answers about a scan come in turn, and the last repeats', async () => {
  const { digest, asked } = await imageIn('in-turn');
  const { ecr } = cloud.clients();
  const ask = () => statusOf(ecr, new DescribeImageScanFindingsCommand(asked));
  expect(await ask()).toBe('ScanNotFoundException');
  await cloud.scan('in-turn', digest, unfinishedScan('PENDING'), unfinishedScan(), basicScan());
  expect([await ask(), await ask(), await ask(), await ask()]).toEqual(['PENDING', 'IN_PROGRESS', 'COMPLETE', 'COMPLETE']);
  expect(await cloud.requests('in-turn', 'DescribeImageScanFindings')).toHaveLength(5);
});

test.concurrent('a long list of findings has pages, which are those of one answer', async () => {
  const { digest, asked } = await imageIn('pages');
  const { ecr } = cloud.clients();
  const findings = Array.from({ length: 101 }, (_, number) => basicFinding({ name: `CVE-2026-${number}`, severity: number === 0 ? 'CRITICAL' : 'LOW' }));
  for (const [scan, count] of [
    [basicScan(...findings), 'findings'], [enhancedScan(...findings.map(({ name }) => enhancedFinding({ id: name }))), 'enhancedFindings'],
  ] as const) {
    await cloud.scan('pages', digest, scan, basicScan());
    const sizes: number[] = [];
    for await (const { imageScanFindings } of paginateDescribeImageScanFindings({ client: ecr }, { ...asked })) {
      sizes.push(imageScanFindings![count]!.length);
      expect(imageScanFindings!.findingSeverityCounts).toEqual(scan.imageScanFindings!.findingSeverityCounts);
    }
    expect(sizes).toEqual([100, 1]);
  }
  await cloud.scan('pages', digest, basicScan(...findings));
  await expect(ecr.send(new DescribeImageScanFindingsCommand({ ...asked, maxResults: 1_001 }))).rejects.toThrow('maxResults');
  await expect(ecr.send(new DescribeImageScanFindingsCommand({ ...asked, nextToken: 'x' }))).rejects.toThrow('nextToken');
  const { imageScanFindings, nextToken } = await ecr.send(new DescribeImageScanFindingsCommand({ ...asked, maxResults: 101 }));
  expect([imageScanFindings!.findings!.length, nextToken]).toEqual([101, undefined]);
});

describe('StartImageScan', () => {
  test.concurrent('begins a scan, and only one', async () => {
    const { digest, asked } = await imageIn('started');
    const { ecr } = cloud.clients();
    const startRefusals = [{ error: 'ThrottlingException' }];
    await cloud.setScan({ repositoryName: 'started', imageDigest: digest, answers: [unfinishedScan(), basicScan()], onStart: true, startRefusals });
    const start = () => statusOf(ecr, new StartImageScanCommand(asked));
    const ask = () => statusOf(ecr, new DescribeImageScanFindingsCommand(asked));
    expect([await ask(), await start(), await ask(), await start(), await ask(), await ask(), await start()]).toEqual([
      'ScanNotFoundException', 'ThrottlingException', 'ScanNotFoundException', 'IN_PROGRESS', 'IN_PROGRESS', 'COMPLETE', 'LimitExceededException',
    ]);
  });

  test.concurrent.each([
    ['where Amazon Inspector scans', 'inspected', enhancedScan(), 'ValidationException'],
    ['where the image was scanned when it was pushed', 'scanned', basicScan(), 'LimitExceededException'],
  ])('is refused %s', async (_, repositoryName, answer, error) => {
    const { digest, asked } = await imageIn(repositoryName);
    await cloud.scan(repositoryName, digest, answer);
    expect(await statusOf(cloud.clients().ecr, new StartImageScanCommand(asked))).toBe(error);
  });

  test.concurrent('is refused for an index, and for what is archived', async () => {
    const { asked } = await imageIn('unscannable');
    const { ecr } = cloud.clients();
    await pushIndex(ecr, 'unscannable', multiArchIndex([{ platform: 'linux/amd64', manifest: singleManifest('unscannable') }]), 'multi');
    await ecr.send(new UpdateImageStorageClassCommand({ ...asked, targetStorageClass: 'ARCHIVE' }));
    expect(await statusOf(ecr, new StartImageScanCommand({ ...asked, imageId: { imageTag: 'multi' } }))).toBe('UnsupportedImageTypeException');
    expect(await statusOf(ecr, new DescribeImageScanFindingsCommand({ ...asked, imageId: { imageTag: 'multi' } }))).toBe('ScanNotFoundException');
    expect(await statusOf(ecr, new StartImageScanCommand(asked))).toBe('ImageArchivedException');
  });
});

test.concurrent('scans and signatures are those of one image in one repository, Region and account, until the repository is deleted', async () => {
  const { digest, asked } = await imageIn('one');
  const environments = [{}, { region: OTHER_REGION }, { account: OTHER_ACCOUNT }];
  await cloud.signing('one', digest, [{ signingProfileArn: PROFILE, status: 'COMPLETE' }]);
  await cloud.setScan({ repositoryName: 'one', imageDigest: digest, answers: [basicScan()], account: OTHER_ACCOUNT });
  for (const environment of environments.slice(1)) {
    await cloud.repository('one', environment);
    const { digest: other } = await cloud.push('one', '1.0.0', environment);
    expect(other).not.toBe(digest);
    expect(await statusOf(cloud.clients(environment).ecr, new DescribeImageScanFindingsCommand(asked))).toBe('ImageNotFoundException');
  }
  const { ecr } = cloud.clients();
  expect(await statusOf(ecr, new DescribeImageScanFindingsCommand(asked))).toBe('ScanNotFoundException');
  expect((await ecr.send(new DescribeImageSigningStatusCommand(asked))).signingStatuses).toEqual([{ signingProfileArn: PROFILE, status: 'COMPLETE' }]);
  await cloud.removeRepository('one');
  await cloud.repository('one');
  expect(await statusOf(ecr, new DescribeImageScanFindingsCommand(asked))).toBe('ImageNotFoundException');
});
