import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { multiArchIndex, pushIndex, singleManifest } from '../../../emulator/images';
import { PinContextProvider } from '../../../src/cli/cdk/context-provider';
import { Registries } from '../../../src/cli/lookup/registries';
import { LockRequest, PLUGIN_NAME } from '../../../src/lock/lock-request';
import { ecrRequest, ociRequest, writeAssembly } from '../assembly-folder';
import { WatchedAws } from '../aws';
import { OciStandIn, startOciStandIn } from '../oci-stand-in';
import { ProcessEnvironment } from '../process-environment';
import { TestProcess } from '../terminal';

const aws = new WatchedAws();
new ProcessEnvironment(() => aws.environment);

let folder: string;
let processContext: TestProcess;
let lookup: PinContextProvider;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'pin-lookup-'));
  processContext = new TestProcess(folder);
  lookup = new PinContextProvider(folder, () => new Registries({ env: process.env }), processContext);
});

afterEach(() => rmSync(folder, { recursive: true }));

/** As the CDK CLI asks: one after the other. */
async function askAll(requests: LockRequest[]) {
  const answers = [];
  for (const request of requests) {
    answers.push(await lookup.getValue({ pluginName: PLUGIN_NAME, ...request }).catch((error: Error) => error.message));
  }
  return answers;
}

const tagsUpTo = (count: number) => Array.from({ length: count }, (_, index) => `v${index + 1}`);
const digests = (images: { digest: string }[]) => images.map(({ digest }) => expect.objectContaining({ digest }));

test('50 pins of one repository are answered with one call', async () => {
  const images = await aws.push('fifty', ...tagsUpTo(50));
  const requests = tagsUpTo(50).map(tag => ecrRequest('fifty', tag));
  writeAssembly(folder, { missing: requests });
  expect(await askAll(requests)).toEqual(digests(images));
  expect(aws.asked).toEqual(['DescribeImages']);
});

test('50 pins of 10 repositories are answered with 10 calls', async () => {
  const requests: LockRequest[] = [];
  const images = [];
  for (let repository = 0; repository < 10; repository++) {
    images.push(...await aws.push(`ten-${repository}`, ...tagsUpTo(5)));
    requests.push(...tagsUpTo(5).map(tag => ecrRequest(`ten-${repository}`, tag)));
  }
  writeAssembly(folder, { missing: requests });
  expect(await askAll(requests)).toEqual(digests(images));
  expect(aws.asked).toEqual(Array(10).fill('DescribeImages'));
});

test('a tag that does not exist fails alone', async () => {
  const images = await aws.push('gap', ...tagsUpTo(49));
  const requests = [...tagsUpTo(49), 'none'].map(tag => ecrRequest('gap', tag));
  writeAssembly(folder, { missing: requests });
  const answers = await askAll(requests);
  expect(answers.slice(0, 49)).toEqual(digests(images));
  expect(answers[49]).toMatch(/^'gap:none' \(account 123456789012, Region eu-west-1\) does not exist; push it first/);
  expect(aws.asked.length).toBeLessThanOrEqual(20);
});

test('an answer has what the lock records, in its order', async () => {
  const index = multiArchIndex(['linux/amd64', 'linux/arm64'].map(platform => ({ platform, manifest: singleManifest(platform) })), { attestations: true });
  await aws.push('multi', 'other');
  await pushIndex(aws.ecr, 'multi', index, 'v1');
  const [all, arm] = await askAll([
    ecrRequest('multi', 'v1', { requirePlatforms: ['linux/arm64'] }),
    ecrRequest('multi', 'v1', { platform: 'linux/arm64' }),
  ]);
  const pushedAt = expect.stringMatching(/^\d{4}-.*Z$/);
  expect(all).toEqual({ digest: index.digest, mediaType: index.mediaType, platforms: ['linux/amd64', 'linux/arm64'], pushedAt });
  expect(Object.keys(all)).toEqual(['digest', 'mediaType', 'platforms', 'pushedAt']);
  expect(arm).toEqual({ digest: index.children[1].digest, mediaType: index.children[1].mediaType, pushedAt });
});

