import { malformedProperty } from '../../custom-resource/handler/malformed-property';
import { isDay } from '../../names/day';
import { FindingSeverity } from '../../names/finding-severity';
import { platformProblem } from '../../names/image-grammar';

/** A finding that is let pass, up to a day. */
export interface IgnoredFinding {
  readonly id: string;
  readonly until: string;
}

/** What is asked of scans. */
export interface ScanRules {
  readonly failOn: FindingSeverity;
  readonly ignore: IgnoredFinding[];
  readonly ignoreUnfixed: boolean;
  /** None for all. */
  readonly platforms: string[];
  /** Statuses. */
  readonly allow: string[];
}

const SEVERITIES: unknown[] = Object.values(FindingSeverity);

/** Reads the properties; what the template could only give as a token is checked here. */
export function readScanRules({ FailOn, Ignore = [], IgnoreUnfixed, Platforms = [], Allow = [] }: Record<string, unknown>): ScanRules {
  if (!SEVERITIES.includes(FailOn)) {
    throw malformedProperty(`FailOn is ${JSON.stringify(FailOn)}; expected one of ${SEVERITIES.join(', ')}`);
  }
  const wrongPlatform = listIn({ Platforms }).map(platform => platformProblem(platform as string)).find(Boolean);
  if (wrongPlatform) {
    throw malformedProperty(wrongPlatform);
  }
  return {
    failOn: FailOn as FindingSeverity,
    ignore: listIn({ Ignore }).map(ignoredFinding),
    ignoreUnfixed: IgnoreUnfixed === 'true',
    platforms: Platforms as string[],
    allow: listIn({ Allow }).map(String),
  };
}

function listIn(property: Record<string, unknown>): unknown[] {
  const [[name, value]] = Object.entries(property);
  if (!Array.isArray(value)) {
    throw malformedProperty(`${name} is ${JSON.stringify(value)}; expected a list`);
  }
  return value;
}

function ignoredFinding(entry: unknown): IgnoredFinding {
  const { Id: id, Until: until } = Object(entry);
  if (typeof id !== 'string' || id === '' || typeof until !== 'string' || !isDay(until)) {
    throw malformedProperty(`Ignore has ${JSON.stringify(entry)}; expected the id of a finding, and a day as YYYY-MM-DD`);
  }
  return { id, until };
}
