import { App, CfnOutput, CfnParameter, Duration, Fn, Lazy, NestedStack, SecretValue, Stack } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import * as batch from 'aws-cdk-lib/aws-batch';
import * as ecr from 'aws-cdk-lib/aws-ecr';
import { Platform } from 'aws-cdk-lib/aws-ecr-assets';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as signer from 'aws-cdk-lib/aws-signer';
import { DigestPinnedImage, FindingSeverity, ImageGate, RetentionRule, ScannedGateOptions, ScanStatus, SecureRepository } from '../../src';

const ENV = { account: '111111111111', region: 'eu-west-1' };
const DIGESTS = Array.from({ length: 42 }, (_, i) => `sha256:${i.toString(16).padStart(64, '0')}`);
const [DIGEST, OTHER_DIGEST] = DIGESTS;
const PROFILE = 'arn:aws:signer:eu-west-1:111111111111:/signing-profiles/release';

type Resource = Record<string, any>;

function newStack(): Stack {
  return new Stack(new App(), 'Service', { env: ENV });
}

function existing(stack: Stack, name = 'api'): ecr.IRepository {
  const id = `Existing-${name}`;
  return stack.node.tryFindChild(id) as ecr.IRepository | undefined ?? ecr.Repository.fromRepositoryName(stack, id, name);
}

function use(stack: Stack, ...images: ecs.ContainerImage[]): ecs.FargateTaskDefinition {
  const task = new ecs.FargateTaskDefinition(stack, `Task${stack.node.children.length}`);
  images.forEach((image, index) => task.addContainer(`container${index}`, { image }));
  return task;
}

function gatesIn(stack: Stack, type = 'Custom::ScannedImages'): [string, Resource][] {
  return Object.entries(Template.fromStack(stack).findResources(type));
}

function onlyGate(stack: Stack, type?: string): [string, Resource] {
  const gates = gatesIn(stack, type);
  expect(gates).toHaveLength(1);
  return gates[0];
}

function taskDefinitions(stack: Stack): Resource[] {
  return Object.values(Template.fromStack(stack).findResources('AWS::ECS::TaskDefinition'));
}

describe('a task definition', () => {
  test('waits for the gate, alone, and has the digest as it is', () => {
    const stack = newStack();
    use(stack, DigestPinnedImage.fromDigest(existing(stack), DIGEST).gatedBy(ImageGate.scanned()));
    const [id] = onlyGate(stack);
    const [task] = taskDefinitions(stack);
    expect(task.DependsOn).toEqual([id]);
    expect(JSON.stringify(task.Properties.ContainerDefinitions)).toContain(`@${DIGEST}`);
    const waiting = Object.values<Resource>(Template.fromStack(stack).toJSON().Resources).filter(({ DependsOn = [] }) => DependsOn.includes(id));
    expect(waiting.map(({ Type }) => Type)).toEqual(['AWS::ECS::TaskDefinition']);
  });

  test('waits for all gates of all of its images', () => {
    const stack = newStack();
    const image = DigestPinnedImage.fromDigest(existing(stack), DIGEST).gatedBy(ImageGate.scanned(), ImageGate.signedBy(PROFILE));
    use(stack, image, DigestPinnedImage.fromDigest(existing(stack, 'worker'), DIGEST).gatedBy(ImageGate.scanned()));
    expect(taskDefinitions(stack)[0].DependsOn).toHaveLength(3);
  });

  test('without gates adds nothing, also where the same image is gated and marked elsewhere, and not used', () => {
    const stack = newStack();
    const image = DigestPinnedImage.fromDigest(new SecureRepository(stack, 'Images'), DIGEST);
    image.gatedBy(ImageGate.scanned()).markedAsDeployed();
    use(stack, image);
    Template.fromStack(stack).resourceCountIs('AWS::Lambda::Function', 0);
    expect(taskDefinitions(stack)[0].DependsOn).toBeUndefined();
  });
});

