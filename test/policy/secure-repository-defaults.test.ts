import {
  App, AspectPriority, Aspects, CfnResource, Duration, Fn, NestedStack, PropertyInjectors, RemovalPolicy, Stack, Stage,
} from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as ecr from 'aws-cdk-lib/aws-ecr';
import { Construct, IConstruct } from 'constructs';
import { synthesized } from './synthesized';
import { ContainerImagePolicy, RetentionRule, SecureRepository, SecureRepositoryDefaults, SecureRepositoryDefaultsProps } from '../../src';

const REPOSITORY = 'AWS::ECR::Repository';
const { MUTABLE, IMMUTABLE } = ecr.TagMutability;

/** What this CDK has, and the oldest one has not. */
const HAS_FILTERS = 'IMMUTABLE_WITH_EXCLUSION' in ecr.TagMutability;

function appWithDefaults(props?: SecureRepositoryDefaultsProps): App {
  const app = new App();
  PropertyInjectors.of(app).add(new SecureRepositoryDefaults(props));
  return app;
}

function stackWithDefaults(props?: SecureRepositoryDefaultsProps): Stack {
  return new Stack(appWithDefaults(props), 'Stack');
}

interface Resource {
  readonly DeletionPolicy?: string;
  readonly Properties?: {
    readonly ImageTagMutability?: string;
    readonly ImageTagMutabilityExclusionFilters?: unknown;
    readonly ImageScanningConfiguration?: { readonly ScanOnPush: boolean };
    readonly LifecyclePolicy?: { readonly LifecyclePolicyText?: string; readonly RegistryId?: string };
  };
}

/** The one repository of a stack. */
function repositoryIn(stack: Stack): Resource {
  const resources = Object.values<Resource>(Template.fromStack(stack).findResources(REPOSITORY));
  expect(resources).toHaveLength(1);
  return resources[0];
}

/** Of each rule of its retention, the tags and the number that decide. */
function rulesOf({ Properties: { LifecyclePolicy: policy } = {} }: Resource): unknown[] | undefined {
  const text = policy?.LifecyclePolicyText;
  const rules: { readonly rulePriority: number; readonly selection: Record<string, unknown> }[] | undefined = text && JSON.parse(text).rules;
  return rules?.map(({ rulePriority, selection }) => [rulePriority, selection.tagPatternList ?? selection.tagStatus, selection.countNumber]);
}

const DEFAULT_RULES = [[1, 'untagged', 14], [2, ['*'], 500]];

/** Each line of the lists of what was set, without what stands around them. */
function listed(stack: Stack): string[] {
  const { messages } = Stage.of(stack)!.synth().getStackArtifact(stack.artifactId);
  return messages.flatMap(({ level, id, entry }) => {
    expect([level, id]).toEqual(['info', `/${stack.node.path}`]);
    const [, list] = /^SecureRepositoryDefaults set what the app leaves out:\n([^]*) \[ack: cdk-secure-repository:repositoryDefaults\]$/.exec(entry.data as string)!;
    return list.split('\n').map(line => line.trim());
  });
}

afterEach(() => jest.restoreAllMocks());

const ALL = 'immutable, scanned on push, retained, retention';

