import { createHash } from 'crypto';
import { Html, html } from './html';
import { Attention, ATTENTION, attentionOf, byAttention, isUnused, ReportedImage } from './reported-image';
import { STYLE } from './style';
import { Severity, SEVERITIES } from '../lookup/image-findings';
import { count, shortDigest } from '../terminal/describe-pin';

export interface PageOptions {
  /** As it is to stand in the page; nothing else in it depends on the day. */
  readonly date?: string;
  /** What holds for all images, in sentences. */
  readonly notes: string[];
}

const WORDS: Record<Attention, [text: string, look: string]> = {
  'problem': ['problem', 'r'],
  'critical': ['with critical findings', 'r'],
  'high': ['with high findings', 'o'],
  'unknown': ['not known', 'y'],
  'moved': ['tag moved', 'y'],
  'unscanned': ['not scanned', 'y'],
  'partly-scanned': ['partly scanned', 'y'],
};

/** What is said of the findings, and not of the image as it is locked. */
const OF_FINDINGS: Attention[] = ['critical', 'high', 'unscanned', 'partly-scanned'];

const LOOKS: Record<Severity, string> = { CRITICAL: 'r', HIGH: 'o', MEDIUM: 'y', LOW: '', OTHER: '' };
const TITLES = ['Image', 'State', 'Findings', 'Digest', 'Pushed', 'Platforms', 'Used by'];

