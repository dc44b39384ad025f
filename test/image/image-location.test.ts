import { Annotations as Notes, App, NestedStack, Size, Stack } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import * as batch from 'aws-cdk-lib/aws-batch';
import * as ecr from 'aws-cdk-lib/aws-ecr';
import { DockerImageAsset } from 'aws-cdk-lib/aws-ecr-assets';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import * as iam from 'aws-cdk-lib/aws-iam';
import { Construct, IConstruct } from 'constructs';
import { evaluate } from '../../emulator/evaluate';
import { DigestPinnedImage, SecureRepository } from '../../src';
import { allowedActions } from '../iam-evaluator';

const DIGEST = `sha256:${'0123456789abcdef'.repeat(4)}`;
const ACCOUNT = '111111111111';
const OWNER = '222222222222';
const REGION = 'eu-west-1';
const ARN = `arn:aws:ecr:${REGION}:${OWNER}:repository/team/api`;
const ID = 'cdk-secure-repository:ownerMustAllow';

const PULL = ['ecr:BatchCheckLayerAvailability', 'ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer'];

function stackIn(account = ACCOUNT, app = new App(), id = 'Service'): Stack {
  return new Stack(app, id, { env: { account, region: REGION } });
}

function use(stack: Stack, repository: ecr.IRepository, id = 'Task', executionRole?: iam.IRole): void {
  new ecs.FargateTaskDefinition(stack, id, { executionRole }).addContainer('app', { image: DigestPinnedImage.fromDigest(repository, DIGEST) });
}

