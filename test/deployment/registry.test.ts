import {
  CreateChangeSetCommand,
  DescribeChangeSetCommand,
  ExecuteChangeSetCommand,
  ResourceToImport,
  waitUntilChangeSetCreateComplete,
  waitUntilStackImportComplete,
} from '@aws-sdk/client-cloudformation';
import { ListRolePoliciesCommand } from '@aws-sdk/client-iam';
import { App, CfnWaitCondition, CfnWaitConditionHandle, LegacyStackSynthesizer, RemovalPolicy, Stack } from 'aws-cdk-lib';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import { Cloud, ENV, stackIn } from './cloud';
import { registryOf } from '../../emulator/registry-settings';
import {
  ImageSigning, PullThroughCache, RegistryAccess, RegistryScanning, Replication, RepositoryTemplate, SecureRegistry, SecureRegistryProps,
} from '../../src';
import { OTHER_ACCOUNT } from '../shared-emulators';

/** Settings of registries. Each test has that of a Region of its own, which is not bootstrapped. */

const cloud = new Cloud();

interface Deployment {
  readonly region: string;
  readonly stackName: string;
  /** Of the construct. */
  readonly id?: string;
  /** Fails after the registry is set. */
  readonly fails?: boolean;
}

function registryStack(app: App, { region, stackName, id = 'Registry', fails }: Deployment, props: (stack: Stack) => SecureRegistryProps): Stack {
  const stack = stackIn(app, stackName, { env: { ...ENV, region }, synthesizer: new LegacyStackSynthesizer() });
  const registry = new SecureRegistry(stack, id, props(stack));
  if (fails) {
    const { ref } = new CfnWaitConditionHandle(stack, 'Handle');
    new CfnWaitCondition(stack, 'Condition', { handle: ref, timeout: '1', count: 1 }).node.addDependency(registry);
  }
  return stack;
}

/** All kinds of settings, but templates and caches. */
function settingsOfOne(region: string): SecureRegistryProps {
  return {
    scanning: RegistryScanning.enhanced({ continuous: ['prod/*'], onPush: ['*'] }),
    replication: [Replication.to({ region: ENV.region }, { prefixes: ['prod'] })],
    signing: [ImageSigning.with(`arn:aws:signer:${region}:${ENV.account}:/signing-profiles/releases`)],
    access: [RegistryAccess.allowReplicationFrom(OTHER_ACCOUNT, { prefixes: ['prod'], allowTagging: true })],
  };
}

const RESOURCE_TAGS = { team: 'platform' };

function template(prefix: string, removalPolicy?: RemovalPolicy): RepositoryTemplate {
  return RepositoryTemplate.forPrefix(prefix, { resourceTags: RESOURCE_TAGS, removalPolicy });
}

/** Docker Hub's, with a credential. */
function hubCache(stack: Stack, credential = 'docker-hub-AbCdEf'): PullThroughCache {
  const arn = `arn:aws:secretsmanager:${stack.region}:${ENV.account}:secret:ecr-pullthroughcache/${credential}`;
  return PullThroughCache.dockerHub(secretsmanager.Secret.fromSecretCompleteArn(stack, 'Credential', arn));
}

/** What is set in the registry of a Region, in the order of the alphabet: the type, and the prefix of a template or a cache. */
async function set(region: string): Promise<string[]> {
  const { settings } = await registryOf(cloud.aws, { region });
  return settings.map(({ type, identifier }) => named(type, identifier)).sort();
}

/** What CloudFormation did in a Region meanwhile. */
async function callsOf(region: string, change: () => Promise<unknown>): Promise<string[]> {
  const { calls: before } = await registryOf(cloud.aws, { region });
  await change();
  const { calls } = await registryOf(cloud.aws, { region });
  return calls.slice(before.length).map(call => {
    const [operation, type, identifier] = call.split(' ');
    return `${operation} ${named(type, identifier)}`;
  }).sort();
}

