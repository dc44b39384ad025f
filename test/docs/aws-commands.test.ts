import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CreateRepositoryCommand, PutLifecyclePolicyCommand, SetRepositoryPolicyCommand } from '@aws-sdk/client-ecr';
import { Block, blocksIn, readPages } from './pages';
import { DOCS_ENVIRONMENT } from './python-tools';
import { Shell } from './shell';
import { EmulatorClients, emulatorClients } from '../../emulator/clients';
import { multiArchIndex, pushImage, pushIndex, singleManifest } from '../../emulator/images';
import { ensurePythonEnvironment } from '../../emulator/python-environment';
import { ecrCommands } from '../../src/registry-client/ecr-commands';
import { emptyMoto } from '../shared-emulators';

const blocks = blocksIn(readPages(), 'sh', 'bash');
const named = (chosen: Block[]) => chosen.map(block => [`${block.page}:${block.line}`, block] as const);

const released = multiArchIndex([
  { platform: 'linux/amd64', manifest: singleManifest('released amd64') },
  { platform: 'linux/arm64', manifest: singleManifest('released arm64') },
]);
const running = singleManifest('running, but its tag moved');
const newer = singleManifest('newer');

const POLICY = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { AWS: 'arn:aws:iam::210987654321:root' }, Action: ['ecr:BatchGetImage'] }],
});
const RULES = JSON.stringify({
  rules: [{ rulePriority: 1, selection: { tagStatus: 'untagged', countType: 'imageCountMoreThan', countNumber: 9 }, action: { type: 'expire' } }],
});

let python: string;
let endpoint: string;
let clients: EmulatorClients;
let shell: Shell;

beforeAll(async () => {
  python = await ensurePythonEnvironment(console.log, DOCS_ENVIRONMENT);
  ({ endpoint } = await emptyMoto());
  clients = emulatorClients(endpoint);
}, 300_000);

beforeEach(() => {
  shell = new Shell({
    AWS_ENDPOINT_URL: endpoint,
    AWS_ACCESS_KEY_ID: 'emulated',
    AWS_SECRET_ACCESS_KEY: 'emulated',
    AWS_DEFAULT_REGION: 'eu-west-1',
    AWS_PAGER: '',
    REPOSITORY: 'api',
    DIGEST: released.digest,
    REGISTRY: '123456789012.dkr.ecr.eu-west-1.amazonaws.com',
    TAG: 'v1.2.3',
    COMMIT: '0123abc',
  });
});

afterEach(() => shell.remove());

/** A mutable repository as it grew: a release, and a tag that moved on from what runs. */
async function seed(repositoryName: string): Promise<void> {
  await clients.ecr.send(new CreateRepositoryCommand({ repositoryName }));
  await clients.ecr.send(new PutLifecyclePolicyCommand({ repositoryName, lifecyclePolicyText: RULES }));
  await clients.ecr.send(new SetRepositoryPolicyCommand({ repositoryName, policyText: POLICY }));
  await pushIndex(clients.ecr, repositoryName, released, 'v1.2.3');
  await pushImage(clients.ecr, repositoryName, running);
  await pushImage(clients.ecr, repositoryName, newer, 'latest');
}

describe('against the emulator', () => {
  beforeEach(async () => {
    await fetch(`${endpoint}/moto-api/reset`, { method: 'POST' });
    await seed('api');
    shell.define('aws', `exec '${python}' -m awscli "$@"`);
  });

  test.each(named(blocks.filter(({ flags }) => flags.includes('emulator'))))('%s runs', async (_, { content }) => {
    const { code, output } = await shell.run(content.replace(/sha256:[0-9a-f]{64}/g, running.digest));
    expect([code, output]).toEqual([0, expect.not.stringMatching(/\bNone\b|rror/)]);
  }, 120_000);

  const blockWith = (text: string) => blocks.find(({ content }) => content.includes(text))!.content;

  test('the digest of a tag is found', async () => {
    expect(await shell.run(blockWith('imageTag=v1.2.3'))).toEqual({ code: 0, output: `${released.digest}\n` });
  });

  test('an image that runs without a tag gets one', async () => {
    await shell.run(blockWith('put-image ').replace(/sha256:[0-9a-f]{64}/g, running.digest));
    const tag = `keep-${running.digest.slice(7, 19)}`;
    const { output } = await shell.run(`aws ecr describe-images --repository-name api --image-ids imageTag=${tag} --query 'imageDetails[].imageDigest' --output text`);
    expect(output).toBe(`${running.digest}\n`);
  });

  test('what a repository has is kept in files, for the way back', async () => {
    await shell.run(blockWith('get-lifecycle-policy '));
    expect(JSON.parse(readFileSync(join(shell.folder, 'repository-policy.json'), 'utf8'))).toEqual(JSON.parse(POLICY));
  });

  test('with moving tags excluded, they can be pushed again and others cannot', async () => {
    await shell.run(blockWith('put-image-tag-mutability '));
    await pushImage(clients.ecr, 'api', running, 'latest');
    await expect(pushImage(clients.ecr, 'api', running, 'v1.2.3')).rejects.toThrow('already exists');
  });
});

describe('the AWS CLI knows the commands', () => {
  const ANSWER = 'answer '.repeat(20); // a lifecycle policy has 100 characters or more
  const STUBS = ['npx', 'jq', 'docker', 'crane', 'regctl', 'skopeo', 'cosign', 'notation', 'kubectl', 'kustomize', 'git', 'grep', 'diff'];

  /** The arguments of each call of `aws` in shell blocks. */
  async function callsIn(contents: string[]): Promise<string[][]> {
    const record = mkdtempSync(join(shell.folder, 'calls-'));
    shell.define('aws', `printf '%s\\0' "$@" > "$(mktemp -p '${record}')"; echo '${ANSWER}'`);
    STUBS.forEach(command => shell.define(command, `echo '${ANSWER}'`));
    for (const content of contents) {
      await shell.run(`set +eu; REVISION_ARN=arn\n${content}`);
    }
    return readdirSync(record).map(file => readFileSync(join(record, file), 'utf8').split('\0').slice(0, -1));
  }

  async function problemsOf(contents: string[]): Promise<string[]> {
    const calls = await callsIn(contents);
    expect(calls.length).toBeGreaterThanOrEqual(contents.length);
    const input = join(shell.folder, 'calls.json');
    writeFileSync(input, JSON.stringify(calls));
    const { code, output } = await shell.run(`'${python}' '${join(__dirname, 'check_aws_commands.py')}' < '${input}'`);
    expect([code, output]).toEqual([0, expect.stringMatching(/^\[/)]);
    return JSON.parse(output);
  }

  test('in all guides', async () => {
    expect(await problemsOf(blocks.map(({ content }) => content).filter(content => /\baws [a-z]/.test(content)))).toEqual([]);
  }, 120_000);

  test('in all failures', async () => {
    const repository = { account: '123456789012', region: 'eu-west-1', repositoryName: 'team/api' };
    const commands = ['v1', released.digest].flatMap(image => Object.values(ecrCommands(repository, image)));
    expect(await problemsOf(commands)).toEqual([]);
  }, 120_000);

  test('those that it does not know are noticed', async () => {
    expect(await problemsOf([
      'aws ecr describe-image --repository-name api',
      'aws ecr describe-images --repository-name api --image-id x --nonsense',
      'aws ecr describe-images --repository-name api',
    ])).toHaveLength(2);
  }, 120_000);
});
