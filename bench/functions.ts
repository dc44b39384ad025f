import { join } from 'node:path';
import { CreateRepositoryCommand, StartImageScanCommand } from '@aws-sdk/client-ecr';
import { inTurn, median, medianTimes, ratio, runProcess } from './measure';
import { ColdStart, coldStart } from './run-function';
import { Section, Table } from './table';
import { emulatorClients } from '../emulator/clients';
import { createEvent } from '../emulator/custom-resource-event';
import { awsJson } from '../emulator/ecr-answer';
import { pushImage, singleManifest } from '../emulator/images';
import { startMotoServer } from '../emulator/moto-server';
import { startRegistryProxy } from '../emulator/registry-proxy';
import { basicScan } from '../emulator/scan-findings';

const RUNS = 15;
const ROOT = join(__dirname, '..');
const CODE = join(ROOT, 'assets/functions/index/index.js');
const SHIPPED = { code: CODE, handler: 'resolve' };
const EXTERNAL = { code: join(ROOT, '.cache/bench/functions-external.js'), handler: 'resolve' };
const AWS_CUSTOM_RESOURCE = {
  code: join(ROOT, 'node_modules/aws-cdk-lib/custom-resource-handlers/dist/custom-resources/aws-custom-resource-handler/index.js'),
  handler: 'handler',
};

const REPOSITORY = 'team/api';
const TAG = 'v1';

const IMAGE = singleManifest('image');

const RepositoryArn = `arn:aws:ecr:eu-west-1:123456789012:repository/${REPOSITORY}`;
const PIN = createEvent({ RepositoryArn, Tag: TAG });
const GATE = createEvent({ RepositoryArn, Images: [IMAGE.digest], Gate: 'scanned', FailOn: 'HIGH', WaitSeconds: '0' });
const MARK = createEvent({ RepositoryArn, Images: [IMAGE.digest] });
const API_CALL = createEvent({
  Create: JSON.stringify({
    service: 'ECR',
    action: 'describeImages',
    region: 'eu-west-1',
    parameters: { repositoryName: REPOSITORY, imageIds: [{ imageTag: TAG }] },
    physicalResourceId: { id: 'pin' },
    outputPaths: ['imageDetails.0.imageDigest'],
  }),
  InstallLatestAwsSdk: 'false',
});

/** What the functions of pins, gates and marks cost when Lambda starts them. */
export const functions: Section = { name: 'functions', run: measureFunctions };

async function measureFunctions(): Promise<Table[]> {
  await bundleWithoutSdk();
  const moto = await startMotoServer({ onProgress: console.error });
  try {
    const { ecr } = emulatorClients(moto.endpoint);
    await ecr.send(new CreateRepositoryCommand({ repositoryName: REPOSITORY }));
    await pushImage(ecr, REPOSITORY, IMAGE, TAG);
    await ecr.send(new StartImageScanCommand({ repositoryName: REPOSITORY, imageId: { imageDigest: IMAGE.digest } }));
    await putScan(moto.endpoint);
    const variants: Record<string, (endpoint: string) => Promise<ColdStart>> = {
      'ours, with the SDK in its bundle (shipped)': endpoint => coldStart(SHIPPED, PIN, endpoint),
      'ours, that of `ImageGate.scanned`': endpoint => coldStart({ code: CODE, handler: 'gate' }, GATE, endpoint),
      'ours, that of `markedAsDeployed`': endpoint => coldStart({ code: CODE, handler: 'mark' }, MARK, endpoint),
      'ours, with the SDK from node_modules': endpoint => coldStart(EXTERNAL, PIN, endpoint),
      "CDK's AwsCustomResource, describeImages": endpoint => coldStart(AWS_CUSTOM_RESOURCE, API_CALL, endpoint, { ANSWER_BY_HTTP: '1' }),
    };
    const names = Object.keys(variants);
    const starts = await inTurn(RUNS, Object.fromEntries(names.map(name => [name, () => variants[name](moto.endpoint)])));
    const { node } = await medianTimes(RUNS, { node: () => runProcess(process.execPath, ['-e', '0']) });
    const calls = Object.fromEntries(await Promise.all(names.map(async name => [name, await callsOf(moto.endpoint, variants[name])])));

    const timeOf = (name: string) => median(starts[name].map(({ milliseconds }) => milliseconds));
    const rssOf = (name: string) => median(starts[name].map(({ maxRssKilobytes }) => maxRssKilobytes)) / 1_024;
    const base = timeOf(names[0]);
    return [{
      title: 'Functions: from the start of a process to the answer to CloudFormation',
      columns: ['function', 'ms', 'ratio', 'max RSS (MB)', 'calls of ECR'],
      rows: [
        ...names.map(name => [name, timeOf(name).toFixed(0), ratio(timeOf(name), base), rssOf(name).toFixed(0), calls[name]]),
        ['`node -e 0`', node.toFixed(0), ratio(node, base), '', 0],
      ],
      notes: [
        `Median of ${RUNS} runs in turn, with Node.js ${process.version}, beside an emulated ECR.`,
        'The SDK is in the bundle that is shipped: it loads faster than the packages of node_modules, and the version is the one that was tested, '
        + 'whatever the Lambda runtime brings. AwsCustomResource is measured without the installation of the latest SDK that it does by default.',
      ],
    }];
  } finally {
    await moto.stop();
  }
}

/** A scan without findings, that was over long ago. */
async function putScan(moto: string): Promise<void> {
  const results = [{ repositoryName: REPOSITORY, imageId: { imageDigest: IMAGE.digest }, ...basicScan() }];
  await fetch(`${moto}/moto-api/static/ecr/scan-finding-results`, { method: 'POST', body: awsJson({ region: 'eu-west-1', results }) });
}

async function bundleWithoutSdk(): Promise<void> {
  await runProcess('npx', [
    'esbuild', '--bundle', 'src/functions/index.ts', '--platform=node', '--target=node22', '--minify', '--main-fields=module,main',
    '--external:@aws-sdk/*', `--outfile=${EXTERNAL.code}`,
  ], { cwd: ROOT });
}

async function callsOf(emulator: string, start: (endpoint: string) => Promise<ColdStart>): Promise<number> {
  const proxy = await startRegistryProxy(emulator);
  try {
    await start(proxy.endpoint);
    return proxy.requests.length;
  } finally {
    await proxy.stop();
  }
}
