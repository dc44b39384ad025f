import { Aspects, App, CfnElement, CfnMapping, CfnResource, Stack } from 'aws-cdk-lib';
import { synthesized } from './synthesized';
import { ContainerImageAspect, ContainerImagePolicy, ContainerImageRule } from '../../src';

jest.setTimeout(60_000);

const DIGEST = `sha256:${'a'.repeat(64)}`;
const { DIGEST_PINNED_IMAGE, UNKNOWN_IMAGE } = ContainerImageRule;
const NO_VALUE = { Ref: 'AWS::NoValue' };

function found(build: (stack: Stack) => void): [string, string][] {
  const { reported } = synthesized(app => {
    ContainerImagePolicy.apply(app, { warnings: [] });
    build(new Stack(app, 'Stack'));
  });
  return reported.map(({ rule, description }) => [rule, /'(.*)'/s.exec(description)?.[1] ?? description]);
}

function foundInTask(image: unknown, build: (stack: Stack) => void = () => {}) {
  return found(stack => {
    new CfnResource(stack, 'Task', { type: 'AWS::ECS::TaskDefinition', properties: { ContainerDefinitions: [{ Image: image }] } });
    build(stack);
  });
}

describe('texts', () => {
  test.each<[string, unknown, string]>([
    ['nothing in Fn::Join', { 'Fn::Join': ['', ['nginx', NO_VALUE]] }, 'nginx'],
    ['a digest in one case, and nothing in the other', { 'Fn::Join': ['@', ['nginx', { 'Fn::If': ['A', DIGEST, NO_VALUE] }]] }, 'nginx'],
    ['nothing in Fn::Sub', { 'Fn::Sub': ['nginx${Digest}', { Digest: { 'Fn::If': ['A', `@${DIGEST}`, NO_VALUE] } }] }, 'nginx'],
    ['a variable that is named as what every object has', { 'Fn::Sub': ['nginx:${toString}', { Other: 'a' }] }, 'nginx:${toString}'],
    ['an element of a list', { 'Fn::Select': ['1', [`nginx@${DIGEST}`, 'nginx:1']] }, 'nginx:1'],
    ['a part of a text', { 'Fn::Select': [0, { 'Fn::Split': ['|', 'nginx:1|other'] }] }, 'nginx:1'],
    ['a digest without a name', `@${DIGEST}`, `@${DIGEST}`],
  ])('%s is not pinned', (_, image, shown) => {
    expect(foundInTask(image)).toEqual([[DIGEST_PINNED_IMAGE, shown]]);
  });

  test.each([
    ['Fn::Sub', { 'Fn::Sub': '{{resolve:ssm:/images/${AWS::Region}/api:3}}' }],
    ['Fn::Join', { 'Fn::Join': ['', ['{{resolve:ssm:/images/', { Ref: 'AWS::Region' }, '/api:3}}']] }],
  ])('a dynamic reference of %s is one thing that is filled in', (_, image) => {
    expect(foundInTask(image)).toEqual([[UNKNOWN_IMAGE, '{{resolve:ssm:/images/${AWS::Region}/api:3}}']]);
    expect(foundInTask({ 'Fn::Join': ['', ['nginx@sha256:', image]] })).toEqual([]);
  });
});

describe('mappings are read', () => {
  const mapping = (stack: Stack) => new CfnMapping(stack, 'Images', {
    mapping: { 'eu-west-1': { web: 'nginx:1', api: `api@${DIGEST}`, tag: '2', digest: DIGEST }, 'us-east-1': { web: `nginx@${DIGEST}`, tag: '3' } },
  });
  const find = (...keys: unknown[]) => ({ 'Fn::FindInMap': ['Images', ...keys] });

  test.each<[string, unknown, string[]]>([
    ['a value', find('eu-west-1', 'web'), ['nginx:1']],
    ['a value by Region', find({ Ref: 'AWS::Region' }, 'web'), ['nginx:1']],
    ['a tag by Region', { 'Fn::Join': [':', ['nginx', find({ Ref: 'AWS::Region' }, 'tag')]] }, ['nginx:2', 'nginx:3']],
    ['a default', find('eu-west-1', 'none', { DefaultValue: 'nginx:0' }), ['nginx:0']],
  ])('%s that is not pinned', (_, image, shown) => {
    expect(foundInTask(image, mapping)).toEqual(shown.map(one => [DIGEST_PINNED_IMAGE, one]));
  });

  test.each<[string, unknown]>([
    ['a value', find('eu-west-1', 'api')],
    ['a value by Region', find({ Ref: 'AWS::Region' }, 'api')],
    ['a digest', { 'Fn::Join': ['@', ['nginx', find('eu-west-1', 'digest')]] }],
  ])('%s that is pinned', (_, image) => {
    expect(foundInTask(image, mapping)).toEqual([]);
  });

  test.each<[string, unknown]>([
    ['a key that is not there', find('eu-west-1', 'toString')],
    ['a mapping that is not there', { 'Fn::FindInMap': ['Other', 'a', 'b'] }],
    ['a mapping that is filled in', { 'Fn::FindInMap': [{ Ref: 'Which' }, 'eu-west-1', 'web'] }],
  ])('%s is not known', (_, image) => {
    expect(foundInTask(image, mapping)).toEqual([[UNKNOWN_IMAGE, '${Fn::FindInMap}']]);
  });

  test('by the aspect too', () => {
    const app = new App();
    const stack = new Stack(app, 'Stack');
    mapping(stack);
    new CfnResource(stack, 'Task', { type: 'AWS::ECS::TaskDefinition', properties: { ContainerDefinitions: [{ Image: find('eu-west-1', 'web') }, { Image: find('eu-west-1', 'api') }] } });
    Aspects.of(stack).add(new ContainerImageAspect());
    expect(app.synth().getStackArtifact('Stack').messages.filter(({ level }) => level === 'error').map(({ entry }) => entry.data)).toEqual([expect.stringContaining("'nginx:1'")]);
  });
});

