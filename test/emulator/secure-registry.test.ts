import {
  BatchGetRepositoryScanningConfigurationCommand,
  CreateRepositoryCommand,
  DescribeRegistryCommand,
  ECRClient,
  GetRegistryPolicyCommand,
  PutRegistryPolicyCommand,
  PutRegistryScanningConfigurationCommand,
  PutReplicationConfigurationCommand,
} from '@aws-sdk/client-ecr';
import { App, Stack } from 'aws-cdk-lib';
import * as fc from 'fast-check';
import { emulatorClients } from '../../emulator/clients';
import { EMULATOR_ACCOUNT } from '../../emulator/environment';
import { evaluate } from '../../emulator/evaluate';
import { RegistryAccess, RegistryScanning, Replication, SecureRegistry, SecureRegistryProps } from '../../src';
import { coveringFilter, filterProblem } from '../../src/names/repository-filter';
import { isAllowed, PolicyDocument } from '../iam-evaluator';
import { emptyMoto, OTHER_ACCOUNT } from '../shared-emulators';

const REGION = 'eu-west-1';

let ecr: ECRClient;

beforeAll(async () => {
  ecr = emulatorClients((await emptyMoto()).endpoint, REGION).ecr;
}, 300_000);

/** The properties of the setting with a logical id. */
function rendered(props: SecureRegistryProps, logicalId: string): any {
  const app = new App();
  new SecureRegistry(new Stack(app, 'Stack'), 'Registry', props);
  const { Properties } = app.synth().getStackByName('Stack').template.Resources[logicalId];
  return evaluate(Properties, { 'AWS::AccountId': EMULATOR_ACCOUNT, 'AWS::Region': REGION, 'AWS::Partition': 'aws' });
}

/** What the API takes for properties of CloudFormation: the same in other letters. */
function forApi(value: unknown): any {
  if (Array.isArray(value)) return value.map(forApi);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key[0].toLowerCase() + key.slice(1), forApi(inner)]));
}

describe('scanning', () => {
  const PARTS = ['aa', 'ab', 'ba'];
  const REPOSITORIES = PARTS.flatMap(part => [part, ...['/', '-'].flatMap(separator => PARTS.map(second => part + separator + second))]);

  beforeAll(async () => {
    for (const repositoryName of REPOSITORIES) await ecr.send(new CreateRepositoryCommand({ repositoryName }));
  });

  /** How ECR scans each repository. */
  async function frequencies(scanning: { scanType: string; rules: unknown[] }): Promise<Record<string, string>> {
    await ecr.send(new PutRegistryScanningConfigurationCommand(scanning as PutRegistryScanningConfigurationCommand['input']));
    const { scanningConfigurations = [] } = await ecr.send(new BatchGetRepositoryScanningConfigurationCommand({ repositoryNames: REPOSITORIES }));
    return Object.fromEntries(scanningConfigurations.map(({ repositoryName, scanFrequency }) => [repositoryName, scanFrequency]));
  }

  const deployed = (scanning: RegistryScanning) => frequencies(forApi(rendered({ scanning }, 'SecureRegistryScanning')));

  // At the end of a filter, moto adds a `*` where there is none.
  const filter = fc.array(fc.constantFrom('a', 'b', 'ab', '*', '/', '-'), { maxLength: 4 }).map(parts => `${parts.join('')}*`)
    .filter(text => filterProblem(text) === undefined && !text.includes('**'));
  const filters = (minLength: number) => fc.uniqueArray(filter, { minLength, maxLength: 4 });

  /** Without those that do nothing beside others, which are an error. */
  function effective(all: string[], others: string[] = []): string[] {
    return all.filter(one => !coveringFilter([...all.filter(other => other !== one), ...others], one));
  }

  test('each repository is scanned as the filters that match it say', async () => {
    await fc.assert(fc.asyncProperty(filters(1), filters(0), async (all, others) => {
      const continuous = effective(all);
      const onPush = effective(others, continuous);
      const scanned = await deployed(RegistryScanning.enhanced({ continuous, onPush }));
      for (const name of REPOSITORIES) {
        const [isContinuous, isOnPush] = [continuous, onPush].map(some => coveringFilter(some, name) !== undefined);
        // Where both match, moto takes the last rule, and ECR the continuous one.
        const wanted = isContinuous && isOnPush ? expect.any(String) : isContinuous ? 'CONTINUOUS_SCAN' : isOnPush ? 'SCAN_ON_PUSH' : 'MANUAL';
        expect({ name, continuous, onPush, scanned: scanned[name] }).toEqual({ name, continuous, onPush, scanned: wanted });
      }
    }), { numRuns: 50 });
  });

  test('a filter that is an error because another one matches all that it matches would change nothing', async () => {
    await fc.assert(fc.asyncProperty(filters(2), async all => {
      const repositoryFilters = all.map(one => ({ filter: one, filterType: 'WILDCARD' }));
      const withAll = await frequencies({ scanType: 'BASIC', rules: [{ scanFrequency: 'SCAN_ON_PUSH', repositoryFilters }] });
      expect(await deployed(RegistryScanning.basic({ onPush: effective(all) }))).toEqual(withAll);
    }), { numRuns: 50 });
  });

  test('a filter without a wildcard, which is an error, would match every name that contains it', async () => {
    const rules = [{ scanFrequency: 'SCAN_ON_PUSH', repositoryFilters: [{ filter: 'ab', filterType: 'WILDCARD' }] }];
    const scanned = await frequencies({ scanType: 'BASIC', rules });
    expect(REPOSITORIES.filter(name => scanned[name] === 'SCAN_ON_PUSH')).toEqual(REPOSITORIES.filter(name => name.includes('ab')));
    expect(() => RegistryScanning.basic({ onPush: ['ab'] })).toThrow("write 'ab/*'");
  });
});