/** The page of all pins, in one file: the same for the same images. It runs nothing and asks for nothing, and says so to the browser. */
export function imagePage(images: ReportedImage[], { date, notes }: PageOptions): string {
  const sorted = byAttention(images);
  const policy = `default-src 'none'; style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'; base-uri 'none'; form-action 'none'`;
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width">
<title>Container images of this app</title>
<style>${new Html(STYLE)}</style>
</head>
<body>
<main>
<h1>Container images of this app</h1>
${date === undefined ? '' : html`<p class="soft">As of <time>${date}</time></p>\n`}${notes.map(note => html`<p>${note}</p>\n`)}${summary(sorted)}
<table class="pins" role="table">
<thead role="rowgroup"><tr role="row">${TITLES.map(title => html`<th role="columnheader" scope="col">${title}</th>`)}</tr></thead>
${sorted.map(rows)}</table>
</main>
<footer><p>Findings are those that Amazon ECR has of the pinned image, or of each image in a pinned index; what several platforms share counts once.
Images without an entry in the lock, such as those of fromTag and fromDigest, are not shown.</p></footer>
</body>
</html>
`.text;
}

function summary(images: ReportedImage[]): Html {
  const groups = ATTENTION.flatMap(attention => {
    const members = images.filter(image => attentionOf(image).includes(attention));
    return members.length === 0 ? [] : html`<li><a href="#${idOf(members[0])}">${WORDS[attention][0]} <b>${members.length}</b></a></li>\n`;
  });
  return html`<ul class="sum">
<li>images <b>${images.length}</b></li>
${groups.length > 0 ? groups : html`<li>nothing known that needs attention</li>\n`}</ul>`;
}

/** What is at hand, and below it what is to be said, and the details. */
function rows(image: ReportedImage): Html {
  const { name, registry, platform, digest, pushedAt, platforms, uses, problems, failures, moved, findings } = image;
  const unscanned = typeof findings === 'string' ? [] : findings.unknown.map(problem => `not scanned: ${problem}`);
  const cells = [
    stateCell(image), findingsCell(image), digest ? html`<code>${shortDigest(digest)}</code>` : 'not in the lock', day(pushedAt) ?? '-',
    platforms.join(', ') || '-', uses ? usedBy(uses) : '-',
  ];
  const id = idOf(image);
  return html`<tbody role="rowgroup" id="${id}">
<tr role="row"><th role="rowheader" scope="row"><a href="#${id}">${name}</a>${platform && html` <span class="soft">${platform}</span>`}<div class="soft">${registry}</div></th>
${cells.map((cell, index) => html`<td role="cell" data-of="${TITLES[index + 1]}"><div${new Html([2, 3].includes(index) ? ' class="nw"' : '')}>${cell}</div></td>\n`)}</tr>
<tr role="row" class="more"><td role="cell" colspan="${TITLES.length}">
${[...problems, ...failures, ...moved ? [moved] : [], ...unscanned].map(note => html`<p class="note">${note}</p>\n`)}${details(image)}</td></tr>
</tbody>
`;
}

/** What the findings do not say themselves. */
function stateCell(image: ReportedImage): Html[] {
  const attention = attentionOf(image);
  const states = attention.filter(one => one !== 'critical' && one !== 'high').map(one => WORDS[one]);
  const locked: typeof states = attention.every(one => OF_FINDINGS.includes(one)) ? [['as locked', 'g']] : [];
  const unused: typeof states = isUnused(image) ? [['not used', '']] : [];
  return [...locked, ...states, ...unused].map(([text, look]) => badge(look, text));
}

function badge(look: string, text: string): Html {
  return html`<span class="tag ${look}">${text}</span> `;
}

function findingsCell({ findings }: ReportedImage): Html {
  if (typeof findings === 'string') {
    return html`<span class="soft">${findings}</span>`;
  }
  const { counts, scanners, scannedAt, scanned } = findings;
  const found = SEVERITIES.filter(severity => counts[severity] > 0).map(severity => badge(LOOKS[severity], `${counts[severity]} ${severity.toLowerCase()}`));
  if (scanned === 'none' && found.length === 0) {
    return html`<span class="soft">not scanned</span>`;
  }
  return html`${found.length > 0 ? found : badge(scanned === 'all' ? 'g' : '', 'none')}<div class="soft">${[scanners.join(' and '), day(scannedAt)].filter(Boolean).join(', ')}</div>`;
}

function usedBy(uses: NonNullable<ReportedImage['uses']>): Html {
  const stacks = [...new Set(uses.map(({ stack }) => stack))].sort();
  return stacks.length === 0 ? html`nothing` : html`<ul>${stacks.map(stack => html`<li>${stack}</li>`)}</ul>`;
}

function details({ key, name, digest, pushedAt, uses, findings, tag }: ReportedImage): Html {
  const facts: [string, string | Html | undefined][] = [
    ['Digest', digest && html`<code class="all">${digest}</code>`],
    ['Tag', tag],
    ['Pushed', pushedAt],
    ['Key', html`<code class="all">${key}</code>`],
  ];
  return html`<details><summary>Details of ${name}</summary><div class="box">
<h2>Image</h2><table><tbody>${facts.filter(([, value]) => value).map(([title, value]) => html`<tr><th scope="row">${title}</th><td>${value}</td></tr>\n`)}</tbody></table>
${uses && uses.length > 0 ? html`<h2>Used by</h2>${table(['Stack', 'Construct'], sortedUses(uses))}` : ''}${listed(findings)}</div></details>`;
}

function listed(findings: ReportedImage['findings']): Html | undefined {
  if (typeof findings === 'string' || findings.worst.length === 0) {
    return undefined;
  }
  const others = SEVERITIES.reduce((sum, severity) => sum + findings.counts[severity], 0) - findings.worst.length;
  const isOfPlatforms = findings.platforms.length > 0;
  const lines = findings.worst.map(({ id, severity, packages, platforms }) => [severity.toLowerCase(), id, packages, ...isOfPlatforms ? [platforms.join(', ') || '-'] : []]);
  return html`<h2>Findings</h2>${table(['Severity', 'Finding', 'Package', ...isOfPlatforms ? ['Platforms'] : []], lines)}
${others > 0 ? html`<p class="soft">and ${count(others, 'other')}, which are in ECR</p>` : ''}`;
}

function table(titles: string[], lines: string[][]): Html {
  return html`<table><thead><tr>${titles.map(title => html`<th scope="col">${title}</th>`)}</tr></thead>
<tbody>${lines.map(cells => html`<tr>${cells.map(cell => html`<td>${cell}</td>`)}</tr>\n`)}</tbody></table>`;
}

function sortedUses(uses: NonNullable<ReportedImage['uses']>): string[][] {
  return [...new Set(uses.map(({ stack, path }) => JSON.stringify([stack, path])))].sort().map(use => JSON.parse(use));
}

/** The date of a time, in UTC; the lock may have any text for one. */
function day(time: string | undefined): string | undefined {
  const date = new Date(time ?? '');
  return Number.isNaN(date.getTime()) ? undefined : date.toISOString().slice(0, 10);
}

/** The same for a pin in all reports. */
function idOf({ key }: ReportedImage): string {
  return `pin-${createHash('sha256').update(key).digest('hex').slice(0, 16)}`;
}