describe('a repository', () => {
  test('of which nothing is said is as a SecureRepository would be', () => {
    const stack = stackWithDefaults();
    new ecr.Repository(stack, 'Images');
    const other = new Stack(new App(), 'Stack');
    new SecureRepository(other, 'Images');
    expect(repositoryIn(stack)).toEqual(repositoryIn(other));
    expect(rulesOf(repositoryIn(stack))).toEqual(DEFAULT_RULES);
    expect(listed(stack)).toEqual([`Stack/Images: ${ALL}`]);
  });

  test('without the defaults is as the CDK makes it', () => {
    const stack = new Stack(new App(), 'Stack');
    new ecr.Repository(stack, 'Images');
    expect(repositoryIn(stack)).toEqual({ Type: REPOSITORY, DeletionPolicy: 'Retain', UpdateReplacePolicy: 'Retain' });
    expect(listed(stack)).toEqual([]);
  });

  test('keeps its other properties', () => {
    const stack = stackWithDefaults();
    new ecr.Repository(stack, 'Images', { repositoryName: 'team/api', encryption: ecr.RepositoryEncryption.KMS });
    expect(repositoryIn(stack)).toMatchObject({ Properties: { RepositoryName: 'team/api', EncryptionConfiguration: { EncryptionType: 'KMS' }, ImageTagMutability: 'IMMUTABLE' } });
  });

  test('that says undefined leaves it out', () => {
    const stack = stackWithDefaults();
    new ecr.Repository(stack, 'Images', { imageScanOnPush: undefined, imageTagMutability: undefined, removalPolicy: undefined, lifecycleRules: undefined });
    expect(listed(stack)).toEqual([`Stack/Images: ${ALL}`]);
  });

  test('that says null leaves it out, as the CDK takes it', () => {
    const stack = stackWithDefaults();
    new ecr.Repository(stack, 'Images', JSON.parse('{"imageScanOnPush":null,"imageTagMutability":null,"removalPolicy":null,"lifecycleRules":null}'));
    expect(rulesOf(repositoryIn(stack))).toEqual(DEFAULT_RULES);
    expect(listed(stack)).toEqual([`Stack/Images: ${ALL}`]);
  });

  test('whose properties are an object of a class says what its getters and its base say', () => {
    class Base {
      get imageTagMutability() { return MUTABLE; }
      get repositoryName() { return 'base'; }
    }
    class Props extends Base {
      readonly imageScanOnPush = false;
      override get repositoryName() { return 'api'; }
    }
    const stack = stackWithDefaults();
    new ecr.Repository(stack, 'Images', new Props());
    expect(repositoryIn(stack).Properties).toMatchObject({ RepositoryName: 'api', ImageTagMutability: 'MUTABLE', ImageScanningConfiguration: { ScanOnPush: false } });
    expect(listed(stack)).toEqual(['Stack/Images: retained, retention']);
  });

  test('does not change the properties that it is given', () => {
    const props: ecr.RepositoryProps = Object.freeze({ removalPolicy: RemovalPolicy.DESTROY });
    new ecr.Repository(stackWithDefaults(), 'Images', props);
    expect(props).toEqual({ removalPolicy: RemovalPolicy.DESTROY });
  });

  test.each(['of a construct of somebody else', 'of a nested stack'])('%s is listed at the stack that is deployed', kind => {
    const stack = stackWithDefaults();
    const scope = kind.includes('nested') ? new NestedStack(new NestedStack(stack, 'Outer'), 'Inner') : new Construct(stack, 'Theirs');
    new ecr.Repository(scope, 'Images');
    expect(rulesOf(repositoryIn(Stack.of(scope)))).toEqual(DEFAULT_RULES);
    expect(listed(stack)).toEqual([`${scope.node.path}/Images: ${ALL}`]);
  });

  test('of a nested stack changes the name under which its template is published', () => {
    const published = (props: SecureRepositoryDefaultsProps, isByAspect = false) => {
      const stack = stackWithDefaults(props);
      const nested = new NestedStack(stack, 'Nested');
      const said = { imageTagMutability: MUTABLE, imageScanOnPush: true, removalPolicy: RemovalPolicy.RETAIN };
      new ecr.Repository(nested, 'Images', said);
      const inside = new Construct(nested, 'Inside');
      if (isByAspect) {
        Aspects.of(inside).add({ visit: node => void (node === inside && new ecr.Repository(inside, 'Images', said)) });
      }
      const [{ Properties }] = Object.values<any>(Template.fromStack(stack).findResources('AWS::CloudFormation::Stack'));
      return JSON.stringify(Properties.TemplateURL);
    };
    const withNewest = (count: number) => ({ retention: [RetentionRule.keepNewest('*', count)] });
    const names = [published({ retention: [] }), published({}), published(withNewest(5)), published(withNewest(6))];
    expect(new Set(names).size).toBe(4);
    expect(published(withNewest(5))).toBe(names[2]);
    expect(published(withNewest(5), true)).not.toBe(published(withNewest(6), true));
  });

  test('of a stage, also one in a stack, is listed at the stack of the stage', () => {
    const stack = stackWithDefaults();
    const inner = new Stack(new Stage(stack, 'Prod'), 'Service');
    new ecr.Repository(inner, 'Images');
    new ecr.Repository(stack, 'Images');
    (stack.node.root as App).synth();
    expect(rulesOf(repositoryIn(inner))).toEqual(DEFAULT_RULES);
    expect(listed(inner)).toEqual([`Stack/Prod/Service/Images: ${ALL}`]);
    expect(listed(stack)).toEqual([`Stack/Images: ${ALL}`]);
  });

  test('that an aspect makes has them too', () => {
    const stack = stackWithDefaults();
    Aspects.of(stack).add({ visit: node => void (node === stack && new ecr.Repository(stack, 'Images')) });
    expect(rulesOf(repositoryIn(stack))).toEqual(DEFAULT_RULES);
    expect(listed(stack)).toEqual([`Stack/Images: ${ALL}`]);
  });
});

