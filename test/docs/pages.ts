import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';

export const ROOT = join(__dirname, '..', '..');
export const DOCS = join(ROOT, 'docs');
export const RECIPES = join(DOCS, 'recipes');
/** Where this repository is on GitHub. */
export const REPOSITORY = 'cdksecurerepository/cdk-secure-repository';

/** A fenced block of a page. */
export interface Block {
  /** The page's path from the root of this repository. */
  readonly page: string;
  /** The line of the opening fence, from 1. */
  readonly line: number;
  readonly language: string;
  /** What follows the language on the opening fence. */
  readonly flags: string[];
  readonly content: string;
}

export interface Page {
  readonly path: string;
  /** Without the fenced blocks; the lines keep their numbers. */
  readonly prose: string;
  readonly blocks: Block[];
}

/** The README, the guides, and what the examples and the contributors have. */
export function readPages(): Page[] {
  const guides = readdirSync(DOCS).filter(name => name.endsWith('.md')).sort().map(name => `docs/${name}`);
  const examples = readdirSync(join(ROOT, 'examples'), { withFileTypes: true }).filter(entry => entry.isDirectory())
    .map(({ name }) => `examples/${name}/README.md`);
  return ['README.md', 'CONTRIBUTING.md', 'SECURITY.md', ...guides, 'examples/README.md', ...examples].map(path => parsePage(path, readFileSync(join(ROOT, path), 'utf8')));
}

export function parsePage(path: string, text: string): Page {
  const blocks: Block[] = [];
  const fence = /^( *)```(\S*)(.*)\n([^]*?)^\1```$/gm;
  const prose = text.replace(fence, (fenced, indent: string, language: string, flags: string, indented: string, offset: number) => {
    const content = indented.replaceAll(new RegExp(`^${indent}`, 'gm'), '');
    blocks.push({ page: path, line: text.slice(0, offset).split('\n').length, language, flags: flags.trim().split(/\s+/).filter(Boolean), content });
    return fenced.replace(/[^\n]/g, '');
  });
  return { path, prose, blocks };
}

export function blocksIn(pages: Page[], ...languages: string[]): Block[] {
  return pages.flatMap(({ blocks }) => blocks).filter(({ language }) => languages.includes(language));
}

/** Which file of the app of its page a block is, if it is one. */
export function fileOf({ flags }: Block): string | undefined {
  return flags.find(flag => flag.startsWith('file='))?.slice('file='.length);
}

/** The anchors of a page's headings, as GitHub makes them. */
export function anchorsOf({ prose }: Page): string[] {
  const seen = new Map<string, number>();
  return [...prose.matchAll(/^#+ (.*)$/gm)].map(([, heading]) => {
    const anchor = heading.toLowerCase().replace(/\[([^\]]*)\]\([^)]*\)/g, '$1').replace(/[^\p{L}\p{N}\s_-]/gu, '').trim().replace(/\s/g, '-');
    const count = seen.get(anchor) ?? 0;
    seen.set(anchor, count + 1);
    return count === 0 ? anchor : `${anchor}-${count}`;
  });
}

/** In brackets, in angle brackets or with a title; then by a definition; then in HTML. */
const LINKS = [
  /\]\(<?((?:[^()\s<>]|\([^()\s]*\))+)>?(?:\s+"[^"]*")?\)/g,
  /^ {0,3}\[[^\]\n]+\]:\s*<?([^\s>]+)/gm,
  /<(?:a|img|source)\s[^>]*?\b(?:href|src|srcset)=["']?([^"'\s>]+)/g,
];

/** Where the links and the pictures of a page are to be found. */
export function linksOf({ prose }: Page): string[] {
  return LINKS.flatMap(link => [...prose.matchAll(link)].map(([, target]) => target));
}

export interface Picture {
  readonly alt: string;
  readonly source: string;
}

/** The pictures of a page, in Markdown or in HTML. */
export function picturesOf({ prose }: Page): Picture[] {
  const attribute = (tag: string, name: string) => new RegExp(`\\s${name}="([^"]*)"`).exec(tag)?.[1] ?? '';
  return [
    ...[...prose.matchAll(/!\[([^\]]*)\]\(([^()\s]+)\)/g)].map(([, alt, source]) => ({ alt, source })),
    ...[...prose.matchAll(/<img\s[^>]*>/g)].map(([tag]) => ({ alt: attribute(tag, 'alt'), source: attribute(tag, 'src') })),
  ];
}

/** The file of this repository that an address on GitHub shows. */
export function linkedFile(address: string): { file: string; anchor?: string } | undefined {
  const [, file, anchor] = new RegExp(`^https://(?:github\\.com/${REPOSITORY}/(?:blob|raw|tree)|raw\\.githubusercontent\\.com/${REPOSITORY})/(?:main|HEAD)/([^#?]*)(?:\\?[^#]*)?(?:#(.*))?$`)
    .exec(address) ?? [];
  return file === undefined ? undefined : { file, anchor };
}

/** What is wrong with an address within this repository, if anything. */
export function problemOfAddress(address: string): string | undefined {
  const { file, anchor } = linkedFile(address)!;
  return problemOfFile(address, file, anchor);
}

/** What is wrong with a link on a page to a file of this repository, if anything. */
export function problemOfLink(page: string, target: string): string | undefined {
  if (linkedFile(target)) {
    return problemOfAddress(target);
  }
  if (isElsewhere(target)) {
    return undefined;
  }
  const [path, anchor] = target.split('#');
  return problemOfFile(target, path === '' ? page : normalize(join(dirname(page), path)), anchor);
}

export function isElsewhere(target: string): boolean {
  return /^[a-z]+:/.test(target);
}

function problemOfFile(target: string, file: string, anchor?: string): string | undefined {
  if (!existsSync(join(ROOT, file))) {
    return `${target}: no such file`;
  }
  const isThere = anchor === undefined || (file.endsWith('.md') && anchorsOf(parsePage(file, readFileSync(join(ROOT, file), 'utf8'))).includes(anchor));
  return isThere ? undefined : `${target}: no such heading`;
}
