import { toMarkdown } from '../../bench/table';

test('a table as Markdown', () => {
  expect(toMarkdown({ title: 'Size', columns: ['what', 'KB'], rows: [['package', 1], ['bundle', '2.5']], notes: ['Packed.'] })).toBe(`## Size

| what | KB |
| --- | --- |
| package | 1 |
| bundle | 2.5 |

Packed.
`);
});

test('a section that was left out has notes only', () => {
  expect(toMarkdown({ title: 'Registries', columns: [], rows: [], notes: ['Left out.'] })).toBe('## Registries\n\nLeft out.\n');
});
