import { join } from 'node:path';
import * as cdk from 'aws-cdk-lib';
import { App, CfnElement, CfnParameter, CfnResource, Fn, DefaultStackSynthesizer, Stack, StackProps, Stage } from 'aws-cdk-lib';
import * as ecr from 'aws-cdk-lib/aws-ecr';
import { DockerImageAsset } from 'aws-cdk-lib/aws-ecr-assets';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import { Construct } from 'constructs';
import { nameEverywhere } from './every-place';
import { SHOWS_WARNINGS, synthesized } from './synthesized';
import { ContainerImageException, ContainerImagePolicy, ContainerImagePolicyProps, ContainerImageRule, DigestPinnedImage, SecureRepository } from '../../src';

const DIGEST = `sha256:${'a'.repeat(64)}`;
const { DIGEST_PINNED_IMAGE, UNKNOWN_IMAGE } = ContainerImageRule;

/** A stack with the policy, and what is found in it. */
function judged(build: (stack: Stack) => void, props?: ContainerImagePolicyProps, stackProps?: StackProps) {
  return synthesized(app => {
    ContainerImagePolicy.apply(app, props);
    build(new Stack(app, 'Stack', stackProps));
  });
}

function taskOf(scope: Construct, image: unknown, id = 'Task') {
  return new CfnResource(scope, id, { type: 'AWS::ECS::TaskDefinition', properties: { ContainerDefinitions: [{ Image: image }] } });
}

/** The findings about one image, all of them as errors: not every CDK makes a report of warnings. */
function findingsAbout(image: (stack: Stack) => unknown, props: ContainerImagePolicyProps = {}) {
  const { reported } = judged(stack => taskOf(stack, image(stack)), { warnings: [], ...props });
  return reported.map(({ rule, description, fix }) => [rule, description, fix]);
}

describe('every place', () => {
  test.each([
    'nginx', 'nginx:1.27', 'public.ecr.aws/nginx/nginx:latest', '111111111111.dkr.ecr.eu-west-1.amazonaws.com/api:v1',
  ])('%s is found once in each, at its path', image => {
    let paths: string[] = [];
    const { isRefused, reported } = synthesized(app => {
      paths = nameEverywhere(app, image);
      ContainerImagePolicy.apply(app);
    });
    expect(isRefused).toBe(true);
    expect(reported.flatMap(finding => finding.paths).sort()).toEqual([...paths].sort());
    expect(new Set(reported.map(({ rule, severity }) => `${rule} ${severity}`))).toEqual(new Set(['digest-pinned-image error']));
  });

  test.each([`nginx@${DIGEST}`, `public.ecr.aws/nginx/nginx:1.27@${DIGEST}`])('%s is found nowhere', image => {
    const { isRefused, reported } = synthesized(app => {
      nameEverywhere(app, image);
      ContainerImagePolicy.apply(app);
    });
    expect(reported).toEqual([]);
    expect(isRefused).toBe(false);
  });

  test('of a stage, only what is in it is judged', () => {
    const { reported } = synthesized(app => {
      const stage = new Stage(app, 'Prod');
      taskOf(new Stack(app, 'Stack'), 'nginx');
      taskOf(new Stack(stage, 'Stack'), 'nginx');
      ContainerImagePolicy.apply(stage);
    });
    expect(reported.flatMap(({ paths }) => paths)).toEqual(['Prod/Stack/Task']);
  });

  test('people see the path, the image and what to write instead', () => {
    const { output, reported } = judged(stack => taskOf(stack, 'public.ecr.aws/nginx/nginx:1.27'));
    expect(output).toContain('Stack/Task');
    expect(output).toContain("the image 'public.ecr.aws/nginx/nginx:1.27' is not named by its digest");
    expect(output).toContain("use DigestPinnedImage.fromReference('public.ecr.aws/nginx/nginx:1.27')");
    expect(reported).toMatchObject([{ locations: ['Properties.ContainerDefinitions.0.Image'] }]);
  });

  test('an image that a resource names twice is found once', () => {
    const { reported } = judged(stack => new CfnResource(stack, 'Task', {
      type: 'AWS::ECS::TaskDefinition', properties: { ContainerDefinitions: [{ Image: 'nginx' }, { Image: 'nginx' }] },
    }));
    expect(reported).toMatchObject([{ paths: ['Stack/Task'], locations: ['Properties.ContainerDefinitions.0.Image', 'Properties.ContainerDefinitions.1.Image'] }]);
  });

  test.each([
    ['AWS::CodeBuild::Project', { Environment: { Image: 'aws/codebuild/standard:7.0' } }],
    ['AWS::Lightsail::Container', { ContainerServiceDeployment: { Containers: [{ Image: ':service.web.3' }] } }],
    ['AWS::ECS::TaskDefinition', {}],
    ['AWS::Lambda::Function', { Code: { ZipFile: 'exports' } }],
    ['Custom::AWSCDK-EKS-HelmChart', { Values: '{"image":{"pullPolicy":"Always"},"replicas":1}' }],
    ['Custom::AWSCDK-EKS-HelmChart', { Values: '{"image":""}' }],
    ['Custom::AWSCDK-EKS-HelmChart', {}],
    ['Custom::AWSCDK-EKS-KubernetesResource', { Manifest: '[{"kind":"CustomResourceDefinition","spec":{"image":{"type":"string"}}}]' }],
  ])('nothing is found in %s %j', (type, properties) => {
    expect(judged(stack => new CfnResource(stack, 'Resource', { type, properties }), { warnings: [] }).reported).toEqual([]);
  });
});

