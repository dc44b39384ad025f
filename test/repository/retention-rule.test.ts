import { App, CfnParameter, Duration, Stack, Token } from 'aws-cdk-lib';
import * as ecr from 'aws-cdk-lib/aws-ecr';
import { evaluate } from './lifecycle-evaluator';
import { policyRules, policyText } from './lifecycle-policy-text';
import { RetentionRule, SecureRepository } from '../../src';

const days = (amount: number) => Duration.days(amount);

function repositoryWith(...retention: RetentionRule[]): SecureRepository {
  return new SecureRepository(new Stack(new App(), 'Stack'), 'Images', { retention });
}

function rulesOf(repository: SecureRepository) {
  return policyRules(repository.stack);
}

describe('each rule compiles to one rule of the policy', () => {
  test.each([
    [RetentionRule.keepAll('v*'), {
      selection: { tagStatus: 'tagged', tagPatternList: ['v*'], countType: 'sinceImagePushed', countUnit: 'days', countNumber: 18_250 },
      action: { type: 'expire' },
      description: 'keep every image tagged v*',
    }],
    [RetentionRule.keepNewest('main-*', 50), {
      selection: { tagStatus: 'tagged', tagPatternList: ['main-*'], countType: 'imageCountMoreThan', countNumber: 50 },
      action: { type: 'expire' },
      description: 'keep the newest 50 images tagged main-*',
    }],
    [RetentionRule.keepDeployed(200), {
      selection: { tagStatus: 'tagged', tagPatternList: ['deployed-*'], countType: 'imageCountMoreThan', countNumber: 200 },
      action: { type: 'expire' },
      description: 'keep the newest 200 images that were deployed',
    }],
    [RetentionRule.keepFor('pr-*', days(14)), {
      selection: { tagStatus: 'tagged', tagPatternList: ['pr-*'], countType: 'sinceImagePushed', countUnit: 'days', countNumber: 14 },
      action: { type: 'expire' },
      description: 'expire images tagged pr-* 14 days after push',
    }],
    [RetentionRule.keepFor('pr-*', Duration.hours(24)), {
      selection: { tagStatus: 'tagged', tagPatternList: ['pr-*'], countType: 'sinceImagePushed', countUnit: 'days', countNumber: 1 },
      action: { type: 'expire' },
      description: 'expire images tagged pr-* 1 day after push',
    }],
    [RetentionRule.archiveUnused('*', days(90)), {
      selection: { tagStatus: 'tagged', tagPatternList: ['*'], countType: 'sinceImagePulled', countUnit: 'days', countNumber: 90 },
      action: { type: 'transition', targetStorageClass: 'archive' },
      description: 'archive images tagged * 90 days after the last pull',
    }],
    [RetentionRule.archiveAfter('v1*', days(365)), {
      selection: { tagStatus: 'tagged', tagPatternList: ['v1*'], countType: 'sinceImagePushed', countUnit: 'days', countNumber: 365 },
      action: { type: 'transition', targetStorageClass: 'archive' },
      description: 'archive images tagged v1* 365 days after push',
    }],
    [RetentionRule.expireArchived(days(90)), {
      selection: { tagStatus: 'any', storageClass: 'archive', countType: 'sinceImageTransitioned', countUnit: 'days', countNumber: 90 },
      action: { type: 'expire' },
      description: 'expire images 90 days after they were archived',
    }],
    [RetentionRule.expireUntagged(days(7)), {
      selection: { tagStatus: 'untagged', countType: 'sinceImagePushed', countUnit: 'days', countNumber: 7 },
      action: { type: 'expire' },
      description: 'expire untagged images 7 days after push',
    }],
  ])('%#', (rule, expected) => {
    expect(rulesOf(repositoryWith(rule))).toEqual([{ rulePriority: 1, ...expected }]);
  });
});

test('the order of the list is the order of priorities', () => {
  const rules = rulesOf(repositoryWith(RetentionRule.keepAll('v*'), RetentionRule.expireUntagged(days(1)), RetentionRule.keepNewest('*', 5)));
  expect(rules.map(({ rulePriority, selection }) => [rulePriority, selection.tagPatternList])).toEqual([[1, ['v*']], [2, undefined], [3, ['*']]]);
});

