import { CfnResource, Stack } from 'aws-cdk-lib';
import { synthesized } from './synthesized';
import { ContainerImagePolicy, ContainerImageRule } from '../../src';

jest.setTimeout(60_000);

const HEX = 'a'.repeat(64);
const DIGEST = `sha256:${HEX}`;
const { DIGEST_PINNED_IMAGE, UNKNOWN_IMAGE } = ContainerImageRule;

function found(type: string, properties: Record<string, unknown>): [string, string][] {
  const { reported } = synthesized(app => {
    ContainerImagePolicy.apply(app, { warnings: [] });
    new CfnResource(new Stack(app, 'Stack'), 'Resource', { type, properties });
  });
  return reported.map(({ rule, description }) => [rule, /'(.*)'/s.exec(description)![1]]);
}

const inChart = (values: unknown) => found('Custom::AWSCDK-EKS-HelmChart', { Values: typeof values === 'string' ? values : JSON.stringify(values) });
const inManifest = (manifest: unknown) => found('Custom::AWSCDK-EKS-KubernetesResource', { Manifest: manifest });
const inPatch = (patch: unknown) => found('Custom::AWSCDK-EKS-KubernetesPatch', { ApplyPatchJson: JSON.stringify(patch), RestorePatchJson: '{}', PatchType: 'json' });

describe('the values of a chart', () => {
  test.each<[string, object, string]>([
    ['with the name as image', { image: { registry: 'quay.io', image: 'team/api', tag: 'v1' } }, 'quay.io/team/api:v1'],
    ['with the name as name', { image: { name: 'team/api', tag: 'v1' } }, 'team/api:v1'],
    ['with everything as name', { image: { name: 'team/api:v1' } }, 'team/api:v1'],
    ['with the tag beside it', { image: 'team/api', tag: 'v1' }, 'team/api:v1'],
    ['with a tag of its own, and another beside it', { image: 'team/api:v1', tag: 'v2' }, 'team/api:v1'],
    ['under another name', { sidecar: { repository: 'team/api', tag: 'v1' } }, 'team/api:v1'],
    ['in one text, under another name', { sidecarImage: 'team/api:v1' }, 'team/api:v1'],
    ['of a host, under another name', { sidecar_image: 'registry.example/api' }, 'registry.example/api'],
    ['of a chart', { image: { tag: 'v1' } }, '<image>:v1'],
  ])('an image %s is found once', (_, values, shown) => {
    expect(inChart({ deep: [values] })).toEqual([[DIGEST_PINNED_IMAGE, shown]]);
  });

  test.each<[string, object]>([
    ['with the name as image', { image: { registry: 'quay.io', image: 'team/api', tag: 'v1', digest: DIGEST } }],
    ['with the digest as sha', { image: { repository: 'team/api', tag: 'v1', sha: HEX } }],
    ['with the digest beside it', { image: 'team/api', imageTag: 'v1', imageDigest: DIGEST }],
    ['under another name', { sidecar: { repository: 'team/api', digest: DIGEST } }],
    ['in one text, under another name', { sidecarImage: `team/api:v1@${DIGEST}` }],
  ])('an image %s and by its digest is pinned', (_, values) => {
    expect(inChart(values)).toEqual([]);
  });

  test.each<object>([
    { logoImage: 'logo.png', heroImage: 'https://example.com:443/a', diskImage: 'ubuntu', image: { pullPolicy: 'Always' } },
    { source: { repository: 'https://github.com/team/api', tag: 'v1' } },
    { source: { repository: 'git@github.com:team/api.git', tag: 'v1' } },
    { backup: { repository: 'team/backups', schedule: 'daily' } },
  ])('no image is in %j', values => {
    expect(inChart(values)).toEqual([]);
  });

  test('another kind of text is not known where it may name one', () => {
    expect(inChart('image: nginx')).toEqual([[UNKNOWN_IMAGE, '${JSON that cannot be read}']]);
    expect(found('AWS::EKS::Addon', { ConfigurationValues: 'replicaCount: 2' })).toEqual([]);
  });
});

describe('a manifest', () => {
  test.each<[string, unknown, string]>([
    ['an operator', [{ kind: 'Cluster', spec: { imageName: 'ghcr.io/db:16' } }], 'ghcr.io/db:16'],
    ['containers for debugging', [{ kind: 'Pod', spec: { ephemeralContainers: [{ image: 'a:1' }] } }], 'a:1'],
    ['a list', [{ kind: 'List', items: [{ kind: 'Pod', spec: { containers: [{ image: 'a:1' }] } }] }], 'a:1'],
    ['a digest that Kubernetes does not know', [{ kind: 'Pod', spec: { containers: [{ image: 'a:1', digest: DIGEST }] } }], 'a:1'],
    ['what calls itself a secret', [{ kind: 'Pod', spec: { kind: 'Secret', containers: [{ image: 'a:1' }] } }], 'a:1'],
  ])('of %s', (_, manifest, shown) => {
    expect(inManifest(JSON.stringify(manifest))).toEqual([[DIGEST_PINNED_IMAGE, shown]]);
  });

  test('that CloudFormation makes a text of', () => {
    expect(inManifest({ 'Fn::ToJsonString': [{ kind: 'Pod', spec: { containers: [{ image: 'a:1' }] } }] })).toEqual([[DIGEST_PINNED_IMAGE, 'a:1']]);
  });

  test('in which much is decided elsewhere', () => {
    const decided = Array.from({ length: 8 }, (_, index) => [{ 'Fn::If': [`C${index}`, 'a', 'b'] }, '","']).flat();
    const image = { 'Fn::If': ['Next', 'a:1', `a@${DIGEST}`] };
    expect(inManifest({ 'Fn::Join': ['', ['[{"args":["', ...decided, '"],"image":"', image, '"}]']] })).toEqual([[DIGEST_PINNED_IMAGE, 'a:1']]);
  });

  test.each(['containers', 'initContainers', 'spec', 'template'])('whose %s are filled in is not known', key => {
    expect(inManifest({ 'Fn::Join': ['', [`[{"kind":"Pod","${key}":`, { Ref: 'What' }, '}]']] })).toEqual([[UNKNOWN_IMAGE, '${What}']]);
  });

  test('whose other values are filled in is known', () => {
    expect(inManifest({ 'Fn::Join': ['', ['[{"kind":"Pod","replicas":', { Ref: 'Count' }, '}]']] })).toEqual([]);
  });

  test('that is deeper than any is not read to its end', () => {
    expect(inManifest('['.repeat(20_000) + '"a"' + ']'.repeat(20_000))).toEqual([[UNKNOWN_IMAGE, '${JSON that cannot be read}']]);
  });

  test('with cases of a tag as an object', () => {
    const image = { repository: 'a', tag: { 'Fn::If': ['Next', `1@${DIGEST}`, '2'] } };
    expect(inManifest([{ kind: 'Cluster', spec: { image } }])).toEqual([[DIGEST_PINNED_IMAGE, 'a:2']]);
  });
});

test.each<[string, object[]]>([
  ['an image', [{ op: 'replace', path: '/spec/containers/0/image', value: 'a:1' }]],
  ['an image of an operator', [{ op: 'add', path: '/spec/imageName', value: 'a:1' }]],
  ['a container', [{ op: 'add', path: '/spec/containers/-', value: { image: 'a:1' } }]],
])('a patch of %s', (_, patch) => {
  expect(inPatch(patch)).toEqual([[DIGEST_PINNED_IMAGE, 'a:1']]);
});
