import { App, CfnParameter, CfnResource, Duration, NestedStack, PropertyInjectors, Stack } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import * as ecr from 'aws-cdk-lib/aws-ecr';
import { RetentionRule, SecureRepository, SecureRepositoryDefaults, SecureRepositoryDefaultsProps, SecureRepositoryProps } from '../../src';
import { declareDeployed } from '../../src/repository/deployed-images';

const days = (amount: number) => Duration.days(amount);
const { archiveAfter, archiveUnused, expireArchived, expireUntagged, keepAll, keepDeployed, keepFor, keepNewest } = RetentionRule;

const ADVICE = 'put RetentionRule.keepDeployed(200) first in retention';

/** What synthesis says about a repository with an image that is marked as deployed; nothing where all is well. */
function problems(make: (stack: Stack) => ecr.IRepository): string[] {
  const stack = new Stack(new App(), 'Stack');
  declareDeployed(make(stack));
  return problemsOf(stack);
}

function problemsOf(stack: Stack): string[] {
  try {
    Template.fromStack(stack);
    return [];
  } catch (error) {
    const lines = [...(error as Error).message.matchAll(/^\s*(\[Stack.*)$/gm)].map(([, line]) => line);
    expect(lines).not.toEqual([]);
    return lines;
  }
}

const secure = (props: SecureRepositoryProps = {}) => (stack: Stack) => new SecureRepository(stack, 'Images', props);
const plain = (...lifecycleRules: ecr.LifecycleRule[]) => (stack: Stack) => new ecr.Repository(stack, 'Images', { lifecycleRules });

function withText(lifecyclePolicyText: unknown) {
  return (stack: Stack) => {
    const repository = new SecureRepository(stack, 'Images');
    (repository.node.defaultChild as CfnResource).addPropertyOverride('LifecyclePolicy.LifecyclePolicyText', lifecyclePolicyText);
    return repository;
  };
}

const NEWEST = { countType: 'imageCountMoreThan', countNumber: 5 };
const KEEPS = { selection: { tagStatus: 'tagged', tagPatternList: ['deployed-*'], ...NEWEST }, action: { type: 'expire' } };
const EXPIRES = { selection: { tagStatus: 'tagged', tagPatternList: ['main-*'], ...NEWEST }, action: { type: 'expire' } };

function withRules(...rules: unknown[]) {
  return withText(JSON.stringify({ rules }));
}

test('the error names the repository, the rule that comes first, and what to do', () => {
  expect(problems(secure({ retention: [keepNewest('main-*', 50), keepDeployed(200)] }))).toEqual([
    '[Stack/Images] an image of this repository is marked as deployed, and a lifecycle rule may expire it before another one keeps it '
    + `(keep the newest 50 images tagged main-*); ${ADVICE}`,
  ]);
});

test('the error about the default retention says so', () => {
  expect(problems(secure())).toEqual([
    '[Stack/Images] an image of this repository is marked as deployed, and a lifecycle rule may expire it before another one keeps it '
    + `(keep the newest 500 images tagged *, of the default retention); ${ADVICE}, and what you want of the default one behind it`,
  ]);
  expect(problems(stack => new SecureRepository(stack, 'Images', { devCompanion: {} }).devCompanion!)).toEqual([
    expect.stringMatching(/^\[Stack\/Images\/DevCompanion\] .* \(expire images tagged \* 14 days after push, of the default retention\); put RetentionRule/),
  ]);
});

test.each<[string, RetentionRule[], string]>([
  ['expires by age', [keepFor('pr-*', days(14)), keepDeployed(200)], 'may expire it before another one keeps it (expire images tagged pr-* 14 days after push)'],
  ['archives what is not pulled', [archiveUnused('main-*', days(90)), keepDeployed(200)],
    'may archive it before another one keeps it (archive images tagged main-* 90 days after the last pull)'],
  ['archives by age', [archiveAfter('v1*', days(365)), keepDeployed(200)], 'may archive it before another one keeps it (archive images tagged v1* 365 days after push)'],
  ['expires deployed images by age', [keepFor('deployed-*', days(100))], '(expire images tagged deployed-* 100 days after push)'],
  ['expires some of them by age', [keepFor('deployed-a*', days(100)), keepDeployed(200)], '(expire images tagged deployed-a* 100 days after push)'],
  ['counts some of them', [keepNewest('deployed-a*', 100), keepDeployed(200)], '(keep the newest 100 images tagged deployed-a*)'],
  ['counts other images too', [keepNewest('d*', 200)], '(keep the newest 200 images tagged d*)'],
  ['counts all images', [keepNewest('*', 200)], '(keep the newest 200 images tagged *)'],
  ['expires behind rules that keep some', [expireUntagged(days(1)), keepAll('v*'), keepNewest('main-*', 50), keepDeployed(200)], '(keep the newest 50 images tagged main-*)'],
  ['expires, and nothing keeps', [keepAll('v*'), keepNewest('main-*', 50)], '(keep the newest 50 images tagged main-*)'],
])('a rule before that %s is an error', (_, retention, expected) => {
  expect(problems(secure({ retention }))).toEqual([expect.stringContaining(expected)]);
});

test.each<[string, RetentionRule[]]>([
  ['stands first', [keepDeployed(200), expireUntagged(days(14)), keepNewest('*', 500)]],
  ['stands before all that expires or archives', [keepDeployed(1), keepFor('pr-*', days(1)), archiveUnused('*', days(90)), expireArchived(days(90))]],
  ['stands behind what is about untagged images', [expireUntagged(days(1)), keepDeployed(200), keepNewest('*', 500)]],
  ['stands behind what keeps for good', [keepAll('release-*'), keepAll('v*'), keepDeployed(200), keepNewest('*', 500)]],
  ['stands behind what is about archived images', [expireArchived(days(90)), keepDeployed(200), keepNewest('*', 500)]],
  ['keeps all deployed images', [keepAll('deployed-*'), keepNewest('*', 500)]],
  ['keeps all deployed images by a wider pattern', [keepAll('d*-*'), keepNewest('main-*', 500)]],
  ['keeps every image', [keepAll('*')]],
  ['counts by the same pattern', [keepNewest('deployed-*', 200), keepNewest('*', 500)]],
  ['is not needed, as there is none that expires', [keepAll('v*'), expireUntagged(days(1)), expireArchived(days(90))]],
  ['is not needed, as there is none', []],
])('all is well with a rule that %s', (_, retention) => {
  expect(problems(secure({ retention }))).toEqual([]);
});

test('a dev companion is judged by its own retention', () => {
  const companion = (retention: RetentionRule[]) => (stack: Stack) =>
    new SecureRepository(stack, 'Images', { retention: [keepNewest('*', 1)], devCompanion: { retention } }).devCompanion!;
  expect(problems(companion([keepDeployed(20), keepFor('*', days(14))]))).toEqual([]);
  expect(problems(companion([keepFor('*', days(14))]))).toEqual([expect.stringContaining('[Stack/Images/DevCompanion] an image')]);
});

test('a repository whose images nobody marks may expire them', () => {
  const stack = new Stack(new App(), 'Stack');
  new SecureRepository(stack, 'Images', { mutableTags: ['d*'] });
  expect(problemsOf(stack)).toEqual([]);
});

test('an error stands once, however many images are marked, and whichever copy of this package marks them', () => {
  const stack = new Stack(new App(), 'Stack');
  const repository = new SecureRepository(stack, 'Images');
  declareDeployed(repository);
  declareDeployed(repository);
  jest.isolateModules(() => {
    (require('../../src/repository/deployed-images') as { declareDeployed: typeof declareDeployed }).declareDeployed(repository); // eslint-disable-line @typescript-eslint/no-require-imports
  });
  expect(problemsOf(stack)).toHaveLength(1);
});

describe('rules that are added later', () => {
  test('are judged', () => {
    const stack = new Stack(new App(), 'Stack');
    const repository = new SecureRepository(stack, 'Images', { retention: [keepAll('v*')] });
    declareDeployed(repository);
    repository.addLifecycleRule({ maxImageCount: 10 });
    expect(problemsOf(stack)).toEqual([expect.stringMatching(/\(\{"tagStatus":"any",.*\}\); put RetentionRule/)]);
  });

  test('may be what keeps', () => {
    const stack = new Stack(new App(), 'Stack');
    const repository = new SecureRepository(stack, 'Images');
    declareDeployed(repository);
    repository.addLifecycleRule({ tagPatternList: ['deployed-*'], maxImageCount: 200 });
    repository.addLifecycleRule({ maxImageCount: 500 });
    expect(problemsOf(stack)).toEqual([]);
  });
});

describe('a repository of the CDK', () => {
  const expires = { tagPrefixList: ['main-'], maxImageCount: 50 };
  const keeps = { tagPatternList: ['deployed-*'], maxImageCount: 200 };

  test('is judged as well, and told what to write', () => {
    expect(problems(plain(expires))).toEqual([
      '[Stack/Images] an image of this repository is marked as deployed, and a lifecycle rule may expire it before another one keeps it '
      + '({"tagStatus":"tagged","tagPrefixList":["main-"],"countType":"imageCountMoreThan","countNumber":50}); give it a lifecycle rule with '
      + `tagPatternList ['deployed-*'], maxImageCount 200 and the lowest rulePriority; where SecureRepositoryDefaults made its rules, ${ADVICE} of that`,
    ]);
  });

  test.each<[string, ecr.LifecycleRule[]]>([
    ['no rules', []],
    ['the advice', [expires, { ...keeps, rulePriority: 1 }, { maxImageCount: 500 }]],
    ['the advice as a prefix', [{ tagPrefixList: ['deployed-'], maxImageCount: 200, rulePriority: 1 }, expires]],
    ['an order by priority, not by place', [{ ...expires, rulePriority: 10 }, { ...keeps, rulePriority: 9 }]],
    ['an age of 50 years', [{ tagPrefixList: ['deployed-'], maxImageAge: days(18_250) }, expires]],
    ['an age of 50 years for others before', [{ tagPrefixList: ['v'], maxImageAge: days(18_250) }, keeps, expires]],
    ['two patterns that all of our tags match', [{ tagPatternList: ['*', 'deployed-*'], maxImageCount: 200 }, expires]],
  ])('is fine with %s', (_, rules) => {
    expect(problems(plain(...rules))).toEqual([]);
  });

  test.each<[string, ecr.LifecycleRule[]]>([
    ['an order by place, not by priority', [{ ...keeps, rulePriority: 10 }, { ...expires, rulePriority: 9 }]],
    ['an age of a day less than 50 years', [{ tagPrefixList: ['deployed-'], maxImageAge: days(18_249) }]],
    ['another prefix', [{ tagPrefixList: ['deployed-a'], maxImageCount: 200 }, expires]],
    ['two patterns of which only one matches our tags', [{ tagPatternList: ['main-*', 'deployed-*'], maxImageCount: 200 }, expires]],
    ['two patterns of which only one matches, as a rule for ever', [{ tagPatternList: ['main-*', 'deployed-*'], maxImageAge: days(18_250) }, expires]],
    ['any image', [{ maxImageAge: days(365) }]],
  ])('is refused with %s', (_, rules) => {
    expect(problems(plain(...rules))).toEqual([expect.stringContaining('[Stack/Images] an image')]);
  });

  test.each<[string, SecureRepositoryDefaultsProps, string[]]>([
    ['the default rules', {}, [', of the default retention); give it']],
    ['rules', { retention: [keepNewest('*', 5)] }, ['(keep the newest 5 images tagged *); give it']],
    ['a rule that keeps', { retention: [keepDeployed(5), keepNewest('*', 5)] }, []],
  ])('is judged by %s of SecureRepositoryDefaults', (_, props, expected) => {
    expect(problems(stack => {
      PropertyInjectors.of(stack).add(new SecureRepositoryDefaults(props));
      return new ecr.Repository(stack, 'Images');
    })).toEqual(expected.map(text => expect.stringContaining(text)));
  });

  test('is judged in a nested stack', () => {
    expect(problems(stack => {
      PropertyInjectors.of(stack).add(new SecureRepositoryDefaults());
      return new ecr.Repository(new NestedStack(stack, 'Nested'), 'Images');
    })).toEqual([expect.stringContaining('[Stack/Nested/Images] an image')]);
  });
});

test('nothing is known of an imported repository', () => {
  expect(problems(stack => ecr.Repository.fromRepositoryName(stack, 'Images', 'api'))).toEqual([]);
});

describe('the text of the policy', () => {
  test.each<[string, unknown]>([
    ['no JSON', 'text'],
    ['without rules', '{}'],
    ['with something else than rules', '{"rules":"abc"}'],
    ['with something else than a rule', '{"rules":[null,{}]}'],
    ['that CloudFormation fills in', { 'Fn::Sub': '{}' }],
  ])('is left to ECR when it is one %s', (_, text) => {
    expect(problems(withText(text))).toEqual([]);
  });

  test('is judged as it is deployed', () => {
    expect(problems(withRules({ rulePriority: 2, ...KEEPS }, { rulePriority: 3, ...EXPIRES }))).toEqual([]);
    expect(problems(withRules({ rulePriority: 2, ...KEEPS }, { rulePriority: 1, ...EXPIRES }))).toHaveLength(1);
  });

  test('is judged by the storage class of each rule', () => {
    const archived = { ...EXPIRES, rulePriority: 1, selection: { ...EXPIRES.selection, storageClass: 'archive' } };
    const standard = { ...EXPIRES, rulePriority: 1, selection: { ...EXPIRES.selection, storageClass: 'standard' } };
    expect(problems(withRules(archived))).toEqual([]);
    expect(problems(withRules(standard))).toHaveLength(1);
  });

  test('is judged as far as it can be, without an action, and with a text for a list', () => {
    expect(problems(withRules({ rulePriority: 1, selection: { tagStatus: 'tagged', tagPatternList: 'main-*', ...NEWEST } }))).toEqual([expect.stringContaining('may expire it')]);
    expect(problems(withRules({ rulePriority: 1, selection: KEEPS.selection }, { rulePriority: 2, ...EXPIRES }))).toEqual([]);
  });

  test('may have a token in it', () => {
    const withToken = (...order: number[]) => (stack: Stack) => {
      const prefix = new CfnParameter(stack, 'Prefix').valueAsString;
      return plain({ tagPrefixList: [prefix], maxImageCount: 5, rulePriority: order[0] }, { tagPrefixList: ['deployed-'], maxImageCount: 5, rulePriority: order[1] })(stack);
    };
    expect(problems(withToken(1, 2))).toHaveLength(1);
    expect(problems(withToken(2, 1))).toEqual([]);
  });
});

describe('mutable tags', () => {
  const retention = [keepDeployed(200)];

  test.each(['deployed-*', 'd*', '*-*', '*a*', 'deployed-0*'])('%s let our tags be moved, which is an error', pattern => {
    expect(problems(secure({ retention, mutableTags: ['latest', pattern] }))).toEqual([
      `[Stack/Images] an image of this repository is marked as deployed by a tag deployed-<digest>, which the mutable tags '${pattern}' let anybody move who may `
      + 'push; give narrower patterns of mutable tags',
    ]);
  });

  test.each(['latest', 'main-*', 'deployed', '*-rc', 'deployed-*-*'])('%s are none of ours', pattern => {
    expect(problems(secure({ retention, mutableTags: [pattern] }))).toEqual([]);
  });

  test('both errors stand', () => {
    expect(problems(secure({ mutableTags: ['d*'] }))).toHaveLength(2);
  });

  test.each<[string, number]>([['IMMUTABLE_WITH_EXCLUSION', 1], ['MUTABLE_WITH_EXCLUSION', 0]])('are those of a repository of the CDK with %s', (mutability, expected) => {
    expect(problems(stack => {
      const repository = new ecr.Repository(stack, 'Images');
      const resource = repository.node.defaultChild as CfnResource;
      resource.addPropertyOverride('ImageTagMutability', mutability);
      resource.addPropertyOverride('ImageTagMutabilityExclusionFilters', [
        { ImageTagMutabilityExclusionFilterType: 'WILDCARD', ImageTagMutabilityExclusionFilterValue: 'd*' },
      ]);
      return repository;
    })).toHaveLength(expected);
  });

  test.each<[string, number, string | undefined, string[]]>([
    ['by default', 1, undefined, []],
    ['with MUTABLE', 1, 'MUTABLE', []],
    ['with another tag that stays', 1, 'MUTABLE_WITH_EXCLUSION', ['v*']],
    ['but for ours', 0, 'MUTABLE_WITH_EXCLUSION', ['v*', 'deployed-*']],
    ['with IMMUTABLE', 0, 'IMMUTABLE', []],
  ])('all that are mutable are warned of: %s', (_, expected, mutability, filters) => {
    const stack = new Stack(new App(), 'Stack');
    const repository = new ecr.Repository(stack, 'Images');
    const resource = repository.node.defaultChild as CfnResource;
    resource.addPropertyOverride('ImageTagMutability', mutability);
    resource.addPropertyOverride('ImageTagMutabilityExclusionFilters', filters.map(filter =>
      ({ ImageTagMutabilityExclusionFilterType: 'WILDCARD', ImageTagMutabilityExclusionFilterValue: filter })));
    declareDeployed(repository);
    expect(Annotations.fromStack(stack).findWarning('*', Match.stringLikeRegexp('which anybody can move who may push'))).toHaveLength(expected);
  });

  test.each<[string, unknown]>([['no filters', undefined], ['filters that CloudFormation fills in', { Ref: 'Filters' }]])('are not known of a repository with %s', (_, filters) => {
    expect(problems(stack => {
      const repository = new ecr.Repository(stack, 'Images');
      const resource = repository.node.defaultChild as CfnResource;
      resource.addPropertyOverride('ImageTagMutability', 'IMMUTABLE_WITH_EXCLUSION');
      resource.addPropertyOverride('ImageTagMutabilityExclusionFilters', filters);
      return repository;
    })).toEqual([]);
  });
});
