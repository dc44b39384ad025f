import { adviceFor } from './advice';
import type { EcrAccess } from './aws-credentials';
import { LookupFailure } from './lookup-failure';
import { Registries } from './registries';
import { retryOpen } from './retry-open';
import { LockedImage, parseLockKey } from '../../lock/lock-key';
import { LockRequest, lookupRoleOf } from '../../lock/lock-request';
import { EcrRepositoryName, isEcr, OciRepositoryName } from '../../names/repository-name';
import { OciRegistry } from '../../registry-client/oci-registry';
import { outcomeOf, Reason, ResolutionError } from '../../registry-client/resolution-error';
import { Clock } from '../../registry-client/retry';
import { quoted } from '../terminal/describe-pin';
import { reasonOf } from '../terminal/reason';

/** A pin that a registry is asked about: what its tag names, or whether a digest is there. */
export interface RequestedPin {
  readonly request: LockRequest;
  readonly image: LockedImage;
}

/** How registries are asked for one kind of result. */
export interface RegistryQuery<R> {
  /** How long a busy registry is waited for, in milliseconds. */
  readonly patience?: number;
  ecr(access: EcrAccess, repository: EcrRepositoryName, pins: RequestedPin[]): Promise<(R | ResolutionError)[]>;
  oci(registry: OciRegistry, pin: RequestedPin): Promise<R>;
}

const REPOSITORIES_AT_A_TIME = 16;
const IMAGES_AT_A_TIME = 8;

/** What a host cannot be asked by, whatever the image. */
const NO_WAY: Reason[] = ['unreachable', 'timed-out', 'unusable-proxy'];

/** Takes one anonymous pull a second. */
const SLOW_REGISTRY = 'public.ecr.aws';

/** Asks about many pins: those of one repository in ECR together, all others one by one, side by side. A pin that fails does so alone. */
export async function queryRegistries<R>(
  requests: LockRequest[], registries: Registries, clock: Clock, query: RegistryQuery<R>,
): Promise<Map<string, R | LookupFailure>> {
  await registries.connect();
  const results = new Map<string, R | LookupFailure>();
  const pins = requests.flatMap(request => {
    const image = parseLockKey(request.key);
    results.set(request.key, new LookupFailure(`${quoted(request.key)} is no key of a pin; remove it with: npx cdk context --reset ${quoted(request.key)}`));
    return image ? [{ request, image }] : [];
  });
  const keep = (asked: RequestedPin[], outcomes: (R | LookupFailure)[]) =>
    asked.forEach(({ request }, index) => results.set(request.key, outcomes[index]));

  const ofEcr = groupBy(pins.filter(({ image }) => isEcr(image.repository)), ({ image }) => JSON.stringify(image.repository));
  const ofOthers = pins.filter(({ image }) => !isEcr(image.repository));
  const [slow, quick] = [ofOthers.filter(isOfSlowRegistry), ofOthers.filter(pin => !isOfSlowRegistry(pin))];
  const unreachable = new Set<string>();
  const askOci = async (pin: RequestedPin) => keep([pin], await queryOci(pin, registries, clock, query, unreachable));
  await Promise.all([
    inParallel(ofEcr, REPOSITORIES_AT_A_TIME, async group => keep(group, await queryEcr(group, registries, clock, query))),
    inParallel(quick, IMAGES_AT_A_TIME, askOci),
    inParallel(slow, 1, askOci),
  ]);
  return results;
}

async function queryEcr<R>(pins: RequestedPin[], registries: Registries, clock: Clock, query: RegistryQuery<R>): Promise<(R | LookupFailure)[]> {
  const repository = pins[0].image.repository as EcrRepositoryName;
  const { account, region } = repository;
  const role = lookupRoleOf(pins.map(({ request }) => request).find(({ lookupRoleArn }) => lookupRoleArn) ?? {});
  try {
    const access = await registries.ecr({ account, region, ...role });
    const outcomes = await retryOpen(pins, open => query.ecr(access, repository, open), clock, query.patience);
    return outcomes.map((outcome, index) => outcome instanceof ResolutionError ? failure(outcome, pins[index], access.note) : outcome);
  } catch (error) {
    return pins.map(pin => failure(error, pin));
  }
}

/** A host that could not be reached in all the time that it was given is not asked for more. */
async function queryOci<R>(
  pin: RequestedPin, registries: Registries, clock: Clock, query: RegistryQuery<R>, unreachable: Set<string>,
): Promise<(R | LookupFailure)[]> {
  const { repository, tag } = pin.image;
  const { host, repositoryName } = repository as OciRepositoryName;
  if (unreachable.has(host)) {
    return [new LookupFailure(`'${host}/${repositoryName}:${tag}' was not asked for: ${host} does not answer for other images; try again`)];
  }
  try {
    const registry = registries.ofRepository({ host, repositoryName });
    const [outcome] = await retryOpen([pin], async () => [await outcomeOf(() => query.oci(registry, pin))], clock, query.patience);
    if (!(outcome instanceof ResolutionError)) {
      return [outcome];
    }
    if (NO_WAY.includes(outcome.reason)) {
      unreachable.add(host);
    }
    return [failure(outcome, pin)];
  } catch (error) {
    return [failure(error, pin)];
  }
}

function isOfSlowRegistry({ image }: RequestedPin): boolean {
  return (image.repository as OciRepositoryName).host === SLOW_REGISTRY;
}

function failure(error: unknown, { image }: RequestedPin, note?: string): LookupFailure {
  const what = reasonOf(error) + (note ? `, ${note}` : '');
  return error instanceof ResolutionError ? new LookupFailure(`${what}; ${adviceFor(error, image)}`, error.reason) : new LookupFailure(what);
}

function groupBy<T>(items: T[], identity: (item: T) => string): T[][] {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const id = identity(item);
    const group = groups.get(id);
    if (group) {
      group.push(item);
    } else {
      groups.set(id, [item]);
    }
  }
  return [...groups.values()];
}

/** Works on all items, with at most `bound` of them under way at a time. */
async function inParallel<T>(items: T[], bound: number, work: (item: T) => Promise<void>): Promise<void> {
  const open = items.values();
  const worker = async () => {
    for (const item of open) {
      await work(item);
    }
  };
  await Promise.all(Array.from({ length: Math.min(bound, items.length) }, worker));
}