describe('what is pinned', () => {
  test.each<[string, (stack: Stack) => unknown]>([
    ['a digest from somewhere', stack => `nginx@sha256:${new CfnParameter(stack, 'Hex').valueAsString}`],
    ['a digest in Fn::Sub', () => Fn.sub('${AWS::AccountId}.dkr.ecr.eu-west-1.amazonaws.com/api@sha256:${Hex}', { Hex: Fn.importValue('hex') })],
    ['a literal digest in Fn::Join', () => Fn.join('@', [Fn.ref('AWS::StackName'), DIGEST])],
    ['no image in one case', () => Fn.conditionIf('Large', `nginx@${DIGEST}`, Fn.ref('AWS::NoValue'))],
  ])('%s', (_, image) => {
    expect(findingsAbout(image)).toEqual([]);
  });

  test('each factory of DigestPinnedImage', () => {
    const { reported, isRefused } = judged(stack => {
      const images = new SecureRepository(stack, 'Images');
      const task = new ecs.FargateTaskDefinition(stack, 'Task');
      task.addContainer('tag', { image: DigestPinnedImage.fromTag(images, 'v1') });
      task.addContainer('digest', { image: DigestPinnedImage.fromDigest(images, DIGEST) });
      task.addContainer('token', { image: DigestPinnedImage.fromDigest(images, new CfnParameter(stack, 'Digest').valueAsString) });
      task.addContainer('reference', { image: DigestPinnedImage.fromReference(`nginx@${DIGEST}`) });
    }, { warnings: [] });
    expect(reported).toEqual([]);
    expect(isRefused).toBe(false);
  });
});

