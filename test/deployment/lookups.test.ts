import { BatchGetImageCommand, PutImageCommand } from '@aws-sdk/client-ecr';
import { CreateAccessKeyCommand, CreateUserCommand, PutUserPolicyCommand } from '@aws-sdk/client-iam';
import { PutParameterCommand } from '@aws-sdk/client-ssm';
import { Cloud, ENV } from './cloud';
import { accountVariables } from '../../emulator/account-clients';
import { ImageIndex, multiArchIndex, pushIndex, singleManifest } from '../../emulator/images';
import { buildLookupApp } from '../cli/lookup-app';
import { UserFolder } from '../cli/user-folder';
import { OTHER_REGION } from '../shared-emulators';

const cloud = new Cloud();
let user: UserFolder;

beforeAll(() => {
  user = new UserFolder();
  user.addCdk();
  buildLookupApp(user.file('app.js'));
  user.write('cdk.json', JSON.stringify({ app: 'node app.js', plugin: ['cdk-secure-repository/cli'], versionReporting: false, notices: false }));
});

afterAll(() => user.remove());

const LOOKUP_ROLE = `arn:aws:iam::${ENV.account}:role/cdk-hnb659fds-lookup-role-${ENV.account}-${ENV.region}`;

/** The environment of somebody in the account who may only do that. */
async function somebody(UserName: string, allowed: { Action: string; Resource: string }): Promise<Record<string, string>> {
  const { iam } = cloud.clients();
  await iam.send(new CreateUserCommand({ UserName }));
  await iam.send(new PutUserPolicyCommand({
    UserName, PolicyName: 'all', PolicyDocument: JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', ...allowed }] }),
  }));
  const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName }));
  return {
    ...accountVariables(cloud.aws),
    AWS_ACCESS_KEY_ID: AccessKey!.AccessKeyId!,
    AWS_SECRET_ACCESS_KEY: AccessKey!.SecretAccessKey!,
    CDK_DISABLE_CLI_TELEMETRY: 'true',
    NODE_NO_WARNINGS: '1',
  };
}

const amd64 = singleManifest('amd64');
const index = multiArchIndex([{ platform: 'linux/amd64', manifest: amd64 }]);
const replicated = multiArchIndex(['linux/amd64', 'linux/arm64'].map(platform => ({ platform, manifest: singleManifest(platform) })));

test.concurrent.each([
  ['an index', {}, index],
  ['a platform of it', { PLATFORM: 'linux/amd64' }, amd64],
])('the plugin and the command look up %s with the bootstrapped lookup role alone', async (_, platform, { digest }) => {
  const name = `looked-up-${Object.keys(platform).length}`;
  await cloud.repository(name);
  await pushIndex(cloud.clients().ecr, name, index, '1.0.0');
  const env = { ...await somebody(name, { Action: 'sts:AssumeRole', Resource: LOOKUP_ROLE }), ...platform, REPOSITORY: name, TAGS: '1.0.0' };
  user.write(`${name}/cdk.json`, user.read('cdk.json').replace('node app.js', 'node ../app.js'));

  expect(await user.cdk(name, ['synth', '--quiet'], env)).toMatchObject({ code: 0 });
  expect(Object.values(JSON.parse(user.read(`${name}/cdk.context.json`)))).toEqual([expect.objectContaining({ digest })]);
  expect(await user.imageLock(name, ['verify', '--strict'], env)).toMatchObject({ code: 0, stdout: '1 pin can be pulled\n' });
});

/** Copies an index to the other Region as ECR does: what it refers to first, all of it byte for byte. */
async function replicate(repositoryName: string, { children, digest }: ImageIndex, tag: string): Promise<void> {
  for (const imageDigest of [...children.map(child => child.digest), digest]) {
    const { images } = await cloud.clients().ecr.send(new BatchGetImageCommand({ repositoryName, imageIds: [{ imageDigest }] }));
    const [{ imageManifest, imageManifestMediaType }] = images!;
    await cloud.clients({ region: OTHER_REGION }).ecr.send(new PutImageCommand({
      repositoryName, imageManifest, imageManifestMediaType, imageTag: imageDigest === digest ? tag : undefined,
    }));
  }
}

