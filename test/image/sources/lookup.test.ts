import { App, CfnParameter, Stack, Stage } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import * as ecr from 'aws-cdk-lib/aws-ecr';
import { Platform } from 'aws-cdk-lib/aws-ecr-assets';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import { DigestPinnedImage, ImagePinOptions, SecureRepository } from '../../../src';

const DIGEST = `sha256:${'a'.repeat(64)}`;
const KEY = 'image-digest:111111111111:eu-west-1:team%2Fapi:v1';
const ENV = { account: '111111111111', region: 'eu-west-1' };

function stackWith(context: Record<string, unknown> = {}): Stack {
  return new Stack(new App({ context }), 'Stack', { env: ENV });
}

function imported(stack: Stack): ecr.IRepository {
  return ecr.Repository.fromRepositoryName(stack, 'Api', 'team/api');
}

function missing(stack: Stack) {
  return (stack.node.root as App).synth({ force: true }).manifest.missing ?? [];
}

describe('an image in the lock', () => {
  test('stands literally in the template, without anything else', () => {
    const stack = stackWith({ [KEY]: { digest: DIGEST } });
    const task = new ecs.FargateTaskDefinition(stack, 'Task');
    task.addContainer('api', { image: DigestPinnedImage.fromLookup(imported(stack), 'v1') });
    const template = Template.fromStack(stack);
    template.hasResourceProperties('AWS::ECS::TaskDefinition', {
      ContainerDefinitions: [{ Image: { 'Fn::Join': ['', ['111111111111.dkr.ecr.eu-west-1.', { Ref: 'AWS::URLSuffix' }, `/team/api@${DIGEST}`]] } }],
    });
    template.resourceCountIs('AWS::Lambda::Function', 0);
    template.hasResourceProperties('AWS::IAM::Policy', {
      PolicyDocument: { Statement: Match.arrayWith([Match.objectLike({ Action: Match.arrayWith(['ecr:BatchGetImage']) })]) },
    });
    expect(missing(stack)).toEqual([]);
    Annotations.fromStack(stack).hasNoError('*', Match.anyValue());
  });

  test('is found for a repository of the app with a literal name', () => {
    const stack = stackWith({ [KEY]: { digest: DIGEST } });
    const repository = new SecureRepository(stack, 'Images', { repositoryName: 'team/api', mutableTags: ['v*'] });
    expect(DigestPinnedImage.fromLookup(repository, 'v1').pinTo(stack).digest).toBe(DIGEST);
  });

  test('is found from another stack and stage', () => {
    const stack = new Stack(new Stage(new App({ context: { [KEY]: { digest: DIGEST } } }), 'Prod'), 'Service', { env: { ...ENV, region: 'us-east-1' } });
    const repository = ecr.Repository.fromRepositoryArn(stack, 'Api', 'arn:aws:ecr:eu-west-1:111111111111:repository/team/api');
    expect(DigestPinnedImage.fromLookup(repository, 'v1').pinTo(stack).digest).toBe(DIGEST);
  });

  test.each<[string, (stack: Stack, repositoryArn: string) => ecr.IRepository]>([
    ['fromRepositoryArn', (stack, repositoryArn) => ecr.Repository.fromRepositoryArn(stack, 'Api', repositoryArn)],
    ['fromRepositoryAttributes', (stack, repositoryArn) => ecr.Repository.fromRepositoryAttributes(stack, 'Api', { repositoryArn, repositoryName: 'team/api' })],
  ])('is that of the account and Region in the ARN: %s', (_, repositoryOf) => {
    const app = new App({ context: { 'image-digest:222222222222:us-east-1:team%2Fapi:v1': { digest: DIGEST } } });
    const stack = new Stack(app, 'Stack', { env: ENV });
    const repository = repositoryOf(stack, 'arn:aws:ecr:us-east-1:222222222222:repository/team/api');
    expect(DigestPinnedImage.fromLookup(repository, 'v1').pinTo(stack).digest).toBe(DIGEST);
  });

  test('is that of the Region in the ARN that CDK has looked up', () => {
    const repositoryArn = 'arn:aws:ecr:us-east-1:111111111111:repository/team/api';
    const firstPass = stackWith();
    ecr.Repository.fromLookup(firstPass, 'Api', { repositoryArn });
    const [{ key }] = missing(firstPass);
    const stack = stackWith({ [key]: [{ Arn: repositoryArn }], [KEY.replace('eu-west-1', 'us-east-1')]: { digest: DIGEST } });
    expect(DigestPinnedImage.fromLookup(ecr.Repository.fromLookup(stack, 'Api', { repositoryArn }), 'v1').pinTo(stack).digest).toBe(DIGEST);
  });

  test('of a platform has an entry of its own', () => {
    const stack = stackWith({ [KEY]: { digest: DIGEST }, [`${KEY}:linux%2Farm64`]: { digest: `sha256:${'b'.repeat(64)}` } });
    expect(DigestPinnedImage.fromLookup(imported(stack), 'v1', { platform: Platform.LINUX_ARM64 }).pinTo(stack).digest).toMatch(/:b/);
  });

  test('says in the assembly what was asked for', () => {
    const stack = stackWith({ [KEY]: { digest: DIGEST } });
    DigestPinnedImage.fromLookup(imported(stack), 'v1').pinTo(stack);
    expect(stack.node.metadata.filter(({ type }) => type === 'cdk-secure-repository:pin').map(({ data }) => JSON.parse(data))).toEqual([
      { key: KEY, ...ENV, lookupRoleArn: 'arn:${AWS::Partition}:iam::111111111111:role/cdk-hnb659fds-lookup-role-111111111111-eu-west-1', digest: DIGEST },
    ]);
  });

  test.each([
    [['linux/amd64', 'linux/arm64/v8'], true],
    [['linux/amd64', 'linux/arm64'], true],
    [['linux/amd64'], false],
    [undefined, false],
  ])('with platforms %j and two that are required is enough: %s', (platforms, enough) => {
    const stack = stackWith({ [KEY]: { digest: DIGEST, platforms } });
    DigestPinnedImage.fromLookup(imported(stack), 'v1', { requirePlatforms: [Platform.LINUX_ARM64, Platform.LINUX_AMD64] }).pinTo(stack);
    expect(missing(stack)).toEqual([]);
    const errors = Annotations.fromStack(stack).findError('/Stack', Match.stringLikeRegexp('is locked without the required platform linux/.*; look it up again with: '));
    expect(errors).toHaveLength(enough ? 0 : 1);
  });
});

