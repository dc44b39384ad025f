import {
  App, Aws, BootstraplessSynthesizer, CfnParameter, CliCredentialsStackSynthesizer, DefaultStackSynthesizer, Fn, Lazy, NestedStack, RemovalPolicy,
  Stack, StackProps, Stage, Token,
} from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import * as ecr from 'aws-cdk-lib/aws-ecr';
import * as iam from 'aws-cdk-lib/aws-iam';
import { DeletionProtection, SecureRepository } from '../../src';

const ENV = { account: '111122223333', region: 'eu-west-1' };
const EXECUTION_ROLE = 'arn:aws:iam::111122223333:role/cdk-hnb659fds-cfn-exec-role-111122223333-eu-west-1';
const CLEANER = 'arn:aws:iam::111122223333:role/cleaner';

function stackWith(protection: DeletionProtection, props?: StackProps): Stack {
  const stack = new Stack(new App(), 'Stack', props);
  new SecureRepository(stack, 'Images', { deletionProtection: protection });
  return stack;
}

function statementOf(stack: Stack): any {
  const [repository] = Object.values(Template.fromStack(stack).findResources('AWS::ECR::Repository'));
  return repository.Properties.RepositoryPolicyText.Statement[0];
}

function exceptedIn(stack: Stack): unknown {
  return stack.resolve(statementOf(stack).Condition.ArnNotLike['aws:PrincipalArn']);
}

test('everybody but the principals and the role of CloudFormation is denied to delete', () => {
  const synthesizer = new DefaultStackSynthesizer({ cloudFormationExecutionRole: EXECUTION_ROLE });
  expect(statementOf(stackWith(DeletionProtection.exceptFor(CLEANER), { env: ENV, synthesizer }))).toEqual({
    Sid: 'DeletionProtection',
    Effect: 'Deny',
    Principal: { AWS: '*' },
    Action: ['ecr:BatchDeleteImage', 'ecr:DeleteLifecyclePolicy', 'ecr:DeleteRepository', 'ecr:PutImageTagMutability', 'ecr:PutLifecyclePolicy'],
    Condition: {
      ArnNotLike: { 'aws:PrincipalArn': [EXECUTION_ROLE, CLEANER] },
      Bool: { 'aws:PrincipalIsAWSService': 'false' },
    },
  });
});

const BOOTSTRAPPED = {
  'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, ':iam::111122223333:role/cdk-hnb659fds-cfn-exec-role-111122223333-eu-west-1']],
};

test('the role of the bootstrapped environment is excepted', () => {
  expect(exceptedIn(stackWith(DeletionProtection.exceptFor(), { env: ENV }))).toEqual([BOOTSTRAPPED]);
});

test('the role of whichever environment the stack is deployed to is excepted', () => {
  const account = { Ref: 'AWS::AccountId' };
  expect(exceptedIn(stackWith(DeletionProtection.exceptFor()))).toEqual([{
    'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, ':iam::', account, ':role/cdk-hnb659fds-cfn-exec-role-', account, '-', { Ref: 'AWS::Region' }]],
  }]);
});

test('a nested stack is deployed by the role of the stack around it, also in a stage with a qualifier', () => {
  const stage = new Stage(new App({ context: { '@aws-cdk/core:bootstrapQualifier': 'team' } }), 'Stage', { env: ENV });
  const nested = new NestedStack(new NestedStack(new Stack(stage, 'Stack'), 'Outer'), 'Inner');
  new SecureRepository(nested, 'Images', { deletionProtection: DeletionProtection.exceptFor() });
  expect(JSON.stringify(exceptedIn(nested))).toContain('/cdk-team-cfn-exec-role-111122223333-eu-west-1');
});

test('a stack without bootstrapping has a role for CloudFormation too', () => {
  const synthesizer = new BootstraplessSynthesizer({ cloudFormationExecutionRoleArn: EXECUTION_ROLE });
  expect(exceptedIn(stackWith(DeletionProtection.exceptFor(), { env: ENV, synthesizer }))).toEqual([EXECUTION_ROLE]);
});

