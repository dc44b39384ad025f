import { App, Aspects, CfnResource, IAspect, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { Annotations } from 'aws-cdk-lib/assertions';
import * as ecr from 'aws-cdk-lib/aws-ecr';
import * as iam from 'aws-cdk-lib/aws-iam';
import { IConstruct } from 'constructs';
import { SecureRepository, SecureRepositoryProps } from '../../src';

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
  Annotations.fromStack(stack).hasWarning('/Stack/Images',
    'the DeletionPolicy was RetainExceptOnCreate, and something in the app has made it Delete; set removalPolicy if that is meant [ack: cdk-secure-repository:removalPolicyChanged]');
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
  expect(() => app.synth()).toThrow(/\[Stack\/Images\] its policy allows everybody ecr:.* without a condition; name the principals, or use iam.OrganizationPrincipal/);
});

test('what is meant is neither an error nor a warning', () => {
  const { app, stack, repository } = appWith(() => {}, { mutableTags: ['latest'], removalPolicy: RemovalPolicy.DESTROY, devCompanion: {} });
  repository.grantPull(new iam.OrganizationPrincipal('o-1234567890'));
  repository.grantPull(new iam.AccountPrincipal('999999999999'));
  repository.addToResourcePolicy(new iam.PolicyStatement({ effect: iam.Effect.DENY, actions: ['ecr:*'], principals: [new iam.AnyPrincipal()] }));
  expect(() => app.synth()).not.toThrow();
  expect(Annotations.fromStack(stack).findWarning('*', '*')).toEqual([]);
});
