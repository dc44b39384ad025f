import { LockState } from './command-context';
import { Finding } from './finding';
import { disagreement } from './lock-against-app';
import { parseLockKey } from '../../lock/lock-key';
import { isEcr } from '../../names/repository-name';
import { ImageFindings } from '../lookup/image-findings';
import { LookupFailure } from '../lookup/lookup-failure';
import { ReportedImage } from '../page/reported-image';
import { registryName } from '../terminal/describe-pin';

const ACCOUNT = /\b[0-9]{12}\b/g;

/** What registries said about the pins, by key. */
export interface Answers {
  readonly broken: Map<string, Finding>;
  readonly moved: Map<string, Finding>;
  readonly findings: Map<string, ImageFindings | LookupFailure | undefined>;
}

/** What is wrong with a pin, and what could not be asked. */
export function problemsOf(key: string, state: LockState, answers: Answers | undefined): Pick<Finding, 'kind' | 'message'>[] {
  const found = answers?.findings.get(key);
  return [
    ...[disagreement(key, state), answers?.broken.get(key)].flatMap(finding => finding ?? []),
    ...found instanceof LookupFailure ? [{ kind: 'not-checked' as const, message: found.message }] : [],
  ];
}

/** The pins as the page shows them. A page goes to more people than a terminal: it names the accounts that the keys name. */
export function reportedImages(keys: string[], state: LockState, answers: Answers | undefined): ReportedImage[] {
  const named = new Set(keys.join().match(ACCOUNT));
  const withoutOthers = (message: string) => message.replace(ACCOUNT, number => named.has(number) ? number : '************');
  return keys.map(key => reportedImage(key, state, answers, withoutOthers));
}

function reportedImage(key: string, state: LockState, answers: Answers | undefined, said: (message: string) => string): ReportedImage {
  const { lock, assembly } = state;
  const image = parseLockKey(key);
  const entry = lock.entries.get(key);
  const found = answers?.findings.get(key);
  const findings = found === undefined || found instanceof LookupFailure
    ? whyUnknown(key, state, answers)
    : { ...found, unknown: found.unknown.map(said) };
  const moved = answers?.moved.get(key);
  const isProblem = ({ kind }: Pick<Finding, 'kind'>) => kind !== 'not-checked';
  const problems = problemsOf(key, state, answers).map(({ kind, message }) => ({ kind, message: said(message) }));
  return {
    key,
    name: image ? `${image.repository.repositoryName}:${image.tag}` : key,
    registry: image ? registryName(key) : 'unknown registry',
    ...(image?.platform && { platform: image.platform }),
    ...(entry && { digest: entry.digest }),
    ...(entry?.pushedAt && { pushedAt: entry.pushedAt }),
    platforms: typeof findings === 'object' && findings.platforms.length > 0 ? findings.platforms : entry?.platforms ?? (image?.platform ? [image.platform] : []),
    ...(assembly && { uses: (assembly.uses.get(key) ?? []).map(({ stack, path }) => ({ stack, path })) }),
    problems: problems.filter(isProblem).map(({ message }) => message),
    failures: problems.filter(problem => !isProblem(problem)).map(({ message }) => message),
    ...(entry && answers && !answers.broken.has(key) && { tag: moved ? 'means something else by now' : 'means this image' }),
    ...(moved && { moved: said(moved.message) }),
    findings,
  };
}

function whyUnknown(key: string, { lock }: LockState, answers: Answers | undefined): string {
  const repository = parseLockKey(key)?.repository;
  if (!lock.entries.has(key)) {
    return 'nothing is locked';
  }
  if (repository && !isEcr(repository)) {
    return 'not in ECR';
  }
  return answers ? 'not known' : 'not asked';
}
