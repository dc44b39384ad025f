import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parsePage, ROOT } from './pages';

const MOST_WORDS = 1_300;

const { prose } = parsePage('README.md', readFileSync(join(ROOT, 'README.md'), 'utf8'));

test('the oldest Node.js in the README is the one that the package allows', () => {
  const { engines } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
  expect(engines.node).toBe(`>= ${/(\d+\.\d+), the oldest that it allows/.exec(prose.replace(/\s+/g, ' '))?.[1]}.0`);
});

test('the README is read in minutes', () => {
  const words = prose.replace(/<!--[^]*?-->/g, '').replace(/\]\([^)]*\)/g, ']').match(/\p{L}[\p{L}\p{N}'’.-]*/gu)!;
  expect(words.length).toBeLessThan(MOST_WORDS);
});
