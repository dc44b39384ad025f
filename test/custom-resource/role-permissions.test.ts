import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as ecr from 'aws-cdk-lib/aws-ecr';
import * as iam from 'aws-cdk-lib/aws-iam';
import { DigestPinnedImage, ImageGate, SecureRepository } from '../../src';

const ENV = { account: '111111111111', region: 'eu-west-1' };

type Resource = Record<string, any>;

/** Of the last stack below: stack, logical id and 12 characters. */
const LONGEST_GENERATED_ARN = 'arn:aws-us-gov:ecr:ap-southeast-1:111111111111:repository/images299-images2d38c313-abcdefghijkl';

function named(stack: Stack, i: number, length: number): ecr.IRepository {
  return ecr.Repository.fromRepositoryName(stack, `Imported${i}`, `team-${i}/`.padEnd(length, 'x'));
}

/** How long a policy's JSON is once CloudFormation has filled in the longest partition, names of its own making and ARNs. */
function deployedLength(document: unknown): number {
  const fill = (value: unknown): unknown => {
    if (Array.isArray(value)) {
      return value.map(fill);
    }
    if (typeof value !== 'object' || value === null) {
      return value;
    }
    const { Ref, 'Fn::Join': join, 'Fn::ImportValue': imported, ...rest } = value as Resource;
    if (imported) {
      return LONGEST_GENERATED_ARN;
    }
    return Ref ? 'aws-us-gov' : join ? join[1].map(fill).join('') : Object.fromEntries(Object.entries(rest).map(([key, inner]) => [key, fill(inner)]));
  };
  return JSON.stringify(fill(document)).length;
}

function policies(template: Template): [string, Resource][] {
  const inline = Object.entries(template.findResources('AWS::IAM::Policy')).filter(([id]) => id.includes('ImageDigestResolver'));
  return [...inline, ...Object.entries(template.findResources('AWS::IAM::ManagedPolicy'))];
}

describe.each<[string, number, number, (stack: Stack, i: number) => ecr.IRepository]>([
  ['400 images of 400 repositories with names of 80 characters', 400, 400, (stack, i) => named(stack, i, 80)],
  ['400 images of 300 repositories with names of 120 characters', 400, 300, (stack, i) => named(stack, i, 120)],
  ['250 images of 250 repositories with names of 200 characters', 250, 250, (stack, i) => named(stack, i, 200)],
  ['300 images of 300 repositories with generated names', 300, 300, (stack, i) =>
    new SecureRepository(new Stack(stack.node.root as App, `Images${i}`, { env: ENV }), 'Images')],
])('%s in one stack', (_, images, repositories, repositoryOf) => {
  let template: Template;
  beforeAll(() => {
    const stack = new Stack(new App(), 'Service', { env: ENV });
    const all = Array.from({ length: repositories }, (__, i) => repositoryOf(stack, i));
    for (let i = 0; i < images; i++) {
      DigestPinnedImage.fromTag(all[i % repositories], `v${Math.floor(i / repositories)}`).pinTo(stack);
    }
    template = Template.fromStack(stack);
  });

  test('stay within the limits of CloudFormation, with one function', () => {
    template.resourceCountIs('AWS::Lambda::Function', 1);
    template.resourceCountIs('Custom::ImageDigest', images);
    expect(Object.keys(template.toJSON().Resources).length).toBeLessThanOrEqual(500);
    expect(JSON.stringify(template.toJSON()).length).toBeLessThan(1_000_000);
  });

  test('stay within the limits of IAM', () => {
    const [[, inline], ...managed] = policies(template);
    expect(deployedLength(inline.Properties.PolicyDocument)).toBeLessThan(10_240);
    expect(managed.length).toBeLessThanOrEqual(10);
    managed.forEach(([, { Properties }]) => expect(deployedLength(Properties.PolicyDocument)).toBeLessThan(6_144));
  });

  test('are allowed before they are asked for, each repository once', () => {
    const allowed = policies(template).map(([id, { Properties }]) => {
      const resources = Properties.PolicyDocument.Statement.flatMap(({ Resource }: Resource) => Resource);
      return { id, arns: resources.map((resource: unknown) => JSON.stringify(resource)) as string[] };
    });
    for (const { Properties, DependsOn } of Object.values(template.findResources('Custom::ImageDigest'))) {
      const allowing = allowed.flatMap(({ id, arns }) => arns.filter(arn => arn === JSON.stringify(Properties.RepositoryArn)).map(() => id));
      expect(allowing).toHaveLength(1);
      expect([DependsOn].flat()).toContain(allowing[0]);
    }
  });
});

test('roles that a gate assumes count for the limits of IAM', () => {
  const stack = new Stack(new App(), 'Service', { env: ENV });
  for (let i = 0; i < 60; i++) {
    const account = `${222222222222 + i}`;
    const repository = ecr.Repository.fromRepositoryArn(stack, `Images${i}`, `arn:aws:ecr:eu-west-1:${account}:repository/api`);
    const role = iam.Role.fromRoleArn(stack, `Role${i}`, `arn:aws:iam::${account}:role/${'path/'.repeat(40)}reads-scans`);
    DigestPinnedImage.fromDigest(repository, `sha256:${'a'.repeat(64)}`).gatedBy(ImageGate.scanned({ role })).pinTo(stack);
  }
  const template = Template.fromStack(stack);
  const inline = Object.entries(template.findResources('AWS::IAM::Policy')).filter(([id]) => id.includes('ImageGates'));
  const managed = Object.entries(template.findResources('AWS::IAM::ManagedPolicy'));
  const lengths = [...inline, ...managed].map(([, { Properties }]) => deployedLength(Properties.PolicyDocument));
  expect(lengths.map((length, index) => length < (index < inline.length ? 10_240 : 6_144))).toEqual(lengths.map(() => true));
  expect(managed.length).toBeGreaterThan(0);
  for (const { Properties: { RoleArn }, DependsOn } of Object.values(template.findResources('Custom::ScannedImages'))) {
    const allowing = [...inline, ...managed].filter(([, policy]) => JSON.stringify(policy).includes(`"${RoleArn}"`)).map(([id]) => id);
    expect(allowing).toHaveLength(1);
    expect(DependsOn).toContain(allowing[0]);
  }
});

test('more repositories than one role can name are an error at synth', () => {
  const stack = new Stack(new App(), 'Service', { env: ENV });
  const pinAll = () => Array.from({ length: 450 }, (_, i) => DigestPinnedImage.fromTag(named(stack, i, 200), 'v1').pinTo(stack));

  expect(pinAll).toThrow(/^Service\/.*more repositories than IAM lets one role name.*put some of them into another stack$/);
});
