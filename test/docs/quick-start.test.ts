import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readPages, ROOT } from './pages';
import { LANGUAGES } from '../../bindings/languages';
import { QUICK_START } from '../../bindings/quick-start';

const [page] = readPages().filter(({ path }) => path === 'docs/quick-start.md');
const [readme] = readPages();

const linesOf = ({ content }: { content: string }) => content.split('\n');

test('what stands in the examples, too, is the same there', () => {
  const fromExamples = page.blocks.flatMap(({ content, flags }) => flags.filter(flag => flag.startsWith('examples/')).map(file => ({ file, content })));

  expect(fromExamples).not.toEqual([]);
  for (const { file, content } of fromExamples) {
    expect(readFileSync(join(ROOT, file), 'utf8')).toContain(content);
  }
});

test.each(LANGUAGES.map(({ name, quickStart }) => [name, quickStart.file]))('%s has the whole file twice, the second time with more in it', (_, file) => {
  const steps = QUICK_START.filter(candidate => candidate.file === file);
  expect(steps.map(({ step }) => step)).toEqual(['2', '4']);

  const [first, second] = steps.map(linesOf);
  const changed = first.filter(line => !second.includes(line));
  // The import of what is new, and the repository, which has a name of its own now.
  expect(changed.length).toBeLessThanOrEqual(2);
  expect(second.length).toBeGreaterThan(first.length);
});

test('the app in the README is the one in TypeScript', () => {
  const { content } = QUICK_START.find(({ file, step }) => file === 'bin/shop.ts' && step === '4')!;
  expect(readme.blocks.map(block => `#!/usr/bin/env node\n${block.content}`)).toContain(content);
});

test('every app has the plugin, in the examples, too', () => {
  const plugins = LANGUAGES.map(({ folder }) => JSON.parse(readFileSync(join(ROOT, 'examples', folder, 'cdk.json'), 'utf8')).plugin);
  expect(plugins).toEqual(LANGUAGES.map(() => ['cdk-secure-repository/cli']));
  expect(page.prose.match(/and `"plugin": \["cdk-secure-repository\/cli"\]`\./g)).toHaveLength(LANGUAGES.length);
});
