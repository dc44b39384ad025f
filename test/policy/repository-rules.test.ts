import { CfnResource, Duration, Fn, Stack } from 'aws-cdk-lib';
import * as ecr from 'aws-cdk-lib/aws-ecr';
import * as iam from 'aws-cdk-lib/aws-iam';
import { synthesized } from './synthesized';
import { ContainerImagePolicy, ContainerImageRule, SecureRepository } from '../../src';

const { IMMUTABLE_REPOSITORY, SCANNED_REPOSITORY, RETAINED_IMAGES, PUBLIC_REPOSITORY_POLICY } = ContainerImageRule;

function found(build: (stack: Stack) => void) {
  const { reported } = synthesized(app => {
    ContainerImagePolicy.apply(app);
    build(new Stack(app, 'Stack'));
  });
  return reported.map(({ rule, description, paths }) => [rule, description, ...paths]);
}

const RIGHT = {
  ImageTagMutability: 'IMMUTABLE',
  ImageScanningConfiguration: { ScanOnPush: true },
  LifecyclePolicy: { LifecyclePolicyText: '{"rules":[]}' },
};

function repositoryWith(properties: object) {
  return (stack: Stack) => new CfnResource(stack, 'Images', { type: 'AWS::ECR::Repository', properties: { ...RIGHT, ...properties } });
}

test('all rules, in a repository as the CDK makes it', () => {
  expect(found(stack => new ecr.Repository(stack, 'Images'))).toEqual([
    [IMMUTABLE_REPOSITORY, 'its tags can be moved to another image: ImageTagMutability is not set', 'Stack/Images/Resource'],
    [SCANNED_REPOSITORY, 'it does not ask for a scan on push: ScanOnPush is not set', 'Stack/Images/Resource'],
    [RETAINED_IMAGES, 'nothing says what it keeps: it has no lifecycle policy', 'Stack/Images/Resource'],
  ]);
});

test.each<[string, (stack: Stack) => void]>([
  ['a release repository with its companion', stack => new SecureRepository(stack, 'Images', { devCompanion: {} })],
  ['one with mutable tags', stack => new SecureRepository(stack, 'Images', { mutableTags: ['latest'] })],
  ['a repository with everything', stack => new ecr.Repository(stack, 'Images', {
    imageTagMutability: ecr.TagMutability.IMMUTABLE, imageScanOnPush: true, lifecycleRules: [{ maxImageAge: Duration.days(30) }],
  })],
  ['two ways to be immutable', repositoryWith({ ImageTagMutability: { 'Fn::If': ['A', 'IMMUTABLE', 'IMMUTABLE_WITH_EXCLUSION'] } })],
])('nothing is wrong with %s', (_, build) => {
  expect(found(build)).toEqual([]);
});

test.each<[string, object, string]>([
  ['a setting', { ImageTagMutability: 'MUTABLE' }, 'ImageTagMutability is MUTABLE'],
  ['a parameter', { ImageTagMutability: { Ref: 'Mutability' } }, 'ImageTagMutability is ${Mutability}'],
  ['a filter for every tag', { ImageTagMutability: 'IMMUTABLE_WITH_EXCLUSION', ImageTagMutabilityExclusionFilters: [{ ImageTagMutabilityExclusionFilterValue: '**' }] },
    'IMMUTABLE_WITH_EXCLUSION with a filter for every tag'],
  ['one case', { ImageTagMutability: { 'Fn::If': ['A', 'IMMUTABLE', 'MUTABLE'] } }, 'IMMUTABLE or MUTABLE'],
])('tags can be moved by %s', (_, properties, description) => {
  expect(found(repositoryWith(properties))).toEqual([[IMMUTABLE_REPOSITORY, expect.stringContaining(description), 'Stack/Images']]);
});

test('a companion that is not scanned is found', () => {
  const build = (stack: Stack) => {
    const images = new ecr.Repository(stack, 'Images');
    (images.node.defaultChild as CfnResource).addOverride('Properties', { ...RIGHT, ImageScanningConfiguration: { ScanOnPush: false } });
  };
  expect(found(build)).toEqual([[SCANNED_REPOSITORY, expect.stringContaining('ScanOnPush is false'), 'Stack/Images/Resource']]);
});

test.each([{ LifecyclePolicy: { Ref: 'AWS::NoValue' } }, { LifecyclePolicy: { LifecyclePolicyText: '' } }, { LifecyclePolicy: {} }])('%j keeps nothing', properties => {
  expect(found(repositoryWith(properties))).toEqual([[RETAINED_IMAGES, expect.anything(), 'Stack/Images']]);
});

const OPEN = { Statement: [{ Effect: 'Allow', Principal: '*', Action: 'ecr:BatchGetImage' }] };

test.each<[string, (stack: Stack) => void]>([
  ['an object', repositoryWith({ RepositoryPolicyText: OPEN })],
  ['a text', repositoryWith({ RepositoryPolicyText: JSON.stringify(OPEN) })],
  ['a text with something filled in', stack => repositoryWith({ RepositoryPolicyText: stack.toJsonString({ Id: Fn.ref('AWS::StackName'), ...OPEN }) })(stack)],
  ['one case', repositoryWith({ RepositoryPolicyText: { 'Fn::If': ['A', OPEN, { Ref: 'AWS::NoValue' }] } })],
  ['a statement', stack => {
    const images = new ecr.Repository(stack, 'Images', { imageTagMutability: ecr.TagMutability.IMMUTABLE, imageScanOnPush: true, lifecycleRules: [{ maxImageCount: 9 }] });
    images.addToResourcePolicy(new iam.PolicyStatement({ actions: ['ecr:BatchGetImage'], principals: [new iam.AnyPrincipal()] }));
  }],
])('a policy for everybody by %s', (_, build) => {
  expect(found(build)).toEqual([[PUBLIC_REPOSITORY_POLICY, 'its policy allows everybody ecr:BatchGetImage without a condition that leaves anybody out', expect.stringMatching(/^Stack\/Images/)]]);
});

describe('templates by which Amazon ECR creates repositories', () => {
  const templateWith = (properties: object) => (stack: Stack) => new CfnResource(stack, 'Template', {
    type: 'AWS::ECR::RepositoryCreationTemplate',
    properties: { Prefix: 'ROOT', AppliedFor: ['CREATE_ON_PUSH'], ImageTagMutability: 'IMMUTABLE', LifecyclePolicy: '{"rules":[]}', ...properties },
  });

  test.each([
    {},
    { AppliedFor: ['PULL_THROUGH_CACHE'], ImageTagMutability: 'MUTABLE' },
  ])('%j is right', properties => {
    expect(found(templateWith(properties))).toEqual([]);
  });

  test.each([
    [IMMUTABLE_REPOSITORY, { ImageTagMutability: 'MUTABLE' }],
    [IMMUTABLE_REPOSITORY, { ImageTagMutability: 'MUTABLE', AppliedFor: ['PULL_THROUGH_CACHE', 'REPLICATION'] }],
    [RETAINED_IMAGES, { LifecyclePolicy: undefined }],
    [PUBLIC_REPOSITORY_POLICY, { RepositoryPolicy: JSON.stringify(OPEN) }],
  ])('%s: %j', (rule, properties) => {
    expect(found(templateWith(properties))).toEqual([[rule, expect.anything(), 'Stack/Template']]);
  });
});