describe('elsewhere the digest is an attribute of the gate', () => {
  const ATTRIBUTE = /@sha256:.*Fn::GetAtt.*"DigestHex1"/;

  test('with pinTo', () => {
    const stack = newStack();
    const { digest, imageUri } = DigestPinnedImage.fromDigest(existing(stack), DIGEST).gatedBy(ImageGate.scanned()).pinTo(stack);
    new CfnOutput(stack, 'Digest', { value: digest });
    new CfnOutput(stack, 'Uri', { value: imageUri });
    const [id] = onlyGate(stack);
    const { Digest, Uri } = Template.fromStack(stack).toJSON().Outputs;
    expect(Digest.Value).toEqual({ 'Fn::Join': ['', ['sha256:', { 'Fn::GetAtt': [id, 'DigestHex1'] }]] });
    expect(JSON.stringify(Uri.Value)).toMatch(ATTRIBUTE);
  });

  test.each<[string, (image: ecs.ContainerImage, stack: Stack) => void]>([
    ['AWS Batch on ECS', (image, stack) => new batch.EcsJobDefinition(stack, 'Job', {
      container: new batch.EcsFargateContainerDefinition(stack, 'Container', { image, cpu: 1, memory: { toMebibytes: () => 2048 } as any }),
    })],
    ['AWS Batch on EKS', (image, stack) => new batch.EksJobDefinition(stack, 'Job', {
      container: new batch.EksContainerDefinition(stack, 'Container', { image }),
    })],
  ])('in %s', (_, useIn) => {
    const stack = newStack();
    useIn(DigestPinnedImage.fromDigest(existing(stack), DIGEST).gatedBy(ImageGate.scanned()), stack);
    const [job] = Object.values(Template.fromStack(stack).findResources('AWS::Batch::JobDefinition'));
    expect(JSON.stringify(job)).toMatch(ATTRIBUTE);
  });

  test('of the last of several, which wait for each other in one order, whatever that of each image is', () => {
    const stack = newStack();
    const [scanned, signed] = [ImageGate.scanned(), ImageGate.signedBy(PROFILE)];
    const repository = existing(stack);
    const one = DigestPinnedImage.fromDigest(repository, DIGEST).gatedBy(scanned, signed).pinTo(stack);
    const other = DigestPinnedImage.fromDigest(repository, OTHER_DIGEST).gatedBy(signed).gatedBy(scanned).markedAsDeployed().pinTo(stack);
    new CfnOutput(stack, 'One', { value: one.digest });
    new CfnOutput(stack, 'Other', { value: other.digest });
    const [scans, [signaturesId, signatures], [markId, mark]] = ['Scanned', 'Signed', 'Deployed'].map(name => onlyGate(stack, `Custom::${name}Images`));
    expect(signatures.DependsOn).toContain(scans[0]);
    expect(scans[1].DependsOn).not.toContain(signaturesId);
    expect(mark.DependsOn).toContain(signaturesId);
    expect(scans[1].Properties.Images).toEqual([DIGEST, OTHER_DIGEST]);
    const { One, Other } = Template.fromStack(stack).toJSON().Outputs;
    expect(JSON.stringify([One, Other])).toContain(JSON.stringify({ 'Fn::GetAtt': [signaturesId, 'DigestHex1'] }));
    expect(JSON.stringify(Other)).toContain(JSON.stringify({ 'Fn::GetAtt': [markId, 'DigestHex1'] }));
  });
});

