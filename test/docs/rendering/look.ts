import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Browser, HTTPRequest } from 'puppeteer-core';
import { Place } from './places';
import { linkedFile, problemOfAddress, ROOT } from '../pages';

export interface View {
  readonly width: number;
  readonly scheme: 'light' | 'dark';
}

export interface Seen {
  readonly problems: string[];
  /** How many there are of each kind. */
  readonly shown: Record<string, number>;
}

interface InBrowser {
  readonly scrolls: string[];
  readonly missing: string[];
  /** Text that looks like Markdown which was not understood. */
  readonly raw: string[];
  readonly links: { readonly written: string; readonly address: string }[];
  readonly ids: string[];
  readonly shown: Record<string, number>;
}

/** They say what is published, and until then that nothing is. */
const BADGES = /^https:\/\/(img\.shields\.io|constructs\.dev\/badge|github\.com\/[^?]+\/badge\.svg)/;
const BADGE = '<svg xmlns="http://www.w3.org/2000/svg" width="90" height="20"><rect width="90" height="20" fill="#888"/></svg>';
const TYPES: Record<string, string> = { svg: 'image/svg+xml', png: 'image/png', gif: 'image/gif' };

/** Runs in the browser, so it knows nothing of what is outside it. */
const inBrowser = `headingId => {
  for (const heading of document.querySelectorAll('h1, h2, h3, h4, h5, h6')) {
    if (headingId) {
      heading.removeAttribute('id');
      const id = headingId(heading.textContent);
      let unique = id;
      for (let count = 1; document.getElementById(unique); count++) {
        unique = id + '-' + count;
      }
      heading.id = unique;
    }
  }
  const width = document.documentElement.clientWidth;
  const elements = [...document.querySelectorAll('main *')];
  const scrollsItself = element => element && element.tagName !== 'BODY' &&
    (getComputedStyle(element).overflowX !== 'visible' || scrollsItself(element.parentElement));
  const tooWide = elements.filter(element => element.getBoundingClientRect().right > width + 1 && !scrollsItself(element.parentElement));
  const innermost = tooWide.filter(element => !tooWide.some(other => other !== element && element.contains(other)));
  const nameOf = element => '<' + element.tagName.toLowerCase() + '> ' + (element.getAttribute('src') ?? element.textContent.trim().slice(0, 60));
  const scrolls = document.documentElement.scrollWidth > width;
  const count = selector => document.querySelectorAll('main ' + selector).length;
  return {
    scrolls: scrolls ? (innermost.length > 0 ? innermost.map(nameOf) : ['something']) : [],
    missing: [...document.images].filter(image => !image.complete || image.naturalWidth === 0).map(image => image.getAttribute('src') ?? 'an image without a source'),
    raw: [...new Set([...document.querySelectorAll('main :is(p, li, td, th, h1, h2, h3, h4)')].flatMap(element => {
      const prose = element.cloneNode(true);
      prose.querySelectorAll('pre, code').forEach(code => code.remove());
      return prose.textContent.match(/.{0,20}(\\]\\[|\\]\\(|\\|-{3}|\`{3}).{0,20}/)?.[0] ?? [];
    }))],
    links: [...document.querySelectorAll('main a[href]')].map(link => ({ written: link.getAttribute('href'), address: link.href })),
    ids: [...document.querySelectorAll('[id]')].map(({ id }) => id),
    shown: { pictures: count('img'), tables: count('table'), 'blocks of code': count('pre'), headings: count(':is(h1, h2, h3, h4, h5, h6)') },
  };
}`;

/** Opens a page as a place shows it, and says what a reader would miss there. */
export async function look(browser: Browser, place: Place, page: string, html: string, view: View, screenshot?: string): Promise<Seen> {
  const tab = await browser.newPage();
  try {
    const address = place.addressOf(page);
    await tab.setRequestInterception(true);
    tab.on('request', request => void answer(request, address, htmlOf(place, html)));
    await tab.setViewport({ width: view.width, height: 900 });
    await tab.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: view.scheme }]);
    await tab.goto(address);
    const seen = await tab.evaluate(`(${inBrowser})(${place.headingId ? `text => ${place.headingId}` : 'undefined'})`) as InBrowser;
    if (screenshot) {
      await tab.screenshot({ path: screenshot as `${string}.png`, fullPage: true, optimizeForSpeed: true });
    }
    const dead = seen.links.flatMap(({ written, address: target }) => problemOfLink(written, target, seen.ids) ?? []);
    return {
      problems: [
        ...seen.scrolls.map(what => `${what} makes the page scroll sideways`),
        ...seen.missing.map(picture => `${picture}: the picture is not there`),
        ...new Set(dead),
        ...seen.raw.map(text => `'${text}' is Markdown that is not understood here`),
      ],
      shown: seen.shown,
    };
  } finally {
    await tab.close();
  }
}

function htmlOf({ css }: Place, html: string): string {
  return '<!doctype html><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">' +
    `<style>${css}</style><body><main class="markdown-body">${html}</main>`;
}

/** Nothing is asked outside: what is ours comes from this checkout. */
async function answer(request: HTTPRequest, address: string, html: string): Promise<void> {
  if (request.url() === address) {
    return request.respond({ contentType: 'text/html', body: html });
  }
  if (BADGES.test(request.url())) {
    return request.respond({ contentType: TYPES.svg, body: BADGE });
  }
  const file = linkedFile(request.url())?.file;
  return file !== undefined && existsSync(join(ROOT, file))
    ? request.respond({ contentType: TYPES[file.split('.').pop()!] ?? 'application/octet-stream', body: readFileSync(join(ROOT, file)) })
    : request.abort();
}

function problemOfLink(written: string, address: string, ids: string[]): string | undefined {
  if (written.startsWith('#')) {
    return ids.includes(decodeURIComponent(written.slice(1))) ? undefined : `${written}: no heading has this anchor here`;
  }
  if (linkedFile(address)) {
    return problemOfAddress(address);
  }
  return /^[a-z]+:/.test(written) ? undefined : `${written}: leads to ${address} here; write the whole address`;
}
