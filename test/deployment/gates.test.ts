import { PutParameterCommand } from '@aws-sdk/client-ssm';
import { App, CfnResource, Duration, Stack } from 'aws-cdk-lib';
import * as ecr from 'aws-cdk-lib/aws-ecr';
import { Platform } from 'aws-cdk-lib/aws-ecr-assets';
import { CfnTaskDefinition, FargateTaskDefinition } from 'aws-cdk-lib/aws-ecs';
import { PolicyStatement, Role } from 'aws-cdk-lib/aws-iam';
import { StringParameter } from 'aws-cdk-lib/aws-ssm';
import { asRole, trust } from './as-role';
import { Cloud, ENV, stackIn, uriOf } from './cloud';
import { existing, service } from './service';
import { multiArchIndex, pushIndex, singleManifest } from '../../emulator/images';
import { basicFinding, basicScan, enhancedFinding, enhancedScan, unfinishedScan } from '../../emulator/scan-findings';
import { DigestPinnedImage, FindingSeverity, ImageGate, ScannedGateOptions, ScanStatus } from '../../src';
import { SCANNED_TYPE, SIGNED_TYPE } from '../../src/gates/contract';
import { OTHER_ACCOUNT } from '../shared-emulators';

const cloud = new Cloud();

const PROFILE = `arn:aws:signer:${ENV.region}:${ENV.account}:/signing-profiles/releases`;
const IGNORED = { id: 'CVE-2026-0001', reason: 'the parser is not used' };
const HIGH = basicScan(basicFinding());

const [SIGNED, SIGNING] = (['COMPLETE', 'IN_PROGRESS'] as const).map(status => [{ signingProfileArn: PROFILE, status }]);

/** A new repository with one image, of which ECR says this, one answer a request. */
async function scanned(repositoryName: string, ...answers: Parameters<Cloud['scan']>[2][]): Promise<{ digest: string }> {
  await cloud.repository(repositoryName);
  return pushScanned(repositoryName, '1.0.0', ...answers);
}

async function pushScanned(repositoryName: string, tag: string, ...answers: Parameters<Cloud['scan']>[2][]): Promise<{ digest: string }> {
  const { digest } = await cloud.push(repositoryName, tag);
  await cloud.scan(repositoryName, digest, ...answers);
  return { digest };
}

/** A new repository with an index of images for these platforms, in the order of what ECR says of each. */
async function scannedIndex(repositoryName: string, scans: Record<string, Parameters<Cloud['scan']>[2]>): Promise<{ digest: string }> {
  await cloud.repository(repositoryName);
  const platforms = Object.keys(scans).map(platform => ({ platform, manifest: singleManifest(`${repositoryName} ${platform} ${Math.random()}`) }));
  const index = multiArchIndex(platforms, { attestations: true });
  await pushIndex(cloud.clients().ecr, repositoryName, index, '1.0.0');
  await Promise.all(platforms.map(({ platform, manifest }) => cloud.scan(repositoryName, manifest.digest, scans[platform])));
  return index;
}

function gatedIn(stack: Stack, repositoryName: string, { digest }: { digest: string }, ...gates: ImageGate[]): DigestPinnedImage {
  const repository = ecr.Repository.fromRepositoryName(stack, repositoryName, repositoryName);
  return DigestPinnedImage.fromDigest(repository, digest).gatedBy(...gates);
}

/** An app with a service of one gated image. */
function gated(id: string, repositoryName: string, image: { digest: string }, ...gates: ImageGate[]) {
  return (app: App) => service(app, id, stack => gatedIn(stack, repositoryName, image, ...gates));
}

/** The reason of a deployment that a gate refuses, as the stack's events and the output of the CDK CLI have it. */
async function reasonOf(stackName: string, build: (app: App) => void, type = SCANNED_TYPE): Promise<string> {
  const output = await cloud.deployInVain(build);
  const [reason] = (await cloud.events(stackName, type)).flatMap(event => /^(?:CREATE|UPDATE)_FAILED (.*)/s.exec(event)?.[1] ?? []);
  expect(output).toContain(reason);
  return reason;
}

