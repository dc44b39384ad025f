import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as fc from 'fast-check';
import { PullThroughCache } from '../../src/private-registry/pull-through-cache';
import { RegistryScanning } from '../../src/private-registry/registry-scanning';
import { Replication } from '../../src/private-registry/replication';
import { RepositoryTemplate } from '../../src/private-registry/repository-template';
import { SecureRegistry, SecureRegistryProps } from '../../src/private-registry/secure-registry';

/** Filters and prefixes against what ECR's documentation says of them, over all short names. */

const texts = (characters: string[], length: number): string[] =>
  length === 0 ? [''] : texts(characters, length - 1).flatMap(text => text.length === length - 1 ? [text, ...characters.map(last => text + last)] : [text]);

/** In none of the filters is there a `c`. */
const SHORT_NAMES = texts(['a', 'b', 'c'], 6).filter(Boolean);
const matches = (filter: string, name: string) => new RegExp(`^${filter.replace(/\*/g, '.*')}$`).test(name);
const filter = fc.string({ unit: fc.constantFrom('a', 'b', '*'), minLength: 0, maxLength: 3 }).chain(text =>
  fc.nat({ max: text.length }).map(at => `${text.slice(0, at)}*${text.slice(at)}`));
const filters = fc.uniqueArray(filter, { minLength: 1, maxLength: 3 });

const isWithin = (one: string, other: string) => SHORT_NAMES.every(name => !matches(one, name) || matches(other, name));

function outcomeOf<T>(make: () => T): { made?: T; problem: string } {
  try {
    return { made: make(), problem: '' };
  } catch (error) {
    return { problem: (error as Error).message };
  }
}

test('filters are refused when one does nothing beside another, and only then', () => {
  fc.assert(fc.property(filters, fc.option(filters, { nil: undefined }), (continuous, onPush) => {
    const { problem } = outcomeOf(() => RegistryScanning.enhanced({ continuous, onPush }));
    const isIdle = (some: string[]) => some.some((one, index) => some.some((other, place) => place !== index && isWithin(one, other)));
    const expected = isIdle(continuous) || isIdle(onPush ?? []) || (onPush ?? []).some(one => continuous.some(other => isWithin(one, other)));
    expect(problem.includes('drop one')).toBe(expected);
    expect(problem === '').toBe(!expected);
  }), { numRuns: 300 });
});

const part = fc.constantFrom('a', 'b', 'ab');
const prefix = fc.array(part, { minLength: 1, maxLength: 3 }).map(parts => parts.join('/'));
const cachePrefix = prefix.filter(text => text.length >= 2);
const NAMES = ['a', 'b', 'ab'].flatMap((one, _, all) => all.flatMap(two => all.flatMap(three => [`${one}/${two}`, `${one}/${two}/${three}`, `${one}/${two}/${three}/x`])))
  .concat('a', 'b', 'ab', 'c/a');
const has = (name: string, some: string) => name.startsWith(`${some}/`);

function resourcesOf(props: SecureRegistryProps): { Type: string; Properties: any }[] {
  const stack = new Stack(new App(), 'Stack', { env: { account: '111111111111', region: 'eu-west-1' } });
  new SecureRegistry(stack, 'Registry', props);
  return Object.values(Template.fromStack(stack).toJSON().Resources ?? {}) as { Type: string; Properties: any }[];
}

test('a repository of a cache has the template of that cache, and no other one has it', () => {
  fc.assert(fc.property(fc.array(prefix, { maxLength: 3 }), fc.array(cachePrefix, { maxLength: 2 }), fc.boolean(), (templates, caches, forAll) => {
    const { made, problem } = outcomeOf(() => resourcesOf({
      newRepositories: [...templates.map(text => RepositoryTemplate.forPrefix(text)), ...(forAll ? [RepositoryTemplate.forAll()] : [])],
      pullThroughCaches: caches.map(text => PullThroughCache.ecrPublic({ prefix: text })),
    }));
    const isTwice = new Set(templates).size < templates.length;
    const overlaps = caches.some((cache, index) => [...caches.filter((_, other) => other !== index), ...templates].some(other => has(`${other}/`, cache)));
    expect({ problem, refused: problem !== '' }).toEqual({ problem, refused: isTwice || overlaps });
    const rendered = (made ?? []).filter(({ Type }) => Type === 'AWS::ECR::RepositoryCreationTemplate').map(({ Properties }) => Properties);
    for (const name of made ? NAMES : []) {
      const [decides] = rendered.filter(({ Prefix }) => Prefix === 'ROOT' || has(name, Prefix))
        .sort((one, other) => (other.Prefix === 'ROOT' ? 0 : other.Prefix.length) - (one.Prefix === 'ROOT' ? 0 : one.Prefix.length));
      const cache = caches.find(text => has(name, text));
      expect([name, decides?.Prefix === cache && decides?.ImageTagMutability === 'MUTABLE']).toEqual([name, cache !== undefined]);
      expect(decides === undefined).toBe(!cache && !forAll && !templates.some(text => has(name, text)));
    }
  }), { numRuns: 200 });
});

test('what is below a prefix is replicated to each of its destinations once, and nothing else is', () => {
  const prefixes = fc.option(fc.array(prefix, { minLength: 1, maxLength: 3 }), { nil: undefined });
  const replication = fc.record({ region: fc.constantFrom('us-east-1', 'us-west-2'), prefixes });
  fc.assert(fc.property(fc.array(replication, { maxLength: 3 }), all => {
    const { made, problem } = outcomeOf(() => resourcesOf({ replication: all.map(({ region, ...options }) => Replication.to({ region }, options)) }));
    const ruleOf = (name: string) => all.flatMap(({ region, prefixes: some = [''] }) => some.filter(text => text === '' || has(name, text)).map(() => region));
    const deepNames = [...NAMES, ...all.flatMap(({ prefixes: some = [] }) => some.map(text => `${text}/x`))];
    const isTwice = deepNames.some(name => new Set(ruleOf(name)).size < ruleOf(name).length);
    expect({ problem, refused: problem !== '' }).toEqual({ problem, refused: isTwice });
    const rules = made?.[0]?.Properties.ReplicationConfiguration.Rules ?? [];
    for (const name of made ? NAMES : []) {
      // ECR compares letters, not parts.
      const sent = rules.filter(({ RepositoryFilters: some }: any) => !some || some.some(({ Filter }: any) => name.startsWith(Filter)))
        .map(({ Destinations }: any) => Destinations[0].Region);
      expect(sent).toEqual(ruleOf(name));
    }
  }), { numRuns: 200 });
});