describe('what is said stays', () => {
  test.each<[string, ecr.RepositoryProps, object, string]>([
    ['mutable', { imageTagMutability: MUTABLE }, { Properties: { ImageTagMutability: 'MUTABLE' } }, 'scanned on push, retained, retention'],
    ['immutable', { imageTagMutability: IMMUTABLE }, { Properties: { ImageTagMutability: 'IMMUTABLE' } }, 'scanned on push, retained, retention'],
    ['unscanned', { imageScanOnPush: false }, { Properties: { ImageScanningConfiguration: { ScanOnPush: false } } }, 'immutable, retained, retention'],
    ['scanned', { imageScanOnPush: true }, { Properties: { ImageScanningConfiguration: { ScanOnPush: true } } }, 'immutable, retained, retention'],
    ['removed', { removalPolicy: RemovalPolicy.DESTROY }, { DeletionPolicy: 'Delete' }, 'immutable, scanned on push, retention'],
    ['kept', { removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE }, { DeletionPolicy: 'RetainExceptOnCreate' }, 'immutable, scanned on push, retention'],
    ['emptied', { removalPolicy: RemovalPolicy.DESTROY, emptyOnDelete: true }, { DeletionPolicy: 'Delete', Properties: { EmptyOnDelete: true } },
      'immutable, scanned on push, retention'],
    ['emptied by a function of the CDK', { removalPolicy: RemovalPolicy.DESTROY, autoDeleteImages: true }, { DeletionPolicy: 'Delete' },
      'immutable, scanned on push, retention'],
  ])('%s', (_, props, expected, list) => {
    jest.replaceProperty(process, 'env', { ...process.env, JSII_DEPRECATED: 'quiet' });
    const stack = stackWithDefaults();
    new ecr.Repository(stack, 'Images', props);
    expect(repositoryIn(stack)).toMatchObject(expected);
    expect(listed(stack)).toEqual([`Stack/Images: ${list}`]);
  });

  test('all of it, and nothing is listed', () => {
    const stack = stackWithDefaults();
    new ecr.Repository(stack, 'Images', {
      imageTagMutability: MUTABLE, imageScanOnPush: false, removalPolicy: RemovalPolicy.RETAIN, lifecycleRules: [{ maxImageCount: 3 }],
    });
    expect(rulesOf(repositoryIn(stack))).toEqual([[1, 'any', 3]]);
    expect(listed(stack)).toEqual([]);
  });

  test('an empty list of rules is none', () => {
    const stack = stackWithDefaults();
    new ecr.Repository(stack, 'Images', { lifecycleRules: [] });
    expect(repositoryIn(stack).Properties).not.toHaveProperty('LifecyclePolicy');
    expect(listed(stack)).toEqual(['Stack/Images: immutable, scanned on push, retained']);
  });

  test('emptied, but kept, is the error of the CDK', () => {
    expect(() => new ecr.Repository(stackWithDefaults(), 'Images', { emptyOnDelete: true })).toThrow(/Cannot use 'emptyOnDelete'.*DESTROY/);
  });

  test('by a subclass', () => {
    class Theirs extends ecr.Repository {
      constructor(scope: Construct, id: string) {
        super(scope, id, { imageTagMutability: MUTABLE });
        this.addLifecycleRule({ maxImageAge: Duration.days(3) });
        this.applyRemovalPolicy(RemovalPolicy.DESTROY);
      }
    }
    const stack = stackWithDefaults();
    new Theirs(stack, 'Images');
    expect(repositoryIn(stack)).toMatchObject({ DeletionPolicy: 'Delete', Properties: { ImageTagMutability: 'MUTABLE' } });
    expect(rulesOf(repositoryIn(stack))).toEqual([[1, 'any', 3]]);
    expect(listed(stack)).toEqual(['Stack/Images: scanned on push']);
  });

  test.each<[string, (resource: ecr.CfnRepository) => void]>([
    ['the resource', resource => {
      resource.imageTagMutability = 'MUTABLE';
      resource.imageScanningConfiguration = { scanOnPush: false };
      resource.applyRemovalPolicy(RemovalPolicy.RETAIN);
      resource.lifecyclePolicy = { lifecyclePolicyText: '{"rules":[]}' };
    }],
    ['overrides', resource => {
      resource.addPropertyOverride('ImageTagMutability', 'MUTABLE');
      resource.addPropertyOverride('ImageScanningConfiguration.ScanOnPush', false);
      resource.addOverride('DeletionPolicy', 'Delete');
      resource.addPropertyOverride('LifecyclePolicy.LifecyclePolicyText', '{"rules":[]}');
    }],
    ['overrides with intrinsics', resource => {
      resource.addPropertyOverride('ImageTagMutability', Fn.ref('Mutability'));
      resource.addPropertyOverride('ImageScanningConfiguration', { 'Fn::If': ['Scanned', { ScanOnPush: true }, { ScanOnPush: false }] });
      resource.addDeletionOverride('DeletionPolicy');
      resource.addPropertyOverride('LifecyclePolicy', { Ref: 'AWS::NoValue' });
    }],
    ['deletions', resource => {
      resource.addPropertyDeletionOverride('ImageTagMutability');
      resource.addPropertyDeletionOverride('ImageScanningConfiguration');
      resource.addDeletionOverride('DeletionPolicy');
      resource.addPropertyDeletionOverride('LifecyclePolicy');
    }],
  ])('by %s, and is not listed', (_, change) => {
    const stacks = [stackWithDefaults(), new Stack(new App(), 'Stack')];
    stacks.forEach(stack => change(new ecr.Repository(stack, 'Images', { repositoryName: 'api' }).node.defaultChild as ecr.CfnRepository));
    const [withDefaults, without] = stacks.map(repositoryIn);
    expect(withDefaults).toEqual(without);
    expect(listed(stacks[0])).toEqual([]);
  });

  (HAS_FILTERS ? test : test.skip)('filters for what is mutable', () => {
    const { ImageTagMutabilityExclusionFilter: filter } = ecr as unknown as Record<string, { wildcard(pattern: string): unknown }>;
    const stack = stackWithDefaults();
    new ecr.Repository(stack, 'Images', { imageTagMutabilityExclusionFilters: [filter.wildcard('latest')] } as ecr.RepositoryProps);
    expect(repositoryIn(stack).Properties).toMatchObject({
      ImageTagMutability: 'IMMUTABLE_WITH_EXCLUSION',
      ImageTagMutabilityExclusionFilters: [{ ImageTagMutabilityExclusionFilterValue: 'latest' }],
    });
    expect(listed(stack)).toEqual([`Stack/Images: ${ALL}`]);
  });
});

