import { fitting } from '../../../src/gates/handler/fitting';

test.each<[string[], number, string[]]>([
  [[], 0, []],
  [['aaa', 'bbb'], 8, ['aaa', 'bbb']],
  [['aaa', 'bbb'], 7, ['2 more']],
  [['aaa', 'bbb', 'ccc'], 13, ['aaa', 'bbb', 'ccc']],
  [['aaa', 'bbb', 'ccc'], 12, ['aaa', '2 more']],
  [['aaa', 'bbb', 'ccc', 'ddd'], 17, ['aaa', 'bbb', '2 more']],
  [['aaa', 'bbb', 'c'.repeat(99), 'ddd'], 17, ['aaa', 'bbb', '2 more']],
])('of %j there is room for so much in %d: %j', (items, room, expected) => {
  expect(fitting(items, room)).toEqual(expected);
});