describe('the custom resources of a stack', () => {
  test('are one for a repository and a gate, with each image once, and one function', () => {
    const stack = newStack();
    const gate = () => ImageGate.scanned({ failOn: FindingSeverity.CRITICAL });
    const images = [DIGEST, OTHER_DIGEST, DIGEST].map(digest => DigestPinnedImage.fromDigest(existing(stack, 'api'), digest).gatedBy(gate()));
    use(stack, ...images);
    use(stack, ...images);
    images[0].pinTo(stack);
    const [, { Properties }] = onlyGate(stack);
    expect(Properties.Images).toEqual([DIGEST, OTHER_DIGEST]);
    Template.fromStack(stack).resourceCountIs('AWS::Lambda::Function', 1);
  });

  test('have an image once that is given by two tokens for one digest', () => {
    const stack = newStack();
    const image = () => DigestPinnedImage.fromDigest(existing(stack), Fn.importValue('Digest')).gatedBy(ImageGate.scanned());
    use(stack, image(), image());
    expect(onlyGate(stack)[1].Properties.Images).toHaveLength(1);
  });

  test('keep their logical ids when digests, ignored findings and waiting change', () => {
    const idWith = (digest: string, options: ScannedGateOptions) => {
      const stack = newStack();
      use(stack, DigestPinnedImage.fromDigest(existing(stack), digest).gatedBy(ImageGate.scanned(options)));
      return onlyGate(stack)[0];
    };
    const ids = [
      idWith(DIGEST, {}),
      idWith(OTHER_DIGEST, {}),
      idWith(DIGEST, { wait: Duration.minutes(1), recheck: 'today', allow: [ScanStatus.FAILED], ignore: [{ id: 'CVE-2026-1', reason: 'r', until: '2099-01-31' }] }),
    ];
    expect(new Set(ids)).toEqual(new Set(['CdkSecureRepositoryImageGatesapiscanned2bb46d81080622ca0A62DDF0']));
    expect(idWith(DIGEST, { failOn: FindingSeverity.LOW })).not.toBe(ids[0]);
    expect(idWith(DIGEST, { ignoreUnfixed: true })).not.toBe(ids[0]);
    expect(idWith(DIGEST, { platforms: [Platform.LINUX_AMD64] })).not.toBe(ids[0]);
  });

  test('hold 20 images each, so that each answer is short enough', () => {
    const stack = newStack();
    const repository = existing(stack);
    use(stack, ...DIGESTS.map(digest => DigestPinnedImage.fromDigest(repository, digest).gatedBy(ImageGate.scanned())));
    expect(gatesIn(stack).map(([, { Properties }]) => Properties.Images.length)).toEqual([20, 20, 2]);
    expect(taskDefinitions(stack)[0].DependsOn).toHaveLength(3);
  });

  test('have all that was asked for', () => {
    const stack = newStack();
    use(stack, DigestPinnedImage.fromDigest(existing(stack), DIGEST).gatedBy(ImageGate.scanned({
      failOn: FindingSeverity.MEDIUM,
      ignore: [{ id: 'CVE-2026-1', reason: 'not reached', until: '2099-01-31' }],
      ignoreUnfixed: true,
      wait: Duration.minutes(14),
      platforms: [Platform.LINUX_ARM64, Platform.LINUX_AMD64],
      allow: [ScanStatus.UNSUPPORTED_IMAGE],
      recheck: '2026-11',
    })));
    expect(onlyGate(stack)[1].Properties).toEqual({
      ServiceToken: expect.anything(),
      ServiceTimeout: 1740,
      RepositoryArn: expect.anything(),
      Images: [DIGEST],
      Gate: 'scanned',
      FailOn: 'MEDIUM',
      Ignore: [{ Id: 'CVE-2026-1', Reason: 'not reached', Until: '2099-01-31' }],
      IgnoreUnfixed: 'true',
      WaitSeconds: '840',
      Platforms: ['linux/amd64', 'linux/arm64'],
      Allow: ['UNSUPPORTED_IMAGE'],
      Recheck: '2026-11',
    });
  });

  test('with other options for the same images are an error', () => {
    const stack = newStack();
    const image = DigestPinnedImage.fromDigest(existing(stack), DIGEST);
    use(stack, image.gatedBy(ImageGate.scanned({ wait: Duration.minutes(1) })), image.gatedBy(ImageGate.scanned({ wait: Duration.minutes(2) })));
    const other = ImageGate.scanned({ recheck: 'a', allow: [ScanStatus.FAILED], role: iam.Role.fromRoleName(stack, 'Role', 'reads-scans') });
    expect(() => use(stack, image.gatedBy(other))).toThrow(new Error(
      "Service/Task4/container0: the gate of an image of 'api' has another allow, recheck, role than that of an image of the same repository in 'Service/Task1/container0'; "
      + 'give both the same, or put one of them into another stack'));
    expect(onlyGate(stack)[1].Properties.WaitSeconds).toBe('120');
  });

  test('may have a token for the same option of each image', () => {
    const stack = newStack();
    const commit = new CfnParameter(stack, 'Commit');
    const gate = () => ImageGate.scanned({ recheck: Fn.ref(commit.logicalId) });
    use(stack, ...DIGESTS.slice(0, 2).map(digest => DigestPinnedImage.fromDigest(existing(stack), digest).gatedBy(gate())));
    expect(onlyGate(stack)[1].Properties).toMatchObject({ Images: DIGESTS.slice(0, 2), Recheck: { Ref: 'Commit' } });
    expect(() => use(stack, DigestPinnedImage.fromDigest(existing(stack), DIGEST).gatedBy(ImageGate.scanned({ recheck: Fn.ref('Other') })))).toThrow(/has another recheck than/);
  });

  test('stay the same whatever else is in the app, also where profiles are tokens', () => {
    const tokensSoFar = () => Number(/TOKEN\.(\d+)/.exec(Lazy.string({ produce: () => '' }))![1]);
    const gateWith = (moreTokens: () => void) => {
      const stack = newStack();
      const [one, other] = ['One', 'Other'].map(id => {
        moreTokens();
        return new signer.CfnSigningProfile(stack, id, { platformId: 'Notation-OCI-SHA384-ECDSA' }).attrArn;
      });
      use(stack, DigestPinnedImage.fromDigest(existing(stack), DIGEST).gatedBy(ImageGate.signedBy(one, other)));
      return onlyGate(stack, 'Custom::SignedImages');
    };
    const next = 10 ** String(tokensSoFar()).length;
    while (tokensSoFar() < next - 100);
    const limits = [0, next]; // the number of the second profile's token has one digit more
    const across = gateWith(() => {
      const limit = limits.shift()!;
      while (tokensSoFar() < limit);
    });
    expect(across).toEqual(gateWith(() => {}));
  });

  test('ask for signatures by profile, in one order', () => {
    const stack = newStack();
    const own = new signer.SigningProfile(stack, 'Profile', { platform: signer.Platform.NOTATION_OCI_SHA384_ECDSA });
    use(stack, DigestPinnedImage.fromDigest(existing(stack), DIGEST).gatedBy(ImageGate.signedBy(PROFILE, own.signingProfileArn, PROFILE)));
    expect(onlyGate(stack, 'Custom::SignedImages')[1].Properties).toMatchObject({
      Gate: 'signed', SigningProfileArns: expect.arrayContaining([PROFILE, { 'Fn::GetAtt': [expect.stringContaining('Profile'), 'Arn'] }]), WaitSeconds: '600',
    });
  });
});

