/** The colours of pictures: on light pages, and what takes its place on dark ones. Each is another one, so that it can be found in a picture. */
const COLOURS = {
  paper: ['#ffffff', '#0d1117'],
  ink: ['#1f2328', '#e6edf3'],
  quiet: ['#59636e', '#9ea7b3'],
  line: ['#d1d9e0', '#3d444d'],
  blue: ['#0969da', '#58a6ff'],
  orange: ['#bc4c00', '#f0883e'],
  green: ['#1a7f37', '#3fb950'],
  purple: ['#8250df', '#bc8cff'],
} as const;

type Colour = keyof typeof COLOURS;

/** As they stand in a picture. */
export const LIGHT = Object.fromEntries(Object.entries(COLOURS).map(([name, [light]]) => [name, light])) as Record<Colour, string>;

const DARK_STYLE = Object.values(COLOURS).flatMap(([light, dark]) => ['fill', 'stroke'].map(property => `[${property}="${light}"]{${property}:${dark}}`)).join('');

/** Fonts that are there already, by the names that they have on each system. */
export const FONT = "-apple-system, 'Segoe UI', 'Noto Sans', Helvetica, Arial, sans-serif";

const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

export function escapeXml(text: string): string {
  return text.replace(/[&<>"]/g, character => ENTITIES[character]);
}

export interface Words {
  readonly title: string;
  /** What there is to see, for those who do not see it. */
  readonly description: string;
}

/** An SVG with words, for light and dark pages: it has a background of its own, as not every page goes by what the system prefers. */
export function finished(svg: string, { title, description }: Words): string {
  const words = `<title id="title">${escapeXml(title)}</title><desc id="description">${escapeXml(description)}</desc>`;
  return svg.replace(/^<svg([^>]*)>/, `<svg$1 role="img" aria-labelledby="title description">${words}<style>@media (prefers-color-scheme: dark){${DARK_STYLE}}</style>`)
    .replace(/\n*$/, '\n');
}
