import { anchorsOf, isElsewhere, linkedFile, linksOf, parsePage, problemOfLink, readPages } from './pages';

const HERE = 'https://github.com/cdksecurerepository/cdk-secure-repository/blob/main';

const pages = readPages();
const [readme] = pages;

test.each(pages.map(page => [page.path, page] as const))('the links within %s lead somewhere', (path, page) => {
  expect(linksOf(page).flatMap(target => problemOfLink(path, target) ?? [])).toEqual([]);
});

test('every guide is in the list of the README', () => {
  const listed = linksOf(readme).map(target => linkedFile(target)?.file ?? target);
  expect(pages.map(({ path }) => path).filter(path => path.startsWith('docs/') && !listed.includes(path))).toEqual([]);
});

test('the README has whole addresses only: the registries that show it do not know where a relative one leads', () => {
  expect(linksOf(readme).filter(target => !isElsewhere(target))).toEqual([]);
});

test('anchors are those that GitHub makes', () => {
  const page = parsePage('page.md', '# One `two`, *three*!\n## Same\n## Same\n## [Linked](x.md) – it\n```sh\n# no heading\n```\n');
  expect(anchorsOf(page)).toEqual(['one-two-three', 'same', 'same-1', 'linked--it']);
});

test('links are found however they are written', () => {
  const page = parsePage('page.md', [
    '[a](a.md), [b](<b.md>), [c](c.md "title"), [d](d_(e).md), ![f](f.svg), [g][g]',
    '[g]: g.md',
    '<a href="h.md">h</a> <img alt="i" src=i.svg> <source srcset="j.svg">',
    '- in a list\n\n  ```sh\n  [ -n "$x" ](k.md)\n  ```',
  ].join('\n'));
  expect(linksOf(page).sort()).toEqual(['a.md', 'b.md', 'c.md', 'd_(e).md', 'f.svg', 'g.md', 'h.md', 'i.svg', 'j.svg']);
  expect(page.blocks).toEqual([expect.objectContaining({ language: 'sh', content: '[ -n "$x" ](k.md)\n' })]);
});

test('blocks of code are in languages that are checked on every page, or are files that are tried', () => {
  const unchecked = pages.flatMap(({ blocks }) => blocks)
    .filter(({ language }) => !['bash', 'json', 'mermaid', 'sh', 'text', 'ts', 'yaml', 'yml'].includes(language))
    .filter(({ flags }) => !flags.some(flag => /^(step-\d=|examples\/)/.test(flag)));
  // A test, which stands beside the guide's, and what a newer CDK has.
  expect([...new Set(unchecked.map(({ page, language }) => `${page}: ${language}`))]).toEqual(['docs/guardrails.md: js', 'docs/testing.md: js']);
});

test('a link that leads nowhere is noticed', () => {
  expect(problemOfLink('docs/page.md', 'missing.md')).toBe('missing.md: no such file');
  expect(problemOfLink('docs/page.md', '../README.md#nowhere')).toBe('../README.md#nowhere: no such heading');
  expect(problemOfLink('docs/page.md', '../package.json#L1')).toBe('../package.json#L1: no such heading');
});

test.each([
  [`${HERE}/docs/gates.md`, undefined],
  [`${HERE}/docs/missing.md`, 'no such file'],
  [`${HERE}/docs/gates.md#nowhere`, 'no such heading'],
  ['https://raw.githubusercontent.com/cdksecurerepository/cdk-secure-repository/main/docs/missing.svg', 'no such file'],
  ['https://github.com/cdksecurerepository/cdk-secure-repository/issues', undefined],
  ['https://github.com/somebody/else/blob/main/docs/missing.md', undefined],
])('the address %s is checked like a relative link', (address, problem) => {
  expect(problemOfLink('README.md', address)).toBe(problem && `${address}: ${problem}`);
});
