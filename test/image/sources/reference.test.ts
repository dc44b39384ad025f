import { App, Stack, Token } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { Platform } from 'aws-cdk-lib/aws-ecr-assets';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { DigestPinnedImage } from '../../../src';

const DIGEST = `sha256:${'a'.repeat(64)}`;
const KEY = 'image-digest:oci:docker.io:library%2Fnginx:1.27';

function stackWith(context: Record<string, unknown> = {}): Stack {
  return new Stack(new App({ context }), 'Stack');
}

test.each(['nginx:1.27', 'docker.io/library/nginx:1.27', 'index.docker.io/nginx:1.27'])('%s shares one entry of the lock', reference => {
  const stack = stackWith({ [KEY]: { digest: DIGEST } });
  expect(DigestPinnedImage.fromReference(reference).pinTo(stack)).toEqual({ digest: DIGEST, imageUri: `docker.io/library/nginx@${DIGEST}` });
});

test('needs no account or Region, and no permission for a public image', () => {
  const stack = stackWith({ [KEY]: { digest: DIGEST } });
  new ecs.FargateTaskDefinition(stack, 'Task').addContainer('web', { image: DigestPinnedImage.fromReference('nginx:1.27') });
  const template = Template.fromStack(stack);
  template.hasResourceProperties('AWS::ECS::TaskDefinition', {
    ContainerDefinitions: [{ Image: `docker.io/library/nginx@${DIGEST}`, RepositoryCredentials: Match.absent() }],
    ExecutionRoleArn: Match.absent(),
  });
  template.resourceCountIs('AWS::IAM::Policy', 0);
});

test('is reported when it is not in the lock', () => {
  const stack = stackWith();
  DigestPinnedImage.fromReference('public.ecr.aws/nginx/nginx:1.27', { platform: Platform.LINUX_ARM64 }).pinTo(stack);
  expect((stack.node.root as App).synth().manifest.missing).toEqual([{
    key: 'image-digest:oci:public.ecr.aws:nginx%2Fnginx:1.27:linux%2Farm64',
    provider: 'plugin',
    props: expect.objectContaining({ pluginName: 'cdk-secure-repository', key: 'image-digest:oci:public.ecr.aws:nginx%2Fnginx:1.27:linux%2Farm64' }),
  }]);
});

test('with a digest is taken as it is, without its tag', () => {
  const stack = stackWith();
  expect(DigestPinnedImage.fromReference(`ghcr.io/a/b:1@${DIGEST}`).pinTo(stack).imageUri).toBe(`ghcr.io/a/b@${DIGEST}`);
  expect((stack.node.root as App).synth().manifest.missing).toBeUndefined();
});

test('with credentials is pulled with the secret, which the execution role may read', () => {
  const stack = stackWith({ [KEY]: { digest: DIGEST } });
  const credentials = Secret.fromSecretNameV2(stack, 'Secret', 'docker-hub');
  new ecs.FargateTaskDefinition(stack, 'Task').addContainer('web', { image: DigestPinnedImage.fromReference('nginx:1.27', { credentials }) });
  const template = Template.fromStack(stack);
  template.hasResourceProperties('AWS::ECS::TaskDefinition', {
    ContainerDefinitions: [{ RepositoryCredentials: { CredentialsParameter: Match.anyValue() } }],
  });
  template.hasResourceProperties('AWS::IAM::Policy', {
    PolicyDocument: { Statement: [Match.objectLike({ Action: ['secretsmanager:GetSecretValue', 'secretsmanager:DescribeSecret'] })] },
    Roles: [{ Ref: Match.stringLikeRegexp('ExecutionRole') }],
  });
});

test.each<[string, RegExp]>([
  ['Nginx', /'Nginx' is not an image reference; expected/],
  ['123456789012.dkr.ecr.eu-west-1.amazonaws.com/api:v1', /is in a private registry of Amazon ECR; import its repository .* and use fromLookup/],
  [Token.asString({ Ref: 'Image' }), /needs the reference at synth/],
])('%s is refused', (reference, message) => {
  expect(() => DigestPinnedImage.fromReference(reference)).toThrow(message);
});

test('platforms that cannot be checked are refused', () => {
  expect(() => DigestPinnedImage.fromReference(`nginx@${DIGEST}`, { requirePlatforms: [Platform.LINUX_ARM64] })).toThrow(/has a digest, which is not looked up/);
  expect(() => DigestPinnedImage.fromReference(`nginx@${DIGEST}`, { platform: Platform.LINUX_ARM64 })).toThrow(/leave out the digest, or the platforms/);
});

test('a platform that is none is refused with the reference', () => {
  expect(() => DigestPinnedImage.fromReference('nginx', { platform: Platform.custom('x') })).toThrow(/^'nginx': 'x' is not a platform/);
});
