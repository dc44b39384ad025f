import { Counts, severityOf, worstFirst } from './findings';
import { fitting } from './fitting';
import { Look } from './scan-watch';
import { FindingSeverity } from '../../names/finding-severity';
import { EcrRepositoryName } from '../../names/repository-name';
import { ecrCommands } from '../../registry-client/ecr-commands';
import { EcrFailures } from '../../registry-client/ecr-failures';
import { ImageScan, NOT_SCANNED } from '../../registry-client/image-scan';
import { quote } from '../../registry-client/quote';
import { ScanFinding } from '../../registry-client/scan-findings';

/** The image that is refused. */
export interface Refused {
  readonly repository: EcrRepositoryName;
  readonly digest: string;
  /** For how long it was judged. */
  readonly seconds: number;
}

/** CloudFormation takes 4,096 bytes, of which several images may want some. */
const LONGEST_REFUSAL = 1_500;
const ROOM_FOR_IMAGES = 260;
const ROOM_FOR_EXPIRED = 120;
const LONGEST_NAME = 60;
const LONGEST_DESCRIPTION = 200;
const FINDINGS_SHOWN = 6;

const MORE = 'let the gate wait longer with wait, or deploy again';

/** What an option of the gate allows by name. */
const ALLOWABLE = ['FAILED', 'UNSUPPORTED_IMAGE', 'SCAN_ELIGIBILITY_EXPIRED', 'FINDINGS_UNAVAILABLE', 'LIMIT_EXCEEDED', 'ACTIVE', 'COMPLETE'];

/** Of an image with findings. */
export function findingsRefusal(refused: Refused, looks: Look[], failOn: FindingSeverity): string {
  const perImage = looks.map(look => `${countsText(look.verdict.refusedCounts)} (${imageText(look, refused)})`);
  const expired = new Map(looks.flatMap(({ verdict }) => verdict.expired).map(entry => [entry.id, `${quote(entry.id, LONGEST_NAME)} (${entry.until})`]));
  const start = `${describe(refused)} has findings of severity ${failOn} or above: ${fitting(perImage, ROOM_FOR_IMAGES).join('; ')}`;
  const end = `${expired.size > 0 ? `; no longer ignored: ${fitting([...expired.values()], ROOM_FOR_EXPIRED).join(', ')}` : ''}`
    + `; update what has a fix, or ignore a finding up to a day, see: ${showFindings(refused, looks[0])}`;
  const worst = fitting(worstOf(looks, refused), LONGEST_REFUSAL - start.length - end.length - '; the worst: '.length);
  return limited(`${start}${worst.length > 0 ? `; the worst: ${worst.join(', ')}` : ''}${end}`);
}

/** Of an image with a scan that will have no result. */
export function hopelessRefusal(refused: Refused, looks: Look[]): string {
  const [{ scan: { status } }] = looks;
  const { restoreImage } = ecrCommands(refused.repository, looks[0].image.digest);
  const advice = new Map([
    ['IMAGE_ARCHIVED', `restore it with: ${restoreImage}`],
    ['SCAN_ELIGIBILITY_EXPIRED', 'push the image again, or let Amazon Inspector scan images for longer'],
    ['LIMIT_EXCEEDED', 'deploy again later'],
  ]);
  return limited(`${describe(refused)} has no result of a scan: ${statusesText(looks, refused)}; `
    + `${advice.get(status) ?? 'build the image from what the scanner supports'}${allowText(status)}${status === 'IMAGE_ARCHIVED' ? '' : see(refused, looks[0])}`);
}

