import { reasonOf } from '../../../src/cli/terminal/reason';

test.each([
  [new Error('one\n  two'), 'one two'],
  [new TypeError(), 'TypeError'],
  ['text', 'text'],
])('%s is one line', (error, expected) => {
  expect(reasonOf(error)).toBe(expected);
});
