import { App, Aws, CfnOutput, CfnParameter, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { Platform } from 'aws-cdk-lib/aws-ecr-assets';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import * as ssm from 'aws-cdk-lib/aws-ssm';
import { RetentionRule } from '../../src';
import { lockKey } from '../../src/lock/lock-key';
import { PullThroughCache } from '../../src/private-registry/pull-through-cache';
import { RepositoryTemplate } from '../../src/private-registry/repository-template';
import { SecureRegistry } from '../../src/private-registry/secure-registry';

const ENV = { account: '111111111111', region: 'eu-west-1' };
const DIGEST = `sha256:${'a'.repeat(64)}`;
const SECRET = 'arn:aws:secretsmanager:eu-west-1:111111111111:secret:ecr-pullthroughcache/hub-AbCdEf';
const TEMPLATE = 'AWS::ECR::RepositoryCreationTemplate';
const RULE = 'AWS::ECR::PullThroughCacheRule';

const newStack = () => new Stack(new App(), 'Stack', { env: ENV });
const secretIn = (stack: Stack, arn = SECRET) => secretsmanager.Secret.fromSecretCompleteArn(stack, 'Secret', arn);

function templateOf(stack: Stack, pullThroughCaches: PullThroughCache[], newRepositories: RepositoryTemplate[] = []): Template {
  new SecureRegistry(stack, 'Registry', { pullThroughCaches, newRepositories });
  return Template.fromStack(stack);
}

test('each has the address that ECR takes, and a template of its own that follows tags and keeps images without one for a year', () => {
  const stack = newStack();
  const secret = secretIn(stack);
  const { ecrPublic, kubernetes, quay, dockerHub, gitHub, gitLab, azure, chainguard } = PullThroughCache;
  const template = templateOf(stack, [
    ecrPublic(), kubernetes(), quay({ prefix: 'red-hat/quay' }), dockerHub(secret), gitHub(secret), gitLab(secret), azure('myteam', secret), chainguard(secret),
  ]);
  const rules = Object.values(template.findResources(RULE))
    .map(({ Properties: { EcrRepositoryPrefix: prefix, UpstreamRegistry: registry, UpstreamRegistryUrl: url, CredentialArn: credential } }) =>
      [prefix, registry, url, credential]);
  expect(rules).toEqual([
    ['ecr-public', 'ecr-public', 'public.ecr.aws', undefined],
    ['kubernetes', 'k8s', 'registry.k8s.io', undefined],
    ['red-hat/quay', 'quay', 'quay.io', undefined],
    ['docker-hub', 'docker-hub', 'registry-1.docker.io', SECRET],
    ['github', 'github-container-registry', 'ghcr.io', SECRET],
    ['gitlab', 'gitlab-container-registry', 'registry.gitlab.com', SECRET],
    ['azure', 'azure-container-registry', 'myteam.azurecr.io', SECRET],
    ['chainguard', 'chainguard', 'cgr.dev', SECRET],
  ]);
  const templates = Object.values(template.findResources(TEMPLATE)).map(({ Properties }) => Properties);
  expect(templates.map(({ Prefix }) => Prefix)).toEqual(rules.map(([prefix]) => prefix));
  for (const { AppliedFor, ImageTagMutability, LifecyclePolicy } of templates) {
    expect([AppliedFor, ImageTagMutability]).toEqual([['PULL_THROUGH_CACHE'], 'MUTABLE']);
    expect(JSON.parse(LifecyclePolicy).rules[0].selection).toMatchObject({ tagStatus: 'untagged', countNumber: 365 });
  }
});

test('a rule comes after its template, and stays under one logical id', () => {
  const [[id, rule]] = Object.entries(templateOf(newStack(), [PullThroughCache.ecrPublic()]).findResources(RULE));
  const [[template]] = Object.entries(templateOf(newStack(), [PullThroughCache.ecrPublic({ retention: [RetentionRule.keepAll('*')] })]).findResources(TEMPLATE));
  expect(id).toMatch(/^SecureRegistryCache[0-9a-f]{16}$/);
  expect(rule).toMatchObject({ DependsOn: [template], DeletionPolicy: 'RetainExceptOnCreate', UpdateReplacePolicy: 'Retain' });
});

describe('an image', () => {
  test('has its digest from the lock of the other registry, and is pulled by it from the cache', () => {
    const key = lockKey({ repository: { host: 'docker.io', repositoryName: 'library/nginx' }, tag: '1.27' });
    const stack = new Stack(new App({ context: { [key]: { digest: DIGEST } } }), 'Stack', { env: ENV });
    const cache = PullThroughCache.dockerHub(secretIn(stack));
    const task = new ecs.FargateTaskDefinition(stack, 'Task');
    task.addContainer('nginx', { image: cache.image(task, 'library/nginx:1.27') });
    new CfnOutput(stack, 'Same', { value: cache.image(stack, 'nginx:1.27').pinTo(stack).imageUri });
    const template = Template.fromStack(stack);
    const [definition] = Object.values(template.findResources('AWS::ECS::TaskDefinition'));
    expect(JSON.stringify(definition.Properties.ContainerDefinitions[0].Image)).toContain(`/docker-hub/library/nginx@${DIGEST}`);
    expect(template.toJSON().Outputs.Same.Value).toEqual(definition.Properties.ContainerDefinitions[0].Image);
    expect(JSON.stringify(template.findResources('AWS::IAM::Policy'))).toContain(':repository/docker-hub/library/nginx');
  });

  test('that is none is an error', () => {
    const stack = newStack();
    expect(() => PullThroughCache.ecrPublic().image(stack, 'Nginx')).toThrow("Stack: the image 'Nginx' of the cache below 'ecr-public': expected '[repository][:tag]' without its registry, in lower case");
  });

  test.each<[string, (stack: Stack) => any, RegExp]>([
    ['nothing', () => undefined, /^Stack: the image 'undefined' of the cache below 'docker-hub': expected a reference, such as 'team\/api:1\.0'$/],
    ['a token', stack => new CfnParameter(stack, 'Image').valueAsString, /it must be known at synth, and this one is a token/],
    ['a registry', () => 'docker.io/library/nginx:1.27', /expected '\[repository\]\[:tag\]' without its registry/],
    ['another name of the registry', () => 'index.docker.io/library/nginx:1.27', /expected '\[repository\]\[:tag\]' without its registry/],
    ['another registry', () => 'ghcr.io/team/api:1.0', /expected '\[repository\]\[:tag\]' without its registry/],
    ['a registry that is none of those that ECR caches', () => 'mcr.microsoft.com/dotnet/sdk:9.0', /without its registry/],
    ['the cache', () => '111111111111.dkr.ecr.eu-west-1.amazonaws.com/docker-hub/library/nginx:1.27', /expected '\[repository\]\[:tag\]' without its registry/],
    ['a long name', () => `${'a'.repeat(120)}/${'b'.repeat(125)}`, /its name has 257 characters in the cache; ECR takes at most 256/],
  ])('by %s is an error', (_, reference, message) => {
    const stack = newStack();
    expect(() => PullThroughCache.dockerHub().image(stack, reference(stack))).toThrow(message);
  });

  test('by a digest is not looked up, and platforms of it are an error', () => {
    const stack = newStack();
    const cache = PullThroughCache.quay();
    expect(cache.image(stack, `team/api@${DIGEST}`).pinTo(stack).digest).toBe(DIGEST);
    expect(() => cache.image(stack, `team/api@${DIGEST}`, { platform: Platform.LINUX_ARM64 })).toThrow(/its platforms cannot be checked/);
  });

  test('has its own repository, also where names differ by what divides them only', () => {
    const stack = newStack();
    const uris = ['a/b', 'a--b'].map(name => PullThroughCache.quay().image(stack, `${name}@${DIGEST}`).pinTo(stack).imageUri);
    expect(stack.resolve(uris).map((uri: object) => JSON.stringify(uri))).toEqual([expect.stringContaining('/quay/a/b@'), expect.stringContaining('/quay/a--b@')]);
  });

  test('that has yet to be looked up stands in until then', () => {
    const app = new App();
    const stack = new Stack(app, 'Stack', { env: ENV });
    const reference = ssm.StringParameter.valueFromLookup(stack, '/nginx');
    const image = PullThroughCache.quay().image(stack, reference);
    new CfnOutput(stack, 'Image', { value: image.pinTo(stack).imageUri });
    const { manifest, stacks } = app.synth();
    expect(manifest.missing).toHaveLength(1);
    expect(JSON.stringify(stacks[0].template)).not.toContain('dummy-value');
  });
});

test.each<[string, (stack: Stack) => unknown, RegExp]>([
  ['a prefix that is none', () => PullThroughCache.ecrPublic({ prefix: 'Public' }), /^PullThroughCache\.ecrPublic: prefix 'Public': expected lower-case letters/],
  ['a short prefix', () => PullThroughCache.ecrPublic({ prefix: 'p' }), /it has 1 characters; ECR takes 2 to 30/],
  ['the host of Azure', stack => PullThroughCache.azure('myteam.azurecr.io', secretIn(stack)), /is not the name of a registry/],
  ['no secret where there has to be one', stack => templateOf(stack, [PullThroughCache.gitHub()]), /Cache-github: the credential of the cache of ghcr\.io: there is none; expected a secret$/],
  ['options in place of a secret', stack => templateOf(stack, [PullThroughCache.dockerHub({ prefix: 'hub' } as any)]), /it is no secret; expected one, and options after it/],
  ['two caches below one prefix', stack => templateOf(stack, [PullThroughCache.quay({ prefix: 'hub/quay' }), PullThroughCache.ecrPublic({ prefix: 'hub' })]),
    /^Stack\/Registry: the cache below 'hub' and what there is for 'hub\/quay' are for the same repositories/],
  ['a template for a cache', stack => templateOf(stack, [PullThroughCache.ecrPublic()], [RepositoryTemplate.forPrefix('ecr-public')]), /are for the same repositories/],
  ['a template below a cache', stack => templateOf(stack, [PullThroughCache.ecrPublic()], [RepositoryTemplate.forPrefix('ecr-public/nginx')]), /are for the same repositories/],
  ['51 caches', stack => templateOf(stack, Array.from({ length: 51 }, (_, i) => PullThroughCache.ecrPublic({ prefix: `p${i}` }))), /has 51; ECR takes at most 50/],
  ['a secret with another name', stack => templateOf(stack, [PullThroughCache.dockerHub(secretIn(stack, SECRET.replace('ecr-pullthroughcache/', '')))]),
    /Cache-docker-hub: the credential of the cache of registry-1\.docker\.io: its name is hub; expected one that starts with ecr-pullthroughcache\//],
  ['a secret with a generated name', stack => templateOf(stack, [PullThroughCache.dockerHub(new secretsmanager.Secret(stack, 'Secret'))]), /its name is a generated one/],
  ['a secret with a key', stack => templateOf(stack, [PullThroughCache.dockerHub(new secretsmanager.Secret(stack, 'Secret', {
    secretName: 'ecr-pullthroughcache/hub', encryptionKey: new kms.Key(stack, 'Key'),
  }))]), /it has a key of its own, with which ECR cannot read it/],
  ['a secret of another Region', stack => templateOf(stack, [PullThroughCache.dockerHub(secretIn(stack, SECRET.replace('eu-west-1', 'us-east-1')))]),
    /it is of account 111111111111 in us-east-1; expected one of the registry's, 111111111111 in eu-west-1/],
  ['a secret that is made in another Region', stack => templateOf(stack, [PullThroughCache.dockerHub(new secretsmanager.Secret(
    new Stack(stack.node.root, 'Other', { env: { ...ENV, region: 'us-east-1' } }), 'Secret', { secretName: 'ecr-pullthroughcache/hub' }))]),
  /it is of account 111111111111 in us-east-1/],
  ['a secret with characters that ECR does not take', stack => templateOf(stack, [PullThroughCache.dockerHub(secretIn(stack, SECRET.replace('hub', 'hub!')))]),
    /its ARN is .*; expected one such as/],
  ['what is no policy of removal', stack => templateOf(stack, [PullThroughCache.ecrPublic({ removalPolicy: RemovalPolicy.SNAPSHOT })]), /removalPolicy is SNAPSHOT, which ECR does not have/],
  ['a prefix that is not set', () => PullThroughCache.ecrPublic({ prefix: null as any }), /prefix 'null': expected text/],
])('%s is an error', (_, make, message) => {
  expect(() => make(newStack())).toThrow(message);
});

test('templates above a cache, and all others, are for what is not cached', () => {
  const template = templateOf(newStack(), [PullThroughCache.ecrPublic({ prefix: 'mirrors/public' })], [RepositoryTemplate.forPrefix('mirrors'), RepositoryTemplate.forAll()]);
  template.resourceCountIs(TEMPLATE, 3);
});

test('prefixes that differ in what is between their words have settings of their own', () => {
  const prefixes = ['docker-hub', 'docker/hub', 'docker--hub', 'docker.hub'];
  const template = templateOf(newStack(), prefixes.map(prefix => PullThroughCache.ecrPublic({ prefix })));
  expect(Object.values(template.findResources(RULE)).map(({ Properties }) => Properties.EcrRepositoryPrefix)).toEqual(prefixes);
});

test('a rule and its template go with what is left out, where that is wanted', () => {
  const template = templateOf(newStack(), [PullThroughCache.ecrPublic({ removalPolicy: RemovalPolicy.DESTROY })]).toJSON();
  expect(Object.values<any>(template.Resources).map(({ DeletionPolicy, UpdateReplacePolicy }) => [DeletionPolicy, UpdateReplacePolicy]))
    .toEqual([['Delete', 'Delete'], ['Delete', 'Delete']]);
});

test.each<[string, (stack: Stack) => secretsmanager.ISecret]>([
  ['that begins as it has to', stack => new secretsmanager.Secret(stack, 'Secret', { secretName: `ecr-pullthroughcache/${Aws.STACK_NAME}` })],
  ['that is known at deployment', stack => new secretsmanager.Secret(stack, 'Secret', { secretName: new CfnParameter(stack, 'Name').valueAsString })],
  ["with AWS's own key by name", stack => new secretsmanager.Secret(stack, 'Secret', {
    secretName: 'ecr-pullthroughcache/hub', encryptionKey: kms.Alias.fromAliasName(stack, 'Key', 'alias/aws/secretsmanager'),
  })],
])('a secret %s is taken', (_, secret) => {
  const stack = newStack();
  templateOf(stack, [PullThroughCache.dockerHub(secret(stack))]).resourceCountIs(RULE, 1);
});

test('a secret whose name begins otherwise than it has to is an error, also where the rest is known at deployment', () => {
  const stack = newStack();
  const secret = new secretsmanager.Secret(stack, 'Secret', { secretName: `hub/${Aws.STACK_NAME}` });
  expect(() => templateOf(stack, [PullThroughCache.dockerHub(secret)])).toThrow(/its name is hub\/…; expected one that starts with ecr-pullthroughcache\//);
});

test('a retention that is not set is that of a cache', () => {
  const [{ Properties }] = Object.values(templateOf(newStack(), [PullThroughCache.ecrPublic({ retention: undefined })]).findResources(TEMPLATE));
  expect(JSON.parse(Properties.LifecyclePolicy).rules[0].selection).toMatchObject({ tagStatus: 'untagged', countNumber: 365 });
});
