import * as fc from 'fast-check';
import { createEvent, Properties } from '../../emulator/custom-resource-event';
import { FaultyProxy, NetworkFault, startFaultyProxy } from '../../emulator/faulty-proxy';
import { Image } from '../../emulator/images';
import { HandlerAnswer, HandlerRunOptions, runHandler } from '../../emulator/run-handler';
import { basicFinding, basicScan } from '../../emulator/scan-findings';
import { IMAGES_IN_LIST } from '../../src/custom-resource/contract';
import { deployedTag } from '../../src/names/deployed-tag';
import { Cloud, ENV } from '../deployment/cloud';

/** The shipped functions of gates and of `markedAsDeployed`, with many images at a time and an ECR that has trouble. */

const cloud = new Cloud();

const REPOSITORY = 'faults';
const RepositoryArn = `arn:aws:ecr:${ENV.region}:${ENV.account}:repository/${REPOSITORY}`;
const LISTS = 3;
const FAULTS: NetworkFault[] = ['throttled', 'failed', 'slow', 'truncated', 'cut'];
/** What CloudFormation takes, in bytes. */
const MAX_ANSWER = 4_096;
/** Besides the time that a function keeps for its answer. */
const SOME_SECONDS = 34_000;

interface List {
  readonly images: Image[];
  /** The one whose scan has a finding, where there is one. */
  readonly refused?: Image;
}

let lists: List[];

beforeAll(async () => {
  await cloud.repository(REPOSITORY);
  lists = await Promise.all(Array.from({ length: LISTS }, async (_, list) => {
    const images = await Promise.all(Array.from({ length: IMAGES_IN_LIST }, (__, number) => cloud.push(REPOSITORY, `${list}-${number}`)));
    const refused = list % 2 === 1 ? images[list % IMAGES_IN_LIST] : undefined;
    await Promise.all(images.map(image => cloud.scan(REPOSITORY, image.digest, image === refused ? basicScan(basicFinding()) : basicScan())));
    return { images, refused };
  }));
}, 300_000);

/** Runs a function for all lists at the same time, each in a process of its own; its answers, in their order. */
async function runAll(
  properties: Properties, options: Pick<HandlerRunOptions, 'handler' | 'remainingMs'>, faultOf: Parameters<typeof startFaultyProxy>[1],
): Promise<{ answers: HandlerAnswer[]; requests: FaultyProxy['requests'] }> {
  const proxy = await startFaultyProxy(cloud.aws.ecrEndpoint, faultOf);
  try {
    const runs = await Promise.all(lists.map(({ images }) => {
      const event = createEvent({ ...properties, RepositoryArn, Images: images.map(({ digest }) => digest) });
      return runHandler(event, { ...options, endpoint: proxy.url });
    }));
    runs.forEach(({ requests }) => {
      expect(requests).toHaveLength(1);
      expect(Buffer.byteLength(requests[0].body)).toBeLessThanOrEqual(MAX_ANSWER);
    });
    return { answers: runs.map(({ answer }) => answer), requests: proxy.requests };
  } finally {
    await proxy.stop();
  }
}

const SCANNED = { Gate: 'scanned', FailOn: 'HIGH', WaitSeconds: '60' };

/** A third of the requests is spoilt, each in another way than the one before. */
const everyThird = (_: unknown, number: number) => number % 3 === 0 ? FAULTS[(number / 3) % FAULTS.length] : undefined;

