import { App, Duration, Stack } from 'aws-cdk-lib';
import * as fc from 'fast-check';
import { EvaluatedImage, evaluate } from './lifecycle-evaluator';
import { PolicyRule, policyText } from './lifecycle-policy-text';
import { RetentionRule, SecureRepository } from '../../src';
import { declareDeployed } from '../../src/repository/deployed-images';
import { policyProblem } from '../../src/repository/lifecycle-policy';

/** A retention rule, with what its name promises for an image that it decides about. */
interface PromisedRule {
  readonly name: string;
  readonly rule: RetentionRule;
  readonly decides: (image: EvaluatedImage) => boolean;
  readonly fate: (image: EvaluatedImage, all: EvaluatedImage[]) => Fate;
}

type Fate = 'kept' | 'expired' | 'archived';

/** Patterns with the tags they match spelled out, so that nothing here knows how wildcards work. */
const MARKS = ['0', 'a', 'e', 'f'].map(digit => `deployed-${digit.repeat(32)}`);
const TAGS = ['v1', 'v1.2', 'v2', 'main-1', 'main-2', 'pr-7', 'v1-rc', ...MARKS];
const PATTERNS: Record<string, string[]> = {
  '*': TAGS,
  'v*': ['v1', 'v1.2', 'v2', 'v1-rc'],
  'v1*': ['v1', 'v1.2', 'v1-rc'],
  'v1': ['v1'],
  '*-rc': ['v1-rc'],
  'main-*': ['main-1', 'main-2'],
  'm*n*2': ['main-2'],
  'pr-*': ['pr-7'],
  '*-*': ['main-1', 'main-2', 'pr-7', 'v1-rc', ...MARKS],
  'deployed-*': MARKS,
  'd*': MARKS,
  'deployed-a*': [MARKS[1]],
};

const standard = (image: EvaluatedImage) => image.archivedDaysAgo === undefined;
const tagged = (pattern: string) => (image: EvaluatedImage) => standard(image) && image.tags.some(tag => PATTERNS[pattern].includes(tag));
const when = (condition: boolean, fate: Fate): Fate => condition ? fate : 'kept';

const pattern = fc.constantFrom(...Object.keys(PATTERNS));
const days = fc.integer({ min: 1, max: 40 });

const keepsDeployed: fc.Arbitrary<PromisedRule> = fc.integer({ min: 1, max: 4 }).map(count => ({
  name: `keepDeployed ${count}`,
  rule: RetentionRule.keepDeployed(count),
  decides: tagged('deployed-*'),
  fate: (image, all) => when(all.filter(other => tagged('deployed-*')(other) && other.pushedDaysAgo < image.pushedDaysAgo).length >= count, 'expired'),
}));

const promisedRule: fc.Arbitrary<PromisedRule> = fc.oneof(
  pattern.map(tag => ({
    name: `keepAll ${tag}`,
    rule: RetentionRule.keepAll(tag),
    decides: tagged(tag),
    fate: () => 'kept' as const,
  })),
  fc.tuple(pattern, fc.integer({ min: 1, max: 4 })).map(([tag, count]) => ({
    name: `keepNewest ${tag} ${count}`,
    rule: RetentionRule.keepNewest(tag, count),
    decides: tagged(tag),
    fate: (image: EvaluatedImage, all: EvaluatedImage[]) =>
      when(all.filter(other => tagged(tag)(other) && other.pushedDaysAgo < image.pushedDaysAgo).length >= count, 'expired'),
  })),
  keepsDeployed,
  fc.tuple(pattern, days).map(([tag, age]) => ({
    name: `keepFor ${tag} ${age}`,
    rule: RetentionRule.keepFor(tag, Duration.days(age)),
    decides: tagged(tag),
    fate: (image: EvaluatedImage) => when(image.pushedDaysAgo > age, 'expired'),
  })),
  fc.tuple(pattern, days).map(([tag, age]) => ({
    name: `archiveUnused ${tag} ${age}`,
    rule: RetentionRule.archiveUnused(tag, Duration.days(age)),
    decides: tagged(tag),
    fate: (image: EvaluatedImage) => when(image.pulledDaysAgo! > age, 'archived'),
  })),
  fc.tuple(pattern, days).map(([tag, age]) => ({
    name: `archiveAfter ${tag} ${age}`,
    rule: RetentionRule.archiveAfter(tag, Duration.days(age)),
    decides: tagged(tag),
    fate: (image: EvaluatedImage) => when(image.pushedDaysAgo > age, 'archived'),
  })),
  days.map(age => ({
    name: `expireUntagged ${age}`,
    rule: RetentionRule.expireUntagged(Duration.days(age)),
    decides: (image: EvaluatedImage) => standard(image) && image.tags.length === 0,
    fate: (image: EvaluatedImage) => when(image.pushedDaysAgo > age, 'expired'),
  })),
  fc.integer({ min: 90, max: 200 }).map(age => ({
    name: `expireArchived ${age}`,
    rule: RetentionRule.expireArchived(Duration.days(age)),
    decides: (image: EvaluatedImage) => !standard(image),
    fate: (image: EvaluatedImage) => when(image.archivedDaysAgo! > age, 'expired'),
  })),
);

