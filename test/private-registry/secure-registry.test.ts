import { App, CfnParameter, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { ImageSigning } from '../../src/private-registry/image-signing';
import { RegistryAccess } from '../../src/private-registry/registry-access';
import { RegistryScanning } from '../../src/private-registry/registry-scanning';
import { Replication } from '../../src/private-registry/replication';
import { SecureRegistry, SecureRegistryProps } from '../../src/private-registry/secure-registry';

const ENV = { account: '111111111111', region: 'eu-west-1' };
const PROFILE = 'arn:aws:signer:eu-west-1:222222222222:/signing-profiles/releases';

const ALL: SecureRegistryProps = {
  scanning: RegistryScanning.enhanced({ continuous: ['prod/*'] }),
  replication: [Replication.to({ region: 'us-east-1' }), Replication.to({ region: 'eu-west-1', account: '222222222222' }, { prefixes: ['prod/', 'shared'] })],
  signing: [ImageSigning.with(PROFILE, { repositories: ['prod/*'] })],
  access: [RegistryAccess.allowReplicationFrom('333333333333', { prefixes: ['prod'] }), RegistryAccess.allowReplicationFrom('444444444444')],
};

function resourcesOf(props: SecureRegistryProps, id = 'Registry', env: object = ENV): Record<string, any> {
  const stack = new Stack(new App(), 'Stack', { env });
  new SecureRegistry(stack, id, props);
  return Template.fromStack(stack).toJSON().Resources ?? {};
}

test('each setting is one resource', () => {
  const arn = (name: string) => ({ 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, `:ecr:eu-west-1:111111111111:repository/${name}`]] });
  const principal = (account: string) => ({ AWS: { 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, `:iam::${account}:root`]] } });
  const Action = ['ecr:ReplicateImage', 'ecr:CreateRepository', 'ecr:TagResource'];
  const properties = Object.fromEntries(Object.entries(resourcesOf(ALL)).map(([id, { Properties }]) => [id, Properties]));
  expect(properties).toEqual({
    SecureRegistryScanning: {
      ScanType: 'ENHANCED',
      Rules: [{ ScanFrequency: 'CONTINUOUS_SCAN', RepositoryFilters: [{ Filter: 'prod/*', FilterType: 'WILDCARD' }] }],
    },
    SecureRegistryReplication: {
      ReplicationConfiguration: {
        Rules: [
          { Destinations: [{ Region: 'us-east-1', RegistryId: '111111111111' }] },
          {
            Destinations: [{ Region: 'eu-west-1', RegistryId: '222222222222' }],
            RepositoryFilters: [{ Filter: 'prod/', FilterType: 'PREFIX_MATCH' }, { Filter: 'shared/', FilterType: 'PREFIX_MATCH' }],
          },
        ],
      },
    },
    SecureRegistrySigning: { Rules: [{ SigningProfileArn: PROFILE, RepositoryFilters: [{ Filter: 'prod/*', FilterType: 'WILDCARD_MATCH' }] }] },
    SecureRegistryPolicy: {
      PolicyText: {
        Version: '2012-10-17',
        Statement: [
          { Effect: 'Allow', Action, Principal: principal('333333333333'), Resource: arn('prod/*') },
          { Effect: 'Allow', Action, Principal: principal('444444444444'), Resource: arn('*') },
        ],
      },
    },
  });
});

test('all of it stays when the construct is renamed or removed, and only scanning after a first deployment that failed', () => {
  const resources = resourcesOf(ALL);
  expect(resourcesOf(ALL, 'Renamed')).toEqual(resources);
  const policies = Object.fromEntries(Object.entries(resources).map(([id, { DeletionPolicy, UpdateReplacePolicy }]) => [id, [DeletionPolicy, UpdateReplacePolicy]]));
  expect(policies).toEqual({
    SecureRegistryScanning: ['Retain', 'Retain'],
    SecureRegistryReplication: ['RetainExceptOnCreate', 'Retain'],
    SecureRegistrySigning: ['RetainExceptOnCreate', 'Retain'],
    SecureRegistryPolicy: ['RetainExceptOnCreate', 'Retain'],
  });
});

