import * as path from 'path';
import { App, Aspects, CfnParameter, Duration, NestedStack, Stack, Stage, Token } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import * as ecr from 'aws-cdk-lib/aws-ecr';
import { DockerImageAsset, Platform } from 'aws-cdk-lib/aws-ecr-assets';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { DigestPinnedImage, SecureRepository, TagPinOptions } from '../../src';

const DIGEST = `sha256:${'0123456789abcdef'.repeat(4)}`;

function stackIn(account = '111111111111', region = 'eu-west-1', app = new App()): Stack {
  return new Stack(app, `Stack-${account}-${region}`, { env: { account, region } });
}

function named(stack: Stack, name = 'api'): ecr.IRepository {
  return ecr.Repository.fromRepositoryName(stack, `Imported-${name}`, name);
}

function addContainer(stack: Stack, image: ecs.ContainerImage, id = 'Task'): ecs.FargateTaskDefinition {
  const task = new ecs.FargateTaskDefinition(stack, id);
  task.addContainer('app', { image });
  return task;
}

/** The only custom resource of a stack, by its logical id. */
function onlyPin(template: Template): [string, Record<string, any>] {
  const pins = Object.entries(template.findResources('Custom::ImageDigest'));
  expect(pins).toHaveLength(1);
  return pins[0];
}

/** Actions that the resolver's role is allowed, with their resources. */
function resolverStatements(template: Template): { Action: string | string[]; Resource: unknown }[] {
  const [, policy] = Object.entries(template.findResources('AWS::IAM::Policy')).find(([id]) => id.includes('ImageDigestResolver'))!;
  return policy.Properties.PolicyDocument.Statement;
}

describe('fromDigest', () => {
  test('names the image by digest and lets the execution role pull it', () => {
    const stack = stackIn();
    addContainer(stack, DigestPinnedImage.fromDigest(named(stack), DIGEST));
    const template = Template.fromStack(stack);
    template.hasResourceProperties('AWS::ECS::TaskDefinition', {
      ContainerDefinitions: [{ Image: { 'Fn::Join': ['', ['111111111111.dkr.ecr.eu-west-1.', { Ref: 'AWS::URLSuffix' }, `/api@${DIGEST}`]] } }],
    });
    template.hasResourceProperties('AWS::IAM::Policy', {
      PolicyDocument: { Statement: Match.arrayWith([Match.objectLike({ Action: Match.arrayWith(['ecr:GetDownloadUrlForLayer', 'ecr:BatchGetImage']) })]) },
      Roles: [{ Ref: Match.stringLikeRegexp('ExecutionRole') }],
    });
    template.resourceCountIs('AWS::Lambda::Function', 0);
  });

  test('gives digest and URI for other uses', () => {
    const stack = stackIn();
    const pin = DigestPinnedImage.fromDigest(named(stack), DIGEST).pinTo(stack);
    expect(pin.digest).toBe(DIGEST);
    expect(stack.resolve(pin.imageUri)).toEqual({ 'Fn::Join': ['', ['111111111111.dkr.ecr.eu-west-1.', { Ref: 'AWS::URLSuffix' }, `/api@${DIGEST}`]] });
    Template.fromStack(stack).templateMatches({ Resources: Match.absent() });
  });

  test.each(['sha256:zz', 'v1.2.3', '', DIGEST.toUpperCase(), process.env.NOT_SET!])("refuses '%s'", digest => {
    const stack = stackIn();
    expect(() => DigestPinnedImage.fromDigest(named(stack), digest))
      .toThrow(/^Stack-111111111111-eu-west-1\/Imported-api: '.*' is not an image digest; expected 'sha256:'/);
  });

  test('takes a token', () => {
    const stack = stackIn();
    const digest = new CfnParameter(stack, 'Digest').valueAsString;
    const { digest: pinned } = DigestPinnedImage.fromDigest(named(stack), digest).pinTo(stack);
    expect(stack.resolve(pinned)).toEqual({ 'Fn::Join': ['', ['sha256:', { 'Fn::Select': [1, { 'Fn::Split': ['sha256:', { Ref: 'Digest' }] }] }]] });
  });

  test('takes the digest of another pin', () => {
    const stack = stackIn();
    const { digest } = DigestPinnedImage.fromTag(named(stack), 'v1').pinTo(stack);
    expect(DigestPinnedImage.fromDigest(named(stack, 'copy'), digest).pinTo(stack).digest).toBe(digest);
  });
});

