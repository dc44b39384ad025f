import { BatchGetImageCommand, DescribeImagesCommand, ECRClient, ECRServiceException, ImageNotFoundException } from '@aws-sdk/client-ecr';
import { mockClient } from 'aws-sdk-client-mock';
import { digestOf } from '../../../src/registry-client/manifest-digest';
import { handler } from '../../../src/resolver/handler';
import { CloudFormation, PROPERTIES, ReceivedAnswer } from '../../custom-resource/handler/cloudformation';

const HEX = (character: string) => character.repeat(64);

const ecr = mockClient(ECRClient);
let cloudFormation: CloudFormation;
let output: string;

beforeAll(async () => {
  cloudFormation = await CloudFormation.start();
});

beforeEach(() => {
  ecr.reset();
  cloudFormation.answers.length = 0;
  output = '';
  jest.spyOn(console, 'log').mockImplementation((...line) => {
    output += line.join(' ');
  });
});

afterEach(() => expect(output).not.toContain('secret'));
afterAll(() => cloudFormation.stop());

async function run(...event: Parameters<CloudFormation['event']>): Promise<ReceivedAnswer['body']> {
  await handler(cloudFormation.event(...event), { getRemainingTimeInMillis: () => 30_000 });
  const [answer, ...more] = cloudFormation.answers.splice(0);
  expect(more).toEqual([]);
  return answer.body;
}

function tagNames(hex: string) {
  ecr.on(DescribeImagesCommand).resolves({ imageDetails: [{ imageDigest: `sha256:${hex}` }] });
}

test('a Create answers with the hexadecimal digits of the digest', async () => {
  tagNames(HEX('a'));
  await handler(cloudFormation.event('Create'), { getRemainingTimeInMillis: () => 60_000 });
  expect(cloudFormation.answers).toEqual([{
    method: 'PUT',
    headers: expect.objectContaining({ 'content-type': '' }),
    bytes: expect.any(Number),
    body: {
      Status: 'SUCCESS',
      PhysicalResourceId: expect.stringMatching(/^[0-9a-f]{16}:a{64}$/),
      Data: { DigestHex: HEX('a') },
      StackId: 'arn:aws:cloudformation:eu-west-1:123456789012:stack/service/1',
      RequestId: 'request-1',
      LogicalResourceId: 'Pin',
    },
  }]);
  expect(output).toBe(`Create Pin: sha256:${HEX('a')}`);
});

test('the physical id stays readable for later releases', async () => {
  tagNames(HEX('a'));
  const { PhysicalResourceId } = await run('Create', { ...PROPERTIES, Platform: undefined, RefreshToken: 'abc', WaitSeconds: '60' });
  expect(PhysicalResourceId).toBe(`9d32476a194ac294:${HEX('a')}`);
});

describe('Update', () => {
  const other = { ...PROPERTIES, Tag: 'v2' };
  let created: string;

  beforeEach(async () => {
    tagNames(HEX('a'));
    created = (await run('Create')).PhysicalResourceId;
    ecr.resetHistory();
    tagNames(HEX('b'));
  });

  test('to another tag remembers the digest from before', async () => {
    const answer = await run('Update', other, created, PROPERTIES);
    expect(answer.Data).toEqual({ DigestHex: HEX('b') });
    expect(answer.PhysicalResourceId).toMatch(/^[0-9a-f]{16}:b{64},[0-9a-f]{16}:a{64}$/);
  });

  test('back returns the digest from before without a call, also when the tag has moved', async () => {
    const { PhysicalResourceId } = await run('Update', other, created, PROPERTIES);
    ecr.reset();
    const answer = await run('Update', PROPERTIES, PhysicalResourceId, other);
    expect(answer).toMatchObject({ Status: 'SUCCESS', Data: { DigestHex: HEX('a') } });
    expect(ecr.calls()).toHaveLength(0);
  });

  test('with the same question returns the same digest without a call', async () => {
    const answer = await run('Update', { ...PROPERTIES, WaitSeconds: '60' }, created, PROPERTIES);
    expect(answer).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: created, Data: { DigestHex: HEX('a') } });
    expect(ecr.calls()).toHaveLength(0);
  });

  test.each([{ RefreshToken: 'x' }, { RepositoryArn: 'arn:aws:ecr:eu-west-1:123456789012:repository/web' }])('with %j asks again', async change => {
    expect((await run('Update', { ...PROPERTIES, ...change }, created, PROPERTIES)).Data).toEqual({ DigestHex: HEX('b') });
  });

  test('that fails keeps the physical id, so that nothing is replaced, and the rollback succeeds', async () => {
    ecr.on(DescribeImagesCommand).rejects(new ImageNotFoundException({ $metadata: {}, message: '' }));
    expect(await run('Update', other, created, PROPERTIES)).toMatchObject({
      Status: 'FAILED', PhysicalResourceId: created, Reason: expect.stringContaining("'api:v2' (account 123456789012, Region eu-west-1) does not exist"),
    });
    expect(await run('Update', PROPERTIES, created, other)).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: created, Data: { DigestHex: HEX('a') } });
  });

  test('of a physical id that is not ours asks', async () => {
    expect((await run('Update', PROPERTIES, 'unresolved', PROPERTIES)).Data).toEqual({ DigestHex: HEX('b') });
  });
});

