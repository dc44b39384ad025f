import { ImageFindings, SEVERITIES } from '../lookup/image-findings';

/** What a page tells of a pin. All texts may come from elsewhere. */
export interface ReportedImage {
  /** The lock's key. */
  readonly key: string;
  /** Repository and tag. */
  readonly name: string;
  /** Account and Region of ECR's, the host of others. */
  readonly registry: string;
  /** The one that is pinned. */
  readonly platform?: string;
  /** What the lock has; `undefined` where it has nothing that can be used. */
  readonly digest?: string;
  /** In ISO 8601, where the lock knows. */
  readonly pushedAt?: string;
  readonly platforms: string[];
  /** The constructs that use it; `undefined` where the app was not synthesized. */
  readonly uses?: { readonly stack: string; readonly path: string }[];
  /** What keeps it from being deployed as locked. */
  readonly problems: string[];
  /** What could not be asked. */
  readonly failures: string[];
  /** What the tag means, where that was asked. */
  readonly tag?: string;
  /** That the tag means something else by now, or nothing. */
  readonly moved?: string;
  /** What scanners found, or in a word why that is not known. */
  readonly findings: ImageFindings | string;
}

/** Why somebody should look at an image, from the most urgent one. */
export const ATTENTION = ['problem', 'critical', 'high', 'unknown', 'moved', 'unscanned', 'partly-scanned'] as const;
export type Attention = typeof ATTENTION[number];

export function attentionOf({ problems, failures, moved, findings }: ReportedImage): Attention[] {
  const { counts, scanned } = typeof findings === 'string' ? { counts: undefined, scanned: undefined } : findings;
  const holds: Record<Attention, boolean> = {
    'problem': problems.length > 0,
    'critical': (counts?.CRITICAL ?? 0) > 0,
    'high': (counts?.HIGH ?? 0) > 0,
    'unknown': failures.length > 0,
    'moved': moved !== undefined,
    'unscanned': scanned === 'none',
    'partly-scanned': scanned === 'some',
  };
  return ATTENTION.filter(attention => holds[attention]);
}

/** Whether the lock has it for nothing, as far as the app that was synthesized goes. */
export function isUnused({ uses }: ReportedImage): boolean {
  return uses?.length === 0;
}

/** What needs attention first, and what nothing uses last; the same for the same images. */
export function byAttention(images: ReportedImage[]): ReportedImage[] {
  return images.map(image => ({ image, weight: weightOf(image) })).sort((one, other) => compare(one.weight, other.weight)).map(({ image }) => image);
}

function weightOf(image: ReportedImage): (number | string)[] {
  const { findings, name, key } = image;
  const [first] = attentionOf(image);
  const counts = SEVERITIES.map(severity => typeof findings === 'string' ? 0 : -findings.counts[severity]);
  return [Number(isUnused(image)), first ? ATTENTION.indexOf(first) : ATTENTION.length, ...counts, name, key];
}

function compare(one: (number | string)[], other: (number | string)[]): number {
  const index = one.findIndex((value, position) => value !== other[position]);
  return index === -1 ? 0 : one[index] < other[index] ? -1 : 1;
}