describe('what a template has beside texts', () => {
  class Included extends CfnElement {
    constructor(stack: Stack, private readonly resources: object) {
      super(stack, 'Included');
    }

    public _toCloudFormation() {
      return { Resources: this.resources };
    }
  }
  const TASK = { Type: 'AWS::ECS::TaskDefinition', Properties: { ContainerDefinitions: [{ Image: 'nginx' }] } };
  const TRANSFORM = { 'Fn::Transform': { Name: 'AWS::Include', Parameters: { Location: 's3://bucket/containers.yaml' } } };

  test('a loop', () => {
    const loop = { 'Fn::ForEach::Services': ['Name', ['A', 'B'], { 'Fn::ForEach::Tasks': ['Task', ['C'], { '${Name}${Task}': TASK }] }] };
    expect(found(stack => new Included(stack, loop))).toEqual([[DIGEST_PINNED_IMAGE, 'nginx']]);
  });

  test.each<[string, object]>([
    ['properties', { Family: 'a', ...TRANSFORM }],
    ['a container', { ContainerDefinitions: [{ Name: 'a', ...TRANSFORM }] }],
    ['all containers', { ContainerDefinitions: TRANSFORM }],
  ])('what a transform adds to %s is not known', (_, properties) => {
    expect(found(stack => new CfnResource(stack, 'Task', { type: 'AWS::ECS::TaskDefinition', properties: { ...properties } }))).toEqual([[UNKNOWN_IMAGE, '${Fn::Transform}']]);
  });

  test('what a transform adds to a container whose image is written does not matter', () => {
    expect(foundInTask(`nginx@${DIGEST}`)).toEqual([]);
    expect(found(stack => new CfnResource(stack, 'Task', {
      type: 'AWS::ECS::TaskDefinition', properties: { ContainerDefinitions: [{ Image: `nginx@${DIGEST}`, ...TRANSFORM }] },
    }))).toEqual([]);
  });

  test.each<[string, object]>([
    ['a resource', { A: null }],
    ['properties', { A: { ...TASK, Properties: null } }],
    ['properties of a chart', { A: { Type: 'Custom::AWSCDK-EKS-HelmChart', Properties: null } }],
    ['a type that every object has', { A: { Type: 'constructor' } }],
    ['a loop', { 'Fn::ForEach::A': null }],
  ])('%s that is nothing', (_, resources) => {
    const { isRefused, reported } = synthesized(app => {
      ContainerImagePolicy.apply(app);
      new Included(new Stack(app, 'Stack'), resources);
    });
    expect(reported).toEqual([]);
    expect(isRefused).toBe(false);
  });
});

test('the newest version of an image of Amazon Lightsail is not pinned', () => {
  const container = (Image: string) => found(stack => new CfnResource(stack, 'Containers', {
    type: 'AWS::Lightsail::Container', properties: { ContainerServiceDeployment: { Containers: [{ Image }] } },
  }));
  expect(container(':service.web.latest')).toEqual([[DIGEST_PINNED_IMAGE, ':service.web.latest']]);
  expect(container(':service.web.12')).toEqual([]);
});

test('what could not be looked up does not let everything pass', () => {
  const build = (app: App) => {
    ContainerImagePolicy.apply(app);
    const stack = new Stack(app, 'Stack', { env: { account: '111111111111', region: 'eu-west-1' } });
    stack.reportMissingContextKey({ key: 'asked', provider: 'ami' as never, props: { account: '111111111111', region: 'eu-west-1' } as never });
    new CfnResource(stack, 'Task', { type: 'AWS::ECS::TaskDefinition', properties: { ContainerDefinitions: [{ Image: 'nginx' }] } });
  };
  expect(synthesized(build).isRefused).toBe(false);
  expect(synthesized(build, { asked: { $providerError: 'no credentials' } }).isRefused).toBe(true);
});

test('a long document with much that is filled in is read in time', () => {
  const values = Array.from({ length: 2_000 }, () => ['"a', { Ref: 'AWS::Region' }, '",']).flat();
  const manifest = { 'Fn::Join': ['', ['[{"list":[', ...values, '1],"image":"nginx"}]']] };
  const started = Date.now();
  expect(found(stack => new CfnResource(stack, 'A', { type: 'Custom::AWSCDK-EKS-KubernetesResource', properties: { Manifest: manifest } }))).toHaveLength(1);
  expect(Date.now() - started).toBeLessThan(30_000);
});
