import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readPages, ROOT } from './pages';

test('the guided tour has the steps of its page', () => {
  const steps = [...readFileSync(join(ROOT, 'demo', 'demo.ts'), 'utf8').matchAll(/tour\.step\('([^']+)'/g)].map(([, title]) => title);
  const { prose } = readPages().find(({ path }) => path === 'docs/tour.md')!;

  expect([...prose.matchAll(/^\d+\. (.+)$/gm)].map(([, title]) => title.replaceAll('`', ''))).toEqual(steps);
});