describe('what is not pinned, and what to write instead', () => {
  test.each<[string, (stack: Stack) => unknown, string, RegExp]>([
    ['nothing', () => 'nginx', "'nginx'", /use DigestPinnedImage.fromReference\('nginx'\)$/],
    ['a port is no tag', () => 'registry.example:5000/api', "'registry.example:5000/api'", /fromReference/],
    ['another kind of digest', () => 'nginx@sha256:abc', "'nginx@sha256:abc'",
      /^write its digest as 'sha256:' and 64 lower-case hexadecimal characters, or use DigestPinnedImage.fromReference\('nginx'\)$/],
    ['upper case', () => `nginx@sha256:${'A'.repeat(64)}`, "'nginx@sha256:AAA", /^write its digest as/],
    ['something behind the digest', () => `nginx@${DIGEST}-x`, '-x', /^write its digest as/],
    ['what is no image', () => 'Nginx 1', "'Nginx 1'", /^write it as '\[host\/\]repository@sha256:' and the 64/],
    ['credentials', () => 'https://user:secret@registry.example/api:1', "'https://***@registry.example/api:1'", /^write it as/],
    ['credentials without a protocol', () => 'user:secret@registry.example/api:1', "'***@registry.example/api:1'", /^(?!.*secret)/],
    ['a very long name', () => `nginx:${'1'.repeat(5_000)}`, '1…\'', /^write it as/],
    ['a registry of Amazon ECR', () => Fn.sub('${AWS::AccountId}.dkr.ecr.${AWS::Region}.amazonaws.com/api:v1'),
      "'${AWS::AccountId}.dkr.ecr.${AWS::Region}.amazonaws.com/api:v1'", /fromLookup\(repository, 'v1'\), or fromTag where the account is not known/],
    ['a tag by parameter', stack => `nginx:${new CfnParameter(stack, 'Tag').valueAsString}`, "'nginx:${Tag}'", /fromTag\(repository, tag\), or fromDigest/],
    ['a tag in a repository of the app', stack => new ecr.Repository(stack, 'Api').repositoryUriForTag('v1'), ":v1'", /fromTag\(repository, 'v1'\), or fromLookup/],
    ['no tag in a repository of the app', stack => new ecr.Repository(stack, 'Api').repositoryUri, "/${ApiF70053CD}'", /fromTag\(repository, 'latest'\)/],
    ['an attribute of a repository of the app', stack => (new ecr.CfnRepository(stack, 'Api')).attrRepositoryUri, "'${Api.RepositoryUri}'", /fromTag\(repository, 'latest'\)/],
    ['one case', () => Fn.conditionIf('Large', `nginx@${DIGEST}`, 'nginx:1'), "'nginx:1'", /fromReference/],
  ])('%s', (_, image, shown, fix) => {
    const found = findingsAbout(image).filter(([rule]) => `${rule}`.endsWith('-image'));
    expect(found).toEqual([[DIGEST_PINNED_IMAGE, expect.stringContaining(shown), expect.stringMatching(fix)]]);
  });

  test('that the repository is immutable does not help', () => {
    const found = findingsAbout(stack => new SecureRepository(stack, 'Api').repositoryUriForTag('v1'));
    expect(found).toEqual([[DIGEST_PINNED_IMAGE, expect.stringMatching(/a tag can be deleted and pushed again, also in the immutable repository/), expect.anything()]]);
  });

  test('where an image is its URI', () => {
    const { reported } = judged(stack => new CfnResource(stack, 'Function', { type: 'AWS::Lambda::Function', properties: { Code: { ImageUri: 'api:v1' } } }));
    expect(reported).toMatchObject([{ fix: "use DigestPinnedImage.fromReference('api:v1'), and the imageUri of its pinTo(this)" }]);
  });
});