test('what is not said stays as it is', () => {
  expect(resourcesOf({})).toEqual({});
});

test.each<[string, () => unknown, RegExp]>([
  ['replication to itself', () => resourcesOf({ replication: [Replication.to({ region: 'eu-west-1' })] }), /replication goes to this registry itself, 111111111111 in eu-west-1/],
  ['and to itself by its account', () => resourcesOf({ replication: [Replication.to({ region: 'eu-west-1', account: '111111111111' })] }), /itself/],
  ['and wherever the stack is deployed', () => resourcesOf({ replication: [Replication.to({ region: 'eu-west-1' })] }, 'Registry', { region: 'eu-west-1' }), /itself/],
  ['26 destinations', () => resourcesOf({ replication: Array.from({ length: 26 }, (_, i) => Replication.to({ region: 'us-east-1', account: `${100000000000 + i}` })) }),
    /has 26 rules; ECR takes at most 25/],
  ['one destination twice for the same repositories', () => resourcesOf({
    replication: [
      Replication.to({ region: 'us-east-1' }, { prefixes: ['a/b'] }), Replication.to({ region: 'us-east-1' }, { prefixes: ['a'] }),
    ],
  }), /to us-east-1 twice for the same repositories/],
  ['a Region that is a token', () => Replication.to({ region: new CfnParameter(new Stack(), 'Region').valueAsString }), /must be known at synth/],
  ['a Region that is none', () => Replication.to({ region: 'Ireland' }), /'Ireland' is not a Region/],
  ['an account that is none', () => Replication.to({ region: 'us-east-1', account: '123' }), /'123' is not an account/],
  ['no prefixes', () => Replication.to({ region: 'us-east-1' }, { prefixes: [] }), /prefixes is empty/],
  ['101 prefixes', () => Replication.to({ region: 'us-east-1' }, { prefixes: Array.from({ length: 101 }, (_, i) => `a${i}`) }), /has 101; ECR takes at most 100/],
  ['a prefix within another', () => Replication.to({ region: 'us-east-1' }, { prefixes: ['a', 'a/b'] }), /prefix 'a\/b': 'a' is for all of it; drop one/],
  ['a profile with a version', () => ImageSigning.with(`${PROFILE}/abc`), /^ImageSigning\.with: .* without a version$/],
  ['a profile of another Region', () => resourcesOf({ signing: [ImageSigning.with(PROFILE.replace('eu-west-1', 'us-east-1'))] }), /expected a profile of the registry's Region, eu-west-1/],
  ['a profile twice', () => resourcesOf({ signing: [ImageSigning.with(PROFILE), ImageSigning.with(PROFILE, { repositories: ['a/*'] })] }), /twice; put all repositories of a profile into one/],
  ['11 profiles', () => resourcesOf({ signing: Array.from({ length: 11 }, (_, i) => ImageSigning.with(`${PROFILE}${i}`)) }), /has 11 profiles; ECR takes at most 10/],
  ['signing of nothing', () => ImageSigning.with(PROFILE, { repositories: [] }), /repositories is empty/],
  ['signing of a name', () => ImageSigning.with(PROFILE, { repositories: ['prod'] }), /repositories 'prod': it has no '\*'; write 'prod\/\*' for what is below it/],
  ['access of no account', () => RegistryAccess.allowReplicationFrom('*'), /'\*' is not an account/],
  ['access to a wildcard', () => RegistryAccess.allowReplicationFrom('333333333333', { prefixes: ['prod*'] }), /prefix 'prod\*': expected lower-case letters/],
  ['a policy that is too long', () => resourcesOf({ access: [RegistryAccess.allowReplicationFrom('333333333333', { prefixes: Array.from({ length: 200 }, (_, i) => `${'x'.repeat(60)}${i}`) })] }),
    /its policy has \d+ characters or more, and ECR takes 10240; name fewer prefixes/],
])('%s is an error', (_, make, message) => {
  expect(make).toThrow(message);
});