describe('the function', () => {
  function statements(stack: Stack): Resource[] {
    return Object.values(Template.fromStack(stack).findResources('AWS::IAM::Policy'))
      .filter(({ Properties }) => Properties.PolicyName.includes('ImageGates'))
      .flatMap(({ Properties }) => Properties.PolicyDocument.Statement);
  }

  test('may ask about scans of the repositories, and for enhanced findings', () => {
    const stack = newStack();
    use(stack, ...['api', 'worker'].map(name => DigestPinnedImage.fromDigest(existing(stack, name), DIGEST).gatedBy(ImageGate.scanned())));
    expect(statements(stack).filter(({ Action }) => ![Action].flat().some(action => action.startsWith('logs:')))).toEqual([
      {
        Effect: 'Allow',
        Action: ['ecr:BatchGetImage', 'ecr:DescribeImageScanFindings', 'ecr:StartImageScan'],
        Resource: [expect.anything(), expect.anything()],
      },
      { Effect: 'Allow', Action: ['inspector2:ListCoverage', 'inspector2:ListFindings'], Resource: '*' },
    ]);
  });

  test('may only ask about signatures for that', () => {
    const stack = newStack();
    use(stack, DigestPinnedImage.fromDigest(existing(stack), DIGEST).gatedBy(ImageGate.signedBy(PROFILE)));
    expect(JSON.stringify(statements(stack))).not.toMatch(/inspector|Scan/);
    expect(JSON.stringify(statements(stack))).toContain('ecr:DescribeImageSigningStatus');
  });

  test('may assume a role, and nothing else, where one is given', () => {
    const stack = newStack();
    const repository = ecr.Repository.fromRepositoryArn(stack, 'Theirs', 'arn:aws:ecr:eu-west-1:222222222222:repository/api');
    const role = iam.Role.fromRoleArn(stack, 'Role', 'arn:aws:iam::222222222222:role/reads-scans');
    use(stack, DigestPinnedImage.fromDigest(repository, DIGEST).gatedBy(ImageGate.scanned({ role })));
    const text = JSON.stringify(statements(stack));
    expect(text).toContain('{"Action":"sts:AssumeRole","Effect":"Allow","Resource":"arn:aws:iam::222222222222:role/reads-scans"}');
    expect(text).not.toMatch(/ecr:|inspector/);
    expect(onlyGate(stack)[1].Properties.RoleArn).toBe('arn:aws:iam::222222222222:role/reads-scans');
  });

  test('is made after a repository and a role of another account that are in the app', () => {
    const app = new App();
    const [images, roles] = ['Images', 'Roles'].map(id => new Stack(app, id, { env: { ...ENV, account: '222222222222' } }));
    const repository = new SecureRepository(images, 'Images', { repositoryName: 'api' });
    const role = new iam.Role(roles, 'Role', { roleName: 'reads-scans', assumedBy: new iam.AccountPrincipal(ENV.account) });
    const stack = new Stack(app, 'Service', { env: ENV });
    DigestPinnedImage.fromDigest(repository, DIGEST).gatedBy(ImageGate.scanned({ role })).pinTo(stack);
    app.synth();
    expect(new Set(stack.dependencies)).toEqual(new Set([images, roles]));
  });

  test('may assume a role of the stack once that may do something', () => {
    const stack = newStack();
    const role = new iam.Role(stack, 'Scans', { assumedBy: new iam.AccountPrincipal(ENV.account) });
    use(stack, DigestPinnedImage.fromDigest(existing(stack), DIGEST).gatedBy(ImageGate.scanned({ role })));
    existing(stack).grant(role, 'ecr:DescribeImageScanFindings');
    const [policy] = Object.keys(Template.fromStack(stack).findResources('AWS::IAM::Policy')).filter(id => id.startsWith('Scans'));
    expect(onlyGate(stack)[1].DependsOn).toContain(policy);
  });

  test('is made before what it may, by each gate', () => {
    const stack = newStack();
    use(stack, DigestPinnedImage.fromDigest(existing(stack), DIGEST).gatedBy(ImageGate.scanned()));
    const policies = Object.keys(Template.fromStack(stack).findResources('AWS::IAM::Policy')).filter(id => id.includes('ImageGates'));
    expect(onlyGate(stack)[1].DependsOn).toEqual(expect.arrayContaining(policies));
  });
});

