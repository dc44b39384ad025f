import { Duration, Token } from 'aws-cdk-lib';
import { Platform } from 'aws-cdk-lib/aws-ecr-assets';
import { IgnoredFinding, ScannedGateOptions, ScanStatus } from './gate-options';
import { waitProblem } from '../custom-resource/wait';
import { isDay } from '../names/day';
import { FindingSeverity } from '../names/finding-severity';
import { platformProblem } from '../names/image-grammar';
import { signingProfileProblem } from '../names/signing-profile';

const SEVERITIES: string[] = Object.values(FindingSeverity);
const STATUSES: string[] = Object.values(ScanStatus);

/** What is used of them has no longer names. */
const FINDING_ID = /^[A-Za-z0-9][A-Za-z0-9._:@/-]{0,199}$/;

/** AWS Lambda takes an event of 256 KB, in which the options are as they were before and as they are now. */
const LONGEST_IGNORE = 100_000;

type Checked = ScannedGateOptions & { readonly failOn: FindingSeverity; readonly wait: Duration };

/** What is wrong with the types of options, which only TypeScript and jsii check, or `undefined` when nothing is. */
export function optionsProblem(options: ScannedGateOptions): string | undefined {
  if (typeof options !== 'object' || options === null) {
    return `it got '${options}'; expected options, such as { failOn: FindingSeverity.HIGH }`;
  }
  const lists = ['ignore', 'platforms', 'allow'] as const;
  const noList = lists.find(name => !Array.isArray(options[name] ?? []));
  return noList && `${noList} is '${options[noList]}'; expected a list`;
}

/** What is wrong with what somebody wants of scans, or `undefined` when nothing is. */
export function scannedProblem({ failOn, ignore = [], wait, platforms = [], allow = [], recheck }: Checked): string | undefined {
  const unknown = allow.find(status => !STATUSES.includes(status));
  const ids = ignore.map(entry => String(entry?.id).toUpperCase());
  const twice = ids.find((id, index) => ids.indexOf(id) < index);
  return (SEVERITIES.includes(failOn) ? undefined : `failOn is '${failOn}'; expected one of ${SEVERITIES.join(', ')}`)
    ?? ignore.map((entry, index) => named(`ignore[${index}]`, ignoreProblem(entry))).find(Boolean)
    ?? (JSON.stringify(ignore).length <= LONGEST_IGNORE ? undefined : `ignore has more than ${LONGEST_IGNORE} characters as JSON; ignore fewer findings, with shorter reasons`)
    ?? (twice === undefined ? undefined : `ignore has '${twice}' twice; drop one`)
    ?? waitProblem('wait', wait)
    ?? platforms.map(wantedPlatformProblem).find(Boolean)
    ?? (unknown === undefined ? undefined : `allow has '${unknown}'; expected one of ${STATUSES.join(', ')}`)
    ?? (recheck === '' ? 'recheck is empty; expected a text that changes when all images are to be judged again, or none' : undefined);
}

/** What is wrong with the ARNs of signing profiles, or `undefined` when nothing is. */
export function signedProblem(signingProfileArns: string[]): string | undefined {
  return signingProfileArns.length > 0
    ? signingProfileArns.map(arn => Token.isUnresolved(arn) ? undefined : signingProfileProblem(arn)).find(Boolean)
    : 'there is no signing profile; give the ARN of one';
}

function wantedPlatformProblem(platform: Platform): string | undefined {
  return typeof platform?.platform === 'string'
    ? platformProblem(platform.platform)
    : `platforms has '${platform}'; expected a Platform, such as Platform.LINUX_ARM64`;
}

function ignoreProblem(entry: Partial<IgnoredFinding>): string | undefined {
  if (typeof entry !== 'object' || entry === null) {
    return `is '${entry}'; expected { id, reason, until }`;
  }
  const { id, reason, until } = entry;
  if (typeof id !== 'string' || !FINDING_ID.test(id)) {
    return `has the id '${id}'; expected that of one finding, such as CVE-2026-12345`;
  }
  if (typeof reason !== 'string' || reason.trim() === '') {
    return 'has no reason; say why the finding does no harm';
  }
  return typeof until === 'string' && isDay(until) ? undefined : `has until '${until}'; expected a day as YYYY-MM-DD`;
}

function named(name: string, problem: string | undefined): string | undefined {
  return problem && `${name} ${problem}`;
}
