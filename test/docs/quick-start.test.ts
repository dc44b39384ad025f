import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readPages, ROOT } from './pages';

const [page] = readPages().filter(({ path }) => path === 'docs/quick-start.md');

test('the code of the quick start stands in the examples', () => {
  const fromExamples = page.blocks.flatMap(({ content, flags }) => flags.filter(flag => flag.startsWith('examples/')).map(file => ({ file, content })));

  expect(new Set(fromExamples.map(({ file }) => file.split('/')[1]))).toEqual(new Set(['typescript', 'python', 'java', 'go']));
  for (const { file, content } of fromExamples) {
    expect(readFileSync(join(ROOT, file), 'utf8')).toContain(content);
  }
});

test.each([['typescript', 'npx tsc && npx tsx bin/shop.ts'], ['python', 'python3 app.py'], ['java', 'mvn -q compile exec:java'], ['go', 'go mod download && go run .']])(
  'the app in %s runs as the quick start says', (folder, command) => {
    const { app, plugin } = JSON.parse(readFileSync(join(ROOT, 'examples', folder, 'cdk.json'), 'utf8'));

    expect(app).toContain(command);
    expect(plugin).toEqual(['cdk-secure-repository/cli']);
    expect(page.prose).toContain(`\`cdk.json\` has \`"app": "${command}"\` and \`"plugin": ["cdk-secure-repository/cli"]\`.`);
  },
);