/** How many policies the role has with which ECR makes repositories by a template. */
async function policiesOfRole(region: string, prefix: string): Promise<number> {
  const { settings } = await registryOf(cloud.aws, { region });
  const { CustomRoleArn } = settings.find(({ identifier }) => identifier === prefix)!.properties as { CustomRoleArn: string };
  const { PolicyNames } = await cloud.clients().iam.send(new ListRolePoliciesCommand({ RoleName: CustomRoleArn.split('/').pop() }));
  return PolicyNames!.length;
}

function named(type: string, identifier: string): string {
  return [type.replace('AWS::ECR::', ''), ...identifier === ENV.account ? [] : [identifier]].join(' ');
}

const OF_ONE = ['RegistryPolicy', 'RegistryScanningConfiguration', 'ReplicationConfiguration', 'SigningConfiguration'];
const KEPT = ['PullThroughCacheRule docker-hub', 'RepositoryCreationTemplate docker-hub', 'RepositoryCreationTemplate kept'];
const DROPPED = ['PullThroughCacheRule quay', 'RepositoryCreationTemplate dropped', 'RepositoryCreationTemplate quay'];

test.concurrent('a registry keeps what is set when its construct is renamed, when settings are left out, and when the stack is destroyed', async () => {
  const region = 'eu-north-1';
  const here = { region, stackName: 'KeptRegistry' };
  const all = (stack: Stack) => ({
    ...settingsOfOne(region),
    newRepositories: [template('kept'), template('dropped', RemovalPolicy.DESTROY)],
    pullThroughCaches: [hubCache(stack), PullThroughCache.quay({ removalPolicy: RemovalPolicy.DESTROY })],
  });
  const everything = [...OF_ONE, ...KEPT, ...DROPPED].sort();
  expect(await callsOf(region, () => cloud.deploy(app => registryStack(app, here, all)))).toEqual(everything.map(one => `Create ${one}`));
  expect(await set(region)).toEqual(everything);

  expect(await callsOf(region, () => cloud.deploy(app => registryStack(app, { ...here, id: 'Renamed' }, all)))).toEqual([]);

  const leftOut = await callsOf(region, () => cloud.deploy(app => registryStack(app, { ...here, id: 'Renamed' }, () => settingsOfOne(region))));
  expect(leftOut).toEqual(DROPPED.map(one => `Delete ${one}`));
  expect(await set(region)).toEqual([...OF_ONE, ...KEPT].sort());
  expect(await policiesOfRole(region, 'kept')).toBe(1);

  const again = (app: App) => registryStack(app, here, stack => ({ newRepositories: [template('kept')], pullThroughCaches: [hubCache(stack)] }));
  expect(await cloud.deployInVain(again)).toContain('already exists');
  const broughtBack = await callsOf(region, () => cloud.deploy(again, '--import-existing-resources'));
  expect(broughtBack).toEqual(KEPT.map(one => `Import ${one}`));

  const { settings: before } = await registryOf(cloud.aws, { region });
  expect(await callsOf(region, () => cloud.destroy(again))).toEqual([]);
  await expect(cloud.stack(here.stackName, { region })).rejects.toThrow('does not exist');
  expect((await registryOf(cloud.aws, { region })).settings).toEqual(before);
});

test.concurrent('a deployment that fails takes back what it made, but scanning, and what it changed', async () => {
  const region = 'eu-central-1';
  const here = { region, stackName: 'FailedRegistry' };
  const first = (stack: Stack) => ({ ...settingsOfOne(region), newRepositories: [template('first')], pullThroughCaches: [hubCache(stack)] });
  const madeFirst = [...OF_ONE, 'PullThroughCacheRule docker-hub', 'RepositoryCreationTemplate docker-hub', 'RepositoryCreationTemplate first'].sort();
  await cloud.deployInVain(app => registryStack(app, { ...here, fails: true }, first));
  expect(await set(region)).toEqual(['RegistryScanningConfiguration']);

  await cloud.deploy(app => registryStack(app, here, first));
  expect(await set(region)).toEqual(madeFirst);
  const { settings: before } = await registryOf(cloud.aws, { region });

  const second = (stack: Stack) => ({
    ...first(stack),
    newRepositories: [template('first'), template('second')],
    access: [RegistryAccess.allowReplicationFrom(OTHER_ACCOUNT)],
  });
  const inVain = await callsOf(region, () => cloud.deployInVain(app => registryStack(app, { ...here, fails: true }, second)));
  expect(inVain).toEqual(['Create RepositoryCreationTemplate second', 'Delete RepositoryCreationTemplate second', 'Update RegistryPolicy', 'Update RegistryPolicy']);
  expect((await registryOf(cloud.aws, { region })).settings).toEqual(before);
});