describe('what cannot be judged', () => {
  const UNKNOWN: [string, (stack: Stack) => unknown][] = [
    ['a parameter', stack => new CfnParameter(stack, 'Image').valueAsString],
    ['an import', () => Fn.importValue('image')],
    ['a repository by parameter', stack => `registry.example/${new CfnParameter(stack, 'Image').valueAsString}`],
    ['what may be a digest', stack => `nginx@${new CfnParameter(stack, 'Digest').valueAsString}`],
    ['a dynamic reference', () => '{{resolve:ssm:/aws/service/aws-for-fluent-bit}}'],
  ];

  test.each(UNKNOWN)('%s', (_, image) => {
    expect(findingsAbout(image)).toEqual([[UNKNOWN_IMAGE, expect.stringContaining('is known during the deployment only'), expect.anything()]]);
  });

  test('all containers, and manifests', () => {
    const { reported } = judged(stack => {
      const list = new CfnResource(stack, 'List', { type: 'AWS::ECS::TaskDefinition', properties: { ContainerDefinitions: { 'Fn::FindInMap': ['A', 'B', 'C'] } } });
      new CfnResource(stack, 'Manifest', { type: 'Custom::AWSCDK-EKS-KubernetesResource', properties: { Manifest: list.ref } });
      new CfnResource(stack, 'Image', { type: 'Custom::AWSCDK-EKS-KubernetesResource', properties: { Manifest: stack.toJsonString([{ image: list.ref }]) } });
    }, { warnings: [] });
    expect(reported.map(({ rule, paths }) => [rule, paths])).toEqual([
      [UNKNOWN_IMAGE, ['Stack/List']], [UNKNOWN_IMAGE, ['Stack/Manifest']], [UNKNOWN_IMAGE, ['Stack/Image']],
    ]);
  });

  test('is a warning unless told otherwise, that people see', () => {
    const { isRefused, output } = judged(stack => taskOf(stack, Fn.importValue('image')));
    expect(isRefused).toBe(false);
    expect(output).toContain('Stack/Task');
    expect(output).toContain("whether the image '${Fn::ImportValue}' is named by its digest is known during the deployment only");
  });
});

describe('assets', () => {
  const asset = (scope: Construct) => new DockerImageAsset(scope, 'Asset', { directory: join(__dirname, 'asset') }).imageUri;

  test('count as pinned', () => {
    expect(findingsAbout(asset)).toEqual([]);
  });

  test('in another repository than that of the bootstrap stack, too', () => {
    const { reported } = synthesized(app => {
      ContainerImagePolicy.apply(app);
      const stack = new Stack(app, 'Stack', { synthesizer: new DefaultStackSynthesizer({ imageAssetsRepositoryName: 'assets-of-${AWS::AccountId}', dockerTagPrefix: 'api-' }) });
      taskOf(stack, asset(stack));
    });
    expect(reported).toEqual([]);
  });

  test('do not when told otherwise', () => {
    expect(findingsAbout(asset, { allowAssets: false })).toEqual([[DIGEST_PINNED_IMAGE, expect.stringContaining('container-assets'), expect.stringContaining('fromLookup')]]);
  });

  test('that only look like those of the bootstrap stack do not count', () => {
    expect(findingsAbout(() => `registry.example/a.dkr.ecr.b/cdk-hnb659fds-container-assets-1:${'a'.repeat(64)}`)).toHaveLength(1);
  });

  test('what others push to the repository of the bootstrap stack does not count', () => {
    expect(findingsAbout(() => '111111111111.dkr.ecr.eu-west-1.amazonaws.com/cdk-hnb659fds-container-assets-111111111111-eu-west-1:latest')).toHaveLength(1);
  });
});

