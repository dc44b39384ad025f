import * as fc from 'fast-check';
import { covers, unmatchable, wildcards } from '../../src/names/tag-pattern';

test.each([
  ['*', '', true],
  ['*', 'v1', true],
  ['v*', 'v1.2.3', true],
  ['v*', 'rev1', false],
  ['v1.2', 'v1.2', true],
  ['v1.2', 'v1x2', false],
  ['*-rc*', '1.0-rc1', true],
  ['*-rc*', '1.0', false],
  ['release', 'release-1', false],
])('pattern %s covers tag %s: %s', (pattern, tag, expected) => {
  expect(covers(pattern, tag)).toBe(expected);
});

test.each([
  ['*', 'v*', true],
  ['v*', '*', false],
  ['v*', 'v1*', true],
  ['v1*', 'v*', false],
  ['*a*', '*ba*', true],
  ['*', '**', true],
  ['a*b', 'a*c*b', true],
  ['a*b', 'a*', false],
])('pattern %s covers pattern %s: %s', (pattern, other, expected) => {
  expect(covers(pattern, other)).toBe(expected);
});

test('a pattern covers what its regular expression matches', () => {
  const text = (...characters: string[]) => fc.string({ unit: fc.constantFrom(...characters), maxLength: 7 });
  fc.assert(fc.property(text('a', 'b', '*'), text('a', 'b', '*'), (pattern, other) => {
    expect(covers(pattern, other)).toBe(new RegExp(`^${pattern.replace(/\*+/g, '.*')}$`).test(other));
  }), { numRuns: 5_000 });
});

test('many wildcards take no longer than few', () => {
  expect(covers(`${'*a'.repeat(127)}b`, 'a'.repeat(255))).toBe(false);
});

test('wildcards are counted', () => {
  expect(wildcards('a*b**')).toBe(3);
});

test.each(['v*', '*', '_a', 'a-b.c', 'a'.repeat(128), `${'a'.repeat(128)}*`])('a tag can match %s', pattern => {
  expect(unmatchable(pattern)).toBeUndefined();
});

test.each([
  ['', /expected letters/],
  ['a b', /expected letters/],
  ['v?', /expected letters/],
  ['-a*', /starts with/],
  ['.a', /starts with/],
  ['a'.repeat(129), /longer than 128/],
])("no tag can match '%s'", (pattern, reason) => {
  expect(unmatchable(pattern)).toMatch(reason);
});