describe('an image that is not in the lock', () => {
  test('is reported to the CDK CLI for the plugin, once for several stacks', () => {
    const app = new App();
    for (const id of ['One', 'Two']) {
      const stack = new Stack(app, id, { env: ENV });
      DigestPinnedImage.fromLookup(imported(stack), 'v1', { requirePlatforms: [Platform.LINUX_AMD64] }).pinTo(stack);
    }
    expect(app.synth().manifest.missing).toEqual([{
      key: KEY,
      provider: 'plugin',
      props: {
        pluginName: 'cdk-secure-repository',
        key: KEY,
        ...ENV,
        lookupRoleArn: 'arn:${AWS::Partition}:iam::111111111111:role/cdk-hnb659fds-lookup-role-111111111111-eu-west-1',
        requirePlatforms: ['linux/amd64'],
      },
    }]);
  });

  test('cannot be deployed', () => {
    const stack = stackWith();
    const { digest } = DigestPinnedImage.fromLookup(imported(stack), 'v1').pinTo(stack);
    expect(digest).not.toMatch(/^sha256:[0-9a-f]{64}$/);
    Annotations.fromStack(stack).hasError('/Stack', Match.stringLikeRegexp(
      `^image 'team/api:v1' \\(account 111111111111, Region eu-west-1\\) is not in the lock; .* run: npx cdk-image-lock update '${KEY}'$`));
  });

  test('has the reason why its lookup failed, and is not asked for again in the same run', () => {
    const stack = stackWith({ [KEY]: { $providerError: 'the registry is on fire', $dontSaveContext: true } });
    DigestPinnedImage.fromLookup(imported(stack), 'v1').pinTo(stack);
    Annotations.fromStack(stack).hasError('/Stack', 'the registry is on fire');
    expect(missing(stack)).toEqual([]);
  });

  test('is looked up with the role of its own stack, where the app has that', () => {
    const app = new App();
    const owner = new Stack(app, 'Owner', { env: { account: '222222222222', region: 'us-east-1' } });
    const repository = new SecureRepository(owner, 'Images', { repositoryName: 'api' });
    DigestPinnedImage.fromLookup(repository, 'v1').pinTo(new Stack(app, 'User', { env: ENV }));
    expect(app.synth().manifest.missing).toEqual([{
      key: 'image-digest:222222222222:us-east-1:api:v1',
      provider: 'plugin',
      props: expect.objectContaining({
        account: '222222222222',
        region: 'us-east-1',
        lookupRoleArn: 'arn:${AWS::Partition}:iam::222222222222:role/cdk-hnb659fds-lookup-role-222222222222-us-east-1',
      }),
    }]);
  });
});