test('expireArchived comes last, where ECR wants a rule for any tag', () => {
  const rules = rulesOf(repositoryWith(RetentionRule.expireArchived(days(180)), RetentionRule.archiveUnused('*', days(90))));
  expect(rules.map(({ selection }) => selection.storageClass)).toEqual([undefined, 'archive']);
});

test.each<[string, RetentionRule[], string[]]>([
  ['stays without a rule for archived images, also where newer ones push out others', [RetentionRule.keepAll('release-*'), RetentionRule.keepNewest('*', 1)], []],
  ['expires by a rule for archived images, whatever its tags', [RetentionRule.keepAll('release-*'), RetentionRule.expireArchived(days(180))], ['release-1']],
])('an image that was archived by hand %s', (_, retention, expired) => {
  const image = { tags: ['release-1'], pushedDaysAgo: 900, archivedDaysAgo: 200 };
  expect(evaluate(rulesOf(repositoryWith(...retention)), [
    { ...image, image: 'release-1' },
    { ...image, image: 'release-2', tags: ['release-2'], archivedDaysAgo: undefined },
    { image: 'v1', tags: ['v1'], pushedDaysAgo: 1 },
  ])).toEqual({ expired, archived: [] });
});

test.each<[string, RetentionRule[], string[]]>([
  ['expires, also when another rule would keep it', [RetentionRule.keepDeployed(1), RetentionRule.keepAll('release-*')], ['release-1']],
  ['stays when a rule before that keeps it', [RetentionRule.keepAll('release-*'), RetentionRule.keepDeployed(1)], []],
  ['uses up a place of a later count', [RetentionRule.keepDeployed(2), RetentionRule.keepNewest('*', 2)], ['main-1']],
])('an image pushed before the newest deployed one %s', (_, retention, expired) => {
  expect(evaluate(rulesOf(repositoryWith(...retention)), [
    { image: 'main-1', tags: ['main-1'], pushedDaysAgo: 3 },
    { image: 'release-1', tags: ['release-1', 'deployed-1'], pushedDaysAgo: 2 },
    { image: 'release-2', tags: ['release-2', 'deployed-2'], pushedDaysAgo: 1 },
  ])).toEqual({ expired, archived: [] });
});

test('an empty list means no policy', () => {
  expect(policyText(repositoryWith().stack)).toBeUndefined();
});

test('the shortest policy is long enough for CloudFormation', () => {
  const repository = repositoryWith();
  repository.addLifecycleRule({ maxImageCount: 1 });
  expect(policyText(repository.stack)!.length).toBeGreaterThanOrEqual(100);
});