describe('factories that are inherited give no image that is not pinned', () => {
  test.each<[string, string, (stack: Stack) => unknown]>([
    ['fromRegistry', "'nginx'", () => DigestPinnedImage.fromRegistry('nginx')],
    ['fromEcrRepository', "Stack-111111111111-eu-west-1/Imported-api, 'latest'", stack => DigestPinnedImage.fromEcrRepository(named(stack))],
    ['fromAsset', "'app'", () => DigestPinnedImage.fromAsset('app')],
    ['fromDockerImageAsset', 'Stack-111111111111-eu-west-1/Asset', stack => {
      const directory = path.join(__dirname, '..', '..', 'integ', 'hello-image');
      return DigestPinnedImage.fromDockerImageAsset(new DockerImageAsset(stack, 'Asset', { directory }));
    }],
    ['fromTarball', "'image.tar'", () => DigestPinnedImage.fromTarball('image.tar')],
  ])('%s(%s)', (factory, image, call) => {
    expect(() => call(stackIn())).toThrow(`DigestPinnedImage.${factory}(${image}) would give an image that is not pinned by digest; use from`);
  });

  test('and there are no others', () => {
    const factories = Object.getOwnPropertyNames(ecs.ContainerImage).filter(name => name.startsWith('from'));
    expect(factories.length).toBeGreaterThan(4);
    expect(Object.getOwnPropertyNames(DigestPinnedImage)).toEqual(expect.arrayContaining(factories));
  });
});