/** Of an image with a scan that was waited for. */
export function lateRefusal(refused: Refused, looks: Look[]): string {
  const [{ scan, startRefusal }] = looks;
  const { showScanning } = ecrCommands(refused.repository, refused.digest);
  const configure = `let the registry scan the repository (of another account it takes a role of that account to see it), see: ${showScanning}`;
  const advice = scan.status === NOT_SCANNED && startRefusal?.name === 'ValidationException'
    ? configure
    : `${MORE}${allowText(scan.status)}${see(refused, looks[0])}`;
  const started = startRefusal ? `; no scan was started (${startText(startRefusal.name, startRefusal.message)})` : '';
  return limited(`${describe(refused)} has no finished scan after ${refused.seconds} seconds: ${statusesText(looks, refused)}${started}; ${advice}`);
}

/** Of an image whose scan was finished so lately that findings may follow. */
export function unsettledRefusal(refused: Refused, looks: Look[]): string {
  return limited(`${describe(refused)} was scanned so lately that findings may follow: ${statusesText(looks, refused)}; deploy again${see(refused, looks[0])}`);
}

function describe({ repository, digest }: Refused): string {
  return new EcrFailures(repository).describe(digest);
}

function imageText({ image }: Pick<Look, 'image'>, { digest }: Refused): string {
  const platforms = fitting(image.platforms, LONGEST_NAME).join(', ');
  return platforms || (image.digest === digest ? 'the image' : image.digest);
}

function countsText(counts: Counts): string {
  return Object.entries(counts).map(([severity, count]) => `${count} ${severity}`).join(', ');
}

/** The worst findings, each once, with the images that have it. */
function worstOf(looks: Look[], refused: Refused): string[] {
  const images = new Map<string, Set<string>>();
  const findings = looks.flatMap(look => look.verdict.refused.map(finding => ({ look, finding })));
  for (const { look, finding } of findings.sort((one, other) => worstFirst(one.finding, other.finding))) {
    const text = findingText(finding);
    images.set(text, (images.get(text) ?? new Set()).add(imageText(look, refused)));
  }
  return [...images].slice(0, FINDINGS_SHOWN).map(([text, where]) => looks.length === 1 ? text : `${text} (${fitting([...where], LONGEST_NAME).join(', ')})`);
}

function findingText(finding: ScanFinding): string {
  const { id, packages: [first, ...others] } = finding;
  const versions = first && [first.name, first.installed, first.fixed && `fixed in ${first.fixed}`].filter(Boolean).map(part => quote(part!, LONGEST_NAME));
  const more = others.length > 0 ? ` and ${others.length} more` : '';
  return `${quote(id ?? 'a finding without id', LONGEST_NAME)} ${severityOf(finding)}${versions ? ` in ${versions.join(' ')}${more}` : ''}`;
}

function statusesText(looks: Look[], refused: Refused): string {
  return fitting(looks.map(look => `${statusText(look.scan)} (${imageText(look, refused)})`), 2 * ROOM_FOR_IMAGES).join(', ');
}

function statusText({ status, description, scannedAt }: ImageScan): string {
  if (status === NOT_SCANNED) {
    return 'there is no scan';
  }
  const undated = ['COMPLETE', 'ACTIVE'].includes(status) && !scannedAt ? ' without the time of a scan' : '';
  return `status ${quote(status, LONGEST_NAME)}${undated}${description ? `, ${quote(description, LONGEST_DESCRIPTION)}` : ''}`;
}

function startText(name: string, message: string): string {
  return name === 'LimitExceededException'
    ? `ECR scans an image once in 24 hours, ${quote(message, LONGEST_DESCRIPTION)}`
    : `${quote(name, LONGEST_NAME)}, ${quote(message, LONGEST_DESCRIPTION)}`;
}

function allowText(status: string): string {
  return ALLOWABLE.includes(status) ? `, or allow ${status} by name` : '';
}

function see(refused: Refused, look: Look): string {
  return `, see: ${showFindings(refused, look)}`;
}

function showFindings({ repository }: Refused, { image }: Look): string {
  return ecrCommands(repository, image.digest).showFindings;
}

function limited(text: string): string {
  return quote(text, LONGEST_REFUSAL - 1);
}
