import { App, CfnParameter, NestedStack, Stack } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as signer from 'aws-cdk-lib/aws-signer';
import { ImageSigning } from '../../src/private-registry/image-signing';
import { RegistryAccess, ReplicationAccessOptions } from '../../src/private-registry/registry-access';
import { RegistryScanning } from '../../src/private-registry/registry-scanning';
import { Replication } from '../../src/private-registry/replication';
import { RepositoryTemplate } from '../../src/private-registry/repository-template';
import { RepositoryCreation } from '../../src/private-registry/repository-template-options';
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
  const Action = ['ecr:ReplicateImage', 'ecr:CreateRepository'];
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
  const policies = Object.entries(resources).map(([id, { DeletionPolicy, UpdateReplacePolicy }]) => [id, [DeletionPolicy, UpdateReplacePolicy]]);
  expect(Object.fromEntries(policies)).toEqual({
    SecureRegistryScanning: ['Retain', 'Retain'],
    SecureRegistryReplication: ['RetainExceptOnCreate', 'Retain'],
    SecureRegistrySigning: ['RetainExceptOnCreate', 'Retain'],
    SecureRegistryPolicy: ['RetainExceptOnCreate', 'Retain'],
  });
});

test('another account may tag only where a template for replication has tags, or it is said so', () => {
  const from = (options: ReplicationAccessOptions, newRepositories: RepositoryTemplate[] = []) =>
    JSON.stringify(resourcesOf({ newRepositories, access: [RegistryAccess.allowReplicationFrom('333333333333', options)] }).SecureRegistryPolicy);
  const tagging = expect.stringContaining('ecr:TagResource');
  const resourceTags = { team: 'a' };
  expect(from({})).not.toEqual(tagging);
  expect(from({}, [RepositoryTemplate.forAll({ resourceTags })])).toEqual(tagging);
  expect(from({}, [RepositoryTemplate.forAll({ resourceTags, createdBy: [RepositoryCreation.PUSH] })])).not.toEqual(tagging);
  expect(from({ allowTagging: false }, [RepositoryTemplate.forAll({ resourceTags })])).not.toEqual(tagging);
  expect(from({ allowTagging: true })).toEqual(tagging);
});

test('statements of your own stand in the policy beside the others', () => {
  const statement = new iam.PolicyStatement({
    effect: iam.Effect.DENY,
    principals: [new iam.AnyPrincipal()],
    actions: ['ecr:CreateRepository'],
    resources: ['*'],
    conditions: { StringNotEquals: { 'aws:PrincipalOrgID': 'o-a1b2c3d4e5' } },
  });
  const { SecureRegistryPolicy: { Properties } } = resourcesOf({ access: [RegistryAccess.allowReplicationFrom('333333333333'), RegistryAccess.fromStatement(statement)] });
  expect(Properties.PolicyText.Statement.map(({ Effect }: any) => Effect)).toEqual(['Allow', 'Deny']);
});

test('a profile of the app signs', () => {
  const stack = new Stack(new App(), 'Stack', { env: ENV });
  const profile = new signer.SigningProfile(stack, 'Profile', { platform: signer.Platform.NOTATION_OCI_SHA384_ECDSA });
  new SecureRegistry(stack, 'Registry', { signing: [ImageSigning.with(profile.signingProfileArn)] });
  const { Resources } = Template.fromStack(stack).toJSON();
  expect(Resources.SecureRegistrySigning.Properties.Rules[0].SigningProfileArn).toEqual(stack.resolve(profile.signingProfileArn));
});

test('a nested stack has the registry of its parent', () => {
  const stack = new Stack(new App(), 'Stack');
  new SecureRegistry(stack, 'Registry');
  expect(() => new SecureRegistry(new NestedStack(stack, 'Nested'), 'Registry')).toThrow("Stack/Nested/Registry: the registry of this account and Region is set by 'Stack/Registry'");
});

test('one that could not be made is none', () => {
  const stack = new Stack(new App(), 'Stack', { env: ENV });
  expect(() => new SecureRegistry(stack, 'Wrong', { access: [] })).toThrow(/aws ecr delete-registry-policy/);
  expect(() => new SecureRegistry(stack, 'Right')).not.toThrow();
});

