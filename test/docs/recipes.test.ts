import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { blocksIn, readPages, RECIPES } from './pages';

const inPages = blocksIn(readPages(), 'yaml').map(({ content }) => content);
const recipes = readdirSync(RECIPES).map(name => readFileSync(join(RECIPES, name), 'utf8'));

test.each(readdirSync(RECIPES))('%s stands in a guide as it is', name => {
  expect(inPages).toContain(readFileSync(join(RECIPES, name), 'utf8'));
});

describe('the actions of the workflows', () => {
  /** What workflows use, in the order in which they do, with the comment behind it. */
  const usedBy = (...workflows: string[]) => workflows.flatMap(text => [...text.matchAll(/^\s*(?:- )?uses: *(.*)$/gm)].map(([, used]) => used));
  const isPinned = (used: string) => /^[\w.-]+(\/[\w.-]+)+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/.test(used);
  const used = usedBy(...recipes, ...inPages);

  test('are pinned by the SHA of a commit, with the version behind it', () => {
    expect(used.length).toBeGreaterThan(10);
    expect(used.filter(action => !isPinned(action))).toEqual([]);
  });

  test('are the same everywhere', () => {
    const [pins, actions] = [new Set(used), new Set(used.map(action => action.split('@')[0]))];
    expect([...pins].map(pin => pin.split('@')[0]).sort()).toEqual([...actions].sort());
  });

  test.each(['actions/checkout@v7', 'actions/checkout@v7.0.1 # v7.0.1', `actions/checkout@${'0'.repeat(40)}`, `actions/checkout@${'0'.repeat(40)} # v7`])(
    '%s would be noticed', action => {
      expect(usedBy(`    steps:\n      - uses: ${action}\n`).filter(each => !isPinned(each))).toEqual([action]);
    });
});
