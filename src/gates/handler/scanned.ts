import { scanAdvice } from './advice';
import { atMost } from './at-most';
import { countBy, Counts, Severity } from './findings';
import { fitting } from './fitting';
import { Gate, GateContext, GateRequest } from './gate';
import { Patience } from './patience';
import { isFinished } from './scan-stage';
import { Look, ScanWatch } from './scan-watch';
import { readScanRules, ScanRules } from './scanned-properties';
import { findingsRefusal, hopelessRefusal, lateRefusal, unsettledRefusal } from './scanned-refusals';
import { withAdvice } from '../../custom-resource/handler/ecr-client';
import { EcrRepositoryName } from '../../names/repository-name';
import { EcrRegistry } from '../../registry-client/ecr-registry';
import { EcrScans } from '../../registry-client/ecr-scan';
import { runnableImages } from '../../registry-client/image-index';
import { quote } from '../../registry-client/quote';
import { withoutSociIndexes } from '../../registry-client/without-soci-indexes';

const CALLS_AT_ONCE = 4;
const LONGEST_STATUS = 30;
const ROOM_FOR_LIST = 40;

/** What was found out about an image that passed, for those who read it later. */
export interface ScannedResult {
  readonly scanner?: string;
  /** When the first of its platforms was scanned, in ISO 8601. */
  readonly scannedAt?: string;
  /** All findings, those of its platforms added up. */
  readonly counts: Counts;
  /** How many it would have been refused for. */
  readonly ignored: number;
  readonly platforms: string[];
  /** Statuses that passed by name. */
  readonly allowed?: string[];
}

/** Judges images by their scans: each image of an index, or those for the platforms that are named. */
export function scannedGate({ repository, properties, waitSeconds }: GateRequest): Gate {
  const rules = readScanRules(properties);
  const roleArn = properties.RoleArn === undefined ? undefined : String(properties.RoleArn);
  const limited = atMost(CALLS_AT_ONCE);
  return async (digest, context) => {
    const patience = new Patience(waitSeconds, context);
    const ask: Patience['ask'] = attempt => patience.ask(() => limited(attempt));
    const looks = await withAdvice(
      () => looksAt(digest, { repository, roleArn, rules, patience, ask, context }),
      ({ reason }) => scanAdvice(repository, digest, roleArn)[reason]);
    return resultOf(looks);
  };
}

interface Judgement {
  readonly repository: EcrRepositoryName;
  /** Of the role that is assumed to ask, where there is one. */
  readonly roleArn?: string;
  readonly rules: ScanRules;
  readonly patience: Patience;
  readonly ask: Patience['ask'];
  readonly context: GateContext;
}

/** Looks at all scans until each of them is judged; the last look at each. */
async function looksAt(digest: string, judgement: Judgement): Promise<Look[]> {
  const { repository, roleArn, rules, patience, ask, context } = judgement;
  const registry = new EcrRegistry(context.client, repository);
  const scans = new EcrScans(context.client, repository);
  const manifest = await ask(() => registry.manifest(digest, digest));
  const name = registry.describe(digest);
  const images = await withoutSociIndexes(
    runnableImages(manifest, digest, rules.platforms, name), child => ask(() => registry.manifest(child, child)), name);
  const passed: Look[] = [];
  let open = images.map(image => new ScanWatch(image, scans, rules));
  while (open.length > 0) {
    const looks = await allOf(open.map(watch => withAdvice(
      () => watch.look(ask, context.now), ({ reason }) => scanAdvice(repository, watch.image.digest, roleArn)[reason])));
    const now = context.now();
    throwIfRefused(digest, looks, judgement);
    const isOver = ({ stage, settled }: Look) => stage === 'judged' && settled <= now;
    passed.push(...looks.filter(isOver));
    open = open.filter((_, index) => !isOver(looks[index]));
    if (open.length > 0) {
      const unsettled = looks.filter(look => look.stage === 'judged' && !isOver(look)).map(({ settled }) => settled);
      const awaited = looks.some(({ stage }) => stage === 'awaited') ? [patience.next()] : [];
      await patience.sleepUntil(Math.min(...unsettled, ...awaited));
    }
  }
  return passed;
}

function throwIfRefused(digest: string, looks: Look[], { repository, rules, patience, context: { now } }: Judgement): void {
  const about = { repository, digest, seconds: patience.secondsGone };
  const inStage = (stage: Look['stage']) => looks.filter(look => look.stage === stage);
  const refused = inStage('judged').filter(({ verdict }) => Object.keys(verdict.refusedCounts).length > 0);
  const unsettled = inStage('judged').filter(({ settled }) => settled > now());
  if (refused.length > 0) {
    throw new Error(findingsRefusal(about, refused, rules.failOn));
  }
  if (inStage('hopeless').length > 0) {
    throw new Error(hopelessRefusal(about, inStage('hopeless')));
  }
  if (inStage('awaited').length > 0 && now() >= patience.end) {
    throw new Error(lateRefusal(about, inStage('awaited')));
  }
  if (unsettled.length > 0 && now() >= patience.lastEnd) {
    throw new Error(unsettledRefusal(about, unsettled));
  }
}

/** All answers, or the first failure once nothing is under way any more. */
async function allOf<T>(promises: Promise<T>[]): Promise<T[]> {
  await Promise.allSettled(promises);
  return Promise.all(promises);
}

function resultOf(looks: Look[]): ScannedResult {
  const times = looks.flatMap(({ scan }) => scan.scannedAt ?? []).sort();
  const scanners = new Set(looks.flatMap(({ scan }) => scan.scanner ?? []));
  const allowed = new Set(looks.filter(({ scan }) => !isFinished(scan)).map(({ scan }) => quote(scan.status, LONGEST_STATUS)));
  return {
    ...(scanners.size > 0 && { scanner: [...scanners].sort().join(', ') }),
    ...(times.length > 0 && { scannedAt: times[0] }),
    counts: countBy(looks.flatMap(({ verdict }) => Object.entries(verdict.counts) as [Severity, number][])),
    ignored: looks.reduce((sum, { verdict }) => sum + verdict.ignored, 0),
    platforms: fitting([...new Set(looks.flatMap(({ image }) => image.platforms))].sort(), ROOM_FOR_LIST),
    ...(allowed.size > 0 && { allowed: fitting([...allowed].sort(), ROOM_FOR_LIST) }),
  };
}