describe('Delete', () => {
  test.each(['unresolved', `0123456789abcdef:${HEX('a')}`])('of %s succeeds without a call', async physicalId => {
    expect(await run('Delete', {}, physicalId)).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: physicalId });
    expect(ecr.calls()).toHaveLength(0);
  });
});

test('platforms are passed on', async () => {
  const imageManifest = JSON.stringify({ manifests: [{ digest: `sha256:${HEX('c')}`, platform: { os: 'linux', architecture: 'arm64' } }] });
  const imageDigest = digestOf(imageManifest);
  ecr.on(DescribeImagesCommand).resolves({ imageDetails: [{ imageDigest }] });
  ecr.on(BatchGetImageCommand).resolves({ images: [{ imageId: { imageDigest }, imageManifest }] });
  expect((await run('Create', { ...PROPERTIES, Platform: 'linux/arm64' })).Data).toEqual({ DigestHex: HEX('c') });
  expect((await run('Create', { ...PROPERTIES, RequirePlatforms: ['linux/arm64'] })).Data).toEqual({ DigestHex: imageDigest.replace('sha256:', '') });
  expect((await run('Create', { ...PROPERTIES, RequirePlatforms: ['linux/amd64'] })).Reason).toContain('no image for required platform linux/amd64');
});

test('a failed Create answers with the reason', async () => {
  ecr.on(DescribeImagesCommand).rejects(new ECRServiceException({ name: 'AccessDeniedException', $fault: 'client', $metadata: {}, message: 'role/resolver may not' }));
  expect(await run('Create')).toMatchObject({
    Status: 'FAILED',
    PhysicalResourceId: 'unresolved',
    Reason: expect.stringMatching(/ is denied \(role\/resolver may not\); allow it .*, see: aws ecr get-repository-policy /),
  });
  expect(output).toMatch(/^Create Pin failed: ecr:DescribeImages for 'api:v1'/);
});

describe('malformed properties fail with what is expected', () => {
  test.each<[Record<string, unknown>, RegExp]>([
    [{}, /RepositoryArn is not the ARN of an ECR repository \(repository undefined, tag undefined\)/],
    [{ ...PROPERTIES, RepositoryArn: 'arn:aws:s3:::bucket' }, /RepositoryArn is not the ARN of an ECR repository \(repository arn:aws:s3:::bucket, tag v1\)/],
    [{ ...PROPERTIES, Tag: undefined }, /'' is not an image tag.*repository arn:aws:ecr/],
    [{ ...PROPERTIES, Tag: 'a b' }, /'a b' is not an image tag/],
    [{ ...PROPERTIES, Platform: 'arm64' }, /'arm64' is not a platform/],
    [{ ...PROPERTIES, RequirePlatforms: 'linux/arm64' }, /RequirePlatforms is "linux\/arm64"; expected a list/],
    [{ ...PROPERTIES, RequirePlatforms: ['linux/amd64', 'x'] }, /'x' is not a platform/],
    [{ ...PROPERTIES, WaitSeconds: 'soon' }, /WaitSeconds is 'soon'; expected a whole number/],
    [{ ...PROPERTIES, WaitSeconds: '-1' }, /WaitSeconds is '-1'/],
  ])('%j', async (properties, reason) => {
    expect(await run('Create', properties)).toMatchObject({ Status: 'FAILED', Reason: expect.stringMatching(reason) });
    expect(ecr.calls()).toHaveLength(0);
  });
});

describe('answers', () => {
  test('stay under 4,096 bytes', async () => {
    ecr.on(DescribeImagesCommand).rejects(new Error('ü'.repeat(5_000)));
    const event = { ...cloudFormation.event('Create'), StackId: 'x'.repeat(300), LogicalResourceId: 'L'.repeat(255), RequestId: 'r'.repeat(36) };
    await handler(event, { getRemainingTimeInMillis: () => 30_000 });
    const [{ bytes, body }] = cloudFormation.answers.splice(0);
    expect(bytes).toBeLessThanOrEqual(4_096);
    expect(body.Reason).toContain('ü…');
  });

  test('are sent again when the address has trouble', async () => {
    tagNames(HEX('a'));
    cloudFormation.refusals = [503, 500];
    expect((await run('Create')).Status).toBe('SUCCESS');
  });
});
