import { IgnoredFinding, ScanRules } from './scanned-properties';
import { hasPassed } from '../../names/day';
import { FindingSeverity } from '../../names/finding-severity';
import { severitiesFrom, severityCalled } from '../../names/severity-order';
import { ImageScan } from '../../registry-client/image-scan';
import { ScanFinding } from '../../registry-client/scan-findings';

/** Of a finding without a severity that is known. It is refused at any threshold. */
export const UNKNOWN = 'UNKNOWN';

export type Severity = FindingSeverity | typeof UNKNOWN;

/** Numbers of findings, the most severe first; only those above zero. */
export type Counts = Partial<Record<Severity, number>>;

const SEVERITIES: Severity[] = [...Object.values(FindingSeverity), UNKNOWN];

/** Decisions that people made about findings in Amazon Inspector. */
const SETTLED = ['SUPPRESSED', 'CLOSED'];

/** What the findings of one image come to. */
export interface FindingsVerdict {
  /** For which the image is refused, the most severe first. */
  readonly refused: ScanFinding[];
  /** How many these are, with those that ECR counts and does not list. */
  readonly refusedCounts: Counts;
  /** All that there are. */
  readonly counts: Counts;
  /** How many the image would be refused for, were they not ignored. */
  readonly ignored: number;
  /** What would have ignored one that is refused, some days ago. */
  readonly expired: IgnoredFinding[];
}

export function judgeFindings({ findings, counts }: Pick<ImageScan, 'findings' | 'counts'>, rules: ScanRules, today: Date): FindingsVerdict {
  const severe = findings.filter(finding => isSevere(severityOf(finding), rules));
  const refused = severe.filter(finding => !isIgnored(finding, rules, today))
    .sort(worstFirst);
  const listed = countBy(findings.map(finding => [severityOf(finding), 1]));
  const counted = countBy(Object.entries(counts).map(([name, count]) => [severityCalled(name) ?? UNKNOWN, count]));
  const unlisted = SEVERITIES.map<[Severity, number]>(severity => [severity, Math.max(0, (counted[severity] ?? 0) - (listed[severity] ?? 0))]);
  return {
    refused,
    refusedCounts: countBy([
      ...refused.map<[Severity, number]>(finding => [severityOf(finding), 1]),
      ...unlisted.filter(([severity]) => isSevere(severity, rules)),
    ]),
    counts: countBy([...Object.entries(listed) as [Severity, number][], ...unlisted]),
    ignored: severe.length - refused.length,
    expired: rules.ignore.filter(entry => hasPassed(entry.until, today) && refused.some(finding => isAbout(entry, finding))),
  };
}

/** Adds numbers up. */
export function countBy(numbers: [Severity, number][]): Counts {
  const sums = SEVERITIES.map(severity => [severity, numbers.filter(([one]) => one === severity).reduce((sum, [, count]) => sum + count, 0)]);
  return Object.fromEntries(sums.filter(([, sum]) => sum !== 0));
}

export function worstFirst(one: ScanFinding, other: ScanFinding): number {
  return SEVERITIES.indexOf(severityOf(one)) - SEVERITIES.indexOf(severityOf(other));
}

export function severityOf({ severity }: ScanFinding): Severity {
  return severityCalled(severity) ?? UNKNOWN;
}

function isSevere(severity: Severity, { failOn }: ScanRules): boolean {
  return severity === UNKNOWN || severitiesFrom(failOn)!.includes(severity);
}

/** Of a finding of which it is not known whether there is a fix, it is taken that there is one. */
function isIgnored(finding: ScanFinding, { ignore, ignoreUnfixed }: ScanRules, today: Date): boolean {
  return SETTLED.includes(finding.status ?? '')
    || (ignoreUnfixed && finding.fix === 'no')
    || ignore.some(entry => isAbout(entry, finding) && !hasPassed(entry.until, today));
}

function isAbout({ id }: IgnoredFinding, finding: ScanFinding): boolean {
  return finding.id?.toUpperCase() === id.toUpperCase();
}
