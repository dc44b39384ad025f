import { askPatiently, mayPass } from './ask-patiently';
import type { EcrAccess } from './credentials';
import { inParallel } from './in-parallel';
import { loadEcr } from './load-ecr';
import { quoted } from './pins';
import { reasonOf } from './redact';
import { Registries } from './registries';
import { Clock } from './surroundings';
import { LockEntry } from '../lock/lock-entry';
import { EcrRepositoryName, isEcr, LockedImage, OciRepositoryName, parseLockKey } from '../lock/lock-key';
import { LockRequest } from '../lock/lock-request';
import { OciRegistry } from '../registry/oci-registry';
import { outcomeOf, ResolutionError } from '../registry/resolution-error';
import { ImageRequest, ResolvedImage, resolveImage } from '../registry/resolve-image';
import { resolveImages } from '../registry/resolve-images';

/** What the lock is to record, or why there is nothing. */
export type Answer = LockEntry | ResolutionError;

/** A question about an image: which one its tag names, or whether a digest is there. */
export interface Question {
  readonly request: LockRequest;
  readonly image: LockedImage;
}

/** How to ask registries for one kind of answer. */
export interface Inquiry<A> {
  ecr(access: EcrAccess, repository: EcrRepositoryName, questions: Question[]): Promise<(A | ResolutionError)[]>;
  oci(registry: OciRegistry, question: Question): Promise<A>;
}

const REPOSITORIES_AT_A_TIME = 16;
const IMAGES_AT_A_TIME = 8;

/** Takes one anonymous pull a second. */
const SLOW_REGISTRY = 'public.ecr.aws';

/** Resolves the tags of many pins, with as few calls as possible. A pin that fails does so alone. */
export async function answerAll(requests: LockRequest[], registries: Registries, clock: Clock): Promise<Map<string, Answer>> {
  return inquire(requests, registries, clock, {
    ecr: async ({ client }, repository, questions) =>
      (await resolveImages(new (loadEcr().EcrRegistry)(client, repository), questions.map(imageRequest))).map(entryOrError),
    oci: async (registry, question) => lockEntry(await resolveImage(registry, imageRequest(question))),
  });
}

/** Asks for many images: those of one repository in ECR together, all others one by one, side by side. */
export async function inquire<A>(
  requests: LockRequest[], registries: Registries, clock: Clock, inquiry: Inquiry<A>,
): Promise<Map<string, A | ResolutionError>> {
  const answers = new Map<string, A | ResolutionError>();
  const questions = requests.flatMap(request => {
    const image = parseLockKey(request.key);
    answers.set(request.key, new ResolutionError('final', `${quoted(request.key)} is no key of a pin; remove it with: npx cdk context --reset ${quoted(request.key)}`));
    return image ? [{ request, image }] : [];
  });
  const keep = (asked: Question[], outcomes: (A | ResolutionError)[]) =>
    asked.forEach(({ request }, index) => answers.set(request.key, outcomes[index]));

  const ofEcr = groupBy(questions.filter(({ image }) => isEcr(image.repository)), ({ image }) => JSON.stringify(image.repository));
  const ofOthers = questions.filter(({ image }) => !isEcr(image.repository));
  const [slow, quick] = [ofOthers.filter(isOfSlowRegistry), ofOthers.filter(question => !isOfSlowRegistry(question))];
  const silent = new Set<string>();
  const askOci = async (question: Question) => keep([question], await ofOci(question, registries, clock, inquiry, silent));
  await Promise.all([
    inParallel(ofEcr, REPOSITORIES_AT_A_TIME, async group => keep(group, await ofRepository(group, registries, clock, inquiry))),
    inParallel(quick, IMAGES_AT_A_TIME, askOci),
    inParallel(slow, 1, askOci),
  ]);
  return answers;
}

async function ofRepository<A>(group: Question[], registries: Registries, clock: Clock, inquiry: Inquiry<A>): Promise<(A | ResolutionError)[]> {
  const repository = group[0].image.repository as EcrRepositoryName;
  const { account, region } = repository;
  const lookupRoleArn = group.map(({ request }) => request.lookupRoleArn).find(Boolean);
  try {
    const access = await registries.ecr({ account, region, lookupRoleArn });
    const outcomes = await askPatiently(group, open => inquiry.ecr(access, repository, open), clock);
    return outcomes.map(outcome => outcome instanceof ResolutionError ? failure(outcome, access.note) : outcome);
  } catch (error) {
    return group.map(() => failure(error));
  }
}

/** A registry that did not answer in all the time that it was given is not asked for more. */
async function ofOci<A>(
  question: Question, registries: Registries, clock: Clock, inquiry: Inquiry<A>, silent: Set<string>,
): Promise<(A | ResolutionError)[]> {
  const { repository, tag } = question.image;
  const { host, repositoryName } = repository as OciRepositoryName;
  if (silent.has(host)) {
    return [new ResolutionError('busy', `'${host}/${repositoryName}:${tag}' was not asked for: ${host} does not answer for other images; try again`)];
  }
  try {
    const registry = registries.ofRepository({ host, repositoryName });
    const [outcome] = await askPatiently([question], async () => [await outcomeOf(() => inquiry.oci(registry, question))], clock);
    if (!(outcome instanceof ResolutionError)) {
      return [outcome];
    }
    if (mayPass(outcome)) {
      silent.add(host);
    }
    return [failure(outcome)];
  } catch (error) {
    return [failure(error)];
  }
}

function isOfSlowRegistry({ image }: Question): boolean {
  return (image.repository as OciRepositoryName).host === SLOW_REGISTRY;
}

function imageRequest({ image: { tag, platform }, request: { requirePlatforms } }: Question): ImageRequest {
  return { tag, platform, requirePlatforms };
}

function entryOrError(outcome: ResolvedImage | ResolutionError): Answer {
  return outcome instanceof ResolutionError ? outcome : lockEntry(outcome);
}

/** The order of its properties is that of the lock. */
function lockEntry({ digest, mediaType, platforms, pushedAt }: ResolvedImage): LockEntry {
  return { digest, ...(mediaType && { mediaType }), ...(platforms && { platforms }), ...(pushedAt && { pushedAt }) };
}

function failure(error: unknown, note?: string): ResolutionError {
  const kind = error instanceof ResolutionError ? error.kind : 'final';
  return new ResolutionError(kind, reasonOf(error) + (note ? ` (${note})` : ''));
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