describe('SecureRepository', () => {
  test('and its companion are left alone', () => {
    const build = (stack: Stack) => {
      new SecureRepository(stack, 'Images', { devCompanion: {} });
      new SecureRepository(stack, 'All', { retention: [], mutableTags: ['latest'] });
      return Template.fromStack(stack).toJSON();
    };
    const stack = stackWithDefaults();
    expect(build(stack)).toEqual(build(new Stack(new App(), 'Stack')));
    expect(listed(stack)).toEqual([]);
  });

  test('of a copy of this package that a library brings along too, unlike an ecr.Repository of a copy of the CDK', () => {
    const stack = stackWithDefaults();
    jest.isolateModules(() => {
      // eslint-disable-next-line @typescript-eslint/no-require-imports
      const copies = { ours: require('../../src'), ecr: require('aws-cdk-lib/aws-ecr') };
      expect(copies.ours.SecureRepository).not.toBe(SecureRepository);
      expect(copies.ecr.Repository).not.toBe(ecr.Repository);
      new copies.ours.SecureRepository(stack, 'Ours', { retention: [], devCompanion: { retention: [] } });
      new copies.ecr.Repository(stack, 'Theirs');
    });
    expect(listed(stack)).toEqual([`Stack/Theirs: ${ALL}`]);
    const policies = Object.values<Resource>(Template.fromStack(stack).findResources(REPOSITORY)).map(rulesOf);
    expect(policies).toEqual([undefined, undefined, DEFAULT_RULES]);
  });
});

