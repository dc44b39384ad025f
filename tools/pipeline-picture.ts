/** Draws the picture of the README: from a build to what runs. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { escapeXml, finished, FONT, LIGHT } from './picture';

export const PIPELINE_PICTURE = join(__dirname, '..', 'docs', 'images', 'pipeline.svg');

/** Has a colour of its own, to be followed through the steps. */
const DIGEST = 'sha256:9e36…';

/** What happens, in lines of at most 40 characters; code is in backticks. */
const STEPS: [name: string, lines: string[]][] = [
  ['build', ['pushes an image, for Amazon ECR to scan']],
  ['tag', ['`v1.2.3`, which cannot be moved']],
  ['lock', ['`sha256:9e36…` in `cdk.context.json`,', 'reviewed in a pull request']],
  ['gate', ['asks Amazon ECR for the scan', 'and the signature of `sha256:9e36…`']],
  ['deploy', ['Amazon ECS runs exactly `sha256:9e36…`']],
];

const WIDTH = 640;
const MARGIN = 14;
const NAME_WIDTH = 118;
const ROW = 58;
const GAP = 18;
const LINE = 25;
const HEIGHT = 2 * MARGIN + STEPS.length * ROW + (STEPS.length - 1) * GAP;

function lineOf(text: string, y: number): string {
  const parts = text.split('`').map((part, index) => index % 2 === 0
    ? escapeXml(part)
    : `<tspan font-family="ui-monospace, SFMono-Regular, Menlo, Consolas, monospace" font-size="19" fill="${part === DIGEST ? LIGHT.blue : LIGHT.ink}">${escapeXml(part)}</tspan>`);
  return `<text x="${MARGIN + NAME_WIDTH + 18}" y="${y}" font-size="20" fill="${LIGHT.ink}">${parts.join('')}</text>`;
}

function stepAt([name, lines]: [string, string[]], index: number): string {
  const top = MARGIN + index * (ROW + GAP);
  const middle = top + ROW / 2;
  const x = MARGIN + NAME_WIDTH / 2;
  return [
    `<rect x="${MARGIN}" y="${top}" width="${WIDTH - 2 * MARGIN}" height="${ROW}" rx="8" fill="none" stroke="${LIGHT.line}" stroke-width="1.5"/>`,
    `<rect x="${MARGIN}" y="${top}" width="${NAME_WIDTH}" height="${ROW}" rx="8" fill="${LIGHT.blue}"/>`,
    `<text x="${x}" y="${middle + 8}" font-size="23" font-weight="600" text-anchor="middle" fill="${LIGHT.paper}">${escapeXml(name)}</text>`,
    ...lines.map((line, number) => lineOf(line, middle + 7 + (number - (lines.length - 1) / 2) * LINE)),
    ...index < STEPS.length - 1 ? [`<path d="M${x} ${top + ROW}v${GAP - 8}m-7 0h14l-7 8z" fill="${LIGHT.quiet}" stroke="${LIGHT.quiet}" stroke-width="2"/>`] : [],
  ].join('\n');
}

export function pipelinePicture(): string {
  return finished(`<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${HEIGHT}" viewBox="0 0 ${WIDTH} ${HEIGHT}" font-family="${FONT}">
<rect width="${WIDTH}" height="${HEIGHT}" rx="10" fill="${LIGHT.paper}"/>
${STEPS.map(stepAt).join('\n')}
</svg>`, {
    title: 'From a build to what runs',
    description: STEPS.map(([name, lines]) => `${name}: ${lines.join(' ').replace(/`/g, '')}`).join('; '),
  });
}

if (require.main === module) {
  writeFileSync(PIPELINE_PICTURE, pipelinePicture());
}