describe('refused with the path, the rule and what to do', () => {
  test.each<[string, RetentionRule[], RegExp]>([
    ['everything before others', [RetentionRule.keepNewest('*', 10), RetentionRule.keepAll('v*')],
      /^Stack\/Images: keepAll\('v\*'\) can never act: .* decided by keepNewest\('\*', 10\); move it before that, or drop it$/],
    ['a pattern that an earlier one covers', [RetentionRule.keepFor('v1*', days(9)), RetentionRule.keepNewest('v1.*', 5)], /keepNewest\('v1\.\*', 5\) can never act/],
    ['the same pattern twice', [RetentionRule.keepFor('a', days(9)), RetentionRule.keepAll('a')], /keepAll\('a'\) can never act/],
    ['a count after archiving', [RetentionRule.archiveUnused('*', days(90)), RetentionRule.keepNewest('*', 5)], /keepNewest\('\*', 5\) can never act/],
    ['two rules for untagged images', [RetentionRule.expireUntagged(days(1)), RetentionRule.expireUntagged(days(2))], /expireUntagged\(2 days\) can never act/],
    ['two rules for archived images', [RetentionRule.expireArchived(days(90)), RetentionRule.expireArchived(days(91))], /expireArchived\(91 days\) can never act/],
    ['a pattern that no tag matches', [RetentionRule.keepAll('-v*')], /the tag pattern '-v\*' can never match; no tag starts with/],
    ['an empty pattern', [RetentionRule.keepAll('')], /the tag pattern '' can never match; expected letters/],
    ['five wildcards', [RetentionRule.keepAll('*a*b*c*d*')], /expected at most 4 '\*'/],
    ['count 0', [RetentionRule.keepNewest('*', 0)], /keepNewest\('\*', 0\): the count is 0; expected a whole number of 1 or more/],
    ['no deployed images', [RetentionRule.keepDeployed(0)], /keepDeployed\(0\): the count is 0; expected a whole number of 1 or more/],
    ['deployed images after all tagged ones', [RetentionRule.keepNewest('*', 500), RetentionRule.keepDeployed(200)], /keepDeployed\(200\) can never act/],
    ['half a count', [RetentionRule.keepNewest('*', 1.5)], /the count is 1.5; expected a whole number/],
    ['no number', [RetentionRule.keepNewest('*', NaN)], /the count is NaN/],
    ['part of a day', [RetentionRule.keepFor('*', Duration.hours(36))], /the age is 1.5 days; expected a whole number of days, 1 or more/],
    ['no time', [RetentionRule.expireUntagged(days(0))], /the age is 0 days/],
    ['no time before archiving', [RetentionRule.archiveAfter('v*', days(0))], /archiveAfter\('v\*', 0 days\): the age is 0 days/],
    ['89 days in the archive', [RetentionRule.expireArchived(days(89))], /the age is 89 days; expected a whole number of days, 90 or more/],
    ['51 rules', Array.from({ length: 51 }, (_, i) => RetentionRule.keepAll(`v${i}-*`)), /51 lifecycle rules; ECR takes at most 50/],
    ['a token as pattern', [RetentionRule.keepAll(Token.asString({ Ref: 'X' }))], /must be known at synth/],
    ['a token as count', [RetentionRule.keepNewest('*', Token.asNumber({ Ref: 'X' }))], /the count must be known at synth/],
    ['a token as age', [RetentionRule.keepFor('*', Duration.days(Token.asNumber({ Ref: 'X' })))], /the age must be known at synth/],
  ])('%s', (_, rules, message) => {
    expect(() => repositoryWith(...rules)).toThrow(message);
  });

  test('4 wildcards, 50 rules and 90 days in the archive are accepted', () => {
    const rules = Array.from({ length: 48 }, (_, i) => RetentionRule.keepAll(`v${i}-*`));
    const repository = repositoryWith(...rules, RetentionRule.keepAll('*a*b*c*'), RetentionRule.expireArchived(days(90)));
    expect(rulesOf(repository)).toHaveLength(50);
  });

  test('the longest rules fit the policy', () => {
    const rules = Array.from({ length: 50 }, (_, i) => RetentionRule.archiveUnused(`${String(i).padStart(2, 'v')}${'x'.repeat(126)}*`, days(36_500)));
    expect(policyText(repositoryWith(...rules).stack)!.length).toBeLessThanOrEqual(30_720);
  });
});