test('STS is told what the stacks know of their lookup role, also where an image is asked for alone', async () => {
  const images = await aws.push('external', 'v1', 'v2');
  aws.sts.taken();
  const lookupRoleArn = 'arn:${AWS::Partition}:iam::123456789012:role/lookup';
  const [known, unknown] = ['v1', 'v2'].map(tag => ecrRequest('external', tag, { lookupRoleArn }));
  writeAssembly(folder, { missing: [known], lookupRole: { arn: lookupRoleArn, assumeRoleExternalId: 'secret-id' } });
  const asFromCli = [known, unknown].map(request => ({ ...request, lookupRoleArn: lookupRoleArn.replace('${AWS::Partition}', 'aws') }));
  expect(await askAll(asFromCli)).toEqual(digests(images));
  expect(aws.sts.taken().map(query => query.get('ExternalId'))).toEqual(['secret-id', 'secret-id']);
});

test('what another construct requires of the same image is answered along', async () => {
  const index = multiArchIndex([{ platform: 'linux/amd64', manifest: singleManifest('amd64') }]);
  await aws.push('shared', 'other');
  await pushIndex(aws.ecr, 'shared', index, 'v1');
  const request = ecrRequest('shared', 'v1');
  writeAssembly(folder, { missing: [request], locked: [{ ...request, requirePlatforms: ['linux/amd64'] }] });
  expect(await askAll([request])).toEqual([expect.objectContaining({ platforms: ['linux/amd64'] })]);
});

describe('an answer is not given a second time', () => {
  test('when the CDK CLI asks again', async () => {
    await aws.push('again', 'v1');
    const requests = [ecrRequest('again', 'v1')];
    writeAssembly(folder, { missing: requests });
    await askAll(requests);
    const [moved] = await pushAgain('again', 'v1');
    expect(await askAll(requests)).toEqual(digests([moved]));
  });

  test('when the app was synthesized again', async () => {
    const [one] = await aws.push('watched', 'v1', 'v2');
    const requests = [ecrRequest('watched', 'v1'), ecrRequest('watched', 'v2')];
    writeAssembly(folder, { missing: requests });
    expect(await askAll(requests.slice(0, 1))).toEqual(digests([one]));
    const [moved] = await pushAgain('watched', 'v2');
    writeAssembly(folder, { missing: requests.slice(1) });
    expect(await askAll(requests.slice(1))).toEqual(digests([moved]));
  });

  async function pushAgain(repository: string, tag: string) {
    return aws.push(repository, tag);
  }
});

describe('pins are answered one by one', () => {
  const request = ecrRequest('single', 'v1');
  let image: { digest: string };

  beforeEach(async () => {
    [image] = await aws.push('single', 'v1', 'v2');
  });

  test('without an assembly', async () => {
    expect(await askAll([request])).toEqual(digests([image]));
  });

  test('where the assembly is another one', async () => {
    writeAssembly(folder, { missing: [ecrRequest('single', 'v2')] });
    expect(await askAll([request])).toEqual(digests([image]));
  });

  test('where the assembly requires other platforms', async () => {
    writeAssembly(folder, { missing: [request, ecrRequest('single', 'v2')] });
    expect(await askAll([{ ...request, requirePlatforms: ['linux/amd64'] }])).toEqual([expect.stringContaining('is a single image')]);
  });

  test('where the assembly cannot be read', async () => {
    writeFileSync(join(folder, 'manifest.json'), '{');
    expect(await askAll([request])).toEqual(digests([image]));
    expect(processContext.err).toMatch(/^cdk-secure-repository: .*manifest\.json is not JSON; .*; asking for one image at a time\n$/);
  });

  test('where the assembly is not complete', async () => {
    writeFileSync(join(folder, 'manifest.json'), JSON.stringify({
      version: '48.0.0',
      artifacts: { Prod: { type: 'cdk:cloud-assembly', properties: { directoryName: 'assembly-Prod' } } },
    }));
    expect(await askAll([request])).toEqual(digests([image]));
    expect(processContext.err).toMatch(/^cdk-secure-repository: .* is not complete: .*; run cdk synth again; asking for one image at a time\n$/);
  });
});