test.concurrent.each([
  ['an index', {}, replicated],
  ['a platform of it', { PLATFORM: 'linux/arm64' }, replicated.children[1]],
])('the stacks of two Regions have the same digest of %s once it is replicated', async (_, platform, { digest }) => {
  const name = `replicated-${Object.keys(platform).length}`;
  await Promise.all([ENV.region, OTHER_REGION].map(region => cloud.repository(name, { region })));
  await pushIndex(cloud.clients().ecr, name, replicated, '1.0.0');
  user.write(`${name}/cdk.json`, user.read('cdk.json').replace('node app.js', 'node ../app.js'));
  const env = {
    ...accountVariables(cloud.aws),
    ...platform,
    REPOSITORY: name,
    TAGS: '1.0.0',
    REGIONS: `${ENV.region} ${OTHER_REGION}`,
    CDK_DISABLE_CLI_TELEMETRY: 'true',
    NODE_NO_WARNINGS: '1',
  };
  const { code, stdout, stderr } = await user.cdk(name, ['synth', '--quiet'], env);
  expect({ code, output: stdout + stderr }).toEqual({ code: 1, output: expect.stringContaining(`'${name}:1.0.0' (account ${ENV.account}, Region ${OTHER_REGION})`) });

  await replicate(name, replicated, '1.0.0');
  expect(await user.cdk(name, ['synth', '--quiet'], env)).toMatchObject({ code: 0 });
  const lock = JSON.parse(user.read(`${name}/cdk.context.json`));
  expect(Object.keys(lock).map(key => key.split(':').slice(0, 5).join(':')).sort())
    .toEqual([ENV.region, OTHER_REGION].map(region => `image-digest:${ENV.account}:${region}:${name}:1.0.0`));
  expect(Object.values(lock)).toEqual([expect.objectContaining({ digest }), expect.objectContaining({ digest })]);
  for (const stack of ['Stack', `Stack-${OTHER_REGION}`]) {
    expect(JSON.parse(user.read(`${name}/cdk.out/${stack}.template.json`)).Outputs).toMatchObject({ Digest0: { Value: digest } });
  }
  expect(await user.imageLock(name, ['verify', '--strict'], env)).toMatchObject({ code: 0, stdout: '2 pins can be pulled\n' });
});

test.concurrent('a tag that the CDK has to look up first is looked up, and then its digest', async () => {
  await cloud.repository('passes');
  const { digest } = await cloud.push('passes', '1.0.0');
  await cloud.clients().ssm.send(new PutParameterCommand({ Name: '/passes/tag', Type: 'String', Value: '1.0.0' }));
  user.write('passes/cdk.json', user.read('cdk.json').replace('node app.js', 'node ../app.js'));
  const env = { ...accountVariables(cloud.aws), REPOSITORY: 'passes', TAG_PARAMETER: '/passes/tag', CDK_DISABLE_CLI_TELEMETRY: 'true', NODE_NO_WARNINGS: '1' };
  expect(await user.cdk('passes', ['synth', '--quiet'], env)).toMatchObject({ code: 0 });
  expect(JSON.parse(user.read('passes/cdk.context.json'))).toMatchObject({ 'image-digest:123456789012:eu-west-1:passes:1.0.0': { digest } });
  expect(Object.keys(JSON.parse(user.read('passes/cdk.context.json')))).toHaveLength(2);
  expect(JSON.parse(user.read('passes/cdk.out/Stack.template.json')).Outputs).toMatchObject({ Digest0: { Value: digest } });
});

test.concurrent('without that role and without access to the repository, the reason is said', async () => {
  await cloud.repository('not-looked-up');
  await cloud.push('not-looked-up', '1.0.0');
  const stranger = await somebody('stranger', { Action: 'ecr:DescribeImages', Resource: 'arn:aws:ecr:*:*:repository/another' });
  user.write('stranger/cdk.json', user.read('cdk.json').replace('node app.js', 'node ../app.js'));
  const { code, stdout, stderr } = await user.cdk('stranger', ['synth', '--quiet'], { ...stranger, REPOSITORY: 'not-looked-up', TAGS: '1.0.0' });
  expect(code).toBe(1);
  expect(stdout + stderr).toContain("'not-looked-up:1.0.0' (account 123456789012, Region eu-west-1)");
  expect(stdout + stderr).toContain('is denied');
  expect(stdout + stderr).not.toContain(stranger.AWS_SECRET_ACCESS_KEY);
});