describe('fromTag', () => {
  test('writes sha256: and the hexadecimal digits that the custom resource returns', () => {
    const stack = stackIn();
    addContainer(stack, DigestPinnedImage.fromTag(named(stack, 'team/api'), 'v1.2.3'));
    const template = Template.fromStack(stack);
    const [id, pin] = onlyPin(template);
    expect(pin.Properties).toEqual({
      ServiceToken: { 'Fn::GetAtt': [expect.stringMatching(/^CdkSecureRepositoryImageDigestResolverFunction/), 'Arn'] },
      ServiceTimeout: 900,
      RepositoryArn: { 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, ':ecr:eu-west-1:111111111111:repository/team/api']] },
      Tag: 'v1.2.3',
    });
    template.hasResourceProperties('AWS::ECS::TaskDefinition', {
      ContainerDefinitions: [{
        Image: { 'Fn::Join': ['', ['111111111111.dkr.ecr.eu-west-1.', { Ref: 'AWS::URLSuffix' }, '/team/api@sha256:', { 'Fn::GetAtt': [id, 'DigestHex'] }]] },
      }],
    });
  });

  test('passes on platforms, token and waiting time', () => {
    const stack = stackIn();
    DigestPinnedImage.fromTag(named(stack), 'v1', {
      platform: Platform.LINUX_ARM64,
      requirePlatforms: [Platform.custom('linux/arm/v7'), Platform.LINUX_AMD64, Platform.LINUX_AMD64],
      refreshToken: 'abc',
      waitForImage: Duration.minutes(14),
    }).pinTo(stack);
    expect(onlyPin(Template.fromStack(stack))[1].Properties).toMatchObject({
      Platform: 'linux/arm64',
      RequirePlatforms: ['linux/amd64', 'linux/arm/v7'],
      RefreshToken: 'abc',
      WaitSeconds: '840',
      ServiceTimeout: 1740,
    });
  });

  describe('one function a stack', () => {
    test('with a log group that expires, and no managed policy', () => {
      const stack = stackIn();
      ['a', 'b', 'c'].forEach(name => DigestPinnedImage.fromTag(named(stack, name), 'v1').pinTo(stack));
      const template = Template.fromStack(stack);
      template.resourceCountIs('Custom::ImageDigest', 3);
      template.resourceCountIs('AWS::Lambda::Function', 1);
      template.hasResourceProperties('AWS::Lambda::Function', {
        Runtime: stack.resolve(lambda.determineLatestNodeRuntime(stack).name),
        Timeout: 900,
        LoggingConfig: { LogGroup: { Ref: Match.stringLikeRegexp('Logs') } },
      });
      template.hasResourceProperties('AWS::Logs::LogGroup', { RetentionInDays: 30 });
      template.hasResourceProperties('AWS::IAM::Role', { ManagedPolicyArns: Match.absent() });
    });

    test('may describe images of exactly the repositories asked for', () => {
      const stack = stackIn();
      const repository = named(stack, 'a');
      DigestPinnedImage.fromTag(repository, 'v1').pinTo(stack);
      DigestPinnedImage.fromTag(repository, 'v2').pinTo(stack);
      DigestPinnedImage.fromTag(named(stack, 'b'), 'v1', { platform: Platform.LINUX_AMD64 }).pinTo(stack);
      const arn = (name: string) => ({ 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, `:ecr:eu-west-1:111111111111:repository/${name}`]] });
      expect(resolverStatements(Template.fromStack(stack)).slice(1)).toEqual([
        { Effect: 'Allow', Action: 'ecr:DescribeImages', Resource: arn('a') },
        { Effect: 'Allow', Action: ['ecr:DescribeImages', 'ecr:BatchGetImage'], Resource: arn('b') },
      ]);
    });

    test('writes its own log group only', () => {
      const stack = stackIn();
      DigestPinnedImage.fromTag(named(stack), 'v1').pinTo(stack);
      expect(resolverStatements(Template.fromStack(stack))[0]).toEqual({
        Effect: 'Allow',
        Action: ['logs:CreateLogStream', 'logs:PutLogEvents'],
        Resource: { 'Fn::GetAtt': [expect.stringMatching(/ResolverLogs/), 'Arn'] },
      });
    });

    test('is allowed before it is asked', () => {
      const stack = stackIn();
      DigestPinnedImage.fromTag(named(stack), 'v1').pinTo(stack);
      expect(onlyPin(Template.fromStack(stack))[1].DependsOn).toContainEqual(expect.stringMatching(/ResolverRoleDefaultPolicy/));
    });
  });

  describe('a pin is resolved once a stack', () => {
    test('when the same image is used twice', () => {
      const stack = stackIn();
      const image = DigestPinnedImage.fromTag(named(stack), 'v1');
      addContainer(stack, image, 'One');
      addContainer(stack, image, 'Two');
      onlyPin(Template.fromStack(stack));
    });

    test('when the repository was imported twice', () => {
      const stack = stackIn();
      const [one, two] = ['One', 'Two'].map(id => ecr.Repository.fromRepositoryName(stack, id, 'api'));
      expect(DigestPinnedImage.fromTag(one, 'v1').pinTo(stack)).toEqual(DigestPinnedImage.fromTag(two, 'v1').pinTo(stack));
      onlyPin(Template.fromStack(stack));
    });

    test('but each tag, platform, account and Region is a pin of its own', () => {
      const stack = stackIn();
      const repository = named(stack);
      DigestPinnedImage.fromTag(repository, 'v1').pinTo(stack);
      DigestPinnedImage.fromTag(repository, 'v2').pinTo(stack);
      DigestPinnedImage.fromTag(repository, 'v1', { platform: Platform.LINUX_ARM64 }).pinTo(stack);
      for (const place of ['eu-west-1:222222222222', 'us-east-1:111111111111']) {
        const other = ecr.Repository.fromRepositoryArn(stack, place, `arn:aws:ecr:${place}:repository/api`);
        DigestPinnedImage.fromTag(other, 'v1').pinTo(stack);
      }
      Template.fromStack(stack).resourceCountIs('Custom::ImageDigest', 5);
    });

    test('and repositories of two stacks with the same logical id are told apart', () => {
      const app = new App();
      const [one, two] = ['111111111111', '222222222222'].map(account =>
        new SecureRepository(stackIn(account, 'eu-west-1', app), 'Images', { repositoryName: 'api' }));
      const logicalId = ({ node, stack }: SecureRepository) => stack.resolve((node.defaultChild as ecr.CfnRepository).logicalId);
      expect(logicalId(one)).toBe(logicalId(two));
      const user = stackIn('333333333333', 'eu-west-1', app);
      [one, two].forEach(repository => DigestPinnedImage.fromTag(repository, 'v1').pinTo(user));
      Template.fromStack(user).resourceCountIs('Custom::ImageDigest', 2);
    });

    test.each<[string, TagPinOptions, TagPinOptions]>([
      ['token', { refreshToken: 'a' }, { refreshToken: 'b' }],
      ['required platforms', {}, { requirePlatforms: [Platform.LINUX_AMD64] }],
    ])('and another %s for the same image is an error', (_, first, second) => {
      const stack = stackIn();
      DigestPinnedImage.fromTag(named(stack), 'v1', first).pinTo(stack);
      const repository = ecr.Repository.fromRepositoryName(stack, 'Again', 'api');
      expect(() => DigestPinnedImage.fromTag(repository, 'v1', second).pinTo(stack))
        .toThrow(/ImageDigestResolver: image api:v1:[0-9a-f]{16} is pinned twice with different options, .* use the same options/);
    });
  });

  test('an image that is used with different waiting times is waited for as long as the longest', () => {
    const stack = stackIn();
    const repository = named(stack);
    [undefined, Duration.minutes(5), Duration.minutes(1)].forEach(waitForImage => DigestPinnedImage.fromTag(repository, 'v1', { waitForImage }).pinTo(stack));
    expect(onlyPin(Template.fromStack(stack))[1].Properties).toMatchObject({ WaitSeconds: '300', ServiceTimeout: 1200 });
  });

  test('tokens of two stacks with the same logical id are told apart', () => {
    const app = new App();
    const [one, two] = ['One', 'Two'].map(id => new CfnParameter(new Stack(app, id), 'Text').valueAsString);
    const stack = new Stack(app, 'User');
    const repository = ecr.Repository.fromRepositoryName(stack, 'Repository', 'api');
    DigestPinnedImage.fromTag(repository, one).pinTo(stack);
    DigestPinnedImage.fromTag(repository, two).pinTo(stack);
    const [three, four] = [one, two].map((arn, index) =>
      ecr.Repository.fromRepositoryAttributes(stack, `Attributes${index}`, { repositoryName: 'api', repositoryArn: arn }));
    DigestPinnedImage.fromTag(three, 'v1').pinTo(stack);
    DigestPinnedImage.fromTag(four, 'v1').pinTo(stack);
    DigestPinnedImage.fromTag(repository, 'v2', { refreshToken: one }).pinTo(stack);
    expect(() => DigestPinnedImage.fromTag(repository, 'v2', { refreshToken: two }).pinTo(stack)).toThrow(/is pinned twice with different options/);
    Template.fromStack(stack).resourceCountIs('Custom::ImageDigest', 5);
  });

  test('repositories of two stacks with the same logical id are both readable', () => {
    const app = new App();
    const repositories = ['One', 'Two'].map(id => new SecureRepository(new Stack(app, id), 'Images'));
    const stack = new Stack(app, 'User');
    repositories.forEach(repository => DigestPinnedImage.fromTag(repository, 'v1').pinTo(stack));
    expect(resolverStatements(Template.fromStack(stack))[1].Resource).toEqual(['One', 'Two'].map(id => ({ 'Fn::ImportValue': expect.stringMatching(`^${id}:`) })));
  });

  test('an aspect may add an image', () => {
    const stack = stackIn();
    const task = addContainer(stack, DigestPinnedImage.fromTag(named(stack, 'a'), 'v1'));
    const sidecar = DigestPinnedImage.fromTag(named(stack, 'b'), 'v1');
    Aspects.of(stack.node.root).add({
      visit: construct => {
        if (construct === task && !task.findContainer('sidecar')) {
          task.addContainer('sidecar', { image: sidecar });
        }
      },
    });
    const template = Template.fromStack(stack);
    template.resourceCountIs('Custom::ImageDigest', 2);
    expect(JSON.stringify(resolverStatements(template))).toMatch(/repository\/a.*repository\/b/);
  });

  test('another tag is another resource, so that a rollback finds the old one untouched', () => {
    const idOf = (tag: string) => {
      const stack = stackIn();
      DigestPinnedImage.fromTag(named(stack), tag).pinTo(stack);
      return onlyPin(Template.fromStack(stack))[0];
    };
    expect(idOf('v1')).not.toEqual(idOf('v2'));
    expect(idOf('v1')).toEqual(idOf('v1'));
  });

  test('a new refresh token, waiting time or required platform keeps the resource', () => {
    const idOf = (options: TagPinOptions) => {
      const stack = stackIn();
      DigestPinnedImage.fromTag(named(stack), 'v1', options).pinTo(stack);
      return onlyPin(Template.fromStack(stack))[0];
    };
    const id = idOf({});
    expect(idOf({ refreshToken: 'a' })).toEqual(id);
    expect(idOf({ waitForImage: Duration.minutes(1), requirePlatforms: [Platform.LINUX_AMD64] })).toEqual(id);
  });

  test('ids of pins are the same in all stages', () => {
    const idIn = (stageName: string) => {
      const stage = new Stage(new App(), stageName, { env: { account: '111111111111', region: 'eu-west-1' } });
      const stack = new Stack(stage, 'Service');
      DigestPinnedImage.fromTag(new SecureRepository(stack, 'Images'), 'v1').pinTo(stack);
      return onlyPin(Template.fromStack(stack))[0];
    };
    expect(idIn('Dev')).toEqual(idIn('Prod'));
    expect(idIn('Dev')).toBe('CdkSecureRepositoryImageDigestResolverImagesv13667d77917effefc0D991BAB');
  });

  test('ids of pins do not depend on where a repository with a literal name is defined', () => {
    const idIn = (repositoryIn: (stack: Stack) => ecr.IRepository) => {
      const stack = stackIn();
      DigestPinnedImage.fromTag(repositoryIn(stack), 'v1').pinTo(stack);
      return onlyPin(Template.fromStack(stack))[0];
    };
    const ids = [
      idIn(stack => new SecureRepository(stack, 'Images', { repositoryName: 'api' })),
      idIn(stack => new SecureRepository(new Construct(stack, 'Registry'), 'Moved', { repositoryName: 'api' })),
      idIn(stack => new SecureRepository(new Stack(stack.node.root, 'Other', { env: { account: stack.account, region: stack.region } }), 'Images', { repositoryName: 'api' })),
      idIn(stack => named(stack)),
    ];
    expect(new Set(ids)).toEqual(new Set(['CdkSecureRepositoryImageDigestResolverapiv1b43430bfd0a37aa075BD9C8B']));
  });

  test('ids of pins do not depend on whether the account and Region of the stack are known', () => {
    const idIn = (stack: Stack) => {
      DigestPinnedImage.fromTag(named(stack), 'v1').pinTo(stack);
      return onlyPin(Template.fromStack(stack))[0];
    };
    expect(idIn(stackIn())).toBe('CdkSecureRepositoryImageDigestResolverapiv1b43430bfd0a37aa075BD9C8B');
    expect(idIn(new Stack())).toBe(idIn(stackIn('222222222222', 'us-east-1')));
  });

  describe('repositories elsewhere', () => {
    test('in another account and Region, imported', () => {
      const stack = stackIn();
      const repository = ecr.Repository.fromRepositoryArn(stack, 'Shared', 'arn:aws:ecr:us-east-1:999999999999:repository/team/api');
      const { imageUri } = DigestPinnedImage.fromTag(repository, 'v1').pinTo(stack);
      const [id, pin] = onlyPin(Template.fromStack(stack));
      expect(pin.Properties.RepositoryArn).toBe('arn:aws:ecr:us-east-1:999999999999:repository/team/api');
      expect(stack.resolve(imageUri)).toEqual({
        'Fn::Join': ['', [
          '999999999999.dkr.ecr.us-east-1.', { Ref: 'AWS::URLSuffix' }, '/team/api@sha256:', { 'Fn::GetAtt': [id, 'DigestHex'] },
        ]],
      });
      expect(resolverStatements(Template.fromStack(stack))).toContainEqual(
        { Effect: 'Allow', Action: 'ecr:DescribeImages', Resource: 'arn:aws:ecr:us-east-1:999999999999:repository/team/api' });
    });

    test('in another account of the app, whose policy then allows what is needed', () => {
      const app = new App();
      const owner = stackIn('999999999999', 'eu-west-1', app);
      const repository = new SecureRepository(owner, 'Images', { repositoryName: 'api' });
      const user = stackIn('111111111111', 'eu-west-1', app);
      DigestPinnedImage.fromTag(repository, 'v1', { platform: Platform.LINUX_ARM64 }).pinTo(user);
      app.synth();
      expect(user.dependencies).toEqual([owner]);
      expect(onlyPin(Template.fromStack(user))[1].Properties.RepositoryArn)
        .toEqual({ 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, ':ecr:eu-west-1:999999999999:repository/api']] });
      Template.fromStack(owner).hasResourceProperties('AWS::ECR::Repository', {
        RepositoryPolicyText: {
          Statement: [{
            Effect: 'Allow',
            Action: ['ecr:DescribeImages', 'ecr:BatchGetImage'],
            Principal: { AWS: { 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, ':iam::111111111111:root']] } },
          }],
        },
      });
    });

    test('in another Region of the app', () => {
      const app = new App();
      const owner = stackIn('111111111111', 'us-east-1', app);
      const nested = new NestedStack(stackIn('111111111111', 'eu-west-1', app), 'Nested');
      DigestPinnedImage.fromTag(new SecureRepository(owner, 'Images', { repositoryName: 'api' }), 'v1').pinTo(nested);
      app.synth();
      expect(nested.nestedStackParent!.dependencies).toEqual([owner]);
    });

    test('in another stage of the app, which is deployed on its own', () => {
      const app = new App();
      const [owner, user] = ['us-east-1', 'eu-west-1'].map(region =>
        new Stack(new Stage(app, region), 'Stack', { env: { account: '111111111111', region } }));
      DigestPinnedImage.fromTag(new SecureRepository(owner, 'Images', { repositoryName: 'api' }), 'v1').pinTo(user);
      app.synth();
      expect(user.dependencies).toEqual([]);
    });

    test('in another stack of the same account', () => {
      const app = new App();
      const owner = new Stack(app, 'Owner');
      const user = new Stack(app, 'User');
      DigestPinnedImage.fromTag(new SecureRepository(owner, 'Images'), 'v1').pinTo(user);
      expect(onlyPin(Template.fromStack(user))[1].Properties.RepositoryArn).toEqual({ 'Fn::ImportValue': expect.stringMatching(/^Owner:/) });
      Template.fromStack(owner).hasResourceProperties('AWS::ECR::Repository', { RepositoryPolicyText: Match.absent() });
    });

    test('in the parent of a nested stack, which has a function of its own', () => {
      const parent = stackIn();
      const repository = new SecureRepository(parent, 'Images');
      const nested = new NestedStack(parent, 'Nested');
      DigestPinnedImage.fromTag(repository, 'v1').pinTo(parent);
      DigestPinnedImage.fromTag(repository, 'v1').pinTo(nested);
      Template.fromStack(parent).resourceCountIs('AWS::Lambda::Function', 1);
      Template.fromStack(nested).resourceCountIs('AWS::Lambda::Function', 1);
      expect(onlyPin(Template.fromStack(nested))[1].Properties.RepositoryArn).toEqual({ Ref: expect.stringMatching(/Images.*Arn$/) });
    });

    test('of a Docker asset', () => {
      const stack = stackIn();
      const asset = new DockerImageAsset(stack, 'Asset', { directory: path.join(__dirname, '..'), exclude: ['**', '!tsconfig.json'], file: 'tsconfig.json' });
      addContainer(stack, DigestPinnedImage.fromTag(asset.repository, asset.imageTag));
      expect(onlyPin(Template.fromStack(stack))[1].Properties.Tag).toBe(asset.imageTag);
    });
  });

  describe('refuses with the path of the repository', () => {
    test.each<[string, TagPinOptions, RegExp]>([
      ['', {}, /^Stack-111111111111-eu-west-1\/Imported-api: '' is not an image tag; expected 1 to 128/],
      ['-v1', {}, /'-v1' is not an image tag/],
      [process.env.NOT_SET!, {}, /'undefined' is not an image tag/],
      ['v1', { refreshToken: '' }, /refreshToken is empty; expected a text that changes/],
      ['v1', { platform: 'linux/arm64' as any }, /'undefined' is not a platform; expected 'os\/architecture'/],
      ['a'.repeat(129), {}, /is not an image tag/],
      ['v1', { platform: Platform.custom('arm64') }, /'arm64' is not a platform; expected 'os\/architecture'/],
      ['v1', { requirePlatforms: [Platform.LINUX_AMD64, Platform.custom('')] }, /'' is not a platform/],
      ['v1', { waitForImage: Duration.seconds(841) }, /waitForImage is 841 seconds; expected whole seconds, at most 840 \(14 minutes\)/],
      ['v1', { waitForImage: Duration.millis(1500) }, /waitForImage is 1.5 seconds/],
      ['v1', { waitForImage: Duration.seconds(new CfnParameter(new Stack(), 'Wait', { type: 'Number' }).valueAsNumber) }, /waitForImage must be known at synth/],
    ])("'%s' with %j", (tag, options, message) => {
      const stack = stackIn();
      expect(() => DigestPinnedImage.fromTag(named(stack), tag, options)).toThrow(message);
    });
  });

  test('a tag that is a token is left to the deployment', () => {
    const stack = stackIn();
    const tag = new CfnParameter(stack, 'Tag').valueAsString;
    DigestPinnedImage.fromTag(new SecureRepository(stack, 'Images', { mutableTags: ['latest'] }), tag).pinTo(stack);
    expect(onlyPin(Template.fromStack(stack))[1].Properties.Tag).toEqual({ Ref: 'Tag' });
  });

  describe('tags that move', () => {
    const images = (stack: Stack) => new SecureRepository(stack, 'Images', { mutableTags: ['latest', 'branch-*'], devCompanion: {} });

    test.each(['latest', 'branch-7'])("'%s' under mutableTags is an error", tag => {
      const stack = stackIn();
      expect(() => DigestPinnedImage.fromTag(images(stack), tag)).toThrow(
        /\/Images: tag '.*' can be moved \(under mutableTags pattern '.*'\), and a pin would not follow it; use a tag that stays, fromDigest, or set refreshToken/);
    });

    test('any in a dev companion is an error', () => {
      const stack = stackIn();
      const { devCompanion } = images(stack);
      expect(() => DigestPinnedImage.fromTag(devCompanion!, Token.asString({ Ref: 'Tag' }))).toThrow(/can be moved/);
      expect(() => DigestPinnedImage.fromTag(devCompanion!, 'v1')).toThrow(/\/DevCompanion: tag 'v1' can be moved \(in a mutable dev companion\)/);
    });

    test('are fine with a refresh token', () => {
      const stack = stackIn();
      const repository = images(stack);
      DigestPinnedImage.fromTag(repository, 'latest', { refreshToken: 'abc' }).pinTo(stack);
      DigestPinnedImage.fromTag(repository.devCompanion!, 'v1', { refreshToken: 'abc' }).pinTo(stack);
      Annotations.fromStack(stack).hasNoWarning('*', Match.anyValue());
    });

    test('others are fine', () => {
      const stack = stackIn();
      DigestPinnedImage.fromTag(images(stack), 'v1').pinTo(stack);
      Annotations.fromStack(stack).hasNoWarning('*', Match.anyValue());
    });

    test.each(['latest', 'main', 'stable'])("'%s' of a repository that we do not know is a warning", tag => {
      const stack = stackIn();
      DigestPinnedImage.fromTag(named(stack), tag).pinTo(stack);
      Annotations.fromStack(stack).hasWarning('*', Match.stringLikeRegexp(`a tag like '${tag}' is usually moved.*\\[ack: cdk-secure-repository:floatingTag\\]`));
    });

    test('is no warning with a refresh token', () => {
      const stack = stackIn();
      DigestPinnedImage.fromTag(named(stack), 'latest', { refreshToken: 'abc' }).pinTo(stack);
      Annotations.fromStack(stack).hasNoWarning('*', Match.anyValue());
    });
  });
});
