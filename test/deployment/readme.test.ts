import { readFileSync } from 'node:fs';
import { Cloud } from './cloud';
import { accountVariables } from '../../emulator/account-clients';
import { addBundledApp } from '../cli/bundled-app';
import { UserFolder } from '../cli/user-folder';
import { blocksIn, parsePage, ROOT } from '../docs/pages';

const cloud = new Cloud();
let user: UserFolder;

/** The app of the README, under names of this test's own. */
function appOfReadme(): string {
  const readme = parsePage('README.md', readFileSync(`${ROOT}/README.md`, 'utf8'));
  const [{ content }] = blocksIn([readme], 'ts');
  return content.replace("'Images'", "'ReadmeImages'").replace("'Services'", "'ReadmeServices'").replace("repositoryName: 'shop'", "repositoryName: 'readme-shop'");
}

beforeAll(() => {
  user = new UserFolder();
  addBundledApp(user, appOfReadme(), { plugin: ['cdk-secure-repository/cli'] });
});

afterAll(() => user.remove());

// The third command deploys a VPC with NAT gateways, which the emulator does not know.
test("the README's first two commands, in their order: the repository is deployed before there is an image for the service", async () => {
  const env = { ...accountVariables(cloud.aws), CDK_DISABLE_CLI_TELEMETRY: 'true', NODE_NO_WARNINGS: '1' };
  const cdk = async (...args: string[]) => user.cdk('app', args, env);

  const deployed = await cdk('deploy', 'ReadmeImages', '--require-approval', 'never');
  expect([deployed.code, deployed.stdout + deployed.stderr]).toEqual([0, expect.anything()]);
  const { digest } = await cloud.push('readme-shop', 'v1.4.0');
  expect(await cdk('synth', '--quiet')).toMatchObject({ code: 0 });

  expect(JSON.parse(user.read('app/cdk.context.json'))).toMatchObject({ 'image-digest:123456789012:eu-west-1:readme-shop:v1.4.0': { digest } });
  expect(user.read('app/cdk.out/ReadmeServices.template.json')).toContain(`@${digest}"`);
});
