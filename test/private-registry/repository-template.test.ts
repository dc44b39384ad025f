import { App, Aspects, Aws, Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as ecr from 'aws-cdk-lib/aws-ecr';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import { RetentionRule } from '../../src';
import { RepositoryTemplate } from '../../src/private-registry/repository-template';
import { RepositoryCreation, RepositoryTemplateOptions } from '../../src/private-registry/repository-template-options';
import { SecureRegistry } from '../../src/private-registry/secure-registry';

const ENV = { account: '111111111111', region: 'eu-west-1' };
const TYPE = 'AWS::ECR::RepositoryCreationTemplate';

function stackWith(id: string, ...newRepositories: RepositoryTemplate[]): Stack {
  const stack = new Stack(new App(), 'Stack', { env: ENV });
  new SecureRegistry(stack, id, { newRepositories });
  return stack;
}

function onlyTemplate(options: RepositoryTemplateOptions, prefix = 'team-a') {
  const template = Template.fromStack(stackWith('Registry', RepositoryTemplate.forPrefix(prefix, options)));
  const [resource] = Object.values(template.findResources(TYPE));
  return { template, properties: resource.Properties };
}

const policyWith = (statement: iam.PolicyStatementProps) => new iam.PolicyDocument({ statements: [new iam.PolicyStatement(statement)] });

test('repositories are immutable and have the retention of a SecureRepository, by pushes and replication, without a role', () => {
  const { template, properties } = onlyTemplate({});
  expect(properties).toEqual({
    Prefix: 'team-a',
    AppliedFor: ['CREATE_ON_PUSH', 'REPLICATION'],
    ImageTagMutability: 'IMMUTABLE',
    LifecyclePolicy: expect.stringContaining('keep the newest 500 images'),
  });
  template.resourceCountIs('AWS::IAM::Role', 0);
});

test('logical ids do not change with that of the construct', () => {
  const templates = [RepositoryTemplate.forPrefix('team-a'), RepositoryTemplate.forAll()];
  const ids = ['Registry', 'Renamed'].map(id => Object.keys(Template.fromStack(stackWith(id, ...templates)).findResources(TYPE)));
  expect(ids[0]).toHaveLength(2);
  expect(ids[1]).toEqual(ids[0]);
});

test('tags, keys and policies come with a role that may do no more than that below the prefix', () => {
  const app = new App();
  const stack = new Stack(app, 'Stack', { env: ENV });
  const encryptionKey = new kms.Key(stack, 'Key');
  const repositoryPolicy = new iam.PolicyDocument({ statements: [new iam.PolicyStatement({ principals: [new iam.AccountPrincipal('222222222222')], actions: ['ecr:BatchGetImage'] })] });
  new SecureRegistry(stack, 'Registry', {
    newRepositories: [RepositoryTemplate.forPrefix('team-a/', {
      encryptionKey,
      repositoryPolicy,
      resourceTags: { team: 'a' },
      mutableTags: ['latest'],
      retention: [RetentionRule.expireUntagged(Duration.days(30))],
      createdBy: [RepositoryCreation.REPLICATION],
      description: 'of team a',
    })],
  });
  const template = Template.fromStack(stack);
  const [role] = Object.keys(template.findResources('AWS::IAM::Role'));
  const [policy] = Object.entries(template.findResources('AWS::IAM::Policy'));
  const key = { 'Fn::GetAtt': [Object.keys(template.findResources('AWS::KMS::Key'))[0], 'Arn'] };
  const [resource] = Object.values(template.findResources(TYPE));
  expect(resource).toMatchObject({
    Properties: {
      Prefix: 'team-a',
      AppliedFor: ['REPLICATION'],
      CustomRoleArn: { 'Fn::GetAtt': [role, 'Arn'] },
      Description: 'of team a',
      EncryptionConfiguration: { EncryptionType: 'KMS', KmsKey: key },
      ImageTagMutability: 'IMMUTABLE_WITH_EXCLUSION',
      ResourceTags: [{ Key: 'team', Value: 'a' }],
    },
    DeletionPolicy: 'RetainExceptOnCreate',
    UpdateReplacePolicy: 'Retain',
  });
  expect(resource.DependsOn).toContain(policy[0]);
  expect(JSON.stringify(resource.Properties.RepositoryPolicy)).toContain(':iam::222222222222:root');
  expect(policy[1].Properties.PolicyDocument.Statement).toEqual([
    {
      Effect: 'Allow',
      Action: ['ecr:CreateRepository', 'ecr:ReplicateImage', 'ecr:TagResource'],
      Resource: { 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, ':ecr:eu-west-1:111111111111:repository/team-a/*']] },
    },
    { Effect: 'Allow', Action: ['kms:CreateGrant', 'kms:RetireGrant', 'kms:DescribeKey'], Resource: key },
  ]);
});

