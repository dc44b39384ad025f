import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Browser, launch, Page } from 'puppeteer-core';
import { ImageFindings } from '../../src/cli/lookup/image-findings';
import { imagePage } from '../../src/cli/page/image-page';
import { ReportedImage } from '../../src/cli/page/reported-image';
import { describeWith, pathOf } from '../registry-client/tools';

const WIDTHS = [1280, 1000, 500, 390];
const ATTACK = '"><img src="https://example.com/x.png" onerror="document.title=1"><script>document.title=2</script>';
const LONG = 'a-name-without-any-place-to-break-'.repeat(6).replaceAll('-', '_');

const findings = (more: Partial<ImageFindings> = {}): ImageFindings => ({
  platforms: [], scanners: ['basic'], scannedAt: '2026-01-02T00:00:00.000Z', counts: { CRITICAL: 0, HIGH: 0, MEDIUM: 0, LOW: 0, OTHER: 0 }, worst: [], unknown: [], scanned: 'all', ...more,
});

const image = (name: string, more: Partial<ReportedImage> = {}): ReportedImage => ({
  key: `image-digest:123456789012:eu-west-1:${name}`,
  name,
  registry: '123456789012/eu-west-1',
  digest: `sha256:${'a'.repeat(64)}`,
  pushedAt: '2026-01-01T00:00:00.000Z',
  platforms: ['linux/amd64', 'linux/arm64'],
  uses: [{ stack: 'Prod/Services', path: 'Prod/Services/Api/Task/web' }],
  problems: [],
  failures: [],
  findings: findings(),
  ...more,
});

const IMAGES = [
  image('quiet:v1'),
  image('team/api:v1', {
    moved: 'the tag means another image',
    findings: findings({
      counts: { CRITICAL: 1, HIGH: 2, MEDIUM: 3, LOW: 4, OTHER: 5 },
      platforms: ['linux/amd64', LONG],
      worst: [
        { id: 'CVE-2026-0001', severity: 'CRITICAL', packages: ATTACK, platforms: ['linux/amd64', ATTACK] },
        { id: LONG, severity: 'HIGH', packages: LONG, platforms: [LONG] },
      ],
    }),
  }),
  image(ATTACK, { failures: [ATTACK], findings: 'not known', uses: [{ stack: ATTACK, path: ATTACK }], platforms: [ATTACK] }),
  image(LONG, { registry: `${LONG}.example`, problems: [LONG], platforms: [LONG], uses: [{ stack: LONG, path: LONG }], findings: findings({ unknown: [LONG], scanned: 'some' }) }),
  image('unused:v1', { digest: undefined, uses: [], findings: 'not asked' }),
];

