import { App, Duration, Stack } from 'aws-cdk-lib';
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
  ['nothing that makes repositories', () => onlyTemplate({ createdBy: [] }), /createdBy is empty/],
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
