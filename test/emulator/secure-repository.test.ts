import { DescribeRepositoriesCommand, PutLifecyclePolicyCommand, Repository } from '@aws-sdk/client-ecr';
import { App, Duration, Stack } from 'aws-cdk-lib';
import { EmulatorClients, emulatorClients } from '../../emulator/clients';
import { deployTemplate } from '../../emulator/deploy';
import { filterTemplate } from '../../emulator/filter-template';
import { digestOf, isTagTaken, multiArchIndex, pushImage, pushIndex, singleManifest } from '../../emulator/images';
import { RetentionRule, SecureRepository, SecureRepositoryProps } from '../../src';
import { policyText } from '../repository/lifecycle-policy-text';
import { emptyMoto } from '../shared-emulators';

let clients: EmulatorClients;

beforeAll(async () => {
  clients = emulatorClients((await emptyMoto()).endpoint);
}, 300_000);

function stackWith(props: SecureRepositoryProps): Stack {
  const stack = new Stack(new App(), 'Stack');
  new SecureRepository(stack, 'Images', props);
  return stack;
}

async function deploy(props: SecureRepositoryProps): Promise<Repository[]> {
  const { template } = App.of(stackWith(props))!.synth().getStackByName('Stack');
  const { physicalIds } = await deployTemplate(clients.cloudFormation, `stack-of-${props.repositoryName}`,
    filterTemplate(template, ['AWS::ECR::Repository']));
  const { repositories } = await clients.ecr.send(new DescribeRepositoriesCommand({ repositoryNames: Object.values(physicalIds).sort() }));
  return repositories!;
}

test('a release repository is immutable, and its companion mutable', async () => {
  expect(await deploy({ repositoryName: 'team/release', devCompanion: {} })).toEqual([
    expect.objectContaining({ repositoryName: 'team/release', imageTagMutability: 'IMMUTABLE' }),
    expect.objectContaining({ repositoryName: 'team/release-dev', imageTagMutability: 'MUTABLE' }),
  ]);
});

test('mutable tags are the exclusion filters of an immutable repository', async () => {
  expect(await deploy({ repositoryName: 'excluding', mutableTags: ['latest', 'branch-*'] })).toEqual([
    expect.objectContaining({
      imageTagMutability: 'IMMUTABLE_WITH_EXCLUSION',
      imageTagMutabilityExclusionFilters: [{ filterType: 'WILDCARD', filter: 'latest' }, { filterType: 'WILDCARD', filter: 'branch-*' }],
    }),
  ]);
});

test('mutable tags can be given up in a later deployment', async () => {
  await deploy({ repositoryName: 'tightened', mutableTags: ['latest'] });
  const [repository] = await deploy({ repositoryName: 'tightened' });
  expect(repository).toMatchObject({ imageTagMutability: 'IMMUTABLE' });
});

describe('pushing another image under a taken tag', () => {
  const [first, second] = [singleManifest('first'), singleManifest('second')];

  async function pushBoth(repositoryName: string, tag: string): Promise<unknown> {
    await pushImage(clients.ecr, repositoryName, first, tag);
    return pushImage(clients.ecr, repositoryName, second, tag).catch((error: unknown) => error);
  }

  beforeAll(async () => {
    await deploy({ repositoryName: 'pushed', devCompanion: {} });
    await deploy({ repositoryName: 'pushed-excluding', mutableTags: ['latest', 'branch-*'] });
  });

  test.each([
    ['a release repository', 'pushed', '1.0.0'],
    ['a release repository, even for latest', 'pushed', 'latest'],
    ['a repository with mutable tags, for any other tag', 'pushed-excluding', '1.0.0'],
  ])('is refused in %s, and the tag stays', async (_, repositoryName, tag) => {
    expect(isTagTaken(await pushBoth(repositoryName, tag))).toBe(true);
    expect(await digestOf(clients.ecr, repositoryName, tag)).toBe(first.digest);
  });

  test.each([
    ['a dev companion', 'pushed-dev', '1.0.0'],
    ['a repository where the tag is mutable', 'pushed-excluding', 'latest'],
    ['a repository where the tag matches a mutable pattern', 'pushed-excluding', 'branch-a'],
  ])('moves the tag in %s', async (_, repositoryName, tag) => {
    expect(await pushBoth(repositoryName, tag)).toBeUndefined();
    expect(await digestOf(clients.ecr, repositoryName, tag)).toBe(second.digest);
  });

  test('is refused for an index as well', async () => {
    const index = multiArchIndex([{ platform: 'linux/amd64', manifest: first }, { platform: 'linux/arm64', manifest: second }]);
    await pushIndex(clients.ecr, 'pushed', index, '2.0.0');
    expect(await pushImage(clients.ecr, 'pushed', singleManifest('third'), '2.0.0').catch(isTagTaken)).toBe(true);
    expect(await digestOf(clients.ecr, 'pushed', '2.0.0')).toBe(index.digest);
  });
});

describe('the lifecycle policy', () => {
  beforeAll(async () => {
    await deploy({ repositoryName: 'policies' });
  });

  async function put(lifecyclePolicyText: string) {
    await clients.ecr.send(new PutLifecyclePolicyCommand({ repositoryName: 'policies', lifecyclePolicyText }));
  }

  const ALL_KINDS_THAT_EXPIRE = [
    RetentionRule.keepDeployed(200),
    RetentionRule.keepAll('release-*'),
    RetentionRule.keepFor('pr-*', Duration.days(14)),
    RetentionRule.keepNewest('main-*', 50),
    RetentionRule.expireUntagged(Duration.days(1)),
    RetentionRule.keepNewest('*', 500),
  ];

  test.each([
    ['of a release repository', 'api', { repositoryName: 'api' }],
    ['of a dev companion', 'api-dev', { repositoryName: 'api', devCompanion: {} }],
    ['of a list of retention rules', 'api', { repositoryName: 'api', retention: ALL_KINDS_THAT_EXPIRE }],
  ])('%s is accepted', async (_, repositoryName, props) => {
    await expect(put(policyText(stackWith(props), repositoryName)!)).resolves.toBeUndefined();
  });

  test.each([
    ['without an action', { rulePriority: 1, selection: { tagStatus: 'any', countType: 'imageCountMoreThan', countNumber: 1 } }],
    ['with a count of 0', { rulePriority: 1, selection: { tagStatus: 'any', countType: 'imageCountMoreThan', countNumber: 0 }, action: { type: 'expire' } }],
  ])('is refused where it has a rule %s', async (_, rule) => {
    await expect(put(JSON.stringify({ rules: [rule] }))).rejects.toThrow('Lifecycle policy validation failure');
  });
});
