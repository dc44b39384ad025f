import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { isElsewhere, linkedFile, parsePage, Picture, picturesOf, readPages, ROOT } from './pages';

/** The picture's file, if it is one of this repository. */
function pictureFile(page: string, { source }: Picture): string | undefined {
  const file = linkedFile(source)?.file ?? (isElsewhere(source) ? undefined : join(dirname(page), source));
  return file && join(ROOT, file);
}

const pictures = readPages()
  .flatMap(page => picturesOf(page).map(picture => ({ page: page.path, ...picture, file: pictureFile(page.path, picture) })))
  .filter(({ file }) => file !== undefined);
const named = pictures.map(picture => [picture.page, picture.source, picture] as const);

test.each(named)('%s names a picture that is there: %s', (_, __, { file }) => {
  expect(existsSync(file!)).toBe(true);
});

test.each(named)('%s says what is in %s, in characters that every place keeps', (_, __, { alt }) => {
  expect(alt).toMatch(/^[A-Za-z0-9][A-Za-z0-9., ]+$/);
});

test.each(named)('what %s shows is complete, and runs nothing: %s', (_, __, { file }) => {
  const svg = readFileSync(file!, 'utf8');
  expect(svg).not.toMatch(/<script|<foreignObject|@import|@font-face|\son\w+=|(?:href|src)="(?!#)|url\((?!#)/);
  expect(svg).toContain('(prefers-color-scheme: dark)');
  expect(svg.length).toBeLessThan(30_000);
});

test('pictures are found in Markdown and in HTML', () => {
  expect(picturesOf(parsePage('page.md', '![a plot](images/a.svg) and [a link](b.md)\n<img width="9" src="c.svg" alt="other">\n'))).toEqual([
    { alt: 'a plot', source: 'images/a.svg' },
    { alt: 'other', source: 'c.svg' },
  ]);
});
