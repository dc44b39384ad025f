import { DescribeImageSigningStatusCommand, DescribeImageSigningStatusResponse, ECRClient, ImageNotFoundException } from '@aws-sdk/client-ecr';
import { mockClient } from 'aws-sdk-client-mock';
import { signingStatuses } from '../../src/registry-client/ecr-signing';

const DIGEST = `sha256:${'a'.repeat(64)}`;
const WHERE = `'team/api@${DIGEST}' (account 123456789012, Region eu-west-1)`;
const PROFILE = 'arn:aws:signer:eu-west-1:123456789012:/signing-profiles/release';

const ecr = mockClient(ECRClient);

beforeEach(() => ecr.reset());

function ask() {
  return signingStatuses(new ECRClient({}), { account: '123456789012', region: 'eu-west-1', repositoryName: 'team/api' }, DIGEST);
}

function answer(statuses: unknown): void {
  const signing = { imageId: { imageDigest: DIGEST }, signingStatuses: statuses } as DescribeImageSigningStatusResponse;
  ecr.on(DescribeImageSigningStatusCommand).resolves(signing);
}

test('each profile has a status', async () => {
  answer([
    { signingProfileArn: PROFILE, status: 'COMPLETE' },
    { signingProfileArn: `${PROFILE}2`, status: 'FAILED', failureCode: 'Code', failureReason: 'why' },
  ]);
  expect(await ask()).toEqual([
    { profileArn: PROFILE, status: 'COMPLETE' },
    { profileArn: `${PROFILE}2`, status: 'FAILED', failureCode: 'Code', failureReason: 'why' },
  ]);
  expect(ecr.calls().map(({ args }) => args[0].input)).toEqual([
    { registryId: '123456789012', repositoryName: 'team/api', imageId: { imageDigest: DIGEST } },
  ]);
});

test.each([undefined, null, []])('%j are no statuses', async none => {
  answer(none);
  expect(await ask()).toEqual([]);
});

test('what is no list is an error', async () => {
  answer('COMPLETE');
  await expect(ask()).rejects.toMatchObject({
    reason: 'malformed-answer', message: `ecr:DescribeImageSigningStatus for ${WHERE} was answered with statuses that are no list`,
  });
});

test('what is no text is nothing', async () => {
  answer([null, { signingProfileArn: [PROFILE], status: ['COMPLETE'] }, { signingProfileArn: PROFILE, status: '', failureCode: 7 }]);
  expect(await ask()).toEqual([{}, {}, { profileArn: PROFILE }]);
});

test('an answer about another image is an error', async () => {
  ecr.on(DescribeImageSigningStatusCommand).resolves({ imageId: { imageDigest: DIGEST.replace('a', 'b') }, signingStatuses: [] });
  await expect(ask()).rejects.toMatchObject({ reason: 'malformed-answer' });
});

test('a missing image', async () => {
  ecr.on(DescribeImageSigningStatusCommand).rejects(new ImageNotFoundException({ $metadata: {}, message: '' }));
  await expect(ask()).rejects.toMatchObject({ kind: 'missing', message: `${WHERE} does not exist` });
});