const promisedRules = fc.array(promisedRule, { minLength: 1, maxLength: 6 });

const someImages: fc.Arbitrary<EvaluatedImage[]> = fc.uniqueArray(
  fc.record({
    tags: fc.uniqueArray(fc.oneof(fc.constantFrom(...TAGS), fc.constantFrom(...MARKS)), { maxLength: 3 }),
    pushedDaysAgo: fc.integer({ min: 0, max: 60 }),
    pulledDaysAgo: fc.integer({ min: 0, max: 60 }),
    archivedDaysAgo: fc.option(fc.integer({ min: 0, max: 250 }), { nil: undefined, freq: 3 }),
  }),
  { selector: image => image.pushedDaysAgo, maxLength: 12 },
).map(list => list.map((image, index) => ({ ...image, image: `image ${index}` })));

/** A repository with the rules, or nothing when they are refused. */
function repositoryWith(rules: PromisedRule[]): SecureRepository | undefined {
  try {
    return new SecureRepository(new Stack(new App(), 'Stack'), 'Images', { retention: rules.map(({ rule }) => rule) });
  } catch (error) {
    expect((error as Error).message).toMatch(/can never act/);
    return undefined;
  }
}

/** The policy of that repository. */
function compile(rules: PromisedRule[]): string | undefined {
  const repository = repositoryWith(rules);
  return repository && policyText(repository.stack);
}

/** Lists without rules that can never act, of which many keep deployed images. */
const rulesForDeployed = fc.oneof(
  promisedRules,
  fc.tuple(fc.array(promisedRule, { maxLength: 2 }), keepsDeployed, promisedRules).map(list => list.flat()),
).map(rules => rules.reduce<PromisedRule[]>((list, rule) => {
  const longer = [...list, rule];
  return policyProblem(longer.map(promised => promised.rule._render())) ? list : longer;
}, []));

/** The policy, and whether it is one for images that are marked as deployed. */
function compileForDeployed(rules: PromisedRule[]): { text: string; accepted: boolean } {
  const repository = repositoryWith(rules)!;
  declareDeployed(repository);
  try {
    return { text: policyText(repository.stack)!, accepted: true };
  } catch (error) {
    expect((error as Error).message).toMatch(/an image of this repository is marked as deployed, and a lifecycle rule may/);
    return { text: compile(rules)!, accepted: false };
  }
}

/** What Amazon ECR would refuse about a policy. */
function violations(text: string): string[] {
  const { rules } = JSON.parse(text) as { rules: PolicyRule[] };
  const priorities = rules.map(({ rulePriority }) => rulePriority);
  const highestOther = Math.max(0, ...rules.filter(({ selection }) => selection.tagStatus !== 'any').map(({ rulePriority }) => rulePriority));
  const onePerClass = (tagStatus: string) => {
    const classes = rules.filter(({ selection }) => selection.tagStatus === tagStatus).map(({ selection }) => selection.storageClass ?? 'standard');
    return new Set(classes).size === classes.length;
  };
  const checks: Record<string, boolean> = {
    'at least 100 characters': text.length >= 100,
    'at most 30,720 characters': text.length <= 30_720,
    'no null': !text.includes('null'),
    'at most 50 rules': rules.length <= 50,
    'unique priorities': new Set(priorities).size === rules.length,
    'priorities from 1': priorities.every(priority => Number.isInteger(priority) && priority >= 1),
    'any comes last': rules.every(({ rulePriority, selection }) => selection.tagStatus !== 'any' || rulePriority > highestOther),
    'any once a storage class': onePerClass('any'),
    'untagged once a storage class': onePerClass('untagged'),
    'tagged has one list, others have none': rules.every(({ selection }) =>
      [selection.tagPatternList, selection.tagPrefixList].filter(Boolean).length === (selection.tagStatus === 'tagged' ? 1 : 0)),
    'at most 4 wildcards a pattern': rules.every(({ selection }) => (selection.tagPatternList ?? []).every(tag => tag.split('*').length <= 5)),
    'counts from 1': rules.every(({ selection }) => Number.isInteger(selection.countNumber) && selection.countNumber >= 1),
    'days, but for counts': rules.every(({ selection }) => (selection.countUnit === 'days') === (selection.countType !== 'imageCountMoreThan')),
    'sinceImagePulled with transition only': rules.every(({ selection, action }) => selection.countType !== 'sinceImagePulled' || action.type === 'transition'),
    'sinceImageTransitioned with expire and archive, and the other way around': rules.every(({ selection, action }) =>
      (selection.countType === 'sinceImageTransitioned') === (selection.storageClass === 'archive')
      && (selection.storageClass !== 'archive' || (action.type === 'expire' && selection.countNumber >= 90))),
    'a target for transitions only': rules.every(({ action }) => (action.type === 'transition') === (action.targetStorageClass === 'archive')),
  };
  return Object.keys(checks).filter(check => !checks[check]);
}