describe('rules that come later', () => {
  const rule: ecr.LifecycleRule = { maxImageCount: 7 };
  const addTo = (node: IConstruct) => void (node instanceof ecr.Repository && node.addLifecycleRule(rule));

  test.each<[string, (stack: Stack) => void]>([
    ['by a call', stack => addTo(stack.node.findChild('Images'))],
    ['by an aspect', stack => Aspects.of(stack).add({ visit: addTo })],
    ['by an aspect of the app', stack => Aspects.of(stack.node.root).add({ visit: addTo })],
    ['by the last of all aspects', stack => Aspects.of(stack).add({ visit: addTo }, { priority: Number.MAX_SAFE_INTEGER })],
    ['by a read-only aspect at the last construct', stack => {
      const last = new Construct(stack, 'Last');
      Aspects.of(stack).add({ visit: node => node === last && addTo(stack.node.findChild('Images')) }, { priority: AspectPriority.READONLY });
    }],
  ])('%s are the only ones', (_, add) => {
    const stack = stackWithDefaults();
    new ecr.Repository(stack, 'Images');
    add(stack);
    expect(rulesOf(repositoryIn(stack))).toEqual([[1, 'any', 7]]);
    expect(listed(stack)).toEqual(['Stack/Images: immutable, scanned on push, retained']);
  });

  test('after a synthesis take the place of the retention', () => {
    const stack = stackWithDefaults();
    const repository = new ecr.Repository(stack, 'Images');
    const app = stack.node.root as App;
    const rules = () => rulesOf(Object.values<Resource>(app.synth({ force: true }).getStackByName('Stack').template.Resources)[0]);
    expect(rules()).toEqual(DEFAULT_RULES);
    expect(rules()).toEqual(DEFAULT_RULES);
    repository.addLifecycleRule(rule);
    expect(rules()).toEqual([[1, 'any', 7]]);
  });

  test('the registry of a policy alone is no rule, and stays', () => {
    const stack = stackWithDefaults();
    new ecr.Repository(stack, 'Images', { lifecycleRegistryId: '111111111111' });
    expect(repositoryIn(stack).Properties?.LifecyclePolicy).toMatchObject({ RegistryId: '111111111111' });
    expect(rulesOf(repositoryIn(stack))).toEqual(DEFAULT_RULES);
    expect(listed(stack)).toEqual([`Stack/Images: ${ALL}`]);
  });
});