describe('exceptions', () => {
  const reason = 'the vendor has no other';
  const LATER = '2999-12-31';

  function rest(exception: Omit<ContainerImageException, 'reason'>) {
    const { reported, isRefused, output } = judged(stack => {
      const tracing = new Construct(stack, 'Tracing');
      taskOf(tracing, 'public.ecr.aws/xray/daemon:3', 'Resource');
      taskOf(new Construct(tracing, 'Deep'), 'public.ecr.aws/xray/daemon:3');
      taskOf(stack, 'public.ecr.aws/xray/daemon:3', 'Other');
      taskOf(stack, 'nginx', 'Nginx');
    }, { exceptions: [{ reason, ...exception }] });
    return { found: reported.filter(({ rule }) => rule === DIGEST_PINNED_IMAGE).flatMap(({ paths }) => paths), isRefused, output };
  }

  test.each<[Omit<ContainerImageException, 'reason'>, string[]]>([
    [{ image: 'public.ecr.aws/xray/*' }, ['Stack/Nginx']],
    [{ image: '*', path: 'Stack/Tracing' }, ['Stack/Tracing/Deep/Task', 'Stack/Other', 'Stack/Nginx']],
    [{ path: 'Stack/Tracing/**' }, ['Stack/Other', 'Stack/Nginx']],
    [{ path: 'Stack/**/Task' }, ['Stack/Tracing/Resource', 'Stack/Other', 'Stack/Nginx']],
    [{ path: '**/Task' }, ['Stack/Tracing/Resource', 'Stack/Other', 'Stack/Nginx']],
    [{ path: 'Stack/*' }, ['Stack/Tracing/Deep/Task']],
    [{ path: 'Stack/*', image: 'nginx' }, ['Stack/Tracing/Resource', 'Stack/Tracing/Deep/Task', 'Stack/Other']],
    [{ rule: DIGEST_PINNED_IMAGE }, []],
    [{ image: 'nginx', until: LATER }, ['Stack/Tracing/Resource', 'Stack/Tracing/Deep/Task', 'Stack/Other']],
    [{ image: 'public.ecr.aws/xray' }, ['Stack/Tracing/Resource', 'Stack/Tracing/Deep/Task', 'Stack/Other', 'Stack/Nginx']],
    [{ image: 'nginx', rule: UNKNOWN_IMAGE }, ['Stack/Tracing/Resource', 'Stack/Tracing/Deep/Task', 'Stack/Other', 'Stack/Nginx']],
  ])('%j leaves %j', (exception, paths) => {
    expect(rest(exception).found.sort()).toEqual([...paths].sort());
  });

  test.each<[string, ContainerImageException, RegExp]>([
    ['no reason', { image: 'nginx', reason: ' ' }, /^the app: exceptions\[0\] has no reason; say why/],
    ['a reason that is not set', { image: 'nginx' } as ContainerImageException, /has no reason/],
    ['nothing to match', { reason }, /exceptions\[0\] matches everything; give it an image, a path or a rule/],
    ['any image and path', { reason, image: '*', path: '**' }, /matches everything/],
    ['any path in other words', { reason, path: '**/*' }, /matches everything/],
    ['any path in many words', { reason, path: '*/**' }, /matches everything/],
    ['any tag', { reason, image: '*:*' }, /matches everything/],
    ['a token', { reason, image: Fn.importValue('image') }, /exceptions\[0\] has a token as image; expected a pattern/],
    ['the path of an annotation', { reason, path: '/Stack/Task' }, /has path '\/Stack\/Task'; the paths of constructs do not begin with '\/', so leave it out/],
    ['no rule', { reason, rule: 'pinned' as ContainerImageRule }, /exceptions\[0\] has the rule 'pinned'; expected one of digest-pinned-image, unknown-image, /],
    ['no day', { reason, image: 'nginx', until: 'tomorrow' }, /has until 'tomorrow'; expected a day as YYYY-MM-DD/],
    ['a day that is none', { reason, image: 'nginx', until: '2027-02-30' }, /has until '2027-02-30'/],
  ])('with %s are an error', (_, exception, message) => {
    expect(() => ContainerImagePolicy.apply(new App(), { exceptions: [exception] })).toThrow(message);
  });

  test('hold on their last day', () => {
    expect(rest({ path: 'Stack/**', until: new Date().toISOString().slice(0, 10) }).found).toEqual([]);
  });

  test('that have expired are not applied, and people are told', () => {
    const { isRefused, output } = rest({ path: 'Stack/**', until: '2020-01-31' });
    expect(isRefused).toBe(true);
    expect(output).toContain("the exception for path 'Stack/**' expired after 2020-01-31 and is not applied");
    expect(output).not.toContain('matches nothing');
  });

  test('that match nothing are a warning', () => {
    const { isRefused, output } = judged(() => {}, { exceptions: [{ image: 'nginx:*', rule: DIGEST_PINNED_IMAGE, reason }] });
    expect(isRefused).toBe(false);
    expect(output).toMatch(/the exception for image 'nginx:\*', rule 'digest-pinned-image' matches nothing; drop it, unless [^;]*$/m);
  });

  test.each<[Omit<ContainerImageException, 'reason'>, RegExp]>([
    [{ path: 'Stack' }, /path 'Stack' matches nothing; [^;]*; 'Stack\/\*\*' is for all in the construct$/m],
    [{ image: 'public.ecr.aws/xray/aws-xray-daemon' }, /matches nothing; [^;]*; 'public.ecr.aws\/xray\/aws-xray-daemon:\*' is for all tags of the image$/m],
    [{ image: 'localhost:5000/api' }, /matches nothing; [^;]*; 'localhost:5000\/api:\*' is for all tags of the image$/m],
    [{ image: 'nginx:1', path: 'Other/*' }, /matches nothing; [^;]*$/m],
  ])('of %j that match nothing, people learn what they may have meant', (exception, message) => {
    expect(rest(exception).output).toMatch(message);
  });
});