/** The texts of our warnings on a stack, without the suffix by which the CDK knows them. */
function warningsOf(stack: Stack): string[] {
  return Annotations.fromStack(stack).findWarning('*', Match.stringLikeRegexp(`\\[ack: ${ID}\\]`)).map(({ entry }) => `${entry.data}`.replace(/ \[ack: .*/, ''));
}

function statementsIn(warnings: string[]): object[] {
  return warnings.map(warning => JSON.parse(/\{.*\}/.exec(warning)![0]));
}

test('pulling from an imported repository of another account is a warning with what its owner has to add', () => {
  const stack = stackIn();
  use(stack, ecr.Repository.fromRepositoryArn(stack, 'Api', ARN));
  expect(warningsOf(stack)).toEqual([
    "the repository 'team/api' of account 222222222222 in eu-west-1 is imported, so the CDK cannot change its policy for stack 'Service'; it has to have "
    + 'this statement, or one that allows as much: {"Effect":"Allow","Principal":{"AWS":"111111111111"},"Action":'
    + '["ecr:BatchCheckLayerAvailability","ecr:BatchGetImage","ecr:GetDownloadUrlForLayer"]}; once it has, say so with '
    + `Annotations.of(repository).acknowledgeWarning('${ID}')`,
  ]);
});

test('with that statement the execution role may pull, without it not, and never more', async () => {
  const stack = stackIn();
  use(stack, ecr.Repository.fromRepositoryArn(stack, 'Api', ARN));
  const Statement = statementsIn(warningsOf(stack));
  const [{ Properties }] = Object.values(Template.fromStack(stack).findResources('AWS::IAM::Policy'));
  const identityPolicies = [evaluate(Properties.PolicyDocument, { 'AWS::Partition': 'aws' })];
  const request = { principalArn: `arn:aws:iam::${ACCOUNT}:role/execution`, resourceArn: ARN, identityPolicies };
  const actions = [...PULL, 'ecr:DescribeImages', 'ecr:PutImage', 'ecr:BatchDeleteImage', 'ecr:SetRepositoryPolicy'];

  expect(await allowedActions(request, actions)).toEqual([]);
  const resourcePolicy = { Version: '2012-10-17', Statement };
  expect(await allowedActions({ ...request, resourcePolicy }, actions)).toEqual(PULL);
  expect(await allowedActions({ ...request, resourcePolicy, resourceArn: `${ARN}-other` }, actions)).toEqual([]);
  expect(await allowedActions({ ...request, resourcePolicy, principalArn: 'arn:aws:iam::333333333333:role/execution' }, actions)).toEqual([]);
});

test('it asks for what grantPull writes into the policy of a repository of the app', () => {
  const owner = stackIn(OWNER, undefined, 'Owner');
  new SecureRepository(owner, 'Api').grantPull(new iam.AccountPrincipal(ACCOUNT));
  const [{ Properties }] = Object.values(Template.fromStack(owner).findResources('AWS::ECR::Repository'));
  expect(Properties.RepositoryPolicyText.Statement[0].Action.sort()).toEqual(PULL);
});

test('there is one warning for a repository and a stack, however often it is imported and used', () => {
  const stack = stackIn();
  const web = ecr.Repository.fromRepositoryArn(stack, 'Web', ARN.replace('api', 'web'));
  const [first, second] = ['First', 'Second'].map(id => ecr.Repository.fromRepositoryArn(stack, id, ARN));
  use(stack, first, 'Task1');
  use(stack, first, 'Task2');
  use(stack, second, 'Task3');
  use(stack, web, 'Task4');
  expect(warningsOf(stack).map(warning => /'[^']+'/.exec(warning)![0]).sort()).toEqual(["'team/api'", "'team/web'"]);
});

test('each stack that uses an import has one, and so has a nested stack', () => {
  const app = new App();
  const [images, green, blue] = [OWNER, ACCOUNT, '333333333333'].map((account, index) => stackIn(account, app, ['Images', 'Green', 'Blue'][index]));
  const repository = ecr.Repository.fromRepositoryName(images, 'Api', 'team/api');
  use(green, repository);
  use(blue, repository);
  use(new NestedStack(green, 'Nested'), repository);
  expect(warningsOf(images).map(warning => [/stack '([^']+)'/.exec(warning)![1], /"AWS":"(\d+)"/.exec(warning)![1]])).toEqual([
    ['Green', ACCOUNT], ['Blue', '333333333333'], ['Green/Nested', ACCOUNT],
  ]);
});

test('AWS Batch on Fargate warns too', () => {
  const stack = stackIn();
  new batch.EcsJobDefinition(stack, 'Job', {
    container: new batch.EcsFargateContainerDefinition(stack, 'Container', {
      image: DigestPinnedImage.fromDigest(ecr.Repository.fromRepositoryArn(stack, 'Api', ARN), DIGEST), cpu: 0.25, memory: Size.mebibytes(512),
    }),
  });
  expect(statementsIn(warningsOf(stack))).toEqual([{ Effect: 'Allow', Principal: { AWS: ACCOUNT }, Action: PULL }]);
});

test('it is the account of the execution role that counts', () => {
  const stack = stackIn();
  const imported = (id: string) => ecr.Repository.fromRepositoryArn(stack, id, ARN);
  use(stack, imported('Same'), 'Task1', iam.Role.fromRoleArn(stack, 'OfOwner', `arn:aws:iam::${OWNER}:role/execution`));
  use(stack, imported('Other'), 'Task2', iam.Role.fromRoleArn(stack, 'OfThird', 'arn:aws:iam::333333333333:role/execution'));
  expect(statementsIn(warningsOf(stack))).toMatchObject([{ Principal: { AWS: '333333333333' } }]);
});

test.each<[string, (repository: ecr.IRepository) => IConstruct]>([
  ['itself', repository => repository],
  ['its stack', repository => Stack.of(repository)],
])('the warning is acknowledged on the repository: %s, before it is used and after', (_, place) => {
  const stack = stackIn();
  const [before, after] = ['before', 'after'].map(name => ecr.Repository.fromRepositoryArn(stack, name, ARN.replace('api', name)));
  Notes.of(place(before)).acknowledgeWarning(ID);
  use(stack, before, 'Task1');
  use(stack, after, 'Task2');
  Notes.of(place(after)).acknowledgeWarning(ID);
  expect(warningsOf(stack)).toEqual([]);
});

test('a construct of somebody else in the repository is not in the way', () => {
  const stack = stackIn();
  const repository = ecr.Repository.fromRepositoryArn(stack, 'Api', ARN);
  new Construct(repository, 'OwnerMustAllow');
  use(stack, repository);
  use(stack, repository, 'Other');
  expect(warningsOf(stack)).toHaveLength(1);
});

test('another repository is not acknowledged with it', () => {
  const stack = stackIn();
  const [api, web] = ['api', 'web'].map(name => ecr.Repository.fromRepositoryArn(stack, name, ARN.replace('api', name)));
  use(stack, api, 'Task1');
  use(stack, web, 'Task2');
  Notes.of(api).acknowledgeWarning(ID);
  expect(warningsOf(stack)).toEqual([expect.stringContaining("'team/web'")]);
});

test.each<[string, (stack: Stack) => ecr.IRepository]>([
  ['an imported repository of the same account', stack => ecr.Repository.fromRepositoryName(stack, 'Api', 'team/api')],
  ['one of the same account in another Region', stack =>
    ecr.Repository.fromRepositoryArn(stack, 'Api', `arn:aws:ecr:us-east-1:${ACCOUNT}:repository/team/api`)],
  ['a repository of the app in another account', stack =>
    new SecureRepository(stackIn(OWNER, stack.node.root as App, 'Owner'), 'Api', { repositoryName: 'team/api' })],
  ['a Docker asset', stack => new DockerImageAsset(stack, 'Asset', { directory: __dirname, file: 'image-location.test.ts' }).repository],
])('there is no warning for %s', (_, repositoryIn) => {
  const stack = stackIn();
  use(stack, repositoryIn(stack));
  expect(warningsOf(stack)).toEqual([]);
});

test.each<[string, (stack: Stack) => ecr.IRepository]>([
  ['neither is known', stack => ecr.Repository.fromRepositoryName(stack, 'Api', 'team/api')],
  ['the owner is, the stack is not', stack => ecr.Repository.fromRepositoryArn(stack, 'Api', ARN)],
])('there is no warning where it is not known at synth that the accounts differ: %s', (_, repositoryIn) => {
  const stack = new Stack(new App(), 'Agnostic');
  use(stack, repositoryIn(stack));
  expect(warningsOf(stack)).toEqual([]);
});

test('pinTo grants nothing, and warns of nothing', () => {
  const stack = stackIn();
  DigestPinnedImage.fromDigest(ecr.Repository.fromRepositoryArn(stack, 'Api', ARN), DIGEST).pinTo(stack);
  expect(warningsOf(stack)).toEqual([]);
});
