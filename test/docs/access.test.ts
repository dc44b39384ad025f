import { App, Stack } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import * as ecr from 'aws-cdk-lib/aws-ecr';
import { Platform } from 'aws-cdk-lib/aws-ecr-assets';
import * as iam from 'aws-cdk-lib/aws-iam';
import { Access, CASES, expectedOf, OWNER, PAGE } from './access-cases';
import { exampleStack } from './example';
import { anchorsOf, readPages } from './pages';
import { evaluate } from '../../emulator/evaluate';
import { DigestPinnedImage, ImageGate, SecureRepository } from '../../src';
import { allowedActions, isAllowed } from '../iam-evaluator';

const page = readPages().find(({ path }) => path === PAGE)!;

/** What an example defines, with names as a deployment would give them. */
function accessIn(heading: string): Access {
  const template = Template.fromStack(exampleStack(PAGE, heading, new App(), 'Access'));
  const resources = Object.entries<any>(template.toJSON().Resources);
  const repository = (name: string) => `arn:aws:ecr:eu-west-1:${OWNER}:repository/${name}`;
  const known = Object.fromEntries([['AWS::Partition', 'aws'], ...resources.flatMap(([id, { Type, Properties }]) => {
    switch (Type) {
      case 'AWS::ECR::Repository': return [[`${id}.Arn`, repository(Properties.RepositoryName ?? id.toLowerCase())]];
      case 'AWS::IAM::OIDCProvider': return [[id, `arn:aws:iam::${OWNER}:oidc-provider/${Properties.Url.replace('https://', '')}`]];
      case 'AWS::IAM::Role': return [[id, id], [`${id}.Arn`, `arn:aws:iam::${OWNER}:role/${id}`]];
      default: return [];
    }
  })]);
  const all = (type: string) => resources.filter(([, { Type }]) => Type === type)
    .map(([id, { Properties }]) => ({ id, ...evaluate(Properties, known) }));
  const [main, companion] = all('AWS::ECR::Repository');
  return {
    repositoryArn: known[`${main.id}.Arn`],
    repositoryPolicy: main.RepositoryPolicyText,
    companionArn: companion && known[`${companion.id}.Arn`],
    roles: Object.fromEntries(all('AWS::IAM::Role').map(({ id, AssumeRolePolicyDocument }) => [/^[A-Z][a-z]+/.exec(id)![0], {
      arn: known[`${id}.Arn`],
      trust: AssumeRolePolicyDocument,
      policies: all('AWS::IAM::Policy').filter(({ Roles }) => Roles.includes(id)).map(({ PolicyDocument }) => PolicyDocument),
    }])),
  };
}

describe.each(Object.entries(CASES))('%s', (heading, cases) => {
  let access: Access;
  beforeAll(() => {
    access = accessIn(heading);
  });

  test.each(cases.map(one => [one.who, one.actions.length === 0 ? 'nothing' : one.actions.join(', '), one] as const))('%s: %s', async (_, __, one) => {
    const { tried, expected } = expectedOf(one, access);
    expect(await allowedActions(one.request(access), tried)).toEqual(expected);
  });
});

test.each(['Push from GitHub Actions', 'Push from GitLab CI'])('%s: the roles may sign in to the registry', async heading => {
  for (const { arn, policies } of Object.values(accessIn(heading).roles)) {
    expect(await isAllowed({ principalArn: arn, action: 'ecr:GetAuthorizationToken', resourceArn: '*', identityPolicies: policies })).toBe(true);
    expect(await isAllowed({ principalArn: arn, action: 'ecr:PutRegistryPolicy', resourceArn: '*', identityPolicies: policies })).toBe(false);
  }
});

test.each(Object.keys(CASES))('%s: the repository is what it was made to be', heading => {
  const stack = exampleStack(PAGE, heading, new App(), 'Access');
  Annotations.fromStack(stack).hasNoError('*', Match.anyValue());
  Annotations.fromStack(stack).hasNoWarning('*', Match.anyValue());
});

test.each(['grantRead', 'grantPull', 'grantPush'] as const)('the table has the actions of %s', grant => {
  const stack = new Stack();
  const role = new iam.Role(stack, 'Role', { assumedBy: new iam.AccountRootPrincipal() });
  new SecureRepository(stack, 'Images')[grant](role);
  const [{ Properties }] = Object.values<any>(Template.fromStack(stack).findResources('AWS::IAM::Policy'));
  const [, row] = new RegExp(`^\\| \`${grant}\` \\|(.*)\\|$`, 'm').exec(page.prose)!;
  expect([...row.matchAll(/`([^`]+)`/g)].map(([, action]) => `ecr:${action}`).sort()).toEqual(Properties.PolicyDocument.Statement[0].Action.sort());
  expect(Properties.PolicyDocument.Statement[1]?.Action).toBe(grant === 'grantRead' ? undefined : 'ecr:GetAuthorizationToken');
});

const IMAGES: Record<string, (images: ecr.IRepository, role: iam.IRole) => DigestPinnedImage> = {
  '`fromTag`': images => DigestPinnedImage.fromTag(images, 'v1', { platform: Platform.LINUX_ARM64 }),
  '`ImageGate.scanned`': images => pinned(images).gatedBy(ImageGate.scanned()),
  '`ImageGate.scanned` with `role`': (images, role) => pinned(images).gatedBy(ImageGate.scanned({ role })),
  '`ImageGate.signedBy`': images => pinned(images).gatedBy(ImageGate.signedBy('arn:aws:signer:eu-west-1:123456789012:/signing-profiles/releases')),
  '`markedAsDeployed`': images => pinned(images).markedAsDeployed(),
};

function pinned(images: ecr.IRepository): DigestPinnedImage {
  return DigestPinnedImage.fromDigest(images, `sha256:${'a'.repeat(64)}`);
}

test.each(Object.entries(IMAGES))('the table has what the role of a function may do for %s', (name, image) => {
  const stack = new Stack();
  const role = iam.Role.fromRoleArn(stack, 'Scans', 'arn:aws:iam::123456789012:role/api-scans');
  image(ecr.Repository.fromRepositoryName(stack, 'Images', 'api'), role).pinTo(stack);
  const statements = Object.values<any>(Template.fromStack(stack).findResources('AWS::IAM::Policy')).flatMap(({ Properties }) => Properties.PolicyDocument.Statement);
  const actions = (isEverywhere: boolean) => statements.filter(({ Resource }) => (Resource === '*') === isEverywhere)
    .flatMap(({ Action }) => Action).filter(action => !action.startsWith('logs:')).sort();
  const [, , some, all] = page.prose.split('\n').find(line => line.startsWith(`| ${name} |`))!.split('|');
  const named = (cell: string) => [...cell.matchAll(/`([A-Z]\w+|\w+:\w+)`/g)].map(([, action]) => action.includes(':') ? action : `ecr:${action}`).sort();
  expect([named(some), named(all)]).toEqual([actions(false), actions(true)]);
});

test('every section with an example of access has its cases', () => {
  const withExample = page.blocks.filter(({ language }) => language === 'ts').length;
  expect(withExample).toBe(Object.keys(CASES).length + 1); // and how to acknowledge the warning
  expect(anchorsOf(page)).toContain('imported-repositories');
});
