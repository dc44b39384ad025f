import { CloudFormationCustomResourceEvent, Context } from 'aws-lambda';
import { handleEvent, Outcome, Request } from './handle-event';
import { imageHash, readMemory, writeMemory } from './image-memory';
import { malformedProperty } from './malformed-property';
import { readRepositoryArn } from './repository-arn';
import { digestProblem } from '../../names/image-grammar';
import { EcrRepositoryName } from '../../names/repository-name';
import { digestAttribute, IMAGES_IN_LIST, MARGIN_SECONDS, resultAttribute } from '../contract';

/** Bytes of JSON. An answer has 4,096, and the longest ids take the others. */
const ROOM_FOR_ATTRIBUTES = 2_550;

/** In place of a result for which there is no room. The log has all of them. */
const OMITTED = JSON.stringify({ omitted: true });

/** Images that are new to a custom resource. */
export interface NewImages {
  readonly repository: EcrRepositoryName;
  readonly properties: Record<string, unknown>;
  readonly waitSeconds: number;
  /** When there is no time left but for the answer. */
  readonly deadline: number;
}

/** What a kind of custom resource does with each of its images. */
export interface ImageListHandler {
  /** The properties that decide about an image, besides its repository and digest: with others it is new. */
  readonly deciding: string[];
  /** Returns what does the work for one image, and returns a result of some 200 characters of JSON, or throws why the image is refused. */
  prepare(images: NewImages): (digest: string) => Promise<object>;
}

/** Handles an event of a custom resource with a list of images. Those that it has done before it takes from memory, so that a rollback asks nobody. */
export async function handleImageList(
  event: CloudFormationCustomResourceEvent, context: Pick<Context, 'getRemainingTimeInMillis'>, handler: ImageListHandler,
): Promise<void> {
  await handleEvent(event, context, request => outcomeFor(request, handler));
}

async function outcomeFor({ properties, physicalId, deadline }: Request, { deciding, prepare }: ImageListHandler): Promise<Outcome> {
  const { repository, images, waitSeconds } = readProperties(properties);
  const memory = readMemory(physicalId ?? '');
  const hashOf = (digest: string) => imageHash([properties.RepositoryArn, digest, ...deciding.map(name => properties[name])]);
  const isNew = (digest: string) => !memory.includes(hashOf(digest));
  const work = images.some(isNew) ? prepare({ repository, properties, waitSeconds, deadline: deadline(waitSeconds + MARGIN_SECONDS) }) : undefined;
  const outcomes = await Promise.allSettled(images.map(async digest => isNew(digest) ? work!(digest) : { remembered: true }));
  const reasons = outcomes.flatMap(outcome => outcome.status === 'rejected' ? (outcome.reason as Error).message : []);
  if (reasons.length > 0) {
    throw new Error(reasons.join('; '));
  }
  const results = outcomes.map(outcome => JSON.stringify((outcome as PromiseFulfilledResult<object>).value));
  return {
    summary: JSON.stringify(images.map((image, index) => ({ image, ...JSON.parse(results[index]) }))),
    PhysicalResourceId: writeMemory([...images.map(hashOf), ...memory]),
    Data: attributes(images, results),
  };
}

function attributes(images: string[], results: string[]): Record<string, string> {
  const data = Object.fromEntries(images.flatMap((image, index) => [
    [digestAttribute(index), image.replace('sha256:', '')],
    [resultAttribute(index), OMITTED],
  ]));
  results.forEach((result, index) => {
    const attribute = { [resultAttribute(index)]: result };
    Object.assign(data, JSON.stringify({ ...data, ...attribute }).length <= ROOM_FOR_ATTRIBUTES ? attribute : {});
  });
  return data;
}

function readProperties({ RepositoryArn, Images, WaitSeconds = '0' }: Record<string, unknown>) {
  const repository = readRepositoryArn(RepositoryArn);
  const images = Array.isArray(Images) ? Images.map(String) : [];
  const waitSeconds = Number(WaitSeconds);
  const problem = (repository ? undefined : 'RepositoryArn is not the ARN of an ECR repository')
    ?? (images.length > 0 ? images.map(digestProblem).find(Boolean) : `Images is ${JSON.stringify(Images)}; expected a list of digests`)
    ?? (images.length <= IMAGES_IN_LIST ? undefined : `Images has ${images.length} digests; expected ${IMAGES_IN_LIST} at most`)
    ?? (Number.isSafeInteger(waitSeconds) && waitSeconds >= 0 ? undefined : `WaitSeconds is '${WaitSeconds}'; expected a whole number`);
  if (problem) {
    throw malformedProperty(`${problem} (repository ${RepositoryArn})`);
  }
  return { repository: repository!, images, waitSeconds };
}