/** How long something was waited for is up to the machine as well. */
function withoutSeconds(reason: string): string {
  return reason.replace(/after [1-9]\d* seconds/, 'after … seconds');
}

/** An image and the commands about it as reasons name them. */
function nameOf(repositoryName: string, { digest }: { digest: string }): string {
  return `'${repositoryName}@${digest}' (account ${ENV.account}, Region ${ENV.region})`;
}

const command = (name: string, repositoryName: string, digest: string, account: string = ENV.account) =>
  `aws ecr ${name} --registry-id ${account} --region ${ENV.region} --repository-name ${repositoryName} --image-id imageDigest=${digest}`;

const operations = async (repositoryName: string) =>
  (await cloud.requests(repositoryName)).map(({ operation }) => operation).filter(operation => !['CreateRepository', 'PutImage'].includes(operation));

/** What is asked about one image with a scan that is finished. */
const ONCE = ['BatchGetImage', 'DescribeImageScanFindings'];

test.concurrent('images that pass are deployed, and ECR is asked no more than it takes', async () => {
  const low = basicFinding({ severity: 'LOW' });
  const manyLow = Array.from({ length: 1_001 }, (_, number) => basicFinding({ name: `CVE-2026-${number}`, severity: 'LOW' }));
  const cases: [name: string, image: { digest: string }, gates: ImageGate[], calls: string[]][] = [
    ['basic', await scanned('passing/basic', basicScan(low)), [ImageGate.scanned()], ONCE],
    ['critical', await scanned('passing/critical', HIGH), [ImageGate.scanned({ failOn: FindingSeverity.CRITICAL })], ONCE],
    ['ignored', await scanned('passing/ignored', HIGH), [ImageGate.scanned({ ignore: [{ ...IGNORED, until: '9999-12-31' }] })], ONCE],
    ['enhanced', await scanned('passing/enhanced', enhancedScan(enhancedFinding())), [ImageGate.scanned({ ignoreUnfixed: true })], ONCE],
    ['pages', await scanned('passing/pages', basicScan(...manyLow)), [ImageGate.scanned()], [...ONCE, ONCE[1]]],
    ['allowed', await scanned('passing/allowed', unfinishedScan('FAILED')), [ImageGate.scanned({ allow: [ScanStatus.FAILED] })], ONCE],
    ['in-progress', await scanned('passing/in-progress', unfinishedScan(), basicScan()), [ImageGate.scanned()], [...ONCE, ONCE[1]]],
    ['not-scanned', await scanned('passing/not-scanned', basicScan()), [ImageGate.scanned()], [...ONCE, 'StartImageScan', ONCE[1]]],
    ['index', await scannedIndex('passing/index', { 'linux/amd64': basicScan(), 'linux/arm64': enhancedScan() }), [ImageGate.scanned()], [...ONCE, ONCE[1]]],
    ['platforms', await scannedIndex('passing/platforms', { 'linux/amd64': HIGH, 'linux/arm64': basicScan() }),
      [ImageGate.scanned({ platforms: [Platform.LINUX_ARM64] })], ONCE],
    ['signed', await scanned('passing/signed', basicScan()), [ImageGate.signedBy(PROFILE), ImageGate.scanned()],
      ['DescribeImageSigningStatus', 'DescribeImageSigningStatus', ...ONCE]],
  ];
  const [, notScanned] = cases.find(([name]) => name === 'not-scanned')!;
  await cloud.setScan({ repositoryName: 'passing/not-scanned', imageDigest: notScanned.digest, answers: [basicScan()], onStart: true });
  await cloud.signing('passing/signed', cases.at(-1)![1].digest, SIGNING, SIGNED);
  await cloud.deploy(app => service(app, 'Passing', stack => cases.map(([name, image, gates]) => gatedIn(stack, `passing/${name}`, image, ...gates))));
  expect(await cloud.images('Passing')).toEqual(cases.map(([name, image]) => uriOf(`passing/${name}`, image)));
  expect(await cloud.physicalIds('Passing', 'AWS::Lambda::Function')).toHaveLength(1);
  const asked = await Promise.all(cases.map(async ([name]) => [name, (await operations(`passing/${name}`)).sort()]));
  expect(asked).toEqual(cases.map(([name, , , calls]) => [name, calls.sort()]));
});