test.each<[string, RegistryScanning, number]>([
  ['enhanced scanning of some', RegistryScanning.enhanced({ continuous: ['prod/*'] }), 1],
  ['enhanced scanning of some once', RegistryScanning.enhanced({ onPush: ['prod/*', 'team-a/*'] }), 1],
  ['enhanced scanning of all', RegistryScanning.enhanced({ continuous: ['prod/*'], onPush: ['*'] }), 0],
  ['basic scanning of some', RegistryScanning.basic({ onPush: ['prod/*'] }), 0],
])('%s warns where the others are never scanned', (_, scanning, expected) => {
  const stack = new Stack(new App(), 'Stack', { env: ENV });
  new SecureRegistry(stack, 'Registry', { scanning });
  const found = Annotations.fromStack(stack).findWarning('/Stack/Registry', Match.stringLikeRegexp('are not scanned at all.*cdk-secure-repository:unscannedRepositories'));
  expect(found).toHaveLength(expected);
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
  ['access of the own account', () => resourcesOf({ access: [RegistryAccess.allowReplicationFrom('111111111111')] }), /the registry's own account, which needs none/],
  ['a statement for everybody', () => resourcesOf({
    access: [RegistryAccess.fromStatement(new iam.PolicyStatement({ principals: [new iam.AnyPrincipal()], actions: ['ecr:*'], resources: ['*'] }))],
  }), /access: its policy allows everybody ecr:\* without a condition/],
  ['a statement without principals', () => resourcesOf({
    access: [RegistryAccess.fromStatement(new iam.PolicyStatement({ actions: ['ecr:CreateRepository'], resources: ['*'] }))],
  }), /has a statement without principals; say who is allowed something/],
  ['a statement without resources', () => resourcesOf({
    access: [RegistryAccess.fromStatement(new iam.PolicyStatement({ principals: [new iam.AccountPrincipal('333333333333')], actions: ['ecr:CreateRepository'] }))],
  }), /access has a statement without resources; name the ARNs of repositories/],
  ['access to what is not set', () => RegistryAccess.allowReplicationFrom('333333333333', { prefixes: [undefined as any] }), /prefix 'undefined': expected text/],
  ['replication of what is not set', () => Replication.to({ region: 'us-east-1' }, { prefixes: [undefined as any] }), /prefix 'undefined': expected text/],
  ['replication to what is not set', () => Replication.to({ region: undefined as any }), /'undefined' is not a Region/],
  ['replication of no list', () => Replication.to({ region: 'us-east-1' }, { prefixes: 'prod' as any }), /prefixes is 'prod'; expected a list/],
  ['access by a prefix that is a token', () => RegistryAccess.allowReplicationFrom('333333333333', { prefixes: [new CfnParameter(new Stack(), 'P').valueAsString] }),
    /it must be known at synth, and this one is a token/],
  ['access by no list', () => RegistryAccess.allowReplicationFrom('333333333333', { prefixes: 'prod' as any }), /prefixes is 'prod'; expected a list/],
  ['access by a prefix within another', () => RegistryAccess.allowReplicationFrom('333333333333', { prefixes: ['a', 'a/b'] }), /'a' is for all of it; drop one/],
  ['access of no account', () => RegistryAccess.allowReplicationFrom('*'), /'\*' is not an account/],
  ['access to a wildcard', () => RegistryAccess.allowReplicationFrom('333333333333', { prefixes: ['prod*'] }), /prefix 'prod\*': expected lower-case letters/],
  ['a policy that is too long', () => resourcesOf({ access: [RegistryAccess.allowReplicationFrom('333333333333', { prefixes: Array.from({ length: 200 }, (_, i) => `${'x'.repeat(60)}${i}`) })] }),
    /access has \d+ characters or more, and ECR takes 10240; name fewer principals or prefixes/],
])('%s is an error', (_, make, message) => {
  expect(make).toThrow(message);
});
