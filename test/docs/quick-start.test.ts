import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Block, readPages, ROOT } from './pages';
import { LANGUAGES } from '../../bindings/languages';

const [page] = readPages().filter(({ path }) => path === 'docs/quick-start.md');
const [readme] = readPages();

const withFlag = (start: string) => page.blocks.flatMap(block =>
  block.flags.filter(flag => flag.startsWith(start)).map(flag => ({ block, value: flag.slice(start.length) })));
const stepOf = ({ flags }: Block) => flags.find(flag => flag.startsWith('step='))?.slice('step='.length);

test('what stands in the examples, too, is the same there', () => {
  for (const { block: { content }, value: file } of withFlag('examples/')) {
    expect(readFileSync(join(ROOT, 'examples', file), 'utf8')).toContain(content);
  }
});

test('each language has the whole file twice, the second time with more in it', () => {
  const files = withFlag('file=');
  expect(files.map(({ value, block }) => `${value} ${stepOf(block)}`)).toEqual(
    LANGUAGES.flatMap(({ quickStart: { file } }) => [`${file} 2`, `${file} 4`]));
  for (const [first, second] of [0, 2, 4, 6].map(index => files.slice(index, index + 2))) {
    const kept = first.block.content.split('\n').filter(line => second.block.content.includes(line));
    expect(kept.length).toBeGreaterThanOrEqual(first.block.content.split('\n').length - 3);
  }
});

test('the app in the README is the one in TypeScript', () => {
  const [typescript] = page.blocks.filter(block => block.language === 'ts' && stepOf(block) === '4');
  expect(readme.blocks.map(({ content }) => `#!/usr/bin/env node\n${content}`)).toContain(typescript.content);
});

test.each([['typescript', 'npx tsc && npx tsx bin/shop.ts'], ['python', 'python3 app.py'], ['java', 'mvn -q compile exec:java'], ['go', 'go mod download && go run .']])(
  'the app in %s runs as the quick start says', (folder, command) => {
    const { app, plugin } = JSON.parse(readFileSync(join(ROOT, 'examples', folder, 'cdk.json'), 'utf8'));

    expect(app).toContain(command);
    expect(plugin).toEqual(['cdk-secure-repository/cli']);
    expect(page.prose).toContain(`\`cdk.json\` has \`"app": "${command}"\` and \`"plugin": ["cdk-secure-repository/cli"]\`.`);
  },
);
