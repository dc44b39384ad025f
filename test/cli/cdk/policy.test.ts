import { ecrRequest } from '../assembly-folder';
import { WatchedAws } from '../aws';
import { addBundledApp } from '../bundled-app';
import { UserFolder } from '../user-folder';

jest.setTimeout(60_000);

/** An app with the policy, whose task has an image of the lock and, where SIDECAR is set, another one. */
const APP = `
  import { App, Stack } from 'aws-cdk-lib';
  import { Repository } from 'aws-cdk-lib/aws-ecr';
  import { ContainerImage, FargateTaskDefinition } from 'aws-cdk-lib/aws-ecs';
  import { ContainerImagePolicy, DigestPinnedImage } from './src';

  const app = new App({ analyticsReporting: false });
  ContainerImagePolicy.apply(app);
  const stack = new Stack(app, 'Stack', { env: { account: '123456789012', region: 'eu-west-1' } });
  const task = new FargateTaskDefinition(stack, 'Task');
  task.addContainer('Api', { image: DigestPinnedImage.fromLookup(Repository.fromRepositoryName(stack, 'Api', 'team/policy'), 'v1') });
  if (process.env.SIDECAR) {
    task.addContainer('Sidecar', { image: ContainerImage.fromRegistry(process.env.SIDECAR) });
  }
`;

const aws = new WatchedAws();
let user: UserFolder;

beforeAll(() => {
  user = new UserFolder();
  addBundledApp(user, APP, { plugin: ['cdk-secure-repository/cli'] });
});

afterAll(() => user.remove());

async function synth(env = {}) {
  const { code, stdout, stderr } = await user.cdk('app', ['synth', '--quiet'], { ...aws.environment, CDK_DISABLE_CLI_TELEMETRY: 'true', CI: 'true', ...env });
  const output = stdout + stderr;
  return { code, output, notes: output.match(/container images are judged once the CDK CLI has looked up/g)?.length ?? 0 };
}

test('the CDK CLI looks up what is missing, and then the policy judges', async () => {
  const [image] = await aws.push('team/policy', 'v1');
  const refused = await synth({ SIDECAR: 'nginx:1.27' });
  expect(refused).toMatchObject({ code: 1, notes: 1 });
  expect(refused.output).toContain('Stack/Task/Resource');
  expect(refused.output).toContain("use DigestPinnedImage.fromReference('nginx:1.27')");
  expect(JSON.parse(user.read('app/cdk.context.json'))).toEqual({ [ecrRequest('team/policy', 'v1').key]: expect.objectContaining({ digest: image.digest }) });

  expect(await synth()).toMatchObject({ code: 0, notes: 0 });
  expect(await synth({ SIDECAR: 'nginx:1.27' })).toMatchObject({ code: 1, notes: 0 });

  await user.cdk('app', ['context', '--clear'], { ...aws.environment, CI: 'true' });
  expect(await synth()).toMatchObject({ code: 0, notes: 1 });
});