describe('addLifecycleRule', () => {
  test('goes behind the retention rules, and rules for any image last', () => {
    const repository = repositoryWith(RetentionRule.expireArchived(days(180)), RetentionRule.keepAll('v*'));
    repository.addLifecycleRule({ maxImageAge: days(30), description: 'the rest' });
    repository.addLifecycleRule({ tagPrefixList: ['pr-', 'x'], maxImageCount: 3 });
    repository.addLifecycleRule({ tagStatus: ecr.TagStatus.TAGGED, tagPatternList: ['main-*'], maxImageAge: days(3) });
    expect(rulesOf(repository).map(({ rulePriority, description, selection }) => ({ rulePriority, description, ...selection }))).toEqual([
      { rulePriority: 1, description: 'keep every image tagged v*', tagStatus: 'tagged', tagPatternList: ['v*'], countType: 'sinceImagePushed', countUnit: 'days', countNumber: 18_250 },
      { rulePriority: 2, tagStatus: 'tagged', tagPatternList: ['pr-*', 'x*'], countType: 'imageCountMoreThan', countNumber: 3 },
      { rulePriority: 3, tagStatus: 'tagged', tagPatternList: ['main-*'], countType: 'sinceImagePushed', countUnit: 'days', countNumber: 3 },
      { rulePriority: 4, description: 'the rest', tagStatus: 'any', countType: 'sinceImagePushed', countUnit: 'days', countNumber: 30 },
      { rulePriority: 5, description: 'expire images 180 days after they were archived', tagStatus: 'any', storageClass: 'archive', countType: 'sinceImageTransitioned', countUnit: 'days', countNumber: 180 },
    ]);
  });

  test('keeps priorities that were asked for', () => {
    const repository = repositoryWith(RetentionRule.keepAll('v*'));
    repository.addLifecycleRule({ tagPrefixList: ['b'], maxImageCount: 1 });
    repository.addLifecycleRule({ tagPrefixList: ['a'], maxImageCount: 1, rulePriority: 20 });
    repository.addLifecycleRule({ tagPrefixList: ['c'], maxImageCount: 1, rulePriority: 10 });
    expect(rulesOf(repository).map(({ rulePriority, selection }) => [rulePriority, selection.tagPatternList![0]]))
      .toEqual([[1, 'v*'], [10, 'c*'], [20, 'a*'], [21, 'b*']]);
  });

  test('takes overlapping prefixes as patterns, which may overlap', () => {
    const repository = repositoryWith();
    ['v1', 'v'].forEach(prefix => repository.addLifecycleRule({ tagPrefixList: [prefix], maxImageCount: 5 }));
    expect(rulesOf(repository).map(({ selection }) => [selection.tagPatternList, selection.tagPrefixList])).toEqual([[['v1*'], undefined], [['v*'], undefined]]);
    expect(() => repository.addLifecycleRule({ tagPrefixList: ['v', 'x'], maxImageCount: 9 })).toThrow(/can never act/);
  });

  test.each<[string, ecr.LifecycleRule, RegExp]>([
    ['a priority of a retention rule', { tagPrefixList: ['a'], maxImageCount: 1, rulePriority: 1 }, /rulePriority 1 is not above 1, that of keepAll\('v\*'\)/],
    ['a priority of no number', { tagPrefixList: ['a'], maxImageCount: 1, rulePriority: 0 }, /rulePriority is 0; expected a whole number/],
    ['what retention decides', { tagPrefixList: ['v1'], maxImageCount: 1 }, /can never act: .* decided by keepAll\('v\*'\)/],
    ['tags of which one is decided', { tagPatternList: ['v1', 'rc*'], maxImageCount: 1 }, /can never act/],
    ['no limit', { tagPrefixList: ['a'] }, /exactly one of 'maxImageAge' and 'maxImageCount'/],
    ['two limits', { tagPrefixList: ['a'], maxImageCount: 1, maxImageAge: days(1) }, /exactly one of 'maxImageAge' and 'maxImageCount'/],
    ['tagged without patterns', { tagStatus: ecr.TagStatus.TAGGED, maxImageCount: 1 }, /requires the specification of a tagPrefixList/],
    ['untagged with patterns', { tagStatus: ecr.TagStatus.UNTAGGED, tagPrefixList: ['a'], maxImageCount: 1 }, /only be specified when tagStatus is set to Tagged/],
    ['patterns and prefixes', { tagPatternList: ['a'], tagPrefixList: ['a'], maxImageCount: 1 }, /Both tagPrefixList and tagPatternList/],
    ['a prefix that is not set', { tagPrefixList: [undefined as unknown as string], maxImageCount: 1 }, /a tag pattern is undefined; expected a text/],
    ['a prefix twice', { tagPrefixList: ['a', 'b', 'a'], maxImageCount: 1 }, /the tag pattern 'a\*' is there twice; drop one/],
    ['a prefix with a wildcard', { tagPrefixList: ['a*'], maxImageCount: 1 }, /the tag prefix 'a\*' can never match; a prefix takes no '\*'/],
    ['count 0', { tagPrefixList: ['a'], maxImageCount: 0 }, /the count is 0/],
    ['part of a day', { tagPrefixList: ['a'], maxImageAge: Duration.hours(1) }, /expected a whole number of days/],
  ])('refuses %s', (_, rule, message) => {
    expect(() => repositoryWith(RetentionRule.keepAll('v*')).addLifecycleRule(rule)).toThrow(message);
  });

  test('refuses a rule for any image when tagged and untagged ones are all decided', () => {
    const repository = repositoryWith(RetentionRule.expireUntagged(days(14)), RetentionRule.keepNewest('*', 500));
    expect(() => repository.addLifecycleRule({ maxImageCount: 10 }))
      .toThrow(/^Stack\/Images: lifecycle rule \{"maxImageCount":10\} can never act: .* decided by expireUntagged\(14 days\) and keepNewest\('\*', 500\); move it before that, or drop it/);
  });

  test.each<[string, (repository: SecureRepository) => void]>([
    ['untagged images', repository => repository.addLifecycleRule({ tagPatternList: ['*'], maxImageCount: 10 })],
    ['images without one of several tags', repository => {
      repository.addLifecycleRule({ tagStatus: ecr.TagStatus.UNTAGGED, maxImageCount: 10 });
      repository.addLifecycleRule({ tagPatternList: ['*', 'v*'], maxImageCount: 10 });
    }],
  ])('accepts a rule for any image when %s are left', (_, addRules) => {
    const repository = repositoryWith();
    addRules(repository);
    repository.addLifecycleRule({ maxImageCount: 100 });
    expect(rulesOf(repository).pop()).toMatchObject({ selection: { tagStatus: 'any' }, action: { type: 'expire' } });
  });

  test.each([
    ['a release repository', (repository: SecureRepository) => repository],
    ['a dev companion', (repository: SecureRepository) => repository.devCompanion!],
  ])('takes the place of the default retention of %s', (_, choose) => {
    const repository = choose(new SecureRepository(new Stack(), 'Images', { repositoryName: 'api', devCompanion: { repositoryName: 'dev' } }));
    repository.addLifecycleRule({ tagPrefixList: ['pr-'], maxImageAge: days(3) });
    repository.addLifecycleRule({ maxImageCount: 10 });
    const name = repository instanceof SecureRepository ? 'api' : 'dev';
    expect(JSON.parse(policyText(repository.stack, name)!).rules.map(({ selection }: any) => selection.tagStatus)).toEqual(['tagged', 'any']);
  });

  test('refuses what a later release of CDK may say and would be lost', () => {
    const rule = { maxImageAge: days(30), action: 'archive', storageClass: 'standard' } as ecr.LifecycleRule;
    expect(() => repositoryWith().addLifecycleRule(rule)).toThrow(/: action, storageClass is not supported here; expected description, maxImageAge/);
  });

  test('refuses a second rule for any image', () => {
    const repository = repositoryWith();
    repository.addLifecycleRule({ maxImageCount: 10 });
    expect(() => repository.addLifecycleRule({ maxImageCount: 20 })).toThrow(/only have one TagStatus.Any/);
  });

  test('accepts tags of which only some are decided', () => {
    const repository = repositoryWith(RetentionRule.keepAll('v1*'));
    repository.addLifecycleRule({ tagPatternList: ['v*', 'rc*'], maxImageCount: 1 });
    expect(rulesOf(repository)).toHaveLength(2);
  });

  test('refuses a policy that is too long', () => {
    const lengthWith = (description: string) => {
      const repository = repositoryWith();
      repository.addLifecycleRule({ maxImageCount: 1, description });
      return policyText(repository.stack)!.length;
    };
    const longest = 'x'.repeat(30_720 - lengthWith(''));
    expect(lengthWith(longest)).toBe(30_720);
    expect(() => lengthWith(`${longest}x`)).toThrow(/the lifecycle policy has 30721 characters; ECR takes at most 30720, so merge or drop rules/);
  });

  test('refuses tokens', () => {
    const stack = new Stack();
    const prefix = new CfnParameter(stack, 'Prefix').valueAsString;
    const repository = new SecureRepository(stack, 'Images', { retention: [] });
    expect(() => repository.addLifecycleRule({ tagPrefixList: [prefix], maxImageCount: 1 })).toThrow(/must be known at synth/);
  });
});