test('questions that come at the same time are answered together', async () => {
  const images = await aws.push('parallel', 'v1', 'v2');
  const requests = ['v1', 'v2'].map(tag => ecrRequest('parallel', tag));
  writeAssembly(folder, { missing: requests });
  expect(await Promise.all(requests.map(async request => lookup.getValue({ ...request })))).toEqual(digests(images));
  expect(aws.asked).toEqual(['DescribeImages']);
});

describe('a registry in trouble', () => {
  test('is asked again while it is busy', async () => {
    const [image] = await aws.push('busy', 'v1');
    await aws.spoil({ fault: { error: 'ThrottlingException', message: 'Rate exceeded' }, times: 3 });
    expect(await askAll([ecrRequest('busy', 'v1')])).toEqual(digests([image]));
    expect(aws.asked).toHaveLength(4);
    expect(processContext.slept).toBeGreaterThan(2_000);
  });

  test('is given up after a minute', async () => {
    await aws.spoil({ fault: { error: 'ServerException', message: 'down', status: 500 } });
    expect(await askAll([ecrRequest('down', 'v1')])).toEqual([expect.stringMatching(/^ecr:DescribeImages for 'down:v1' .* failed \(ServerException: down\)/)]);
    expect(processContext.slept).toBeCloseTo(60_000, 0);
  });

  test('is not asked again when it refuses', async () => {
    await aws.spoil({ fault: { error: 'AccessDeniedException', message: 'no' } });
    expect(await askAll([ecrRequest('denied', 'v1')])).toEqual([expect.stringContaining("ecr:DescribeImages for 'denied:v1' (account 123456789012, Region eu-west-1) is denied (no)")]);
    expect(aws.asked).toHaveLength(1);
  });
});

describe('other registries', () => {
  let registry: OciStandIn;

  beforeEach(async () => {
    registry = await startOciStandIn();
  });

  afterEach(() => registry.stop());

  test('are asked side by side, with a bound, and each fails alone', async () => {
    const requests = tagsUpTo(30).map(tag => ociRequest(registry.host, 'base', tag));
    tagsUpTo(29).forEach(tag => registry.images.set(`base:${tag}`, singleManifest(tag).digest));
    writeAssembly(folder, { missing: requests });
    const answers = await askAll(requests);
    expect(answers.slice(0, 29)).toEqual(tagsUpTo(29).map(tag => ({ digest: singleManifest(tag).digest, mediaType: singleManifest(tag).mediaType })));
    expect(answers[29]).toMatch(/^'127\.0\.0\.1:\d+\/base:v30' does not exist/);
    expect(registry.peak()).toBeGreaterThan(1);
    expect(registry.peak()).toBeLessThanOrEqual(8);
  });

  test('are asked again when they limit requests', async () => {
    registry.images.set('base:v1', 429);
    const answering = askAll([ociRequest(registry.host, 'base', 'v1')]);
    const timer = setInterval(() => registry.requests > 3 && registry.images.set('base:v1', singleManifest('v1').digest), 1);
    expect(await answering).toEqual([expect.objectContaining({ digest: singleManifest('v1').digest })]);
    clearInterval(timer);
  });
});

test('a key that is not one of a pin is an error', async () => {
  expect(await askAll([{ key: 'image-digest:what' }])).toEqual(["'image-digest:what' is no key of a pin; remove it with: npx cdk context --reset 'image-digest:what'"]);
});