test.each([
  ['the credentials of whoever deploys', () => new CliCredentialsStackSynthesizer()],
  ['a role that is not its ARN', () => Object.defineProperty(new CliCredentialsStackSynthesizer(), 'cloudFormationExecutionRoleArn', { value: {} })],
  ['a role that is set to nothing', () => new DefaultStackSynthesizer({ cloudFormationExecutionRole: '' })],
])('a stack that is deployed with %s excepts those that are named, and not naming any is an error', (_, synthesizer) => {
  expect(exceptedIn(stackWith(DeletionProtection.exceptFor(CLEANER), { env: ENV, synthesizer: synthesizer() }))).toEqual([CLEANER]);
  expect(() => stackWith(DeletionProtection.exceptFor(), { env: ENV, synthesizer: synthesizer() })).toThrow(
    'Stack/Images: deletionProtection excepts nobody: the synthesizer of its stack names no role for CloudFormation, so no deployment could '
    + 'change mutableTags or retention; name who deploys in DeletionProtection.exceptFor');
});

test('principals of the app, of a parameter and of another stack are excepted by their ARN', () => {
  const app = new App();
  const stack = new Stack(app, 'Stack');
  const role = new iam.Role(new Stack(app, 'Roles'), 'Role', { assumedBy: new iam.AccountRootPrincipal() });
  const user = new iam.CfnUser(stack, 'User');
  const arns = [
    role.roleArn, user.attrArn, new CfnParameter(stack, 'Cleaner').valueAsString, Fn.importValue('Cleaner'), stack.formatArn({ service: 'iam', region: '', resource: 'role', resourceName: 'x' }),
  ];
  new SecureRepository(stack, 'Images', { deletionProtection: DeletionProtection.exceptFor(...arns) });
  expect(exceptedIn(stack)).toEqual([
    expect.anything(), { 'Fn::ImportValue': expect.stringMatching(/^Roles:ExportsOutputFnGetAttRole.*Arn/) }, { 'Fn::GetAtt': ['User', 'Arn'] }, { Ref: 'Cleaner' },
    { 'Fn::ImportValue': 'Cleaner' }, expect.anything(),
  ]);
});

test.each([
  'arn:aws:iam::111122223333:role/release-*',
  'arn:aws-cn:iam::111122223333:role/team/release-?',
  'arn:*:iam::*:role/cleaner',
  'arn:aws:iam::111122223333:user/alice@example.com',
  'arn:aws:iam::111122223333:root',
  'arn:aws:iam::111122223333:*/cleaner',
  'arn:aws:iam::111122223333:role/aws-reserved/sso.amazonaws.com/*/AWSReservedSSO_Admin_*',
])('%s is excepted', arn => {
  expect(exceptedIn(stackWith(DeletionProtection.exceptFor(arn)))).toEqual([expect.anything(), arn]);
});

test.each<[string, string]>([
  ['arn:aws:sts::111122223333:assumed-role/cleaner/session', 'a session of a role; give the ARN of the role, arn:<partition>:iam::<account>:role/<name>'],
  ...[
    'cleaner', '*', '', '111122223333', 'arn:aws:iam::1111:role/cleaner', 'arn::iam::111122223333:role/cleaner', 'arn:aws:iam::111122223333', 'arn:aws:iam:eu-west-1:111122223333:role/cleaner', 'arn:aws:s3:::bucket', 'arn:aws:iam::111122223333:group/all',
    'arn:aws:iam::111122223333:role/${aws:username}', 'arn:aws:iam::111122223333:role/', 'arn:aws:iam::111122223333:role', 'arn:aws:iam::team:role/cleaner', 'arn:aws:iam:::role/cleaner',
    'arn:aws:iam::111122223333:role/a b', 'arn:aws:iam::111122223333:rooted', ' arn:aws:iam::111122223333:role/cleaner', 'lambda.amazonaws.com',
  ].map((arn): [string, string] => [arn, 'which is']),
  ...['role/*', 'role/?*', 'user/*', '*', '**', '*/*', '?*', 'role/*/*'].map((all): [string, string] => [`arn:aws:iam::111122223333:${all}`, 'which is everybody; name the roles or users that may delete']),
])('%s is an error', (arn, problem) => {
  expect(() => stackWith(DeletionProtection.exceptFor(CLEANER, arn))).toThrow(`Stack/Images: deletionProtection excepts '${arn}', ${problem}`);
});