describe('circles', () => {
  test('there is none with a repository of the stack whose policy names the role of the task', () => {
    const stack = newStack();
    const images = new SecureRepository(stack, 'Images', { retention: [RetentionRule.keepNewest('*', 5)] });
    const task = use(stack, DigestPinnedImage.fromTag(images, 'v1').gatedBy(ImageGate.scanned(), ImageGate.signedBy(PROFILE)));
    images.addToResourcePolicy(new iam.PolicyStatement({ actions: ['ecr:BatchGetImage'], principals: [new iam.ArnPrincipal(task.taskRole.roleArn)] }));
    images.addToResourcePolicy(new iam.PolicyStatement({ actions: ['ecr:BatchGetImage'], principals: [new iam.ArnPrincipal(task.executionRole!.roleArn)] }));
    expect(() => Template.fromStack(stack)).not.toThrow();
  });

  test('there is none with the digest of a pin with the same gate in another stack, also a nested one', () => {
    for (const other of [(stack: Stack) => new Stack(stack.node.scope!, 'Other', { env: ENV }), (stack: Stack) => new NestedStack(stack, 'Other')]) {
      const stack = newStack();
      const { digest } = DigestPinnedImage.fromDigest(existing(stack), DIGEST).gatedBy(ImageGate.scanned()).pinTo(stack);
      const using = other(stack);
      use(using, DigestPinnedImage.fromDigest(existing(using), digest).gatedBy(ImageGate.scanned()));
      expect(onlyGate(using)[0]).toBe(onlyGate(stack)[0]);
    }
  });

  test('there is none across stacks and nested stacks', () => {
    const app = new App();
    const images = new SecureRepository(new Stack(app, 'Images', { env: ENV }), 'Images');
    const stack = new Stack(app, 'Service', { env: ENV });
    const nested = new NestedStack(stack, 'Nested');
    const image = DigestPinnedImage.fromTag(images, 'v1').gatedBy(ImageGate.scanned());
    [stack, nested].forEach(place => images.grantPull(use(place, image).taskRole));
    [stack, nested].forEach(place => Template.fromStack(place).resourceCountIs('Custom::ScannedImages', 1));
  });

  test('there is none with a function that runs a gated image of the stack', () => {
    const stack = newStack();
    const images = new SecureRepository(stack, 'Images');
    const { digest } = DigestPinnedImage.fromTag(images, 'v1', { platform: Platform.LINUX_ARM64 }).gatedBy(ImageGate.scanned()).pinTo(stack);
    const fn = new lambda.DockerImageFunction(stack, 'Function', { code: lambda.DockerImageCode.fromEcr(images, { tagOrDigest: digest }) });
    images.grantPull(fn.role!);
    expect(() => Template.fromStack(stack)).not.toThrow();
  });
});

