import { code, markdownTable } from '../../../src/cli/terminal/markdown';

test.each([
  ['a', '`a`'],
  ['@everyone <b> [x](y) *', '`@everyone <b> [x](y) *`'],
  ['a`b', '`` a`b ``'],
  ['```', '```` ``` ````'],
])('%j is shown as it is', (text, expected) => {
  expect(code(text)).toBe(expected);
});

test('a bar does not end a cell', () => {
  expect(markdownTable(['A', 'B'], [['x|y', '-'], ['', 'z']])).toEqual(['| A | B |', '| --- | --- |', '| `x\\|y` | - |', '|  | `z` |']);
});