test.each<[string, (stack: Stack) => any, string]>([
  ['a list', () => Token.asList({ 'Fn::Split': [',', 'a,b'] })[0], 'a list that is not known at synth; give the ARN of each principal'],
  ['nothing', () => undefined, 'undefined; give the ARN of each principal'],
  ['the name of a role', stack => new iam.Role(stack, 'Role', { assumedBy: new iam.AccountRootPrincipal() }).roleName, 'a token that will not be an ARN; give the ARN of a role or user, such as roleArn'],
  ['the name of a user', stack => new iam.CfnUser(stack, 'User').ref, 'a token that will not be an ARN'],
  ['half an ARN', stack => `role/${stack.account}`, 'a token that will not be an ARN'],
])('%s that is known only at deployment is an error', (_, principal, problem) => {
  const stack = new Stack(new App(), 'Stack');
  expect(() => new SecureRepository(stack, 'Images', { deletionProtection: DeletionProtection.exceptFor(principal(stack)) }))
    .toThrow(`Stack/Images: deletionProtection excepts ${problem}`);
});

test.each<[string, (stack: Stack) => string, string]>([
  ['all roles', stack => stack.formatArn({ service: 'iam', region: '', resource: 'role', resourceName: '*' }), 'which is everybody'],
  ['all users of an account', () => `arn:aws:iam::${Aws.ACCOUNT_ID}:user/*`, 'which is everybody'],
  ['a session', () => `arn:${Aws.PARTITION}:sts::111122223333:assumed-role/cleaner/session`, 'a session of a role'],
  ['a bucket', () => `arn:${Aws.PARTITION}:s3:::bucket`, 'which is not the ARN of a role or user'],
])('%s in an ARN with tokens is an error', (_, principal, problem) => {
  const stack = new Stack(new App(), 'Stack');
  expect(() => new SecureRepository(stack, 'Images', { deletionProtection: DeletionProtection.exceptFor(principal(stack)) }))
    .toThrow(new RegExp(`^Stack/Images: deletionProtection excepts 'arn:.*', ${problem}`));
});

test('an ARN whose tokens may stand for several parts is taken', () => {
  const stack = new Stack(new App(), 'Stack');
  const value = new CfnParameter(stack, 'Value').valueAsString;
  const arns = [`arn:aws:iam::${value}`, `arn:aws:iam::111122223333:${value}`, `arn:${value}`, `arn:aws:iam::${value}:role/${value}`, `arn:aws:iam::${value}:role/release-*`];
  new SecureRepository(stack, 'Images', { deletionProtection: DeletionProtection.exceptFor(...arns) });
  expect(exceptedIn(stack)).toHaveLength(1 + arns.length);
});

test.each<[string, string | undefined, string]>([
  ['all roles', 'arn:aws:iam::111122223333:role/*', "'arn:aws:iam::111122223333:role/*', which is everybody"],
  ['a name', 'cleaner', "'cleaner', which is not the ARN of a role or user"],
  ['nothing', undefined, 'undefined; give the ARN of each principal'],
  ['an account', Aws.ACCOUNT_ID, 'a token that will not be an ARN'],
  ['no value', Aws.NO_VALUE, 'a token that will not be an ARN'],
])('%s is an error, which may be known only at the end of synthesis', (_, value, problem) => {
  const stack = stackWith(DeletionProtection.exceptFor(CLEANER, Lazy.string({ produce: () => CLEANER }), Lazy.string({ produce: () => value })));
  expect(() => Template.fromStack(stack)).toThrow(`[Stack/Images] deletionProtection excepts ${problem}`);
});