test('sixty images with a third of the requests spoilt pass or are refused as their scans say', async () => {
  const { answers, requests } = await runAll(SCANNED, { handler: 'gate', remainingMs: 120_000 }, everyThird);
  const lost = requests.filter(({ fault }) => fault && fault !== 'slow');
  expect(requests.length).toBe(2 * LISTS * IMAGES_IN_LIST + lost.length);
  answers.forEach(({ Status, Reason, Data }, list) => {
    const { images, refused } = lists[list];
    if (refused) {
      expect({ Status, Reason }).toEqual({ Status: 'FAILED', Reason: expect.stringContaining(`'${REPOSITORY}@${refused.digest}'`) });
      expect(Reason).toContain('1 HIGH (the image); the worst: CVE-2026-0001 HIGH');
    } else {
      expect({ Status, Reason }).toEqual({ Status: 'SUCCESS', Reason: undefined });
      images.forEach(({ digest }, number) => expect(`sha256:${Data![`DigestHex${number + 1}`]}`).toBe(digest));
    }
  });
});

test('whatever is spoilt, no image passes whose scan has a finding, and all are answered', async () => {
  const faults = fc.array(fc.option(fc.constantFrom(...FAULTS), { freq: 1 }), { minLength: 7, maxLength: 97 });
  await fc.assert(fc.asyncProperty(faults, async sequence => {
    const { answers } = await runAll(SCANNED, { handler: 'gate', remainingMs: SOME_SECONDS }, (_, number) => sequence[number % sequence.length] ?? undefined);
    answers.forEach(({ Status, Reason = '' }, list) => {
      const { refused } = lists[list];
      expect(refused && Status).not.toBe('SUCCESS');
      expect(refused || !Reason.includes('has findings')).toBeTruthy();
    });
  }), { numRuns: 3, endOnFailure: true });
});

test.each(FAULTS.filter(fault => fault !== 'slow'))('an image that ECR never answers about (%s) is refused in time, with what to do', async fault => {
  const isUnlucky = (body: string) => lists.some(({ images }) => body.includes(images[4].digest));
  const { answers } = await runAll(SCANNED, { handler: 'gate', remainingMs: SOME_SECONDS }, ({ body }) => isUnlucky(body) ? fault : undefined);
  answers.forEach(({ Status, Reason }, list) => {
    expect(Status).toBe('FAILED');
    expect(Reason).toContain(`ecr:BatchGetImage for '${REPOSITORY}@${lists[list].images[4].digest}' (account ${ENV.account}, Region ${ENV.region}) failed (`);
    expect(Reason).toMatch(/deploy again, and when it stays (let the role call inspector2:ListCoverage and inspector2:ListFindings, )?see: aws ecr /);
  });
});

test('sixty images with a third of the requests spoilt have their tags, also where the answer to the tagging was lost', async () => {
  const { answers, requests } = await runAll({}, { handler: 'mark', remainingMs: 120_000 }, everyThird);
  expect(answers.filter(({ Status }) => Status !== 'SUCCESS')).toEqual([]);
  expect(requests.filter(({ fault, body }) => fault === 'truncated' && body.includes('imageManifest')).length).toBeGreaterThan(0);
  await Promise.all(lists.flatMap(({ images }, list) => images.map(async ({ digest }, number) => {
    expect(await cloud.tagsOf(REPOSITORY, digest)).toEqual([`${list}-${number}`, deployedTag(digest)]);
  })));
});

test('of the calls that tag an image only the spoilt one is made again', async () => {
  const image = await cloud.push(REPOSITORY, 'alone');
  const faults: Array<NetworkFault | undefined> = [undefined, 'truncated', 'failed', undefined, 'cut'];
  const proxy = await startFaultyProxy(cloud.aws.ecrEndpoint, (_, number) => faults[number - 1]);
  const event = createEvent({ RepositoryArn, Images: [image.digest] });
  const { answer } = await runHandler(event, { handler: 'mark', endpoint: proxy.url }).finally(() => proxy.stop());
  expect(answer).toMatchObject({ Status: 'SUCCESS' });
  const asked = proxy.requests.map(({ body }) => body.includes('imageManifest') ? 'put' : body.includes(deployedTag(image.digest)) ? 'get by tag' : 'get');
  expect(asked).toEqual(['get', 'put', 'put', 'put', 'get by tag', 'get by tag']);
});
