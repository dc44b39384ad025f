import { Annotations, App, Aspects, CfnResource, Fn, Stack } from 'aws-cdk-lib';
import * as ecr from 'aws-cdk-lib/aws-ecr';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import { byEachWay } from './every-place';
import { synthesized } from './synthesized';
import { ContainerImageAspect, ContainerImagePolicy, ContainerImagePolicyProps, ContainerImageRule, DigestPinnedImage, SecureRepository } from '../../src';

const DIGEST = `sha256:${'a'.repeat(64)}`;

function stackWith(build: (stack: Stack) => void, props?: ContainerImagePolicyProps): Stack {
  const stack = new Stack(new App(), 'Stack');
  build(stack);
  Aspects.of(stack).add(new ContainerImageAspect(props));
  return stack;
}

function annotations(stack: Stack): [string, string, unknown][] {
  const { messages } = (stack.node.root as App).synth().getStackArtifact(stack.artifactId);
  return messages.map(({ level, id, entry }) => [level, id, entry.data]);
}

test('the same is found as by the policy, at the same places', () => {
  let paths: string[] = [];
  const found = annotations(stackWith(stack => { paths = byEachWay(stack, 'nginx:1.27'); }));
  expect(found.map(([, path]) => path.slice(1)).sort()).toEqual([...paths].sort());
  expect(found[0]).toEqual(['error', expect.anything(), expect.stringMatching(
    /^the image 'nginx:1.27' is not named by its digest; use DigestPinnedImage.fromReference\('nginx:1.27'\).* \[cdk-secure-repository:digest-pinned-image\]$/,
  )]);
});

test('nothing is found where all is pinned', () => {
  expect(annotations(stackWith(stack => {
    byEachWay(stack, `nginx@${DIGEST}`);
    new SecureRepository(stack, 'Images', { devCompanion: {} });
  }))).toEqual([]);
});

test('what aspects change later is seen', () => {
  const stack = stackWith(scope => new ecr.Repository(scope, 'Images'));
  Aspects.of(stack).add({
    visit: node => {
      if (node instanceof ecr.CfnRepository) {
        node.imageTagMutability = 'IMMUTABLE';
        node.imageScanningConfiguration = { scanOnPush: true };
        node.lifecyclePolicy = { lifecyclePolicyText: '{}' };
      }
    },
  });
  expect(annotations(stack)).toEqual([]);
});

test('a tag in a repository of the same stack says which factory to use', () => {
  const [[, path, text]] = annotations(stackWith(stack => {
    const task = new ecs.FargateTaskDefinition(stack, 'Task');
    task.addContainer('Api', { image: ecs.ContainerImage.fromEcrRepository(new SecureRepository(stack, 'Images'), 'v1') });
  }));
  expect(path).toBe('/Stack/Task/Resource');
  expect(text).toMatch(/deleted and pushed again.*; use DigestPinnedImage.fromTag\(repository, 'v1'\)/);
});

test('of pins that are not in the lock it says nothing: they have an error of their own', () => {
  const stack = new Stack(new App(), 'Stack', { env: { account: '111111111111', region: 'eu-west-1' } });
  const task = new ecs.FargateTaskDefinition(stack, 'Task');
  const pinned = DigestPinnedImage.fromLookup(ecr.Repository.fromRepositoryName(stack, 'Images', 'api'), 'v1');
  task.addContainer('Api', { image: pinned });
  task.addContainer('Proxy', { image: DigestPinnedImage.fromReference('public.ecr.aws/nginx/nginx:1.27') });
  new CfnResource(stack, 'Other', { type: 'AWS::AppRunner::Service', properties: { SourceConfiguration: { ImageRepository: { ImageIdentifier: pinned.pinTo(stack).imageUri } } } });
  task.addContainer('Sidecar', { image: ecs.ContainerImage.fromRegistry('envoy:1') });
  Aspects.of(stack).add(new ContainerImageAspect());

  const found = annotations(stack).map(([level, , text]) => `${level} ${text}`);
  expect(found.filter(text => /cdk-secure-repository:/.test(text))).toEqual([expect.stringMatching(/^error the image 'envoy:1' is not named by its digest/)]);
  expect(found.filter(text => /is not in the lock/.test(text))).toHaveLength(3);
});

test('warnings can be acknowledged', () => {
  const task = (stack: Stack) => new CfnResource(stack, 'Task', { type: 'AWS::ECS::TaskDefinition', properties: { ContainerDefinitions: [{ Image: Fn.importValue('image') }] } });
  expect(annotations(stackWith(task))).toEqual([['warning', '/Stack/Task', expect.stringContaining('[ack: cdk-secure-repository:unknown-image]')]]);

  const acknowledged = stackWith(task);
  Annotations.of(acknowledged).acknowledgeWarning('cdk-secure-repository:unknown-image');
  expect(annotations(acknowledged)).toEqual([]);
});