describe('charts', () => {
  const chart = (image: unknown) => judged(stack => new CfnResource(stack, 'Chart', {
    type: 'Custom::AWSCDK-EKS-HelmChart', properties: { Values: stack.toJsonString({ api: { image } }) },
  }), { warnings: [] }).reported.map(({ rule, description }) => [rule, description]);

  test.each<[string, unknown, string]>([
    ['a repository and a tag', { registry: 'quay.io', repository: 'team/api', tag: 'v1' }, "'quay.io/team/api:v1'"],
    ['a number as tag', { repository: 'team/api', tag: 3 }, "'team/api:3'"],
    ['a tag alone', { tag: 'v1' }, "'<image>:v1'"],
    ['a repository alone', { repository: 'api' }, "'api'"],
    ['something filled in', { repository: Fn.ref('AWS::StackName'), tag: 'v1' }, "'${AWS::StackName}:v1'"],
  ])('%s', (_, image, shown) => {
    expect(chart(image)).toEqual([[DIGEST_PINNED_IMAGE, expect.stringContaining(shown)]]);
  });

  test('say to use the digest', () => {
    const { reported } = judged(stack => new CfnResource(stack, 'Chart', { type: 'Custom::AWSCDK-EKS-HelmChart', properties: { Values: '{"image":{"repository":"api","tag":"v1"}}' } }));
    expect(reported).toMatchObject([{ fix: "use DigestPinnedImage.fromReference('api:v1'), and the digest of its pinTo(this)" }]);
  });

  test.each([
    { repository: 'team/api', tag: 'v1', digest: DIGEST },
    { repository: 'team/api', tag: `v1@${DIGEST}` },
    { repository: 'team/api', tag: 'v1', digest: Fn.sub('sha256:${Hex}', { Hex: Fn.importValue('hex') }) },
    { pullPolicy: 'Always' },
  ])('nothing is found in %j', image => {
    expect(chart(image)).toEqual([]);
  });
});

(SHOWS_WARNINGS ? test : test.skip)('findings can be acknowledged as the CDK does it', () => {
  const { Validations } = cdk as unknown as { Validations: { of(scope: Construct): { acknowledge(rule: { id: string; reason: string }): void } } };
  const { isRefused } = judged(stack => {
    taskOf(stack, 'nginx');
    Validations.of(stack).acknowledge({ id: 'cdk-secure-repository::digest-pinned-image', reason: 'it is tried' });
  });
  expect(isRefused).toBe(false);
});

test('findings of rules are warnings where that is wanted, and people see them', () => {
  const { isRefused, output } = judged(stack => taskOf(stack, 'nginx'), { warnings: [DIGEST_PINNED_IMAGE] });
  expect(isRefused).toBe(false);
  expect(output).toContain('Stack/Task');
  expect(output).toContain("the image 'nginx' is not named by its digest");
});

test('where something is refused, warnings are in the report', () => {
  const { reported } = judged(stack => {
    taskOf(stack, 'nginx');
    taskOf(stack, Fn.importValue('image'), 'Imported');
  });
  expect(reported.map(({ rule, severity }) => [rule, severity])).toEqual([[DIGEST_PINNED_IMAGE, 'error'], [UNKNOWN_IMAGE, 'warning']]);
});