describe('the list', () => {
  test('has each repository once, whenever the app is synthesized again', () => {
    const stack = stackWithDefaults();
    const app = stack.node.root as App;
    new ecr.Repository(stack, 'One');
    new ecr.Repository(stack, 'Two', { imageScanOnPush: true });
    const messages = () => app.synth({ force: true }).getStackByName('Stack').messages.map(({ level, id, entry }) => [level, id, entry.data]);
    const first = ['info', '/Stack', [
      'SecureRepositoryDefaults set what the app leaves out:',
      `  Stack/One: ${ALL}`,
      '  Stack/Two: immutable, retained, retention [ack: cdk-secure-repository:repositoryDefaults]',
    ].join('\n')];
    expect(messages()).toEqual([first]);
    expect(messages()).toEqual([first]);
    new ecr.Repository(stack, 'Three');
    expect(messages()).toEqual([first, ['info', '/Stack', expect.stringMatching(/leaves out:\n {2}Stack\/Three: [^\n]*$/)]]);
  });

  test.each<[string, (stack: Stack) => void]>([
    ['a repository', stack => stack.node.tryRemoveChild('Theirs')],
    ['what it was in', stack => stack.node.findChild('Theirs').node.tryRemoveChild('Images')],
  ])('does not have %s that was removed', (_, remove) => {
    const stack = stackWithDefaults();
    new ecr.Repository(new Construct(stack, 'Theirs'), 'Images');
    remove(stack);
    Template.fromStack(stack).resourceCountIs(REPOSITORY, 0);
    expect(listed(stack)).toEqual([]);
  });

  test.each<[string, (scope: Construct) => void, string[]]>([
    ['another repository', scope => new ecr.Repository(scope, 'Images', { imageScanOnPush: false }), ['Stack/Images: immutable, retained, retention']],
    ['a SecureRepository', scope => new SecureRepository(scope, 'Images', { retention: [] }), []],
    ['a resource', scope => new CfnResource(scope, 'Images', { type: REPOSITORY }), []],
  ])('has %s that takes the place of a removed one as it is', (_, build, expected) => {
    const stack = stackWithDefaults();
    new ecr.Repository(stack, 'Images');
    stack.node.tryRemoveChild('Images');
    build(stack);
    repositoryIn(stack);
    expect(listed(stack)).toEqual(expected);
  });
});

describe('retention', () => {
  test('is what the props say', () => {
    const stack = stackWithDefaults({ retention: [RetentionRule.keepAll('v*'), RetentionRule.expireUntagged(Duration.days(1))] });
    new ecr.Repository(stack, 'Images');
    expect(rulesOf(repositoryIn(stack))).toEqual([[1, ['v*'], 18_250], [2, 'untagged', 1]]);
  });

  test('is none by an empty list', () => {
    const stack = stackWithDefaults({ retention: [] });
    new ecr.Repository(stack, 'Images');
    expect(repositoryIn(stack).Properties).not.toHaveProperty('LifecyclePolicy');
    expect(listed(stack)).toEqual(['Stack/Images: immutable, scanned on push, retained']);
  });

  const rules = (count: number) => Array.from({ length: count }, (_, index) => RetentionRule.keepAll(`v${index}.*`));

  test.each<[string, RetentionRule[], string]>([
    ['that can never act', [RetentionRule.keepNewest('*', 3), RetentionRule.keepAll('v*')],
      "the retention of SecureRepositoryDefaults: keepAll('v*') can never act: every image that it matches is decided by keepNewest('*', 3); move it before that, or drop it"],
    ['that counts none', [RetentionRule.keepNewest('*', 0)],
      "the retention of SecureRepositoryDefaults: keepNewest('*', 0): the count is 0; expected a whole number of 1 or more"],
    ['too many', rules(51), 'the retention of SecureRepositoryDefaults: 51 lifecycle rules; ECR takes at most 50, so merge or drop some'],
  ])('%s is an error at once', (_, retention, message) => {
    expect(() => new SecureRepositoryDefaults({ retention })).toThrow(new Error(message));
  });

  test('may have 50 rules', () => {
    const stack = stackWithDefaults({ retention: rules(50) });
    new ecr.Repository(stack, 'Images');
    expect(rulesOf(repositoryIn(stack))).toHaveLength(50);
  });
});

