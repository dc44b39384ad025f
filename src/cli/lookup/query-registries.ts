import { adviceFor } from './advice';
import type { EcrAccess } from './aws-credentials';
import { LookupFailure } from './lookup-failure';
import { mapInParallel, queryHost } from './query-host';
import { Registries } from './registries';
import { retryOpen } from './retry-open';
import { LockedImage, parseLockKey } from '../../lock/lock-key';
import { LockRequest, lookupRoleOf } from '../../lock/lock-request';
import { EcrRepositoryName, isEcr, OciRepositoryName } from '../../names/repository-name';
import { OciRegistry } from '../../registry-client/oci-registry';
import { outcomeOf, ResolutionError } from '../../registry-client/resolution-error';
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
/** Of one host. */
const IMAGES_AT_A_TIME = 8;

/** Takes one anonymous pull a second. */
const SLOW_REGISTRY = 'public.ecr.aws';

/** Asks about many pins: those of one repository in ECR together, those of other registries one by one, all side by side. A pin that fails does so alone. */
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
  await Promise.all([
    mapInParallel(ofEcr, REPOSITORIES_AT_A_TIME, async group => keep(group, await queryEcr(group, registries, clock, query))),
    ...groupBy(ofOthers, hostOf).map(async group => keep(group, await queryOci(group, registries, clock, query))),
  ]);
  return results;
}

async function queryEcr<R>(pins: RequestedPin[], registries: Registries, clock: Clock, query: RegistryQuery<R>): Promise<(R | LookupFailure)[]> {
  const repository = pins[0].image.repository as EcrRepositoryName;
  const { account, region } = repository;
  const role = lookupRoleOf(pins.map(({ request }) => request).find(({ lookupRoleArn }) => lookupRoleArn) ?? {});
  try {
    const access = await registries.ecr({ account, region, ...role });
    const outcomes = await retryOpen(pins, open => query.ecr(access, repository, open), clock, query);
    return outcomes.map((outcome, index) => outcome instanceof ResolutionError ? failure(outcome, pins[index], access) : outcome);
  } catch (error) {
    return pins.map(pin => failure(error, pin));
  }
}

async function queryOci<R>(pins: RequestedPin[], registries: Registries, clock: Clock, query: RegistryQuery<R>): Promise<(R | LookupFailure)[]> {
  const host = hostOf(pins[0]);
  const outcomes = await queryHost<RequestedPin, R | LookupFailure>(pins, {
    clock,
    patience: query.patience,
    atATime: host === SLOW_REGISTRY ? 1 : IMAGES_AT_A_TIME,
    describe: ({ image: { repository, tag } }) => `'${host}/${repository.repositoryName}:${tag}'`,
    ask: async pin => {
      try {
        const registry = registries.ofRepository(pin.image.repository as OciRepositoryName);
        return await outcomeOf(() => query.oci(registry, pin));
      } catch (error) {
        return failure(error, pin);
      }
    },
  });
  return pins.map(pin => {
    const outcome = outcomes.get(pin)!;
    return outcome instanceof ResolutionError ? failure(outcome, pin) : outcome;
  });
}

function hostOf({ image }: RequestedPin): string {
  return (image.repository as OciRepositoryName).host;
}

function failure(error: unknown, { image }: RequestedPin, access?: EcrAccess): LookupFailure {
  const reason = reasonOf(error);
  const what = (access?.mask(reason) ?? reason) + (access?.note ? `, ${access.note}` : '');
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
