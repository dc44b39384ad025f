import { execFile } from 'node:child_process';
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Browser, launch } from 'puppeteer-core';
import { look, View } from './look';
import { Place, PLACES, Rendered } from './places';
import { ROOT } from '../pages';

const SCREENSHOTS = join(ROOT, '.cache', 'rendered');
/** A desktop's and a phone's. */
const VIEWS: View[] = [{ width: 1280, scheme: 'light' }, { width: 390, scheme: 'light' }, { width: 1280, scheme: 'dark' }];

export interface Text {
  readonly path: string;
  readonly markdown: string;
}

export async function readTexts(paths: string[]): Promise<Text[]> {
  return Promise.all(paths.map(async path => ({ path, markdown: await readFile(join(ROOT, path), 'utf8') })));
}

/** What readers would miss in the places that show the pages. Screenshots go to `.cache/rendered`. */
export async function renderingProblems(texts: Text[], python: string, chromium: string): Promise<string[]> {
  await mkdir(SCREENSHOTS, { recursive: true });
  const browser = await launch({ executablePath: chromium, args: ['--no-sandbox', '--disable-dev-shm-usage'] });
  try {
    const problems: string[] = [];
    const expected = new Map<string, Record<string, number>>();
    for (const place of PLACES) {
      const shown = texts.filter(({ path }) => place.hasGuides || path === 'README.md');
      const rendered = await render(place, shown.map(({ markdown }) => markdown), python);
      for (const [index, { path }] of shown.entries()) {
        problems.push(...await problemsOfPage(browser, place, path, rendered[index], expected));
      }
    }
    return problems;
  } finally {
    await browser.close();
  }
}

async function problemsOfPage(
  browser: Browser, place: Place, path: string, { html, warnings }: Rendered, expected: Map<string, Record<string, number>>,
): Promise<string[]> {
  const found = new Map<string, string[]>();
  if (warnings !== '') {
    found.set(warnings.trim(), []);
  }
  for (const view of VIEWS.filter(({ scheme }) => scheme === 'light' || path === 'README.md')) {
    const name = `${view.width} pixels, ${view.scheme}`;
    const screenshot = join(SCREENSHOTS, `${place.name}-${path.replaceAll('/', '-').replace('.md', '')}-${view.width}-${view.scheme}.png`);
    const { problems, shown } = await look(browser, place, path, html, view, screenshot);
    const onGitHub = expected.get(path) ?? shown;
    expected.set(path, onGitHub);
    const lost = Object.keys(shown).filter(what => shown[what] < onGitHub[what]).map(what => `${onGitHub[what] - shown[what]} of the ${what} are not shown`);
    for (const problem of [...problems, ...lost]) {
      found.set(problem, [...found.get(problem) ?? [], name]);
    }
  }
  return [...found].map(([problem, views]) => `${path} on ${place.name}: ${problem}${[0, VIEWS.length].includes(views.length) ? '' : ` (${views.join('; ')})`}`);
}

async function render({ renderer, args }: Place, texts: string[], python: string): Promise<Rendered[]> {
  const program = renderer.endsWith('.py') ? python : process.execPath;
  return new Promise((resolve, reject) => {
    const child = execFile(program, [join(__dirname, renderer), ...args], { maxBuffer: 2 ** 26 }, (error, stdout, stderr) =>
      error ? reject(new Error(`${renderer} fails: ${stderr || error.message}`)) : resolve(JSON.parse(stdout)));
    child.stdin!.end(JSON.stringify(texts));
  });
}