describe('what is refused', () => {
  test.concurrent('has the findings as the reason, and the task definition from before still runs', async () => {
    const before = await scanned('refused', basicScan());
    const after = await pushScanned('refused', '2.0.0', basicScan(
      basicFinding({ severity: 'MEDIUM', name: 'CVE-2026-0002' }), basicFinding(), basicFinding({ severity: 'CRITICAL', name: 'CVE-2026-0003', packageName: 'zlib' })));
    await cloud.deploy(gated('Refused', 'refused', before, ImageGate.scanned()));
    expect(await reasonOf('Refused', gated('Refused', 'refused', after, ImageGate.scanned()))).toBe(
      `${nameOf('refused', after)} has findings of severity HIGH or above: 1 CRITICAL, 1 HIGH (the image); the worst: `
      + 'CVE-2026-0003 CRITICAL in zlib 3.0.2-0ubuntu1.10, CVE-2026-0001 HIGH in openssl 3.0.2-0ubuntu1.10; '
      + `update what has a fix, or ignore a finding up to a day, see: ${command('describe-image-scan-findings', 'refused', after.digest)}`);
    expect(await cloud.stack('Refused')).toMatchObject({ StackStatus: 'UPDATE_ROLLBACK_COMPLETE' });
    expect(await cloud.images('Refused')).toEqual([uriOf('refused', before)]);
    expect(await cloud.events('Refused', 'AWS::ECS::TaskDefinition')).toEqual(['CREATE_COMPLETE', 'CREATE_IN_PROGRESS']);
  });

  test.concurrent('is not used where the digest is pinned to a stack either, and what passes later is', async () => {
    const [passing, refused] = [await scanned('pinned-to', basicScan()), await pushScanned('pinned-to', '2.0.0', HIGH)];
    const build = (image: { digest: string }) => (app: App) => {
      const stack = stackIn(app, 'PinnedTo');
      const { imageUri } = gatedIn(stack, 'pinned-to', image, ImageGate.scanned()).pinTo(stack);
      new CfnTaskDefinition(stack, 'Task', { containerDefinitions: [{ name: 'api', image: imageUri, memory: 64 }] });
    };
    expect(await reasonOf('PinnedTo', build(refused))).toContain('1 HIGH');
    expect(await cloud.stack('PinnedTo')).toMatchObject({ StackStatus: 'ROLLBACK_COMPLETE' });
    expect(await cloud.events('PinnedTo', 'AWS::ECS::TaskDefinition')).toEqual([]);
    await cloud.deploy(build(passing));
    expect(await cloud.images('PinnedTo')).toEqual([uriOf('pinned-to', passing)]);
    expect(await reasonOf('PinnedTo', build(refused))).toContain('1 HIGH');
    expect(await cloud.images('PinnedTo')).toEqual([uriOf('pinned-to', passing)]);
  });

  test.concurrent('has the platform that has the findings, with what fixes them', async () => {
    const vulnerable = enhancedFinding({ packages: [{ name: 'libxml2', version: '2.9.14', fixedInVersion: '2.9.15' }] });
    const index = await scannedIndex('refused-platform', { 'linux/amd64': basicScan(), 'linux/arm64': enhancedScan(vulnerable) });
    const reason = await reasonOf('RefusedPlatform', gated('RefusedPlatform', 'refused-platform', index, ImageGate.scanned()));
    expect(reason).toContain(
      `${nameOf('refused-platform', index)} has findings of severity HIGH or above: 1 HIGH (linux/arm64); the worst: CVE-2026-0001 HIGH in libxml2 2.9.14 fixed in 2.9.15; `);
    expect(await operations('refused-platform')).toEqual([ONCE[0], ONCE[1], ONCE[1]]);
  });

  test.concurrent('has a finding of a later page', async () => {
    const findings = Array.from({ length: 1_001 }, (_, number) => basicFinding({ name: `CVE-2026-${number}`, severity: number === 1_000 ? 'CRITICAL' : 'LOW' }));
    const image = await scanned('refused-page', basicScan(...findings));
    expect(await reasonOf('RefusedPage', gated('RefusedPage', 'refused-page', image, ImageGate.scanned()))).toContain('1 CRITICAL (the image); the worst: CVE-2026-1000 CRITICAL');
  });

  test.concurrent('has a finding that was ignored up to a day that is over', async () => {
    const image = await scanned('refused-expired', HIGH);
    const gate = ImageGate.scanned({ ignore: [{ ...IGNORED, until: '2026-01-01' }] });
    expect(await reasonOf('RefusedExpired', gated('RefusedExpired', 'refused-expired', image, gate))).toContain('; no longer ignored: CVE-2026-0001 (2026-01-01); ');
  });

  test.concurrent.each<[string, string, ScannedGateOptions, string]>([
    ['a scan that does not end in time', 'IN_PROGRESS', { wait: Duration.seconds(1) }, 'has no finished scan after … seconds: status IN_PROGRESS (the image); '
      + 'let the gate wait longer with wait, or deploy again, see: '],
    ['a scan that failed', 'FAILED', { allow: [ScanStatus.UNSUPPORTED_IMAGE] }, 'has no result of a scan: status FAILED (the image); '
      + 'build the image from what the scanner supports, or allow FAILED by name, see: '],
  ])('has %s', async (_, status, options, words) => {
    const repositoryName = `refused-${status.toLowerCase().replace('_', '-')}`;
    const id = `Refused${status.replace('_', '')}`;
    const image = await scanned(repositoryName, unfinishedScan(status as 'FAILED'));
    expect(withoutSeconds(await reasonOf(id, gated(id, repositoryName, image, ImageGate.scanned(options))))).toBe(
      `${nameOf(repositoryName, image)} ${words}${command('describe-image-scan-findings', repositoryName, image.digest)}`);
  });

  test.concurrent('has a signature that failed, although the scan passes', async () => {
    const image = await scanned('refused-signature', basicScan());
    await cloud.signing('refused-signature', image.digest,
      [{ signingProfileArn: PROFILE, status: 'FAILED', failureCode: 'ACCESS_DENIED', failureReason: 'signer:SignPayload is denied' }]);
    const build = gated('RefusedSignature', 'refused-signature', image, ImageGate.scanned(), ImageGate.signedBy(PROFILE));
    expect(await reasonOf('RefusedSignature', build, SIGNED_TYPE)).toBe(
      `${nameOf('refused-signature', image)} is not signed with ${PROFILE}: status FAILED, ACCESS_DENIED: signer:SignPayload is denied; let who pushes use that profile `
      + `(signer:SignPayload), and push the image again, where tags are immutable under another one, see: ${command('describe-image-signing-status', 'refused-signature', image.digest)}`);
  });

  test.concurrent('has no signature at all', async () => {
    const image = await scanned('refused-unsigned', basicScan());
    const reason = await reasonOf('RefusedUnsigned', app => {
      const stack = gated('RefusedUnsigned', 'refused-unsigned', image, ImageGate.signedBy(PROFILE))(app);
      const gate = stack.node.findAll().find(child => CfnResource.isCfnResource(child) && child.cfnResourceType === SIGNED_TYPE) as CfnResource;
      gate.addPropertyOverride('WaitSeconds', '1'); // in place of ten minutes
    }, SIGNED_TYPE);
    expect(withoutSeconds(reason)).toContain(
      `is not signed with ${PROFILE} after … seconds: ECR names no signature of it; give the registry's signing configuration a rule`);
    expect(reason).toContain('aws ecr get-signing-configuration');
  });
});