test.concurrent('a cache cannot be changed under its prefix, and stays as it is', async () => {
  const region = 'sa-east-1';
  const here = { region, stackName: 'ChangedCache' };
  const version = (credential: string) => (app: App) => registryStack(app, here, stack => ({ pullThroughCaches: [hubCache(stack, credential)] }));
  await cloud.deploy(version('docker-hub-AbCdEf'));
  const { settings: before } = await registryOf(cloud.aws, { region });
  expect(await cloud.deployInVain(version('another-AbCdEf'))).toContain("'AWS::ECR::PullThroughCacheRule' with identifier 'docker-hub' already exists");
  expect(await cloud.stack(here.stackName, { region })).toMatchObject({ StackStatus: 'UPDATE_ROLLBACK_COMPLETE' });
  expect((await registryOf(cloud.aws, { region })).settings).toEqual(before);
});

test.concurrent('what is set already is not overwritten, but imported first', async () => {
  const region = 'ap-south-1';
  const left = { region, stackName: 'LeftRegistry' };
  const settings = () => ({ ...settingsOfOne(region), newRepositories: [RepositoryTemplate.forAll()] });
  const changed = () => ({ ...settings(), access: [RegistryAccess.allowReplicationFrom(OTHER_ACCOUNT)] });
  await cloud.deploy(app => registryStack(app, left, settings));
  await cloud.destroy(app => registryStack(app, left, settings));
  const { settings: before } = await registryOf(cloud.aws, { region });

  const here = { region, stackName: 'AdoptedRegistry' };
  const adopting = (app: App) => registryStack(app, here, settings);
  expect(await cloud.deployInVain(adopting)).toMatch(/Resource of type 'AWS::ECR::\w+' with identifier '\w+' already exists/);
  expect((await registryOf(cloud.aws, { region })).settings).toEqual(before);
  await cloud.destroy(adopting);

  await importSettings(adopting(new App()));
  expect((await registryOf(cloud.aws, { region })).settings).toEqual(before);
  expect(await callsOf(region, () => cloud.deploy(app => registryStack(app, here, changed)))).toEqual(['Update RegistryPolicy']);
});

interface SettingsTemplate {
  readonly Resources: Record<string, { Type: string; Properties: { Prefix?: string } }>;
}

/** Makes a stack of what its template sets in a registry, and of nothing else: in a change set that imports, there can be no resource that is new. */
async function importSettings(stack: Stack): Promise<void> {
  const { cloudFormation: client } = cloud.clients({ region: stack.region });
  const { Resources: resources }: SettingsTemplate = App.of(stack)!.synth().getStackByName(stack.stackName).template;
  const settings = Object.entries(resources).filter(([id]) => id.startsWith('SecureRegistry'));
  const change = { StackName: stack.stackName, ChangeSetName: 'import' };
  await client.send(new CreateChangeSetCommand({
    ...change,
    ChangeSetType: 'IMPORT',
    TemplateBody: JSON.stringify({ Resources: Object.fromEntries(settings) }),
    ResourcesToImport: settings.map(([LogicalResourceId, { Type, Properties: { Prefix } }]): ResourceToImport => ({
      LogicalResourceId, ResourceType: Type, ResourceIdentifier: Prefix ? { Prefix } : { RegistryId: ENV.account },
    })),
  }));
  const wait = { client, minDelay: 0.1, maxDelay: 0.1, maxWaitTime: 60 };
  await waitUntilChangeSetCreateComplete(wait, change);
  expect(await client.send(new DescribeChangeSetCommand(change))).toMatchObject({ ExecutionStatus: 'AVAILABLE' });
  await client.send(new ExecuteChangeSetCommand(change));
  await waitUntilStackImportComplete(wait, change);
}
