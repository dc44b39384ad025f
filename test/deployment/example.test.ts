import { cpSync, readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { Cloud, uriOf } from './cloud';
import { accountVariables } from '../../emulator/account-clients';
import { filterTemplate } from '../../emulator/filter-template';
import { basicFinding, basicScan } from '../../emulator/scan-findings';
import { deployedTag } from '../../src/names/deployed-tag';
import { UserFolder } from '../cli/user-folder';

const ROOT = join(__dirname, '..', '..');
const EXAMPLE = join(ROOT, 'examples', 'typescript');

const cloud = new Cloud();
let user: UserFolder;

beforeAll(() => {
  user = new UserFolder();
  user.addCdk();
  user.write('node_modules/cdk-secure-repository/index.js', `module.exports = require('${ROOT}/src');`);
  user.write('shop/cdk.json', JSON.stringify({
    ...JSON.parse(readFileSync(join(EXAMPLE, 'cdk.json'), 'utf8')),
    app: `node -r ${ROOT}/node_modules/ts-node/register/transpile-only bin/shop.ts`,
  }));
  for (const folder of ['bin', 'lib']) {
    cpSync(join(EXAMPLE, folder), user.file(`shop/${folder}`), { recursive: true });
  }
  user.write('shop/cdk.context.json', lockWithoutMadeUpImages());
});

afterAll(() => user.remove());

/** What stays in the example's lock once one has images of one's own; the image of the public registry cannot be looked up here. */
function lockWithoutMadeUpImages(): string {
  const lock = JSON.parse(readFileSync(join(EXAMPLE, 'cdk.context.json'), 'utf8'));
  return JSON.stringify(Object.fromEntries(Object.entries(lock).filter(([key]) => !key.startsWith('image-digest:123456789012:'))));
}

async function cdk(...args: string[]): Promise<void> {
  const { code, stdout, stderr } = await user.cdk('shop', args, {
    ...accountVariables(cloud.aws),
    NODE_PATH: [user.path, ROOT].map(folder => join(folder, 'node_modules')).join(delimiter),
    TS_NODE_PROJECT: join(ROOT, 'integ', 'tsconfig.json'),
    CDK_DISABLE_CLI_TELEMETRY: 'true',
    NODE_NO_WARNINGS: '1',
  });
  if (code !== 0) {
    throw new Error(`cdk ${args[0]} failed:\n${stdout}${stderr}`);
  }
}

/** The emulator's CloudFormation has no NAT gateways. */
function leaveOutNatGateways(): void {
  const template = JSON.parse(user.read('shop/cdk.out/Services.template.json'));
  const types = Object.values<{ Type: string }>(template.Resources).map(({ Type }) => Type);
  const unknown = ['AWS::EC2::EIP', 'AWS::EC2::NatGateway', 'AWS::EC2::Route'];
  user.write('shop/cdk.out/Services.template.json', JSON.stringify(filterTemplate(template, types.filter(type => !unknown.includes(type)))));
}

// Its templates are those of the examples in the other languages, to the byte.
test('the example is deployed, with a lock of its own images, past its gate, updated and destroyed', async () => {
  await cdk('deploy', 'Images', '--require-approval', 'never');
  const [locked, resolved] = [await cloud.push('shop', 'v1.4.0'), await cloud.push('shop', 'v1.5.0-rc.1')];
  await cloud.scan('shop', resolved.digest, basicScan(basicFinding({ severity: 'HIGH' })));
  await cdk('synth', '--quiet');
  leaveOutNatGateways();
  await cdk('deploy', '--all', '--app', 'cdk.out', '--require-approval', 'never');
  expect(await cloud.images('Services')).toEqual([
    uriOf('shop', locked),
    'public.ecr.aws/nginx/nginx@sha256:5c733364e9a8f7e6d7289ceaad623c6600479fe95c3ab5534f07bfd7416d9541',
    uriOf('shop', resolved),
    expect.stringMatching(/^123456789012\.dkr\.ecr\.eu-west-1\.amazonaws\.com\/docker-hub\/library\/redis@sha256:[0-9a-f]{64}$/),
  ]);

  expect(await cloud.tagsOf('shop', resolved.digest)).toEqual([deployedTag(resolved.digest), 'v1.5.0-rc.1']);

  const newer = await cloud.push('shop', 'v1.5.0');
  await cloud.scan('shop', newer.digest, basicScan());
  user.write('shop/lib/services-stack.ts', user.read('shop/lib/services-stack.ts').replace('v1.5.0-rc.1', 'v1.5.0'));
  await cdk('synth', '--quiet');
  leaveOutNatGateways();
  await cdk('deploy', '--all', '--app', 'cdk.out', '--require-approval', 'never');
  expect((await cloud.images('Services'))[2]).toBe(uriOf('shop', newer));
  await cdk('destroy', '--all', '--force');
  await expect(cloud.stack('Services')).rejects.toThrow('does not exist');
});