test.each<[string, () => unknown, RegExp]>([
  ['a prefix that is none', () => RepositoryTemplate.forPrefix('Team'), /^RepositoryTemplate\.forPrefix: 'Team': expected lower-case letters/],
  ['the prefix of all', () => RepositoryTemplate.forPrefix('ROOT'), /use RepositoryTemplate\.forAll/],
  ['no prefix', () => RepositoryTemplate.forPrefix(''), /it has 0 characters; ECR takes 1 to 256/],
  ['a prefix twice', () => stackWith('Registry', RepositoryTemplate.forPrefix('a'), RepositoryTemplate.forPrefix('a/')), /^Stack\/Registry: newRepositories has two templates for 'a'/],
  ['a rule that can never act', () => onlyTemplate({ retention: [RetentionRule.keepAll('*'), RetentionRule.keepAll('v*')] }), /Template-team-a: .*can never act/],
  ['all tags mutable', () => onlyTemplate({ mutableTags: ['*'] }), /it would make every tag mutable/],
  ['a key with AES-256', () => onlyTemplate({ encryption: ecr.RepositoryEncryption.AES_256, encryptionKey: kms.Key.fromKeyArn(new Stack(), 'K', 'arn:aws:kms:eu-west-1:111111111111:key/k') }),
    /takes no encryptionKey/],
  ['an alias for a key', () => onlyTemplate({ encryptionKey: kms.Alias.fromAliasName(new Stack(), 'Key', 'alias/x') }), /encryptionKey is an alias/],
  ["a key of the app's by an alias", () => {
    const stack = new Stack();
    onlyTemplate({ encryptionKey: new kms.Alias(stack, 'Alias', { aliasName: 'alias/x', targetKey: new kms.Key(stack, 'Key') }) });
  }, /encryptionKey is an alias/],
  ['a key of another Region', () => onlyTemplate({ encryptionKey: kms.Key.fromKeyArn(new Stack(), 'K', 'arn:aws:kms:us-east-1:111111111111:key/k') }),
    /encryptionKey is of another Region; expected a key of the registry's, eu-west-1/],
  ['a key that another account makes', () => {
    const other = new Stack(new App(), 'Other', { env: { ...ENV, account: '222222222222' } });
    onlyTemplate({ encryptionKey: new kms.Key(other, 'Key') });
  }, /encryptionKey is of another account; import it with kms\.Key\.fromKeyArn/],
  ["a tag of AWS's", () => onlyTemplate({ resourceTags: { 'aws:team': 'a' } }), /resourceTags has 'aws:team'; expected a key of 1 to 128 characters/],
  ['a long tag', () => onlyTemplate({ resourceTags: { team: 'a'.repeat(257) } }), /resourceTags has 'team'; .* a value of at most 256/],
  ['51 tags', () => onlyTemplate({ resourceTags: Object.fromEntries(Array.from({ length: 51 }, (_, i) => [`k${i}`, ''])) }), /has 51 tags; ECR takes at most 50/],
  ['a prefix that is not set', () => RepositoryTemplate.forPrefix(undefined as any), /'undefined': expected text/],
  ['a policy without principals', () => onlyTemplate({ repositoryPolicy: policyWith({ actions: ['ecr:BatchGetImage'] }) }), /has a statement without principals; say who is allowed something/],
  ['a policy without actions', () => onlyTemplate({ repositoryPolicy: policyWith({ principals: [new iam.AccountPrincipal('222222222222')] }) }),
    /repositoryPolicy has a statement without actions/],
  ['a policy with resources', () => onlyTemplate({
    repositoryPolicy: policyWith({ principals: [new iam.AccountPrincipal('222222222222')], actions: ['ecr:BatchGetImage'], resources: ['*'] }),
  }), /repositoryPolicy has a statement with resources; leave them out/],
  ['nothing that makes repositories', () => onlyTemplate({ createdBy: [] }), /createdBy is ''; expected a list with one or more of RepositoryCreation/],
  ['what makes no repositories', () => onlyTemplate({ createdBy: ['push' as any] }), /createdBy is 'push'/],
  ['a tag that is not set', () => onlyTemplate({ resourceTags: { team: undefined as any } }), /resourceTags has 'team'/],
  ['two templates for all', () => stackWith('Registry', RepositoryTemplate.forAll(), RepositoryTemplate.forAll()), /two templates for all repositories \(forAll\)/],
  ['a public policy', () => onlyTemplate({
    repositoryPolicy: new iam.PolicyDocument({
      statements: [
        new iam.PolicyStatement({ principals: [new iam.AnyPrincipal()], actions: ['ecr:BatchGetImage'] }),
      ],
    }),
  }), /everybody/],
])('%s is an error', (_, make, message) => {
  expect(make).toThrow(message);
});

test('a second one for an account and Region is an error', () => {
  const app = new App();
  new SecureRegistry(new Stack(app, 'One', { env: ENV }), 'Registry', {});
  new SecureRegistry(new Stack(app, 'Other', { env: { ...ENV, region: 'us-east-1' } }), 'Registry', {});
  expect(() => new SecureRegistry(new Stack(app, 'Two', { env: ENV }), 'Registry', {})).toThrow(
    "Two/Registry: the registry of this account and Region is set by 'One/Registry' already; put all of it into one SecureRegistry");
});

test('the role of a template stays for as long as the template, under one logical id', () => {
  const template = RepositoryTemplate.forPrefix('team-a', { resourceTags: { team: 'a' } });
  const [resources, renamed] = ['Registry', 'Renamed'].map(id => Template.fromStack(stackWith(id, template)).toJSON().Resources as Record<string, any>);
  expect(Object.keys(renamed)).toEqual(Object.keys(resources));
  const policies = Object.entries(resources).map(([id, { Type, DeletionPolicy }]) => [id.replace(/[0-9a-f]{16}$/, ''), Type, DeletionPolicy]);
  expect(policies.sort()).toEqual([
    ['SecureRegistryRole', 'AWS::IAM::Role', 'RetainExceptOnCreate'],
    ['SecureRegistryRolePolicy', 'AWS::IAM::Policy', 'RetainExceptOnCreate'],
    ['SecureRegistryTemplate', TYPE, 'RetainExceptOnCreate'],
  ]);
  const gone = RepositoryTemplate.forPrefix('team-a', { resourceTags: { team: 'a' }, removalPolicy: RemovalPolicy.DESTROY });
  expect(Object.values<any>(Template.fromStack(stackWith('Registry', gone)).toJSON().Resources).map(({ DeletionPolicy }) => DeletionPolicy)).toEqual(Array(3).fill('Delete'));
});

test('a policy may name what another stack makes', () => {
  const app = new App();
  const roles = new Stack(app, 'Roles', { env: ENV });
  const role = new iam.Role(roles, 'Role', { assumedBy: new iam.AccountRootPrincipal() });
  const stack = new Stack(app, 'Stack', { env: ENV });
  new iam.Role(stack, 'Role', { assumedBy: new iam.AccountRootPrincipal() });
  new SecureRegistry(stack, 'Registry', {
    newRepositories: [RepositoryTemplate.forAll({ repositoryPolicy: policyWith({ principals: [role], actions: ['ecr:BatchGetImage'] }) })],
  });
  app.synth();
  const [{ Properties }] = Object.values(Template.fromStack(stack).findResources(TYPE));
  expect(JSON.stringify(Properties.RepositoryPolicy)).toContain('"Fn::ImportValue":"Roles:ExportsOutputFnGetAttRole');
});

function stackWithRole(name: string): Stack {
  const stack = new Stack(new App(), 'Stack', { env: ENV });
  iam.Role.customizeRoles(stack, { usePrecreatedRoles: { 'Stack/Registry/Template-team-a/Role/Role': name } });
  new SecureRegistry(stack, 'Registry', { newRepositories: [RepositoryTemplate.forPrefix('team-a', { resourceTags: { team: 'a' } })] });
  return stack;
}

test('roles that are made beforehand are taken', () => {
  const stack = stackWithRole('ecr-templates');
  const [{ Properties }] = Object.values(Template.fromStack(stack).findResources(TYPE));
  expect(JSON.stringify(Properties.CustomRoleArn)).toContain(':role/ecr-templates');
});

test('a role that is made beforehand with a path is an error', () => {
  expect(() => Template.fromStack(stackWithRole('team/ecr-templates'))).toThrow(/CloudFormation takes no role with a path/);
});

test('a description is measured where it is known', () => {
  const description = `of ${Array(12).fill(Aws.REGION).join(' ')}`;
  expect(() => onlyTemplate({ description })).not.toThrow();
  expect(() => onlyTemplate({ description: 'x'.repeat(257) })).toThrow(/description has 257 characters; ECR takes at most 256/);
});

test('a role that something gives a path is an error', () => {
  const stack = stackWith('Registry', RepositoryTemplate.forPrefix('team-a', { resourceTags: { team: 'a' } }));
  Aspects.of(stack).add({
    visit: node => {
      if (node instanceof iam.CfnRole) {
        node.path = '/team/';
      }
    },
  });
  expect(() => Template.fromStack(stack)).toThrow(/has given this role a path, and CloudFormation takes no role with a path for a template/);
});