test('an entry that cannot be used is an error with the command that repairs it', () => {
  const stack = stackWith({ [KEY]: { digest: 'sha256:zz' } });
  expect(() => DigestPinnedImage.fromLookup(imported(stack), 'v1').pinTo(stack)).toThrow(
    'Stack: the lock\'s entry for image \'team/api:v1\' (account 111111111111, Region eu-west-1) cannot be used: \'sha256:zz\' is not an image digest; '
    + `expected 'sha256:' and 64 lower-case hexadecimal characters; repair it with: npx cdk-image-lock update '${KEY}'`);
});

test('an entry of a newer release is an error that does not suggest to rewrite it', () => {
  const stack = stackWith({ [KEY]: { version: 2, digest: DIGEST } });
  expect(() => DigestPinnedImage.fromLookup(imported(stack), 'v1').pinTo(stack)).toThrow(/written by a newer release of cdk-secure-repository; update the package$/);
});

describe('what is not known at synth is an error', () => {
  test.each<[string, (stack: Stack) => ecr.IRepository, RegExp]>([
    ['account and Region', () => imported(new Stack(new App(), 'Other')), /needs account and Region of the repository at synth; .*set env on its stack, or use fromTag/],
    ['a generated name', stack => new SecureRepository(stack, 'Images'), /^Stack\/Images: fromLookup needs the name of the repository at synth/],
    ['a name that is a token', stack => ecr.Repository.fromRepositoryName(stack, 'Named', new CfnParameter(stack, 'Name').valueAsString), /needs the name of the repository/],
  ])('%s', (_, repository, message) => {
    expect(() => DigestPinnedImage.fromLookup(repository(stackWith()), 'v1')).toThrow(message);
  });

  test('a tag', () => {
    const stack = stackWith();
    const tag = new CfnParameter(stack, 'Tag').valueAsString;
    expect(() => DigestPinnedImage.fromLookup(imported(stack), tag)).toThrow(/needs the tag at synth, and this one is a token; use fromTag/);
  });
});

test.each<[string, ImagePinOptions, RegExp]>([
  ['', {}, /^Stack\/Api: '' is not an image tag/],
  ['v1', { platform: Platform.custom('arm') }, /^Stack\/Api: 'arm' is not a platform/],
  ['v1', { requirePlatforms: [Platform.custom('arm')] }, /'arm' is not a platform/],
])("'%s' with %j is refused", (tag, options, message) => {
  expect(() => DigestPinnedImage.fromLookup(imported(stackWith()), tag, options)).toThrow(message);
});