test.concurrent('a digest that only the deployment knows is gated, be it of a tag or of a parameter', async () => {
  const [passing, refused] = [await scanned('from-others', basicScan()), await pushScanned('from-others', '2.0.0', HIGH)];
  const build = (tag: string) => (app: App) => service(app, 'FromOthers', stack => {
    const repository = existing(stack, 'from-others');
    const parameter = StringParameter.fromStringParameterName(stack, 'Live', '/from-others/live');
    return [DigestPinnedImage.fromTag(repository, tag), DigestPinnedImage.fromParameter(repository, parameter)]
      .map(image => image.gatedBy(ImageGate.scanned()));
  });
  const put = ({ digest }: { digest: string }) =>
    cloud.clients().ssm.send(new PutParameterCommand({ Name: '/from-others/live', Type: 'String', Value: digest, Overwrite: true }));
  await put(passing);
  await cloud.deploy(build('1.0.0'));
  const both = [uriOf('from-others', passing), uriOf('from-others', passing)];
  expect(await cloud.images('FromOthers')).toEqual(both);
  expect(await reasonOf('FromOthers', build('2.0.0'))).toContain(nameOf('from-others', refused));
  expect(await cloud.images('FromOthers')).toEqual(both);
  await put(refused);
  expect(await reasonOf('FromOthers', build('1.0.0'))).toContain(nameOf('from-others', refused));
  expect(await cloud.images('FromOthers')).toEqual(both);
});