describe('other injectors', () => {
  test('of a nearer scope take its place', () => {
    const app = appWithDefaults();
    const stack = new Stack(app, 'Stack');
    const nearer = new Construct(stack, 'Nearer');
    PropertyInjectors.of(nearer).add(new SecureRepositoryDefaults({ retention: [RetentionRule.keepNewest('*', 3)] }));
    new ecr.Repository(nearer, 'Images');
    expect(rulesOf(repositoryIn(stack))).toEqual([[1, ['*'], 3]]);
    expect(listed(stack)).toEqual([`Stack/Nearer/Images: ${ALL}`]);
  });

  test('that do nothing switch it off for a scope', () => {
    const stack = stackWithDefaults();
    const theirs = new Construct(stack, 'Theirs');
    PropertyInjectors.of(theirs).add({ constructUniqueId: ecr.Repository.PROPERTY_INJECTION_ID, inject: props => props });
    new ecr.Repository(theirs, 'Images');
    expect(repositoryIn(stack)).toEqual({ Type: REPOSITORY, DeletionPolicy: 'Retain', UpdateReplacePolicy: 'Retain' });
    expect(listed(stack)).toEqual([]);
  });

  test('can do what it does as well', () => {
    const stack = new Stack(new App(), 'Stack');
    const defaults = new SecureRepositoryDefaults();
    PropertyInjectors.of(stack).add({
      constructUniqueId: defaults.constructUniqueId,
      inject: (props, context) => defaults.inject({ encryption: ecr.RepositoryEncryption.KMS, ...props }, context),
    });
    new ecr.Repository(stack, 'Images');
    expect(repositoryIn(stack).Properties).toMatchObject({ EncryptionConfiguration: { EncryptionType: 'KMS' }, ImageTagMutability: 'IMMUTABLE' });
    expect(listed(stack)).toEqual([`Stack/Images: ${ALL}`]);
  });
});

describe('with ContainerImagePolicy', () => {
  const judged = (build: (stack: Stack) => void) => synthesized(app => {
    ContainerImagePolicy.apply(app);
    PropertyInjectors.of(app).add(new SecureRepositoryDefaults());
    build(new Stack(new Stage(app, 'Prod'), 'Stack'));
  });

  test('nothing is found in a repository of which nothing is said', () => {
    const { isRefused, reported } = judged(stack => new ecr.Repository(new NestedStack(stack, 'Nested'), 'Images'));
    expect(reported).toEqual([]);
    expect(isRefused).toBe(false);
  });

  test('what is said is found', () => {
    const { isRefused, reported } = judged(stack => new ecr.Repository(stack, 'Images', { imageTagMutability: MUTABLE, imageScanOnPush: false, lifecycleRules: [] }));
    expect(isRefused).toBe(true);
    expect(reported.map(({ rule, paths }) => [rule, ...paths]).sort()).toEqual([
      ['immutable-repository', 'Prod/Stack/Images/Resource'],
      ['retained-images', 'Prod/Stack/Images/Resource'],
      ['scanned-repository', 'Prod/Stack/Images/Resource'],
    ]);
  });
});