describe('replication', () => {
  const put = (replication: Replication[]) => ecr.send(new PutReplicationConfigurationCommand(forApi(rendered({ replication }, 'SecureRegistryReplication'))));

  test('to another Region is accepted', async () => {
    await put([Replication.to({ region: 'us-east-1' }, { prefixes: ['prod', 'team-a/web'] })]);
    expect(await ecr.send(new DescribeRegistryCommand({}))).toMatchObject({
      replicationConfiguration: {
        rules: [{
          destinations: [{ region: 'us-east-1', registryId: EMULATOR_ACCOUNT }],
          repositoryFilters: [{ filter: 'prod/', filterType: 'PREFIX_MATCH' }, { filter: 'team-a/web/', filterType: 'PREFIX_MATCH' }],
        }],
      },
    });
  });

  test('to another account is accepted', async () => {
    await put([Replication.to({ region: REGION, account: OTHER_ACCOUNT })]);
    expect(await ecr.send(new DescribeRegistryCommand({}))).toMatchObject({
      replicationConfiguration: { rules: [{ destinations: [{ region: REGION, registryId: OTHER_ACCOUNT }] }] },
    });
  });

  test('to the registry itself is refused, where the stack does not know where it is deployed', async () => {
    const toItself = put([Replication.to({ region: REGION, account: EMULATOR_ACCOUNT })]);
    await expect(toItself).rejects.toThrow('Replication destination cannot be the same as the source registry');
  });
});

describe('the policy', () => {
  const EVERYTHING: PolicyDocument = { Version: '2012-10-17', Statement: { Effect: 'Allow', Action: '*', Resource: '*' } };
  const policy = (...access: RegistryAccess[]) => rendered({ access }, 'SecureRegistryPolicy').PolicyText;
  const PREFIXES = ['prod', 'team-a/web'];
  const withPrefixes = policy(RegistryAccess.allowReplicationFrom(OTHER_ACCOUNT, { prefixes: PREFIXES }));

  /** What somebody may do there who may do everything in an account of their own. */
  const may = (account: string, action: string, repositoryName: string, resourcePolicy: PolicyDocument) => isAllowed({
    principalArn: `arn:aws:iam::${account}:role/Admin`,
    action: `ecr:${action}`,
    resourceArn: `arn:aws:ecr:${REGION}:${EMULATOR_ACCOUNT}:repository/${repositoryName}`,
    identityPolicies: [EVERYTHING],
    resourcePolicy,
  });

  test('is accepted', async () => {
    const policyText = JSON.stringify(withPrefixes);
    await ecr.send(new PutRegistryPolicyCommand({ policyText }));
    expect((await ecr.send(new GetRegistryPolicyCommand({}))).policyText).toBe(policyText);
  });

  test.each([
    ['ReplicateImage', {}],
    ['CreateRepository', {}],
    ['TagResource', { allowTagging: true }],
  ])('lets the other account %s below the prefixes, and nowhere else', async (action, options) => {
    const belowPrefixes = policy(RegistryAccess.allowReplicationFrom(OTHER_ACCOUNT, { prefixes: PREFIXES, ...options }));
    const below = ['prod/api', 'prod/team/api', 'team-a/web/api'];
    const elsewhere = ['prod', 'production/api', 'team-a/api', 'other/prod/api'];
    expect(await Promise.all(below.map(name => may(OTHER_ACCOUNT, action, name, belowPrefixes)))).toEqual(below.map(() => true));
    expect(await Promise.all(elsewhere.map(name => may(OTHER_ACCOUNT, action, name, belowPrefixes)))).toEqual(elsewhere.map(() => false));
    expect(await may(OTHER_ACCOUNT, action, 'anything', policy(RegistryAccess.allowReplicationFrom(OTHER_ACCOUNT, options)))).toBe(true);
  });

  test('lets nobody else in, and the other account do nothing else', async () => {
    expect(await may('333333333333', 'ReplicateImage', 'prod/api', withPrefixes)).toBe(false);
    const others = ['BatchDeleteImage', 'BatchGetImage', 'BatchImportUpstreamImage', 'DeleteRepository', 'PutImage', 'SetRepositoryPolicy', 'TagResource'];
    expect(await Promise.all(others.map(action => may(OTHER_ACCOUNT, action, 'prod/api', withPrefixes)))).toEqual(others.map(() => false));
  });
});
