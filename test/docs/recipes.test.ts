import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { blocksIn, readPages, RECIPES } from './pages';

const inPages = blocksIn(readPages(), 'yaml').map(({ content }) => content);

test.each(readdirSync(RECIPES))('%s stands in a guide as it is', name => {
  expect(inPages).toContain(readFileSync(join(RECIPES, name), 'utf8'));
});
