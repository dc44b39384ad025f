import * as fc from 'fast-check';
import { filterProblem } from '../../src/names/repository-filter';
import { RegistryScanning } from '../../src/private-registry/registry-scanning';

const filtersOf = (scanning: RegistryScanning) => {
  const { scanType, rules } = scanning._render() as { scanType: string; rules: { scanFrequency: string; repositoryFilters: { filter: string }[] }[] };
  return [scanType, ...rules.map(({ scanFrequency, repositoryFilters }) => `${scanFrequency} ${repositoryFilters.map(({ filter }) => filter).join(' ')}`)];
};

test.each<[string, RegistryScanning, string[]]>([
  ['all on push', RegistryScanning.basic(), ['BASIC', 'SCAN_ON_PUSH *']],
  ['some on push', RegistryScanning.basic({ onPush: ['prod/*', 'team-a/*'] }), ['BASIC', 'SCAN_ON_PUSH prod/* team-a/*']],
  ['none by itself', RegistryScanning.basic({ onPush: [] }), ['BASIC']],
  ['all continuously', RegistryScanning.enhanced(), ['ENHANCED', 'CONTINUOUS_SCAN *']],
  ['some continuously', RegistryScanning.enhanced({ continuous: ['prod/*'] }), ['ENHANCED', 'CONTINUOUS_SCAN prod/*']],
  ['all continuously, and no others', RegistryScanning.enhanced({ onPush: [] }), ['ENHANCED', 'CONTINUOUS_SCAN *']],
  ['some once', RegistryScanning.enhanced({ onPush: ['dev/*'] }), ['ENHANCED', 'SCAN_ON_PUSH dev/*']],
  ['some continuously, others once', RegistryScanning.enhanced({ continuous: ['prod/*'], onPush: ['*'] }), ['ENHANCED', 'CONTINUOUS_SCAN prod/*', 'SCAN_ON_PUSH *']],
])('%s', (_, scanning, expected) => {
  expect(filtersOf(scanning)).toEqual(expected);
});

test.each<[string, () => RegistryScanning, string]>([
  ['a name', () => RegistryScanning.basic({ onPush: ['prod'] }),
    "RegistryScanning.basic: onPush 'prod': it has no '*'; write 'prod/*' for what is below it, or '*prod*' for every name that contains it"],
  ['nothing that can be a name', () => RegistryScanning.basic({ onPush: ['Prod/*'] }), "RegistryScanning.basic: onPush 'Prod/*': expected lower-case letters"],
  ['a slash at the end', () => RegistryScanning.enhanced({ continuous: ['prod/'] }), "RegistryScanning.enhanced: continuous 'prod/': expected lower-case letters"],
  ['nothing', () => RegistryScanning.enhanced({ continuous: [] }), 'RegistryScanning.enhanced: continuous and onPush are empty, so nothing would ever be scanned'],
  ['no list', () => RegistryScanning.basic({ onPush: 'prod/*' as any }), "onPush is 'prod/*'; expected a list of filters"],
  ['a filter twice', () => RegistryScanning.enhanced({ continuous: ['a/*', 'a/*'] }), "continuous 'a/*': 'a/*' matches all that it matches; drop one"],
  ['a filter within another', () => RegistryScanning.basic({ onPush: ['a/*', 'a/b/*'] }), "onPush 'a/b/*': 'a/*' matches all that it matches; drop one"],
  ['a filter that is continuous already', () => RegistryScanning.enhanced({ continuous: ['*'], onPush: ['a/*'] }),
    "RegistryScanning.enhanced: onPush 'a/*': continuous '*' matches all that it matches, and holds; drop one"],
  ['too many', () => RegistryScanning.basic({ onPush: Array.from({ length: 101 }, (_, i) => `a${i}/*`) }), 'onPush has 101 filters; ECR takes at most 100, so use wildcards'],
  ['a long one', () => RegistryScanning.basic({ onPush: [`${'a'.repeat(255)}*`] }), 'it has 256 characters; ECR takes at most 255'],
])('%s is an error', (_, make, message) => {
  expect(make).toThrow(message);
});

test('a filter is taken when the expression of ECR takes it', () => {
  // Of the API's model. It backtracks exponentially, so texts are short.
  const ofEcr = /^[a-z0-9*](?:[._\-/a-z0-9*]?[a-z0-9*]+)*$/;
  fc.assert(fc.property(fc.string({ unit: fc.constantFrom('a', '0', '*', '.', '_', '-', '/', 'A'), minLength: 1, maxLength: 10 }), text => {
    const withStar = `${text}*`;
    expect(filterProblem(withStar) === undefined).toBe(ofEcr.test(withStar));
  }), { numRuns: 2_000 });
});