describe('warnings', () => {
  test('an ignored finding whose day has passed is one, however often the image is used', () => {
    const stack = newStack();
    const image = DigestPinnedImage.fromDigest(existing(stack), DIGEST).gatedBy(ImageGate.scanned({
      ignore: [{ id: 'CVE-2020-1', reason: 'r', until: '2020-01-31' }, { id: 'CVE-2020-2', reason: 'r', until: '2099-01-31' }],
    }));
    use(stack, image, image);
    use(stack, image);
    const warnings = Annotations.fromStack(stack).findWarning('*', Match.anyValue());
    expect(warnings.map(({ entry }) => entry.data)).toEqual([expect.stringMatching(
      /^the finding 'CVE-2020-1' was ignored until 2020-01-31, .*drop the entry, or give it another day \[ack: cdk-secure-repository:expiredIgnore\]$/)]);
  });
});

describe('errors', () => {
  const ignored = { id: 'CVE-2026-1', reason: 'r', until: '2027-01-31' };

  test.each<[string, ScannedGateOptions, string]>([
    ['a severity', { failOn: 'SEVERE' as FindingSeverity }, "failOn is 'SEVERE'; expected one of CRITICAL, HIGH, MEDIUM, LOW, INFORMATIONAL, UNDEFINED"],
    ['a finding without id', { ignore: [{ ...ignored, id: '' }] }, "ignore[0] has the id ''; expected that of one finding, such as CVE-2026-12345"],
    ['a wildcard', { ignore: [ignored, { ...ignored, id: 'CVE-*' }] }, "ignore[1] has the id 'CVE-*'; expected that of one finding, such as CVE-2026-12345"],
    ['no reason', { ignore: [{ ...ignored, reason: ' ' }] }, 'ignore[0] has no reason; say why the finding does no harm'],
    ['no day', { ignore: [{ ...ignored, until: '2027-02-30' }] }, "ignore[0] has until '2027-02-30'; expected a day as YYYY-MM-DD"],
    ['no entry', { ignore: [undefined as any] }, "ignore[0] is 'undefined'; expected { id, reason, until }"],
    ['a text for an entry', { ignore: ['CVE-2026-1' as any] }, "ignore[0] is 'CVE-2026-1'; expected { id, reason, until }"],
    ['a text for options', 'HIGH' as any, "it got 'HIGH'; expected options, such as { failOn: FindingSeverity.HIGH }"],
    ['nothing for options', null as any, "it got 'null'; expected options, such as { failOn: FindingSeverity.HIGH }"],
    ['a text for a list', { allow: 'FAILED' as any }, "allow is 'FAILED'; expected a list"],
    ['a number for a wait', { wait: 600 as any }, "wait is '600'; expected a Duration, such as Duration.minutes(10)"],
    ['a text for a platform', { platforms: ['linux/amd64' as any] }, "platforms has 'linux/amd64'; expected a Platform, such as Platform.LINUX_ARM64"],
    ['one finding twice', { ignore: [ignored, { ...ignored, id: 'cve-2026-1' }] }, "ignore has 'CVE-2026-1' twice; drop one"],
    ['more findings than a function is handed', { ignore: Array.from({ length: 500 }, (_, i) => ({ ...ignored, id: `CVE-${i}`, reason: 'r'.repeat(200) })) },
      'ignore has more than 100000 characters as JSON; ignore fewer findings, with shorter reasons'],
    ['a long wait', { wait: Duration.minutes(15) }, 'wait is 900 seconds; expected whole seconds, at most 840 (14 minutes)'],
    ['a wait that is a token', { wait: Duration.seconds(SecretValue.unsafePlainText('5') as any) }, 'wait must be known at synth, and this one is a token; give a literal duration'],
    ['a platform', { platforms: [Platform.custom('linux')] }, "'linux' is not a platform; expected 'os/architecture' or 'os/architecture/variant', such as 'linux/arm64'"],
    ['a status', { allow: ['PENDING' as ScanStatus] },
      "allow has 'PENDING'; expected one of FAILED, UNSUPPORTED_IMAGE, SCAN_ELIGIBILITY_EXPIRED, FINDINGS_UNAVAILABLE, LIMIT_EXCEEDED, ACTIVE, COMPLETE"],
    ['an empty recheck', { recheck: '' }, 'recheck is empty; expected a text that changes when all images are to be judged again, or none'],
  ])('%s', (_, options, message) => {
    expect(() => ImageGate.scanned(options)).toThrow(new Error(`ImageGate.scanned: ${message}`));
  });

  test.each([
    ['no profile', [], 'there is no signing profile; give the ARN of one'],
    ['a version', [`${PROFILE}/1234567890`], `'${PROFILE}/1234567890' is not the ARN of a signing profile; `
      + 'expected arn:<partition>:signer:<Region>:<account>:/signing-profiles/<name>, without a version'],
    ['a list', [[PROFILE]] as any, `'${PROFILE}' is not the ARN of a signing profile; expected arn:<partition>:signer:<Region>:<account>:/signing-profiles/<name>, `
      + 'without a version'],
  ])('%s', (_, profiles, message) => {
    expect(() => ImageGate.signedBy(...profiles)).toThrow(new Error(`ImageGate.signedBy: ${message}`));
  });

  test('no gate at all', () => {
    const stack = newStack();
    expect(() => DigestPinnedImage.fromDigest(existing(stack), DIGEST).gatedBy()).toThrow(
      'Service/Existing-api: gatedBy got no gate, and would let every image pass; give one, such as ImageGate.scanned()');
  });

  test.each<[unknown, string]>([['scanned', 'scanned'], [undefined, 'undefined'], [[ImageGate.scanned()], '[object Object]'], [{}, '[object Object]']])(
    '%j for a gate', (gate, text) => {
      const image = DigestPinnedImage.fromDigest(existing(newStack()), DIGEST);
      expect(() => image.gatedBy(ImageGate.scanned(), gate as ImageGate)).toThrow(
        new Error(`Service/Existing-api: gatedBy got '${text}'; expected gates one by one, such as ImageGate.scanned()`));
    });

  test('a signing profile of another Region', () => {
    const stack = newStack();
    const gate = ImageGate.signedBy(PROFILE, PROFILE.replace('eu-west-1', 'us-east-1'));
    expect(() => use(stack, DigestPinnedImage.fromDigest(existing(stack), DIGEST).gatedBy(gate))).toThrow(
      'its Region is eu-west-1, and ECR signs with profiles of its own Region only; give ImageGate.signedBy one of that Region, not arn:aws:signer:us-east-1:');
  });

  test('a role of another account than the repository', () => {
    const stack = newStack();
    const repository = ecr.Repository.fromRepositoryArn(stack, 'Theirs', 'arn:aws:ecr:eu-west-1:222222222222:repository/api');
    const gate = ImageGate.scanned({ role: iam.Role.fromRoleArn(stack, 'Role', 'arn:aws:iam::333333333333:role/reads-scans') });
    expect(() => use(stack, DigestPinnedImage.fromDigest(repository, DIGEST).gatedBy(gate))).toThrow(
      "its account is 222222222222, and the role of ImageGate.scanned is of 333333333333; give it a role of the repository's account");
  });

  test('an image that is not in Amazon ECR', () => {
    const image = DigestPinnedImage.fromReference(`public.ecr.aws/nginx/nginx@${DIGEST}`);
    for (const [method, call] of [['gatedBy', () => image.gatedBy(ImageGate.scanned())], ['markedAsDeployed', () => image.markedAsDeployed()]] as const) {
      expect(call).toThrow(`${method} is for images in Amazon ECR, and this one, public.ecr.aws/nginx/nginx@sha256:…, is elsewhere; `
        + 'copy it to a repository of your own, and use fromLookup there');
    }
  });

  test('digests that were not known yet when they were taken for one', () => {
    const stack = newStack();
    const known: string[] = [];
    const later = (index: number) => DigestPinnedImage.fromDigest(existing(stack), Lazy.string({ produce: () => known[index] }));
    use(stack, ...[0, 1].map(index => later(index).gatedBy(ImageGate.scanned())));
    known.push(DIGEST, OTHER_DIGEST);
    expect(() => Template.fromStack(stack)).toThrow(/one image has two digests, .*0000".* and .*0001".*, by a token whose value changed/);
  });

  test.each<[string, (image: DigestPinnedImage) => DigestPinnedImage]>([
    ['a gate', image => image.gatedBy(ImageGate.scanned())],
    ['a mark', image => image.markedAsDeployed()],
  ])('the digest of a pin that waits for %s, which is to wait for it again', (_, required) => {
    const stack = newStack();
    const first = required(DigestPinnedImage.fromDigest(existing(stack), DIGEST)).pinTo(stack);
    use(stack, required(DigestPinnedImage.fromDigest(existing(stack), first.digest)));
    expect(() => Template.fromStack(stack)).toThrow(/Service\/CdkSecureRepository.*: an image of this custom resource has a digest that is an attribute of the same custom resource/);
  });

  test('a repository whose retention may expire what is marked', () => {
    const stack = newStack();
    use(stack, DigestPinnedImage.fromDigest(new SecureRepository(stack, 'Images'), DIGEST).markedAsDeployed());
    expect(() => Template.fromStack(stack)).toThrow(/marked as deployed.*put RetentionRule\.keepDeployed/);
  });

  test('a repository of another account without a role', () => {
    const stack = newStack();
    const repository = ecr.Repository.fromRepositoryArn(stack, 'Theirs', 'arn:aws:ecr:eu-west-1:222222222222:repository/api');
    expect(() => use(stack, DigestPinnedImage.fromDigest(repository, DIGEST).gatedBy(ImageGate.scanned()))).toThrow(
      "Service/Theirs: its images cannot be gated in stack 'Service': its account is not that of the stack, and ECR hands over enhanced findings "
      + 'within an account only; give ImageGate.scanned a role of that account');
  });
});