test('with emptyOnDelete it is an error', () => {
  expect(() => new SecureRepository(new Stack(new App(), 'Stack'), 'Images', {
    deletionProtection: DeletionProtection.exceptFor(CLEANER), emptyOnDelete: true, removalPolicy: RemovalPolicy.DESTROY,
  })).toThrow('Stack/Images: emptyOnDelete deletes the images that deletionProtection is to keep; leave out one of them');
});

test('the companion is not protected, and other statements stand beside the protection', () => {
  const stack = new Stack(new App(), 'Stack');
  const repository = new SecureRepository(stack, 'Images', { deletionProtection: DeletionProtection.exceptFor(), devCompanion: {} });
  repository.grantPull(new iam.AccountPrincipal('999999999999'));
  const template = Template.fromStack(stack);
  template.hasResourceProperties('AWS::ECR::Repository', {
    ImageTagMutability: 'IMMUTABLE', RepositoryPolicyText: { Statement: [Match.objectLike({ Effect: 'Deny' }), Match.objectLike({ Effect: 'Allow' })] },
  });
  template.hasResourceProperties('AWS::ECR::Repository', { ImageTagMutability: 'MUTABLE', RepositoryPolicyText: Match.absent() });
});

test.each<[string, (resource: ecr.CfnRepository) => void]>([
  ['another policy', resource => resource.addPropertyOverride('RepositoryPolicyText', { Statement: [] })],
  ['no policy', resource => resource.addPropertyDeletionOverride('RepositoryPolicyText')],
  ['one more exception', resource => resource.addPropertyOverride('RepositoryPolicyText.Statement.0.Condition.ArnNotLike', { 'aws:PrincipalArn': '*' })],
  ['fewer actions', resource => resource.addPropertyOverride('RepositoryPolicyText.Statement.0.Action', 'ecr:DeleteRepository')],
])('%s by an override is an error', (_, change) => {
  const stack = stackWith(DeletionProtection.exceptFor(CLEANER));
  change(stack.node.findChild('Images').node.defaultChild as ecr.CfnRepository);
  expect(() => Template.fromStack(stack)).toThrow(/\[Stack\/Images\] something in the app has taken the statement of deletionProtection out of its policy, or changed it; leave it as it is/);
});

describe('a policy', () => {
  const cleaners = (length: number) => {
    const stack = new Stack(new App(), 'Stack', { synthesizer: new CliCredentialsStackSynthesizer() });
    const repository = new SecureRepository(stack, 'Images', { deletionProtection: DeletionProtection.exceptFor(CLEANER) });
    const characters = JSON.stringify(stack.resolve((repository.node.defaultChild as ecr.CfnRepository).repositoryPolicyText)).length;
    return stackWith(
      DeletionProtection.exceptFor(`${CLEANER}${'-'.repeat(length - characters)}`), { synthesizer: new CliCredentialsStackSynthesizer() },
    );
  };

  test('of 10,240 characters is taken', () => {
    const { RepositoryPolicyText: policy } = Object.values(Template.fromStack(cleaners(10_240)).findResources('AWS::ECR::Repository'))[0].Properties;
    expect(JSON.stringify(policy)).toHaveLength(10_240);
  });

  test('of one more is an error', () => {
    expect(() => Template.fromStack(cleaners(10_241))).toThrow(
      /\[Stack\/Images\] its policy has 10241 characters or more, and Amazon ECR takes 10240; name fewer principals in grants, addToResourcePolicy and deletionProtection, or use patterns/);
  });

  test('counts what is known of a text that CloudFormation puts together', () => {
    const stack = stackWith(DeletionProtection.exceptFor(...Array.from({ length: 200 }, (_, index) => Fn.join('', ['arn:', Fn.ref('AWS::Partition'), `:iam::111122223333:role/cleaner-of-images-${index}`]))));
    expect(() => Template.fromStack(stack)).toThrow(/its policy has 1\d{4} characters or more/);
  });
});
