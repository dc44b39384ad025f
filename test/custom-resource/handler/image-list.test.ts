import { CloudFormation, ReceivedAnswer } from './cloudformation';
import { IMAGES_IN_LIST } from '../../../src/custom-resource/contract';
import { handleImageList, NewImages } from '../../../src/custom-resource/handler/image-list';

const ARN = 'arn:aws:ecr:eu-west-1:123456789012:repository/api';
const DIGESTS = ['a', 'b', 'c', 'd', 'e'].map(character => `sha256:${character.repeat(64)}`);

let cloudFormation: CloudFormation;

beforeAll(async () => {
  cloudFormation = await CloudFormation.start();
  jest.spyOn(console, 'log').mockImplementation();
});
beforeEach(() => jest.mocked(console.log).mockClear());
afterAll(() => cloudFormation.stop());

type Work = (digest: string, images: NewImages) => object;

async function create(properties: Record<string, unknown>, work: Work = () => ({})): Promise<ReceivedAnswer> {
  const handler = { deciding: [], prepare: (images: NewImages) => async (digest: string) => work(digest, images) };
  await handleImageList(cloudFormation.event('Create', properties), { getRemainingTimeInMillis: () => 60_000 }, handler);
  return cloudFormation.answers.pop()!;
}

test('each image has a result, in the attributes and as JSON in one line of the log', async () => {
  const { body } = await create({ RepositoryArn: ARN, Images: DIGESTS.slice(0, 2) }, digest => ({ counts: { LOW: digest === DIGESTS[0] ? 1 : 2 } }));
  expect(body.Data).toEqual({
    DigestHex1: 'a'.repeat(64), Result1: '{"counts":{"LOW":1}}', DigestHex2: 'b'.repeat(64), Result2: '{"counts":{"LOW":2}}',
  });
  const [[line]] = jest.mocked(console.log).mock.calls;
  expect(JSON.parse(line.slice(line.indexOf('['))))
    .toEqual([{ image: DIGESTS[0], counts: { LOW: 1 } }, { image: DIGESTS[1], counts: { LOW: 2 } }]);
});

test('all refusals are told, and the function has the time of the wait and a margin', async () => {
  const deadlines: number[] = [];
  const start = Date.now();
  const { body } = await create({ RepositoryArn: ARN, Images: DIGESTS, WaitSeconds: '840' }, (digest, { deadline, waitSeconds }) => {
    deadlines.push(deadline);
    throw new Error(`${digest.slice(7, 8)} after ${waitSeconds}`);
  });
  expect(body).toMatchObject({ Status: 'FAILED', Reason: 'a after 840; b after 840; c after 840; d after 840; e after 840' });
  expect(Math.max(...deadlines) - start).toBeLessThan(60_000); // the function's own time, less that for the answer
});

test.each([[5, 5], [10, 3], [IMAGES_IN_LIST, 0]])('of %i results of 300 characters, with a full memory and the longest names, CloudFormation takes %i', async (images, fit) => {
  const result = { counts: Object.fromEntries(Array.from({ length: 22 }, (_, i) => [`SEVERITY${i}`, i])) };
  expect(JSON.stringify(result).length).toBeGreaterThanOrEqual(300);
  const digests = Array.from({ length: images }, (_, i) => `sha256:${`${i}`.padStart(64, '0')}`);
  const memory = Array.from({ length: 40 }, (_, i) => `${i}`.padStart(22, 'x')).join(',');
  const event = {
    ...cloudFormation.event('Update', { RepositoryArn: ARN, Images: digests }, memory),
    LogicalResourceId: 'x'.repeat(255),
    StackId: `arn:aws-us-gov:cloudformation:ap-southeast-1:123456789012:stack/${'x'.repeat(128)}/11111111-2222-4333-8444-555555555555`,
    RequestId: '11111111-2222-4333-8444-555555555555',
  };
  await handleImageList(event, { getRemainingTimeInMillis: () => 60_000 }, { deciding: [], prepare: () => async () => result });
  const { bytes, body } = cloudFormation.answers.pop()!;
  const data = body.Data as unknown as Record<string, string>;
  expect(body.Status).toBe('SUCCESS');
  expect(bytes).toBeLessThanOrEqual(4_096);
  expect(digests.map((_, index) => `sha256:${data[`DigestHex${index + 1}`]}`)).toEqual(digests);
  expect(digests.map((_, index) => JSON.parse(data[`Result${index + 1}`]))).toEqual(digests.map((_, index) => index < fit ? result : { omitted: true }));
});

test.each([
  ['the ARN of something else', { RepositoryArn: 'arn:aws:s3:::api' }, 'RepositoryArn is not the ARN of an ECR repository'],
  ['no images', { Images: [] }, 'Images is []; expected a list of digests'],
  ['images that are no list', { Images: DIGESTS[0] }, `Images is "${DIGESTS[0]}"; expected a list of digests`],
  ['more images than an answer has room for', { Images: Array(IMAGES_IN_LIST + 1).fill(DIGESTS[0]) }, 'Images has 21 digests; expected 20 at most'],
  ['a tag', { Images: ['latest'] }, "'latest' is not an image digest"],
  ['a wait', { WaitSeconds: '-1' }, "WaitSeconds is '-1'; expected a whole number"],
])('%s is malformed', async (_, properties, problem) => {
  const { body } = await create({ RepositoryArn: ARN, Images: DIGESTS, ...properties });
  expect(body.Status).toBe('FAILED');
  expect(body.Reason).toContain(`malformed property: ${problem}`);
  expect(body.Reason).toContain('correct what the stack passes and deploy again');
});
