import { CreateRepositoryCommand, ECRClient } from '@aws-sdk/client-ecr';
import { emulatorClients } from '../../../emulator/clients';
import { EMULATOR_ACCOUNT } from '../../../emulator/environment';
import { multiArchIndex, pushImage, pushIndex, singleManifest } from '../../../emulator/images';
import { RegistryProxy, startRegistryProxy } from '../../../emulator/registry-proxy';
import { scannedGate } from '../../../src/gates/handler/scanned';
import { emptyMoto } from '../../shared-emulators';

jest.setTimeout(30_000);

const REPOSITORY = { account: EMULATOR_ACCOUNT, region: 'eu-west-1', repositoryName: 'team/api' };
/** What moto says of every image. */
const FINDING = 'CVE-9999-9999';

const [amd64, arm64, single] = ['amd64', 'arm64', 'single'].map(singleManifest);
const index = multiArchIndex([{ platform: 'linux/amd64', manifest: amd64 }, { platform: 'linux/arm64', manifest: arm64 }], { attestations: true });

let proxy: RegistryProxy;
let client: ECRClient;

beforeAll(async () => {
  const { endpoint } = await emptyMoto();
  proxy = await startRegistryProxy(endpoint);
  const { ecr } = emulatorClients(endpoint);
  await ecr.send(new CreateRepositoryCommand({ repositoryName: 'team/api' }));
  await Promise.all([amd64, arm64, single].map(image => pushImage(ecr, 'team/api', image)));
  await pushIndex(ecr, 'team/api', index, 'v1');
  client = emulatorClients(proxy.endpoint).ecr;
}, 600_000);

beforeEach(() => {
  proxy.requests.length = 0;
});

afterAll(async () => {
  await proxy?.stop();
});

/** On a clock that sleeping moves. */
function judge(digest: string, properties: object) {
  let slept = 0;
  const context = {
    client,
    deadline: Infinity,
    now: () => Date.now() + slept,
    sleep: async (milliseconds: number) => {
      slept += milliseconds;
    },
  };
  return scannedGate({ repository: REPOSITORY, properties: { FailOn: 'HIGH', ...properties }, waitSeconds: 60 })(digest, context);
}

const operations = () => proxy.requests.map(({ operation }) => operation);

test('an index without scans is scanned, each of its images, and refused for what is found', async () => {
  await expect(judge(index.digest, {})).rejects.toThrow(
    new RegExp(`^'team/api@${index.digest}' .* has findings of severity HIGH or above: 1 HIGH \\(linux/amd64\\); 1 HIGH \\(linux/arm64\\); the worst: ${FINDING} HIGH`));
  expect(operations().sort()).toEqual(['BatchGetImage', ...Array(4).fill('DescribeImageScanFindings'), 'StartImageScan', 'StartImageScan']);
});

test('an image passes whose findings are ignored', async () => {
  const ignore = { Ignore: [{ Id: FINDING, Reason: 'made up', Until: '9999-12-31' }] };
  expect(await judge(single.digest, ignore)).toMatchObject({ scanner: 'basic', counts: { HIGH: 1 }, ignored: 1, scannedAt: expect.any(String) });
});

test('an image that was deleted is refused', async () => {
  await expect(judge(`sha256:${'a'.repeat(64)}`, {})).rejects.toThrow(/^'team\/api@sha256:a{64}' .* cannot be read/);
  expect(operations()).toEqual(['BatchGetImage']);
});
