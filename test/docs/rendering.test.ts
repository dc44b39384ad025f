import { Browser, launch } from 'puppeteer-core';
import { linkedFile } from './pages';
import { look } from './rendering/look';
import { PLACES } from './rendering/places';
import { describeWith, pathOf } from '../registry-client/tools';

const HERE = 'https://github.com/cdksecurerepository/cdk-secure-repository/blob/main';
const RAW = 'https://raw.githubusercontent.com/cdksecurerepository/cdk-secure-repository/main';
const WIDE = 'a_word_without_end_'.repeat(30);

const [github, pypi, constructHub] = PLACES;

describeWith(['chromium'], 'pages in a browser', () => {
  let browser: Browser;

  beforeAll(async () => {
    browser = await launch({ executablePath: pathOf('chromium'), args: ['--no-sandbox', '--disable-dev-shm-usage'] });
  });

  afterAll(async () => browser.close());

  const problemsOf = async (html: string, place = github, width = 390) =>
    (await look(browser, place, 'docs/page.md', html, { width, scheme: 'light' })).problems;

  test.each(PLACES.map(place => [place.name, place] as const))('nothing is wrong with a page on %s that wraps, scrolls its tables, and leads to what is there', async (_, place) => {
    expect(await problemsOf(`
      <h1 id="one-two">One two</h1> <p><a href="#one-two">one</a> <a href="${HERE}/docs/gates.md">gates</a> <a href="https://example.com">elsewhere</a></p>
      <table><tr><td>${WIDE}</td></tr></table> <pre><code>${WIDE}[a][b]</code></pre> <p><code>a[b](c)</code></p>
      <img src="https://img.shields.io/npm/v/cdk-secure-repository" alt="npm">`, place)).toEqual([]);
  });

  test.each([
    ['an element that is too wide', '<div style="width: 600px">wide</div>', '<div> wide makes the page scroll sideways'],
    ['a picture of this repository that is not there', `<img src="${RAW}/docs/missing.svg">`, `${RAW}/docs/missing.svg: the picture is not there`],
    ['a picture that is no picture', `<img src="${RAW}/package.json">`, `${RAW}/package.json: the picture is not there`],
    ['a picture from elsewhere', '<img src="https://example.com/x.png">', 'https://example.com/x.png: the picture is not there'],
    ['an anchor without a heading', '<h2>There</h2><a href="#nowhere">x</a>', '#nowhere: no heading has this anchor here'],
    ['a link to a file that is not there', `<a href="${HERE}/docs/missing.md">x</a>`, `${HERE}/docs/missing.md: no such file`],
    ['a link to a heading that is not there', '<a href="gates.md#nowhere">x</a>', `${HERE}/docs/gates.md#nowhere: no such heading`],
    ['a table that is none', '<p>| a |\n|---|\n| b |</p>', "'|---|' is Markdown that is not understood here"],
    ['a link that nothing defines', '<p>see [this][nowhere]</p>', "'see [this][nowhere]' is Markdown that is not understood here"],
  ])('%s is noticed', async (_, html, problem) => {
    expect(await problemsOf(html)).toEqual([problem]);
  });

  test('what fits on a desktop only is noticed on a phone', async () => {
    expect(await problemsOf('<div style="width: 600px">wide</div>', github, 1280)).toEqual([]);
  });

  test('a relative link is noticed where it leads elsewhere', async () => {
    const link = '<a href="docs/gates.md">gates</a>';
    expect(await problemsOf(link, pypi)).toEqual([expect.stringContaining('write the whole address')]);
    expect((await look(browser, constructHub, 'README.md', link, { width: 390, scheme: 'light' })).problems).toEqual([]);
  });
});

test('the addresses of this repository are known', () => {
  expect(linkedFile(`${RAW}/docs/x.svg?sanitize=true`)).toEqual({ file: 'docs/x.svg', anchor: undefined });
  expect(linkedFile(`${HERE}/docs/gates.md#what-it-costs`)).toEqual({ file: 'docs/gates.md', anchor: 'what-it-costs' });
  expect(linkedFile('https://github.com/somebody/else/blob/main/README.md')).toBeUndefined();
});