test('resources without a construct are found by what the template says', () => {
  class Included extends CfnElement {
    public _toCloudFormation() {
      return { Resources: { Task: { Type: 'AWS::ECS::TaskDefinition', Properties: { ContainerDefinitions: [{ Image: 'nginx' }] } } } };
    }
  }
  const build = (stack: Stack) => new Included(stack, 'Old');
  expect(judged(build).reported).toMatchObject([{ rule: DIGEST_PINNED_IMAGE }]);
  expect(judged(build, { exceptions: [{ path: 'Stack/Task', reason: 'old' }] }).reported).toEqual([]);
});

describe('where it is applied', () => {
  test('a stack is an error', () => {
    expect(() => ContainerImagePolicy.apply(new Stack(new App(), 'Stack'))).toThrow(/^Stack: .*neither an App nor a Stage/);
  });

  test.each<[string, (app: App, stage: Stage) => void, RegExp]>([
    ['the same app', app => [app, app].forEach(scope => ContainerImagePolicy.apply(scope)), /^the app: a ContainerImagePolicy is applied to the app already/],
    ['a stage of the app', (app, stage) => [app, stage].forEach(scope => ContainerImagePolicy.apply(scope)), /^Prod: .* to the app already/],
    ['the app of the stage', (app, stage) => [stage, app].forEach(scope => ContainerImagePolicy.apply(scope)), /^the app: .* to Prod already/],
  ])('twice to %s is an error', (_, apply, message) => {
    const app = new App();
    expect(() => apply(app, new Stage(app, 'Prod'))).toThrow(message);
  });

  test('other plugins stay', () => {
    // The oldest CDK has no other name for it.
    const env = jest.replaceProperty(process, 'env', { ...process.env, JSII_DEPRECATED: 'quiet' });
    const validate = jest.fn(() => ({ success: true, violations: [] }));
    const plugins = [{ name: 'other', validate }];
    const stage = (app: App) => new Stage(app, 'Prod', { policyValidationBeta1: plugins });
    const { reported } = synthesized(app => {
      const prod = stage(app);
      taskOf(new Stack(prod, 'Stack'), 'nginx');
      ContainerImagePolicy.apply(prod);
    });
    expect(reported).toHaveLength(1);
    expect(validate).toHaveBeenCalledTimes(1);
    expect(plugins).toHaveLength(1);
    env.restore();
  });
});

test('while context is missing, everything passes with one note', () => {
  const { isRefused, reported, output } = judged(stack => {
    stack.availabilityZones.forEach(zone => expect(zone).toMatch(/dummy/));
    taskOf(stack, 'nginx');
  }, {}, { env: { account: '111111111111', region: 'eu-west-1' } });
  expect(isRefused).toBe(false);
  expect(reported).toEqual([]);
  expect(output.match(/container images are judged once the CDK CLI has looked up what is missing/g)).toHaveLength(1);
});

test('a pin that could not be looked up is refused, and is said to have an error of its own', () => {
  const key = 'image-digest:111111111111:eu-west-1:api:v1';
  const { isRefused, reported } = synthesized(app => {
    ContainerImagePolicy.apply(app);
    const stack = new Stack(app, 'Stack', { env: { account: '111111111111', region: 'eu-west-1' } });
    const image = DigestPinnedImage.fromLookup(ecr.Repository.fromRepositoryName(stack, 'Images', 'api'), 'v1');
    new ecs.FargateTaskDefinition(stack, 'Task').addContainer('Api', { image });
  }, { [key]: { $providerError: 'no credentials' } });
  expect(isRefused).toBe(true);
  expect(reported.map(({ rule, fix }) => [rule, fix])).toEqual([[DIGEST_PINNED_IMAGE, 'see the error of its pin, which has no digest']]);
});
