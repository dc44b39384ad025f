import { App, Stack } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import * as ecr from 'aws-cdk-lib/aws-ecr';
import { Platform } from 'aws-cdk-lib/aws-ecr-assets';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import { evaluate } from '../../emulator/evaluate';
import { DigestPinnedImage, SecureRepository, TagPinOptions } from '../../src';
import { allowedActions } from '../iam-evaluator';

const ACCOUNT = '111111111111';
const OWNER = '222222222222';
const REGION = 'eu-west-1';
const ARN = `arn:aws:ecr:${REGION}:${OWNER}:repository/api`;
const PULL = ['ecr:BatchCheckLayerAvailability', 'ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer'];

function stackOf(account: string, app = new App(), id = 'Service'): Stack {
  return new Stack(app, id, { env: { account, region: REGION } });
}

/** What our warnings on a stack ask the owners of repositories for. */
function statementsFor(stack: Stack): { Action: string[] }[] {
  return Annotations.fromStack(stack).findWarning('*', Match.stringLikeRegexp('\\[ack: cdk-secure-repository:ownerMustAllow\\]'))
    .map(({ entry }) => JSON.parse(/\{.*\}/.exec(`${entry.data}`)![0]));
}

test.each<[string, TagPinOptions, string[]]>([
  ['a tag', {}, ['ecr:DescribeImages']],
  ['a platform', { platform: Platform.LINUX_AMD64 }, ['ecr:BatchGetImage', 'ecr:DescribeImages']],
  ['required platforms', { requirePlatforms: [Platform.LINUX_AMD64] }, ['ecr:BatchGetImage', 'ecr:DescribeImages']],
])("resolving %s in another account's repository warns with what its owner has to add, and that is enough", async (_, options, actions) => {
  const stack = stackOf(ACCOUNT);
  DigestPinnedImage.fromTag(ecr.Repository.fromRepositoryArn(stack, 'Api', ARN), 'v1', options).pinTo(stack);
  const Statement = statementsFor(stack);
  expect(Statement).toEqual([{ Effect: 'Allow', Principal: { AWS: ACCOUNT }, Action: actions }]);

  const [, { Properties }] = Object.entries(Template.fromStack(stack).findResources('AWS::IAM::Policy')).find(([id]) => id.includes('Resolver'))!;
  const statements = Properties.PolicyDocument.Statement.filter(({ Action }: any) => `${[Action].flat()[0]}`.startsWith('ecr:'));
  const request = {
    principalArn: `arn:aws:iam::${ACCOUNT}:role/resolver`,
    resourceArn: ARN,
    identityPolicies: [evaluate({ Version: '2012-10-17', Statement: statements }, { 'AWS::Partition': 'aws' })],
  };
  const asked = ['ecr:BatchGetImage', 'ecr:DescribeImages', 'ecr:ListImages', 'ecr:PutImage', 'ecr:BatchDeleteImage'];
  expect(await allowedActions(request, asked)).toEqual([]);
  expect(await allowedActions({ ...request, resourcePolicy: { Version: '2012-10-17', Statement } }, asked)).toEqual(actions);
});

test('what is resolved and pulled in one stack is one warning, with all actions', () => {
  const stack = stackOf(ACCOUNT);
  const repository = ecr.Repository.fromRepositoryArn(stack, 'Api', ARN);
  new ecs.FargateTaskDefinition(stack, 'Task').addContainer('api', { image: DigestPinnedImage.fromTag(repository, 'v1') });
  expect(statementsFor(stack)).toEqual([{ Effect: 'Allow', Principal: { AWS: ACCOUNT }, Action: [...PULL, 'ecr:DescribeImages'].sort() }]);
});

test('of a repository that the app defines in another account nothing is asked', () => {
  const owner = stackOf(OWNER, new App(), 'Owner');
  const stack = stackOf(ACCOUNT, owner.node.root as App);
  DigestPinnedImage.fromTag(new SecureRepository(owner, 'Api', { repositoryName: 'api' }), 'v1').pinTo(stack);
  expect([...statementsFor(stack), ...statementsFor(owner)]).toEqual([]);
});

test('nor of an imported one in the same account', () => {
  const stack = stackOf(ACCOUNT);
  DigestPinnedImage.fromTag(ecr.Repository.fromRepositoryName(stack, 'Api', 'api'), 'v1').pinTo(stack);
  expect(statementsFor(stack)).toEqual([]);
});