test('accepted rules do what the first match promises, in a policy that ECR takes', () => {
  let accepted = 0;
  fc.assert(fc.property(promisedRules, someImages, (rules, images) => {
    const text = compile(rules);
    if (text === undefined) {
      return;
    }
    accepted++;
    expect(violations(text)).toEqual([]);
    const fateOf = (image: EvaluatedImage) => rules.find(({ decides }) => decides(image))?.fate(image, images) ?? 'kept';
    const withFate = (fate: Fate) => images.filter(image => fateOf(image) === fate).map(({ image }) => image).sort();
    expect(evaluate(JSON.parse(text).rules, images)).toEqual({ expired: withFate('expired'), archived: withFate('archived') });
  }), { numRuns: 600 });
  expect(accepted).toBeGreaterThan(150);
});

test('refused rules include one that decides about no image', () => {
  let refused = 0;
  fc.assert(fc.property(promisedRules, rules => {
    if (compile(rules) !== undefined) {
      return;
    }
    refused++;
    const everyKind: EvaluatedImage[] = [[], ...TAGS.map(tag => [tag])].flatMap(tags => [
      { image: 'standard', tags, pushedDaysAgo: 1 },
      { image: 'archived', tags, pushedDaysAgo: 1, archivedDaysAgo: 1 },
    ]);
    const deciding = new Set(everyKind.map(image => rules.find(({ decides }) => decides(image))));
    expect(rules.filter(rule => !deciding.has(rule))).not.toEqual([]);
  }), { numRuns: 300 });
  expect(refused).toBeGreaterThan(50);
});

/** How many of the newest deployed images the rules are to keep: all, unless a rule counts them. */
function deployedCount(text: string): number {
  const rule = (JSON.parse(text).rules as PolicyRule[]).find(({ selection }) =>
    selection.countType === 'imageCountMoreThan' && selection.tagPatternList?.join() === 'deployed-*');
  return rule?.selection.countNumber ?? Infinity;
}

test('accepted for deployed images, rules keep the newest of them, whatever else they do', () => {
  const counted = { kept: 0, gone: 0 };
  fc.assert(fc.property(rulesForDeployed, fc.array(someImages, { minLength: 20, maxLength: 20 }), (rules, repositories) => {
    const compiled = compileForDeployed(rules);
    for (const images of compiled.accepted ? repositories : []) {
      const kept = images.filter(tagged('deployed-*')).sort((a, b) => a.pushedDaysAgo - b.pushedDaysAgo).slice(0, deployedCount(compiled.text));
      const { expired, archived } = evaluate(JSON.parse(compiled.text).rules, images);
      counted.kept += kept.length;
      counted.gone += expired.length + archived.length;
      expect(kept.filter(({ image }) => [...expired, ...archived].includes(image))).toEqual([]);
    }
  }), { numRuns: 300 });
  expect(counted.kept).toBeGreaterThan(500);
  expect(counted.gone).toBeGreaterThan(500);
});

/** The only deployed image, old and with another tag for a pattern, and newer ones with such a tag that were never deployed. */
function witness(tagPattern: string): EvaluatedImage[] {
  const tag = (index: number) => tagPattern.replaceAll('*', `x${index}`);
  const [mark] = MARKS.filter(one => PATTERNS[tagPattern].includes(one));
  return [
    { image: 'deployed', tags: [mark ?? MARKS[0], tag(0)], pushedDaysAgo: 1000, pulledDaysAgo: 1000 },
    ...[1, 2, 3, 4].map(index => ({ image: `newer ${index}`, tags: [tag(index)], pushedDaysAgo: index, pulledDaysAgo: index })),
  ];
}

test('refused for deployed images, rules take away the newest of them in some repository', () => {
  let refused = 0;
  fc.assert(fc.property(rulesForDeployed, rules => {
    const compiled = compileForDeployed(rules);
    if (compiled.accepted) {
      return;
    }
    refused++;
    const lost = Object.keys(PATTERNS).filter(tagPattern => {
      const { expired, archived } = evaluate(JSON.parse(compiled.text).rules, witness(tagPattern));
      return [...expired, ...archived].includes('deployed');
    });
    expect(lost).not.toEqual([]);
  }), { numRuns: 300 });
  expect(refused).toBeGreaterThan(75);
});
