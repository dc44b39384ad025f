import { Annotations as CdkAnnotations, App, Aspects, CfnResource, Duration, IAspect, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { Annotations, Match } from 'aws-cdk-lib/assertions';
import * as ecr from 'aws-cdk-lib/aws-ecr';
import * as iam from 'aws-cdk-lib/aws-iam';
import { IConstruct } from 'constructs';
import { DigestPinnedImage, RetentionRule, SecureRepository, SecureRepositoryProps } from '../../src';

function appWith(change: (repository: ecr.CfnRepository) => void, props: SecureRepositoryProps = {}) {
  const app = new App();
  const stack = new Stack(app, 'Stack');
  const repository = new SecureRepository(stack, 'Images', props);
  const aspect: IAspect = { visit: (node: IConstruct) => node instanceof ecr.CfnRepository ? change(node) : undefined };
  Aspects.of(app).add(aspect);
  return { app, stack, repository };
}

test.each<[string, (resource: ecr.CfnRepository) => void, RegExp]>([
  ['mutable', resource => { resource.imageTagMutability = 'MUTABLE'; },
    /\[Stack\/Images\] something in the app has changed ImageTagMutability from IMMUTABLE to MUTABLE, .*name tags that move in mutableTags, or push them to devCompanion/],
  ['mutable by an override', resource => resource.addPropertyOverride('ImageTagMutability', 'MUTABLE'), /from IMMUTABLE to MUTABLE/],
  ['mutable as a whole by a filter', resource => {
    resource.addPropertyOverride('ImageTagMutability', 'IMMUTABLE_WITH_EXCLUSION');
    resource.addPropertyOverride('ImageTagMutabilityExclusionFilters', [{ ImageTagMutabilityExclusionFilterType: 'WILDCARD', ImageTagMutabilityExclusionFilterValue: '*' }]);
  }, /from IMMUTABLE to IMMUTABLE_WITH_EXCLUSION/],
  ['unscanned', resource => { resource.imageScanningConfiguration = { scanOnPush: false }; },
    /\[Stack\/Images\] something in the app has changed ImageScanningConfiguration to \{"ScanOnPush":false\}; leave ScanOnPush true/],
  ['without a setting for scans', resource => resource.addPropertyDeletionOverride('ImageScanningConfiguration'), /ImageScanningConfiguration to undefined/],
])('a release repository that an aspect makes %s is an error', (_, change, message) => {
  expect(() => appWith(change).app.synth()).toThrow(message);
});

test('another filter for mutable tags is an error', () => {
  const { app } = appWith(resource => resource.addPropertyOverride('ImageTagMutabilityExclusionFilters.0.ImageTagMutabilityExclusionFilterValue', 'v*'), { mutableTags: ['latest'] });
  expect(() => app.synth()).toThrow(/or its exclusion filters/);
});

test('a companion that an aspect leaves unscanned is an error', () => {
  const { app } = appWith(resource => { resource.imageScanningConfiguration = { scanOnPush: resource.repositoryName === 'api' }; }, { repositoryName: 'api', devCompanion: {} });
  expect(() => app.synth()).toThrow(/\[Stack\/Images\/DevCompanion\] something in the app has changed ImageScanningConfiguration/);
});

test('another removal policy is a warning', () => {
  const { stack } = appWith(resource => resource.applyRemovalPolicy(RemovalPolicy.DESTROY));
  Annotations.fromStack(stack).hasWarning('/Stack/Images/Resource',
    'the DeletionPolicy was RetainExceptOnCreate, and something in the app has made it Delete; set removalPolicy if that is meant [ack: cdk-secure-repository:removalPolicyChanged]');
});

test.each([
  ['the repository', 'Stack/Images'],
  ['its stack', 'Stack'],
])('a warning can be acknowledged at %s', (_, path) => {
  const { app, stack } = appWith(resource => resource.applyRemovalPolicy(RemovalPolicy.DESTROY));
  const [construct] = app.node.findAll().filter(({ node }) => node.path === path);
  CdkAnnotations.of(construct).acknowledgeWarning('cdk-secure-repository:removalPolicyChanged');
  expect(Annotations.fromStack(stack).findWarning('*', '*')).toEqual([]);
});

test.each<[string, (repository: SecureRepository) => unknown]>([
  ['a grant to everybody', repository => repository.grantPullPush(new iam.StarPrincipal())],
  ['a grant to any principal', repository => repository.grantPull(new iam.AnyPrincipal())],
  ['a statement', repository => repository.addToResourcePolicy(new iam.PolicyStatement({ actions: ['ecr:*'], principals: [new iam.AnyPrincipal()] }))],
  ['an override', repository => (repository.node.defaultChild as CfnResource).addPropertyOverride('RepositoryPolicyText', {
    Statement: [{ Effect: 'Allow', Principal: { AWS: ['*'] }, Action: 'ecr:PutImage' }],
  })],
])('a policy for everybody by %s is an error', (_, change) => {
  const { app, repository } = appWith(() => {});
  change(repository);
  expect(() => app.synth()).toThrow(/\[Stack\/Images\] its policy allows everybody ecr:.* without a condition that leaves anybody out; name the principals, or use iam.OrganizationPrincipal/);
});

test('what is meant is neither an error nor a warning', () => {
  const { app, stack, repository } = appWith(() => {}, { mutableTags: ['latest'], removalPolicy: RemovalPolicy.DESTROY, devCompanion: {} });
  repository.grantPull(new iam.OrganizationPrincipal('o-1234567890'));
  repository.grantPull(new iam.AccountPrincipal('999999999999'));
  repository.addToResourcePolicy(new iam.PolicyStatement({ effect: iam.Effect.DENY, actions: ['ecr:*'], principals: [new iam.AnyPrincipal()] }));
  expect(() => app.synth()).not.toThrow();
  expect(Annotations.fromStack(stack).findWarning('*', '*')).toEqual([]);
});

test.each<[string, (resource: ecr.CfnRepository) => void, string]>([
  ['UpdateReplacePolicy', resource => resource.addOverride('UpdateReplacePolicy', 'Delete'), 'the UpdateReplacePolicy was Retain, and something in the app has made it Delete'],
  ['EmptyOnDelete', resource => { resource.emptyOnDelete = true; }, 'the EmptyOnDelete was undefined, and something in the app has made it true'],
])('another %s is a warning', (_, change, message) => {
  const { stack } = appWith(change);
  Annotations.fromStack(stack).hasWarning('/Stack/Images/Resource', `${message}; set removalPolicy if that is meant [ack: cdk-secure-repository:removalPolicyChanged]`);
});

const OPEN = { Effect: 'Allow', Principal: '*', Action: 'ecr:BatchGetImage' };

test.each<[string, unknown]>([
  ['a single statement', { Statement: OPEN }],
  ['JSON text', JSON.stringify({ Statement: [OPEN] })],
  ['a condition about nothing', { Statement: [{ ...OPEN, Condition: { StringEquals: {} } }] }],
  ['a condition that is left out', { Statement: [{ ...OPEN, Condition: { Ref: 'AWS::NoValue' } }] }],
  ['one case of two', { Statement: [{ 'Fn::If': ['IsProd', { Ref: 'AWS::NoValue' }, OPEN] }] }],
  ['a principal in one case of two', { Statement: [{ ...OPEN, Principal: { 'Fn::If': ['IsProd', { AWS: '111111111111' }, { AWS: ['111111111111', '*'] }] } }] }],
])('a policy for everybody as %s is an error', (_, policy) => {
  const { app } = appWith(resource => resource.addPropertyOverride('RepositoryPolicyText', policy));
  expect(() => app.synth()).toThrow(/\[Stack\/Images\] its policy allows everybody ecr:BatchGetImage without a condition/);
});

test('a policy that allows everybody all but some actions says so', () => {
  const { app } = appWith(resource => resource.addPropertyOverride('RepositoryPolicyText', { Statement: [{ Effect: 'Allow', Principal: '*', NotAction: 'ecr:PutImage' }] }));
  expect(() => app.synth()).toThrow(/its policy allows everybody all but ecr:PutImage without a condition/);
});

test.each<[string, unknown]>([
  ['a condition', { Statement: { ...OPEN, Condition: { StringEquals: { 'aws:PrincipalOrgID': 'o-1' } } } }],
  ['nothing in it', { Statement: [null] }],
  ['no JSON', 'text'],
])('a policy with %s is for ECR to judge', (_, policy) => {
  const { app } = appWith(resource => resource.addPropertyOverride('RepositoryPolicyText', policy));
  expect(() => app.synth()).not.toThrow();
});

test('filters that CloudFormation decides about are an error, and no crash', () => {
  const { app } = appWith(resource => resource.addPropertyOverride('ImageTagMutabilityExclusionFilters', { 'Fn::If': ['IsProd', [], []] }));
  expect(() => app.synth()).toThrow(/or its exclusion filters/);
});

test.each<[string, object]>([
  ['all but one account', { Effect: 'Allow', NotPrincipal: { AWS: '111111111111' }, Action: 'ecr:BatchGetImage' }],
  ['everybody, with a condition that says nothing', { Effect: 'Allow', Principal: '*', Action: 'ecr:BatchGetImage', Condition: {} }],
  ['everybody with an ARN', { ...OPEN, Condition: { ArnLike: { 'aws:PrincipalArn': 'arn:*:*:*:*:*' } } }],
  ['everybody with any ARN or that of a role', { ...OPEN, Condition: { StringLikeIfExists: { 'aws:PrincipalArn': ['arn:aws:iam::111111111111:role/x', '*'] } } }],
  ['everybody with TLS', { ...OPEN, Condition: { Bool: { 'aws:SecureTransport': 'true' }, StringLike: { 'aws:PrincipalAccount': '*' } } }],
])('a policy for %s is an error', (_, statement) => {
  const { app } = appWith(resource => resource.addPropertyOverride('RepositoryPolicyText', { Statement: [statement] }));
  expect(() => app.synth()).toThrow(/\[Stack\/Images\] its policy allows everybody ecr:BatchGetImage without a condition that leaves anybody out/);
});

test.each<[string, object]>([
  ['ARNs of an account', { ArnLike: { 'aws:PrincipalArn': 'arn:aws:iam::111111111111:*' } }],
  ['an organization with TLS', { Bool: { 'aws:SecureTransport': 'true' }, StringEquals: { 'aws:PrincipalOrgID': 'o-1234567890' } }],
  ['a literal asterisk', { StringEquals: { 'aws:PrincipalTag/team': '*' } }],
  ['two keys of which one is anything', { StringLike: { 'aws:PrincipalArn': '*', 'aws:PrincipalOrgPaths': 'o-1234567890/*' } }],
])('a policy with a condition for %s is none for everybody', (_, Condition) => {
  const { app } = appWith(resource => resource.addPropertyOverride('RepositoryPolicyText', { Statement: [{ ...OPEN, Condition }] }));
  expect(() => app.synth()).not.toThrow();
});

describe('a pinned image whose tag can be moved', () => {
  const ID = 'cdk-secure-repository:untaggedExpireEarly';

  /** The warnings about a repository with an image pinned from it, or from its companion. */
  function warnings(
    props: SecureRepositoryProps, pin: (repository: SecureRepository) => DigestPinnedImage, change?: (repository: SecureRepository) => void,
  ) {
    const stack = new Stack(new App(), 'Stack', { env: { account: '111111111111', region: 'eu-west-1' } });
    const repository = new SecureRepository(stack, 'Images', { repositoryName: 'api', ...props });
    pin(repository).pinTo(stack);
    change?.(repository);
    return Annotations.fromStack(stack).findWarning('*', Match.stringLikeRegexp(ID)).map(({ id, entry }) => `${id}: ${entry.data}`);
  }

  const inCompanion = (retention: RetentionRule[]): SecureRepositoryProps => ({ devCompanion: { retention } });
  const latest = (repository: SecureRepository) => DigestPinnedImage.fromTag(repository.devCompanion!, 'latest', { refreshToken: '1' });
  const released = (tag: string) => (repository: SecureRepository) => DigestPinnedImage.fromLookup(repository, tag);

  test('is warned of where untagged images expire within 7 days', () => {
    expect(warnings(inCompanion([RetentionRule.expireUntagged(Duration.days(6))]), latest)).toEqual([
      '/Stack/Images/DevCompanion/Resource: an image of this repository is pinned whose tag can be moved, and untagged images expire 6 days after their push '
      + '(expire untagged images 6 days after push); what has lost its tag may still run, and a rollback returns to it, '
      + `so give expireUntagged 7 days or more, and more than the age of what runs, or push a tag that stays as well [ack: ${ID}]`,
    ]);
  });

  test.each<[string, SecureRepositoryProps, (repository: SecureRepository) => DigestPinnedImage]>([
    ['a digest of the companion', inCompanion([RetentionRule.expireUntagged(Duration.days(1))]),
      repository => DigestPinnedImage.fromDigest(repository.devCompanion!, `sha256:${'a'.repeat(64)}`)],
    ['a tag that the release repository lets move', { mutableTags: ['main-*'], retention: [RetentionRule.expireUntagged(Duration.days(1))] }, released('main-1')],
  ])('by %s, too', (_, props, pin) => {
    expect(warnings(props, pin)).toHaveLength(1);
  });

  test.each<[string, SecureRepositoryProps, (repository: SecureRepository) => DigestPinnedImage]>([
    ['the default retention', { devCompanion: {} }, latest],
    ['7 days', inCompanion([RetentionRule.expireUntagged(Duration.days(7))]), latest],
    ['no retention', inCompanion([]), latest],
    ['rules for tagged and archived images only', inCompanion([RetentionRule.keepFor('*', Duration.days(1)), RetentionRule.expireArchived(Duration.days(90))]), latest],
    ['a tag that stays', { mutableTags: ['main-*'], retention: [RetentionRule.expireUntagged(Duration.days(1))] }, released('v1')],
    ['an image of the release repository, where the companion is short', inCompanion([RetentionRule.expireUntagged(Duration.days(1))]), released('v1')],
  ])('is fine with %s', (_, props, pin) => {
    expect(warnings(props, pin)).toEqual([]);
  });

  test('is warned of where a rule that is added later counts untagged images', () => {
    const [warning] = warnings({ devCompanion: {} }, latest, repository =>
      repository.devCompanion!.addLifecycleRule({ tagStatus: ecr.TagStatus.ANY, maxImageCount: 10 }));
    expect(warning).toContain('untagged images expire by their number ({"tagStatus":"any","countType":"imageCountMoreThan","countNumber":10})');
  });

  test('is judged by the first rule that selects it', () => {
    expect(warnings(inCompanion([RetentionRule.expireUntagged(Duration.days(30))]), latest, repository =>
      repository.devCompanion!.addLifecycleRule({ maxImageAge: Duration.days(1), rulePriority: 9 }))).toEqual([]);
  });

  test.each(['no JSON', '{}', '{"rules":"abc"}', '{"rules":[null,{}]}', { Ref: 'Policy' }])('is fine with a policy that cannot be read: %j', text => {
    expect(warnings(inCompanion([RetentionRule.expireUntagged(Duration.days(1))]), latest, repository =>
      (repository.devCompanion!.node.defaultChild as ecr.CfnRepository).addPropertyOverride('LifecyclePolicy.LifecyclePolicyText', text))).toEqual([]);
  });

  test('is judged by the policy that is deployed', () => {
    expect(warnings({ devCompanion: {} }, latest, repository =>
      (repository.devCompanion!.node.defaultChild as ecr.CfnRepository).addPropertyOverride('LifecyclePolicy.LifecyclePolicyText', JSON.stringify({
        rules: [{ rulePriority: 1, selection: { tagStatus: 'untagged', countType: 'sinceImagePushed', countUnit: 'days', countNumber: 2 }, action: { type: 'expire' } }],
      })))).toHaveLength(1);
  });
});
