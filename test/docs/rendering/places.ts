import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { REPOSITORY } from '../pages';

/** Where people read a page. */
export interface Place {
  readonly name: string;
  /** The program that renders there: what it is given are a list of texts, what it says a list of `Rendered`. */
  readonly renderer: 'render.py' | 'construct-hub.mjs';
  readonly args: string[];
  /** Whether the guides are read there, too, or the README only. */
  readonly hasGuides: boolean;
  /** The id of a heading with this text, if headings get one. */
  readonly headingId?: string;
  /** What of the place's looks decides how wide things are. Fonts are those of this machine. */
  readonly css: string;
  /** The address at which a page of this repository is shown, by which its relative links are read. */
  addressOf(page: string): string;
}

export interface Rendered {
  readonly html: string;
  readonly warnings: string;
}

const GITHUB_CSS = readFileSync(join(__dirname, '..', '..', '..', 'node_modules', 'github-markdown-css', 'github-markdown.css'), 'utf8');
const FRAME = 'body { margin: 0 } body > main { box-sizing: border-box; margin: 0 auto; max-width: 1012px; padding: 32px } ' +
  '@media (max-width: 767px) { body > main { padding: 16px } }';
/** Both have a box around each table and each block of code in which it scrolls. */
const OWN_BOXES = 'pre, table { display: block; max-width: 100%; overflow-x: auto; box-sizing: border-box } img { max-width: 100%; height: auto }';

export const PLACES: Place[] = [
  {
    name: 'github',
    renderer: 'render.py',
    args: ['github'],
    hasGuides: true,
    addressOf: page => `https://github.com/${REPOSITORY}/blob/main/${page}`,
    headingId: 'text.toLowerCase().replace(/[^\\p{L}\\p{N}\\s_-]/gu, "").trim().replace(/\\s/g, "-")',
    css: `${GITHUB_CSS} ${FRAME}`,
  },
  {
    // https://github.com/pypi/warehouse: warehouse/static/sass/blocks/_project-description.scss and pull request 19712, since which wide tables scroll.
    name: 'pypi',
    renderer: 'render.py',
    args: ['pypi'],
    hasGuides: false,
    addressOf: () => 'https://pypi.example/project/cdk-secure-repository/',
    css: `${FRAME} ${OWN_BOXES} body { font: 400 16px/1.5 'Source Sans 3', sans-serif } body > main { max-width: 880px }
      pre, code { font-family: 'Source Code Pro', monospace; font-size: 0.85rem; border: 1px solid #d3d3d3; padding: 0 2px 1px } pre { padding: 15px }
      table { border-collapse: collapse } th, td { padding: 10px 7px; border-right: 1px solid #d3d3d3; text-align: left }`,
  },
  {
    // https://github.com/cdklabs/construct-hub-webapp: src/components/Markdown and src/util/sanitize-anchor.ts; Chakra UI breaks every long word.
    name: 'construct-hub',
    renderer: 'construct-hub.mjs',
    args: [],
    hasGuides: false,
    // Relative links lead to GitHub from there.
    addressOf: page => `https://github.com/${REPOSITORY}/blob/HEAD/${page}`,
    headingId: 'text.toLowerCase().replace(/[^a-z0-9 ]/g, "").replace(/ /g, "-")',
    css: `${FRAME} ${OWN_BOXES} * { overflow-wrap: break-word } body { font: 400 16px/1.5 system-ui, sans-serif } body > main { max-width: 960px }
      code { padding: 0 8px; background: #f7fafc } pre code { padding: 0 } th, td { padding: 16px 24px; text-align: left }`,
  },
];