test('exceptions hold, and expired ones are a warning', () => {
  const exceptions = [
    { rule: ContainerImageRule.RETAINED_IMAGES, reason: 'all are kept' },
    { rule: ContainerImageRule.SCANNED_REPOSITORY, reason: 'the registry scans', until: '2020-01-31' },
  ];
  expect(annotations(stackWith(stack => new ecr.Repository(stack, 'Images', { imageTagMutability: ecr.TagMutability.IMMUTABLE }), { exceptions }))).toEqual([
    ['warning', '/Stack', expect.stringMatching(/^the exception for rule 'scanned-repository' expired after 2020-01-31.*ack: cdk-secure-repository:expired-exception/)],
    ['error', '/Stack/Images/Resource', expect.stringContaining('scanned-repository')],
  ]);
});

test('findings can be asked for, for reports of another kind', () => {
  const stack = new Stack(new App(), 'Stack');
  const imported = { ContainerDefinitions: [{ Image: 'nginx:1.27' }, { Image: Fn.importValue('image') }, { Image: 'xray' }] };
  const task = new CfnResource(stack, 'Task', { type: 'AWS::ECS::TaskDefinition', properties: imported });
  const repository = new ecr.CfnRepository(stack, 'Images', { imageTagMutability: 'IMMUTABLE', lifecyclePolicy: { lifecyclePolicyText: '{}' } });
  const other = new CfnResource(stack, 'Topic', { type: 'AWS::SNS::Topic' });
  ContainerImagePolicy.apply(stack.node.root);

  const aspect = new ContainerImageAspect({ exceptions: [{ image: 'xray', reason: 'in a test' }] });
  expect(aspect.findingsAt(task)).toEqual([
    {
      rule: 'digest-pinned-image',
      image: 'nginx:1.27',
      isWarning: false,
      problem: "the image 'nginx:1.27' is not named by its digest",
      fix: expect.stringContaining('fromReference'),
    },
    expect.objectContaining({ rule: 'unknown-image', isWarning: true }),
  ]);
  expect(aspect.findingsAt(repository)).toEqual([expect.objectContaining({ rule: 'scanned-repository', image: undefined, isWarning: false })]);
  expect(aspect.findingsAt(other)).toEqual([]);
  expect(stack.node.findAll().flatMap(({ node }) => node.metadata).filter(({ type }) => /error|warning/.test(type))).toEqual([]);
});

test('there are no findings to ask for while the CDK CLI has to look something up', () => {
  const app = new App();
  const stack = new Stack(app, 'Stack', { env: { account: '111111111111', region: 'eu-west-1' } });
  const task = new CfnResource(stack, 'Task', { type: 'AWS::ECS::TaskDefinition', properties: { ContainerDefinitions: [{ Image: 'nginx' }] } });
  const aspect = new ContainerImageAspect();
  expect(aspect.findingsAt(task)).toHaveLength(1);

  stack.reportMissingContextKey({ key: 'a', provider: 'ssm' as any, props: { account: stack.account, region: stack.region, parameterName: 'a' } });
  app.synth();
  expect(aspect.findingsAt(task)).toEqual([]);
});

test('an exception without a reason is an error', () => {
  expect(() => new ContainerImageAspect({ exceptions: [{ image: 'nginx', reason: '' }] })).toThrow(/^exceptions\[0\] has no reason/);
  expect(() => new ContainerImageAspect({ warnings: [ContainerImageRule.UNKNOWN_IMAGE, 'pinned' as ContainerImageRule] }))
    .toThrow(/^warnings\[1\] has the rule 'pinned'; expected one of digest-pinned-image, /);
});

test('it is silent where the policy is applied', () => {
  let stack: Stack;
  const { reported, output } = synthesized(app => {
    stack = new Stack(app, 'Stack');
    byEachWay(stack, 'nginx');
    Aspects.of(app).add(new ContainerImageAspect());
    ContainerImagePolicy.apply(app);
  });
  expect(reported.flatMap(({ paths }) => paths)).toHaveLength(5);
  expect(stack!.node.findAll().flatMap(({ node }) => node.metadata).filter(({ type }) => type === 'aws:cdk:error')).toEqual([]);
  expect(output).not.toContain('[cdk-secure-repository:digest-pinned-image]');
});
