import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, BootstraplessSynthesizer, CliCredentialsStackSynthesizer, DefaultStackSynthesizer, IStackSynthesizer, LegacyStackSynthesizer, NestedStack, Stack, Stage } from 'aws-cdk-lib';
import * as ecr from 'aws-cdk-lib/aws-ecr';
import { StringParameter } from 'aws-cdk-lib/aws-ssm';
import { Construct } from 'constructs';
import { DigestPinnedImage } from '../../../src';
import { readAssembly } from '../../../src/cli/cdk/assembly';

const DIGEST = `sha256:${'a'.repeat(64)}`;
const ECR = 'image-digest:111111111111:eu-west-1:api:v1';
const NGINX = 'image-digest:oci:docker.io:library%2Fnginx:1.27';
const ENV = { account: '111111111111', region: 'eu-west-1' };

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'scope-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const named = (stack: Stack) => ecr.Repository.fromRepositoryName(stack, 'Api', 'api');

function appWith(context: Record<string, unknown>): App {
  return new App({ context, outdir: join(folder, 'cdk.out') });
}

describe('a scope that is in no stack is an error', () => {
  const scopes: [string, (app: App) => Construct, string][] = [
    ['the app', app => app, 'the app'],
    ['a stage', app => new Stage(app, 'Prod'), 'Prod'],
    ['a construct above stacks', app => new Construct(app, 'Services'), 'Services'],
    ['a construct in a stage within a stack', app => new Construct(new Stage(new Stack(app, 'Pipeline'), 'Prod'), 'Services'), 'Pipeline/Prod/Services'],
  ];
  const images: [string, (stack: Stack) => DigestPinnedImage][] = [
    ['fromLookup', stack => DigestPinnedImage.fromLookup(named(stack), 'v1')],
    ['fromReference', () => DigestPinnedImage.fromReference('nginx:1.27')],
    ['fromReference, with a digest', () => DigestPinnedImage.fromReference(`nginx@${DIGEST}`)],
    ['fromReference, of a value that the CDK CLI has yet to look up',
      stack => DigestPinnedImage.fromReference(StringParameter.valueFromLookup(stack, 'live'))],
    ['fromTag', stack => DigestPinnedImage.fromTag(named(stack), 'latest')],
    ['fromDigest', stack => DigestPinnedImage.fromDigest(named(stack), DIGEST)],
    ['fromDigest, with a token', stack => DigestPinnedImage.fromDigest(named(stack), StringParameter.valueForStringParameter(stack, 'live'))],
    ['fromParameter', stack => DigestPinnedImage.fromParameter(named(stack), StringParameter.fromStringParameterName(stack, 'Live', 'live'))],
    ['fromBuildMetadata', stack => {
      const file = join(folder, 'metadata.json');
      writeFileSync(file, JSON.stringify({ 'containerimage.digest': DIGEST }));
      return DigestPinnedImage.fromBuildMetadata(named(stack), file);
    }],
    ['fromDigestFile', stack => {
      const file = join(folder, 'digest.txt');
      writeFileSync(file, DIGEST);
      return DigestPinnedImage.fromDigestFile(named(stack), file);
    }],
  ];

  describe.each(scopes)('%s', (_, scopeIn, path) => {
    test.each(images)('%s', (__, imageIn) => {
      const app = appWith({ [ECR]: { digest: DIGEST }, [NGINX]: { digest: DIGEST } });
      const image = imageIn(new Stack(app, 'Stack', { env: ENV }));
      const scope = scopeIn(app);
      expect(() => image.pinTo(scope)).toThrow(
        `${path}: pinTo needs a scope within a stack, and this one is in none; give the stack that uses the image, or a construct in it`);
      expect(scope.node.metadata).toEqual([]);
    });
  });
});

describe('the cloud assembly has the pin', () => {
  const stackIn = (scope: Construct, synthesizer?: IStackSynthesizer) => new Stack(scope, 'Stack', { env: ENV, synthesizer });
  const scopes: [string, (app: App) => Construct][] = [
    ['a stack', app => stackIn(app)],
    ['a stack of any environment', app => new Stack(app, 'Stack')],
    ['a construct in a stack', app => new Construct(stackIn(app), 'Service')],
    ['a nested stack in a nested stack', app => new NestedStack(new NestedStack(stackIn(app), 'Outer'), 'Inner')],
    ['a stack in a stack', app => stackIn(new Stack(app, 'Outer'))],
    ['a stack in a nested stack', app => stackIn(new NestedStack(stackIn(app), 'Nested'))],
    ['a stage in a stage', app => stackIn(new Stage(new Stage(app, 'Europe'), 'Prod'))],
    ['a stage in a stack', app => new NestedStack(stackIn(new Stage(new Stack(app, 'Pipeline'), 'Prod')), 'Nested')],
    ...[
      new DefaultStackSynthesizer({ qualifier: 'own' }),
      new LegacyStackSynthesizer(),
      new BootstraplessSynthesizer(),
      new CliCredentialsStackSynthesizer(),
    ].map((synthesizer): [string, (app: App) => Construct] => [synthesizer.constructor.name, app => stackIn(app, synthesizer)]),
  ];
  const contexts: Record<string, unknown>[] = [
    {}, { 'aws:cdk:disable-stack-trace': true }, { 'aws:cdk:disable-asset-staging': true, 'aws:cdk:enable-path-metadata': false },
  ];

  describe.each(scopes)('of %s', (_, scopeIn) => {
    test.each(contexts)('with %j', context => {
      const app = appWith({ ...context, [ECR]: { digest: DIGEST } });
      const scope = scopeIn(app);
      const repository = ecr.Repository.fromRepositoryArn(scope, 'Api', 'arn:aws:ecr:eu-west-1:111111111111:repository/api');
      DigestPinnedImage.fromLookup(repository, 'v1').pinTo(scope);
      DigestPinnedImage.fromReference('nginx:1.27').pinTo(scope);
      const { directory } = app.synth();
      const { uses, missing } = readAssembly(directory)!;
      expect(Object.fromEntries(uses)).toMatchObject({ [ECR]: [{ path: scope.node.path, digest: DIGEST }], [NGINX]: [{ path: scope.node.path }] });
      expect(missing).toEqual([NGINX]);
    });
  });
});