describeWith(['chromium'], 'the page in a browser', () => {
  let folder: string;
  let browser: Browser;
  let page: Page;
  let trouble: string[];

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'report-'));
    writeFileSync(join(folder, 'page.html'), imagePage(IMAGES, { date: '2026-01-31', notes: [ATTACK] }));
    browser = await launch({ executablePath: pathOf('chromium'), args: ['--no-sandbox', '--disable-dev-shm-usage'] });
  });

  afterAll(async () => {
    await browser.close();
    rmSync(folder, { recursive: true });
  });

  beforeEach(async () => {
    trouble = [];
    page = await browser.newPage();
    page.on('console', message => trouble.push(message.text()));
    page.on('pageerror', error => trouble.push(String(error)));
    page.on('request', request => request.url().startsWith('file:') || trouble.push(request.url()));
    page.on('dialog', dialog => trouble.push(dialog.message()));
    await page.evaluateOnNewDocument('addEventListener("securitypolicyviolation", event => console.log(event.violatedDirective))');
  });

  afterEach(async () => {
    await page.close();
    expect(trouble).toEqual([]);
  });

  async function open(width: number, scheme: 'light' | 'dark' = 'light'): Promise<void> {
    await page.setViewport({ width, height: 900 });
    await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: scheme }]);
    await page.goto(pathToFileURL(join(folder, 'page.html')).href);
  }

  const evaluate = async <T>(expression: string) => page.evaluate(expression) as Promise<T>;

  test('has a row for each image, in order, under one heading', async () => {
    await open(1280);
    expect(await evaluate('[...document.querySelectorAll(".pins > tbody")].map(body => body.querySelector("th a").textContent)'))
      .toEqual([LONG, 'team/api:v1', ATTACK, 'quiet:v1', 'unused:v1']);
    expect(await evaluate('[document.title, document.querySelectorAll("h1, script, img, iframe, form").length]')).toEqual(['Container images of this app', 1]);
  });

  test('the browser keeps what should get into it from running, and from asking anybody', async () => {
    await open(1280);
    await evaluate(`new Promise(resolve => {
      addEventListener('securitypolicyviolation', ({ violatedDirective }) => violatedDirective === 'connect-src' && resolve());
      document.body.innerHTML += '<p style="color:red" onclick="document.title=3">x</p><img src="https://example.com/x.png">';
      const script = document.createElement('script');
      script.text = 'document.title = 4';
      document.body.append(script);
      document.querySelector('p[onclick]').click();
      fetch('https://example.com').catch(() => {});
    })`);
    expect(await page.title()).toBe('Container images of this app');
    expect(['style-src-attr', 'script-src-attr', 'script-src-elem', 'img-src', 'connect-src'].filter(directive => !trouble.includes(directive))).toEqual([]);
    trouble = [];
  });

  test('tells assistive technology of the table, on a phone as well', async () => {
    for (const width of WIDTHS) {
      await open(width);
      const nodes = JSON.stringify(await page.accessibility.snapshot({ interestingOnly: false }));
      const numberOf = (role: string) => nodes.split(`"role":"${role}"`).length - 1;
      expect([numberOf('columnheader') >= 7, numberOf('rowheader') >= IMAGES.length, numberOf('row') >= 2 * IMAGES.length]).toEqual([true, true, true]);
    }
  });

  test.each(WIDTHS)('is not wider than a window of %d pixels, with all details open', async width => {
    await open(width);
    const widthOfPage = 'document.documentElement.scrollWidth';
    expect(await evaluate(widthOfPage)).toBe(width);
    await evaluate('document.querySelectorAll("details").forEach(details => details.open = true)');
    expect(await evaluate(widthOfPage)).toBe(width);
    // On a phone the titles stand with each value.
    expect(await evaluate(`[...document.querySelectorAll("body *:not(.pins > thead *)")].filter(one => one.getBoundingClientRect().right > ${width} + 1)
      .map(one => one.outerHTML.slice(0, 100))`)).toEqual([]);
  });

  test.each(WIDTHS)('names of platforms do not break in a window of %d pixels', async width => {
    await open(width);
    await evaluate('document.querySelectorAll("details").forEach(details => details.open = true)');
    const lines = await evaluate<number[]>(`(${linesOf})(/linux\\/\\w+,?/g)`);
    expect(lines).toEqual(Array(7).fill(1));
  });

  test('details open by the keyboard, with the whole digest', async () => {
    await open(1280);
    await page.focus('summary');
    await page.keyboard.press('Enter');
    expect(await evaluate('[...document.querySelectorAll("details[open] code")].map(code => code.checkVisibility() && code.textContent)')).toContain(IMAGES[0].digest);
    await page.keyboard.press('Space');
    expect(await evaluate('document.querySelectorAll("details[open]").length')).toBe(0);
  });

  test.each([['light', 1280], ['dark', 1280], ['light', 390], ['dark', 390]] as const)('text has a contrast of 4.5 in %s at %d pixels', async (scheme, width) => {
    await open(width, scheme);
    await evaluate('document.querySelectorAll("details").forEach(details => details.open = true)');
    const contrasts = await evaluate<{ contrast: number; text: string }[]>(`(${contrastsOfTexts})()`);
    expect(contrasts.length).toBeGreaterThan(50);
    expect(contrasts.filter(({ contrast }) => contrast < 4.5)).toEqual([]);
    expect(await evaluate('getComputedStyle(document.body).backgroundColor')).toBe(scheme === 'dark' ? 'rgb(18, 22, 27)' : 'rgb(255, 255, 255)');
  });

  test('on paper, details are open, and no text is white', async () => {
    await open(1280);
    await page.emulateMediaType('print');
    const heights = 'Math.min(...[...document.querySelectorAll("details")].map(details => details.getBoundingClientRect().height))';
    expect(await evaluate(heights)).toBeGreaterThan(50);
    await page.emulateMediaType('screen');
    expect(await evaluate(heights)).toBeLessThan(50);
    await page.emulateMediaType('print');
    expect(await evaluate('[...document.querySelectorAll(".tag")].map(tag => getComputedStyle(tag).color).filter(color => color === "rgb(255, 255, 255)")')).toEqual([]);
  });
});

/** Runs in the page: over how many lines each text goes that matches. */
const linesOf = `pattern => {
  const walker = document.createTreeWalker(document.querySelector('.pins'), NodeFilter.SHOW_TEXT);
  const results = [];
  while (walker.nextNode()) {
    for (const { index, 0: text } of walker.currentNode.data.matchAll(pattern)) {
      const range = document.createRange();
      range.setStart(walker.currentNode, index);
      range.setEnd(walker.currentNode, index + text.length);
      results.push(range.getClientRects().length);
    }
  }
  return results;
}`;

/** Runs in the page: what WCAG 2 calls the contrast of each text with what is behind it. */
const contrastsOfTexts = `() => {
  const channels = color => color.match(/[\\d.]+/g).map(Number);
  const luminance = color => channels(color).slice(0, 3).map(value => value / 255)
    .map(value => value <= 0.03928 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4)
    .reduce((sum, value, index) => sum + value * [0.2126, 0.7152, 0.0722][index], 0);
  const isTransparent = color => channels(color)[3] === 0;
  const behind = element => {
    const color = getComputedStyle(element).backgroundColor;
    return isTransparent(color) && element.parentElement ? behind(element.parentElement) : isTransparent(color) ? 'rgb(255,255,255)' : color;
  };
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const results = [];
  while (walker.nextNode()) {
    const element = walker.currentNode.parentElement;
    if (walker.currentNode.data.trim() !== '') {
      const [dark, light] = [getComputedStyle(element).color, behind(element)].map(luminance).sort((one, other) => one - other);
      results.push({ contrast: (light + 0.05) / (dark + 0.05), text: walker.currentNode.data.slice(0, 40) });
    }
  }
  return results;
}`;