test.concurrent('a repository of the same stack may name the role of the task in its policy', async () => {
  const build = (digest?: string) => (app: App) => {
    const stack = stackIn(app, 'SameStack');
    const repository = new ecr.Repository(stack, 'Repository', { repositoryName: 'same-stack' });
    const task = new FargateTaskDefinition(stack, 'Task');
    repository.addToResourcePolicy(new PolicyStatement({ principals: [task.taskRole, task.obtainExecutionRole()], actions: ['ecr:BatchGetImage'] }));
    if (digest) task.addContainer('api', { image: DigestPinnedImage.fromDigest(repository, digest).gatedBy(ImageGate.scanned()) });
  };
  await cloud.deploy(app => {
    new ecr.Repository(stackIn(app, 'SameStack'), 'Repository', { repositoryName: 'same-stack' });
  });
  const image = await pushScanned('same-stack', '1.0.0', basicScan());
  await cloud.deploy(build(image.digest));
  expect(await cloud.images('SameStack')).toEqual([uriOf('same-stack', image)]);
});

test.concurrent('a repository of another account is asked as a role of that account', async () => {
  const other = { account: OTHER_ACCOUNT, region: ENV.region };
  await cloud.repository('gated-elsewhere', other);
  const [passing, refused] = [await cloud.push('gated-elsewhere', '1.0.0', other), await cloud.push('gated-elsewhere', '2.0.0', other)];
  for (const [{ digest }, answer] of [[passing, enhancedScan()], [refused, enhancedScan(enhancedFinding())]] as const) {
    await cloud.setScan({ ...other, repositoryName: 'gated-elsewhere', imageDigest: digest, answers: [answer] });
  }
  const arn = `arn:aws:ecr:${ENV.region}:${OTHER_ACCOUNT}:repository/gated-elsewhere`;
  await asRole(cloud, 'gate-reader', {
    'ecr:BatchGetImage': arn, 'ecr:DescribeImageScanFindings': arn, 'ecr:StartImageScan': arn, 'inspector2:ListCoverage': '*', 'inspector2:ListFindings': '*',
  }, other);
  const build = ({ digest }: { digest: string }) => (app: App) => service(app, 'GatedElsewhere', stack => {
    const role = Role.fromRoleArn(stack, 'Reader', `arn:aws:iam::${OTHER_ACCOUNT}:role/gate-reader`);
    return DigestPinnedImage.fromDigest(ecr.Repository.fromRepositoryArn(stack, 'Repository', arn), digest).gatedBy(ImageGate.scanned({ role }));
  });
  expect(await reasonOf('GatedElsewhere', build(passing))).toMatch(
    /is not authorized to perform: sts:AssumeRole .*; let the function assume arn:.*:role\/gate-reader, by that role's trust policy too, /);
  await trust(cloud, 'gate-reader', `arn:aws:iam::${ENV.account}:root`, other);
  await cloud.deploy(build(passing));
  expect(await cloud.images('GatedElsewhere')).toEqual([uriOf('gated-elsewhere', passing, other)]);
  expect(await reasonOf('GatedElsewhere', build(refused))).toContain('1 HIGH (the image); the worst: CVE-2026-0001 HIGH in openssl 3.0.2; ');
  expect(await cloud.images('GatedElsewhere')).toEqual([uriOf('gated-elsewhere', passing, other)]);
});
