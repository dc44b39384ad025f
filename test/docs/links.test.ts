import { existsSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { anchorsOf, linksOf, parsePage, readPages, ROOT } from './pages';

const pages = readPages();
const isElsewhere = (target: string) => /^[a-z]+:/.test(target);

/** What is wrong with a link, if anything. */
function problemOf(page: string, target: string): string | undefined {
  const [path, anchor] = target.split('#');
  const file = path === '' ? page : normalize(join(dirname(page), path));
  if (!existsSync(join(ROOT, file))) {
    return `${target}: no such file`;
  }
  const linked = pages.find(candidate => candidate.path === file);
  return anchor === undefined || (linked && anchorsOf(linked).includes(anchor)) ? undefined : `${target}: no such heading`;
}

test.each(pages.map(page => [page.path, page] as const))('the links within %s lead somewhere', (path, page) => {
  expect(linksOf(page).filter(target => !isElsewhere(target)).flatMap(target => problemOf(path, target) ?? [])).toEqual([]);
});

test('every guide is in the list of the README', () => {
  const listed = linksOf(pages[0]).filter(target => target.startsWith('docs/'));
  expect(pages.map(({ path }) => path).filter(path => path.startsWith('docs/') && !listed.includes(path))).toEqual([]);
});

test('anchors are those that GitHub makes', () => {
  const page = parsePage('page.md', '# One `two`, *three*!\n## Same\n## Same\n## [Linked](x.md) – it\n```sh\n# no heading\n```\n');
  expect(anchorsOf(page)).toEqual(['one-two-three', 'same', 'same-1', 'linked--it']);
});

test('a link that leads nowhere is noticed', () => {
  expect(problemOf('docs/page.md', 'missing.md')).toBe('missing.md: no such file');
  expect(problemOf('docs/page.md', '../README.md#nowhere')).toBe('../README.md#nowhere: no such heading');
});
