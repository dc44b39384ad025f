import { addBundledApp } from '../bundled-app';
import { UserFolder } from '../user-folder';

jest.setTimeout(60_000);

/** An app with the defaults and the policy, whose repositories are in a stack, in a nested one and in one of a stage. */
const APP = `
  import { App, NestedStack, PropertyInjectors, Stack, Stage } from 'aws-cdk-lib';
  import { Repository, TagMutability } from 'aws-cdk-lib/aws-ecr';
  import { ContainerImagePolicy, SecureRepository, SecureRepositoryDefaults } from './src';

  const app = new App({ analyticsReporting: false });
  ContainerImagePolicy.apply(app);
  PropertyInjectors.of(app).add(new SecureRepositoryDefaults());
  const stack = new Stack(app, 'Stack');
  new Repository(stack, 'Images', { imageTagMutability: TagMutability.IMMUTABLE });
  new Repository(new NestedStack(stack, 'Nested'), 'Images');
  new SecureRepository(stack, 'Ours', { devCompanion: {} });
  new Repository(new Stack(new Stage(app, 'Prod'), 'Service'), 'Images');
  new Stack(app, 'Empty');
`;

let user: UserFolder;

beforeAll(() => {
  user = new UserFolder();
  addBundledApp(user, APP);
});

afterAll(() => user.remove());

/** What the CDK CLI says of repositories, in the order in which it does. */
async function lists(...args: string[]): Promise<string[]> {
  const { code, stdout, stderr } = await user.cdk('app', ['synth', '--quiet', ...args], { CDK_DISABLE_CLI_TELEMETRY: 'true' });
  expect(code).toBe(0);
  return (stdout + stderr).match(/SecureRepositoryDefaults|\S+(?:Images|Ours|DevCompanion): [a-z, ]*[a-z]/g) ?? [];
}

const ALL = 'immutable, scanned on push, retained, retention';
const OF_STACK = ['SecureRepositoryDefaults', 'Stack/Images: scanned on push, retained, retention', `Stack/Nested/Images: ${ALL}`];

test('the CDK CLI lists each repository once, with its stack', async () => {
  expect(await lists('**')).toEqual([...OF_STACK, 'SecureRepositoryDefaults', `Prod/Service/Images: ${ALL}`]);
  expect(await lists('Stack')).toEqual(OF_STACK);
  expect(await lists('Empty')).toEqual([]);
});
