import { App, CfnParameter, Duration, IPropertyInjector, PhysicalName, PropertyInjectors, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import * as ecr from 'aws-cdk-lib/aws-ecr';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';
import { policyRules } from './lifecycle-policy-text';
import { RetentionRule, SecureRepository, SecureRepositoryProps } from '../../src';
import { mutableTagPattern } from '../../src/repository/mutable-tags';

function synthesize(props?: SecureRepositoryProps, stack = new Stack(new App(), 'Stack')): Template {
  new SecureRepository(stack, 'Images', props);
  return Template.fromStack(stack);
}

describe('by default', () => {
  test('no tag moves, a scan on push is asked for, and the repository is kept', () => {
    const template = synthesize();
    template.resourceCountIs('AWS::ECR::Repository', 1);
    template.hasResource('AWS::ECR::Repository', {
      Properties: {
        ImageTagMutability: 'IMMUTABLE',
        ImageTagMutabilityExclusionFilters: Match.absent(),
        ImageScanningConfiguration: { ScanOnPush: true },
        EncryptionConfiguration: Match.absent(),
        RepositoryName: Match.absent(),
        RepositoryPolicyText: Match.absent(),
        EmptyOnDelete: Match.absent(),
      },
      DeletionPolicy: 'RetainExceptOnCreate',
      UpdateReplacePolicy: 'Retain',
    });
  });

  test('untagged images go after 14 days, and the newest 500 tagged ones stay', () => {
    const stack = new Stack();
    new SecureRepository(stack, 'Images');
    expect(policyRules(stack).map(({ selection }) => selection)).toEqual([
      { tagStatus: 'untagged', countType: 'sinceImagePushed', countUnit: 'days', countNumber: 14 },
      { tagStatus: 'tagged', tagPatternList: ['*'], countType: 'imageCountMoreThan', countNumber: 500 },
    ]);
  });
});

test('it is a repository of CDK', () => {
  const stack = new Stack();
  const repository = new SecureRepository(stack, 'Images', { repositoryName: 'api' });
  const user = new iam.User(stack, 'User');
  repository.grantPull(user);
  repository.onImageScanCompleted('Scanned');
  expect(repository).toBeInstanceOf(ecr.Repository);
  const template = Template.fromStack(stack);
  template.hasResourceProperties('AWS::ECR::Repository', { RepositoryName: 'api' });
  template.resourceCountIs('AWS::Events::Rule', 1);
  template.hasResourceProperties('AWS::IAM::Policy', {
    PolicyDocument: { Statement: Match.arrayWith([Match.objectLike({ Action: Match.arrayWith(['ecr:BatchGetImage']) })]) },
  });
});

/** What AWS CloudFormation knows a repository by: if any of it changes, it makes another one. */
function identity(Type: typeof ecr.Repository, { keyed, ...props }: ecr.RepositoryProps & { keyed?: boolean }): unknown {
  const stack = new Stack(new App(), 'Stack');
  const encryptionKey = keyed ? kms.Key.fromKeyArn(stack, 'Key', 'arn:aws:kms:eu-west-1:123456789012:key/1') : undefined;
  new Type(new Construct(stack, 'Service'), 'Images', { ...props, encryptionKey });
  const [[logicalId, { Properties: { RepositoryName, EncryptionConfiguration } = {} as any }]] = Object.entries(Template.fromStack(stack).findResources('AWS::ECR::Repository'));
  return { logicalId, RepositoryName, EncryptionConfiguration };
}

test.each([
  {},
  { repositoryName: 'api' },
  { encryption: ecr.RepositoryEncryption.AES_256 },
  { encryption: ecr.RepositoryEncryption.KMS },
  { keyed: true },
])('in the place of an ecr.Repository with the same id and %j it is the same repository to AWS CloudFormation', props => {
  const before = identity(ecr.Repository, props);
  expect(before).toMatchObject({ logicalId: expect.stringMatching(/^ServiceImages/) });
  expect(identity(SecureRepository, props)).toEqual(before);
});

test('a key encrypts the repository and its companion', () => {
  const stack = new Stack();
  const encryptionKey = new kms.Key(stack, 'Key');
  const template = synthesize({ encryptionKey, devCompanion: {} }, stack);
  template.resourcePropertiesCountIs('AWS::ECR::Repository', {
    EncryptionConfiguration: { EncryptionType: 'KMS', KmsKey: { 'Fn::GetAtt': [Match.stringLikeRegexp('^Key'), 'Arn'] } },
  }, 2);
});

test('it can be removed with its images', () => {
  synthesize({ removalPolicy: RemovalPolicy.DESTROY, emptyOnDelete: true }).hasResource('AWS::ECR::Repository', {
    Properties: { EmptyOnDelete: true },
    DeletionPolicy: 'Delete',
  });
});

test.each([undefined, RemovalPolicy.RETAIN, RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE])('emptyOnDelete with removalPolicy %s is refused', removalPolicy => {
  expect(() => synthesize({ removalPolicy, emptyOnDelete: true })).toThrow(/^Stack\/Images: emptyOnDelete with removalPolicy 'retain.*set RemovalPolicy.DESTROY/);
});

describe('mutable tags', () => {
  test('are exclusion filters', () => {
    synthesize({ mutableTags: ['latest', '*-dev-*', 'a', 'b', 'c'] }).hasResourceProperties('AWS::ECR::Repository', {
      ImageTagMutability: 'IMMUTABLE_WITH_EXCLUSION',
      ImageTagMutabilityExclusionFilters: ['latest', '*-dev-*', 'a', 'b', 'c'].map(pattern => (
        { ImageTagMutabilityExclusionFilterType: 'WILDCARD', ImageTagMutabilityExclusionFilterValue: pattern })),
    });
  });

  test('are known by the pattern', () => {
    const repository = new SecureRepository(new Stack(), 'Images', { mutableTags: ['latest', 'dev-*'] });
    expect(mutableTagPattern(repository, 'dev-1')).toBe('dev-*');
    expect(mutableTagPattern(repository, 'v1')).toBeUndefined();
    expect(mutableTagPattern(ecr.Repository.fromRepositoryName(new Stack(), 'Other', 'api'), 'latest')).toBeUndefined();
  });

  test('of an empty list are none', () => {
    synthesize({ mutableTags: [] }).hasResourceProperties('AWS::ECR::Repository', {
      ImageTagMutability: 'IMMUTABLE',
      ImageTagMutabilityExclusionFilters: Match.absent(),
    });
  });

  test.each([
    [['a', 'b', 'c', 'd', 'e', 'f'], /^Stack\/Images: mutableTags has 6 patterns; ECR takes at most 5/],
    [['a*b*c*'], /mutableTags pattern 'a\*b\*c\*': it has 3 '\*'; ECR takes at most 2/],
    [['*'], /mutableTags pattern '\*': it would make every tag mutable/],
    [['**'], /it would make every tag mutable/],
    [[undefined as unknown as string], /mutableTags pattern 'undefined': expected a text/],
    [['latest', 'latest'], /mutableTags pattern 'latest': it is there twice/],
    [[''], /mutableTags pattern '': expected letters/],
    [['feature/*'], /mutableTags pattern 'feature\/\*': expected letters/],
    [['-x'], /no tag starts with/],
    [[`${'a'.repeat(128)}*`], /it has 129 characters; ECR takes at most 128/],
  ])('%j is refused', (mutableTags, message) => {
    expect(() => synthesize({ mutableTags })).toThrow(message);
  });

  test('128 characters are accepted, a token is not', () => {
    synthesize({ mutableTags: ['a'.repeat(127) + '*'] });
    const stack = new Stack();
    const mutableTags = [new CfnParameter(stack, 'Tag').valueAsString];
    expect(() => synthesize({ mutableTags }, stack)).toThrow(/must be known at synth/);
  });
});

describe('the dev companion', () => {
  test('is mutable, scanned, and goes with its images', () => {
    const stack = new Stack();
    const repository = new SecureRepository(stack, 'Images', { repositoryName: 'team/api', devCompanion: {} });
    expect(repository.devCompanion?.node.path).toBe('Default/Images/DevCompanion');
    Template.fromStack(stack).hasResource('AWS::ECR::Repository', {
      Properties: {
        RepositoryName: 'team/api-dev',
        ImageTagMutability: 'MUTABLE',
        ImageScanningConfiguration: { ScanOnPush: true },
        EmptyOnDelete: true,
      },
      DeletionPolicy: 'Delete',
      UpdateReplacePolicy: 'Delete',
    });
    expect(policyRules(stack, 'team/api-dev').map(({ selection }) => selection)).toEqual([
      { tagStatus: 'untagged', countType: 'sinceImagePushed', countUnit: 'days', countNumber: 14 },
      { tagStatus: 'tagged', tagPatternList: ['*'], countType: 'sinceImagePushed', countUnit: 'days', countNumber: 14 },
    ]);
  });

  test('is not there unless asked for', () => {
    expect(new SecureRepository(new Stack(), 'Images').devCompanion).toBeUndefined();
  });

  test('takes a name, retention and removal policy of its own', () => {
    const stack = new Stack();
    new SecureRepository(stack, 'Images', {
      repositoryName: 'api',
      devCompanion: { repositoryName: 'scratch', retention: [RetentionRule.keepNewest('*', 3)], removalPolicy: RemovalPolicy.RETAIN },
    });
    Template.fromStack(stack).hasResource('AWS::ECR::Repository', {
      Properties: { RepositoryName: 'scratch', EmptyOnDelete: Match.absent() },
      DeletionPolicy: 'Retain',
    });
    expect(policyRules(stack, 'scratch')).toHaveLength(1);
  });

  test('has a generated name beside a generated name', () => {
    synthesize({ devCompanion: {} }).resourcePropertiesCountIs('AWS::ECR::Repository', { RepositoryName: Match.absent() }, 2);
  });

  test('is named after a name that is a token', () => {
    const stack = new Stack();
    const repositoryName = new CfnParameter(stack, 'Name').valueAsString;
    synthesize({ repositoryName, devCompanion: {} }, stack)
      .hasResourceProperties('AWS::ECR::Repository', { RepositoryName: { 'Fn::Join': ['', [{ Ref: 'Name' }, '-dev']] } });
  });

  test('checks lifecycle rules that are added', () => {
    const { devCompanion } = new SecureRepository(new Stack(), 'Images', { devCompanion: { retention: [RetentionRule.keepAll('v*')] } });
    devCompanion!.addLifecycleRule({ tagPrefixList: ['pr-'], maxImageAge: Duration.days(1) });
    expect(() => devCompanion!.addLifecycleRule({ tagPrefixList: ['v1'], maxImageAge: Duration.days(1) })).toThrow(/can never act/);
    expect(() => devCompanion!.addLifecycleRule({ tagPrefixList: ['a'] })).toThrow(/exactly one of 'maxImageAge' and 'maxImageCount'/);
  });

  test('with a name over 256 characters is refused', () => {
    synthesize({ repositoryName: 'a'.repeat(252), devCompanion: {} });
    const repositoryName = 'a'.repeat(253);
    expect(() => synthesize({ repositoryName, devCompanion: {} })).toThrow(/has 257 characters; ECR takes at most 256, so set devCompanion.repositoryName/);
    synthesize({ repositoryName, devCompanion: { repositoryName: 'short' } });
  });
});

describe('encryption', () => {
  test.each<[string, Partial<SecureRepositoryProps>, unknown]>([
    ['none', {}, Match.absent()],
    ['AES-256', { encryption: ecr.RepositoryEncryption.AES_256 }, Match.absent()],
    ['KMS with the key of AWS', { encryption: ecr.RepositoryEncryption.KMS }, { EncryptionType: 'KMS' }],
    ['KMS in two layers', { encryption: ecr.RepositoryEncryption.KMS_DSSE }, { EncryptionType: 'KMS_DSSE' }],
  ])('%s, for the companion as well', (_, props, EncryptionConfiguration) => {
    synthesize({ ...props, devCompanion: {} }).allResourcesProperties('AWS::ECR::Repository', { EncryptionConfiguration });
  });

  test.each([undefined, ecr.RepositoryEncryption.KMS])('KMS with a key of its own, with encryption %j', encryption => {
    const stack = new Stack();
    const encryptionKey = new kms.Key(stack, 'Key');
    synthesize({ encryption, encryptionKey }, stack).hasResourceProperties('AWS::ECR::Repository', {
      EncryptionConfiguration: { EncryptionType: 'KMS', KmsKey: { 'Fn::GetAtt': [Match.stringLikeRegexp('^Key'), 'Arn'] } },
    });
  });

  test('a key with AES-256 is refused', () => {
    const stack = new Stack();
    const encryptionKey = new kms.Key(stack, 'Key');
    expect(() => synthesize({ encryption: ecr.RepositoryEncryption.AES_256, encryptionKey }, stack))
      .toThrow('Default/Images: encryption is AES256, which takes no encryptionKey; leave out one of them, or choose RepositoryEncryption.KMS');
  });
});

test('the dev companion with the name of the release repository is refused', () => {
  expect(() => synthesize({ repositoryName: 'api', devCompanion: { repositoryName: 'api' } }))
    .toThrow(/^Stack\/Images: devCompanion.repositoryName is 'api', the name of the release repository/);
});

test('a name that is generated where it is needed goes for the companion as well', () => {
  synthesize({ repositoryName: PhysicalName.GENERATE_IF_NEEDED, devCompanion: {} })
    .resourcePropertiesCountIs('AWS::ECR::Repository', { RepositoryName: Match.absent() }, 2);
});

describe('property injectors', () => {
  class Loosen implements IPropertyInjector {
    public readonly constructUniqueId = ecr.Repository.PROPERTY_INJECTION_ID;
    public inject(props: ecr.RepositoryProps): ecr.RepositoryProps {
      return {
        ...props,
        imageTagMutability: props.repositoryName === 'api-dev' ? ecr.TagMutability.IMMUTABLE : ecr.TagMutability.MUTABLE,
        imageScanOnPush: false,
        lifecycleRules: [{ tagPrefixList: ['injected'], maxImageCount: 1 }],
      };
    }
  }

  function withInjector(props: SecureRepositoryProps): Stack {
    const app = new App();
    PropertyInjectors.of(app).add(new Loosen());
    const stack = new Stack(app, 'Stack');
    new SecureRepository(stack, 'Images', { repositoryName: 'api', ...props });
    return stack;
  }

  test('cannot switch the guarantees off', () => {
    const template = Template.fromStack(withInjector({ devCompanion: {} }));
    for (const [RepositoryName, ImageTagMutability] of [['api', 'IMMUTABLE'], ['api-dev', 'MUTABLE']]) {
      template.hasResourceProperties('AWS::ECR::Repository', { RepositoryName, ImageTagMutability, ImageScanningConfiguration: { ScanOnPush: true } });
    }
  });

  test('may add lifecycle rules, behind the retention or in place of the default one', () => {
    const listsOf = (stack: Stack) => policyRules(stack, 'api').map(({ selection }) => selection.tagPatternList);
    expect(listsOf(withInjector({ retention: [RetentionRule.keepAll('v*')] }))).toEqual([['v*'], ['injected*']]);
    expect(listsOf(withInjector({}))).toEqual([['injected*']]);
  });
});

/** Also those that are inherited. */
function staticNames(type: object): string[] {
  return type === Function.prototype ? [] : [...Object.getOwnPropertyNames(type), ...staticNames(Object.getPrototypeOf(type))];
}

describe('an import', () => {
  const stack = new Stack(new App(), 'Stack', { env: { account: '111111111111', region: 'eu-west-1' } });
  const ARN = 'arn:aws:ecr:eu-west-1:111111111111:repository/api';

  test.each([
    ['fromLookup', 'api', () => SecureRepository.fromLookup(stack, 'Images', { repositoryName: 'api' })],
    ['fromLookup', ARN, () => SecureRepository.fromLookup(stack, 'Images', { repositoryArn: ARN })],
    ['fromRepositoryAttributes', ARN, () => SecureRepository.fromRepositoryAttributes(stack, 'Images', { repositoryArn: ARN, repositoryName: 'api' })],
    ['fromRepositoryArn', ARN, () => SecureRepository.fromRepositoryArn(stack, 'Images', ARN)],
    ['fromRepositoryName', 'api', () => SecureRepository.fromRepositoryName(stack, 'Images', 'api')],
  ])('by %s of %s is an error, as it may be any repository', (factory, name, make) => {
    expect(make).toThrow(`Stack: SecureRepository.${factory}('Images', '${name}') would give a repository that may be mutable and unscanned; `
      + `import it with ecr.Repository.${factory}, and pin its images with DigestPinnedImage`);
  });

  test('is known by no other name', () => {
    const factories = staticNames(ecr.Repository).filter(name => name.startsWith('from'));
    expect(factories.length).toBeGreaterThanOrEqual(4);
    expect(Object.getOwnPropertyNames(SecureRepository)).toEqual(expect.arrayContaining(factories));
  });
});
