import { BatchGetImageCommand, ECRClient, ECRServiceException, PutImageCommand } from '@aws-sdk/client-ecr';
import { mockClient } from 'aws-sdk-client-mock';
import { FakeRepository } from './registry';
import { handler } from '../../../src/deployed-image/handler';
import { CloudFormation, ReceivedAnswer } from '../../custom-resource/handler/cloudformation';

const ARN = 'arn:aws:ecr:eu-west-1:123456789012:repository/api';
const COMMAND = 'aws ecr [a-z-]+ --registry-id 123456789012 --region eu-west-1 --repository-name api';

const ecr = mockClient(ECRClient);
let cloudFormation: CloudFormation;
let repository: FakeRepository;

beforeAll(async () => {
  cloudFormation = await CloudFormation.start();
  jest.spyOn(console, 'log').mockImplementation();
});
beforeEach(() => {
  ecr.reset();
  repository = new FakeRepository(ecr);
});
afterAll(() => cloudFormation.stop());

async function mark(...digests: string[]): Promise<ReceivedAnswer['body']> {
  await handler(cloudFormation.event('Create', { RepositoryArn: ARN, Images: digests }), { getRemainingTimeInMillis: () => 31_000 });
  return cloudFormation.answers.pop()!.body;
}

function tagOf(digest: string): string {
  return `deployed-${digest.slice('sha256:'.length, 'sha256:'.length + 32)}`;
}

function failure(name: string, message: string, status = 400): ECRServiceException {
  return new ECRServiceException({ name, message, $fault: 'client', $metadata: { httpStatusCode: status } });
}

test('an image gets a tag by its digest, with the manifest that it has, in two calls', async () => {
  const digest = repository.push('one', 'v1');
  const { Status, Data } = await mark(digest);
  expect(Status).toBe('SUCCESS');
  expect(Data).toEqual({ DigestHex1: digest.replace('sha256:', ''), Result1: JSON.stringify({ tag: tagOf(digest) }) });
  expect(repository.tagsOf(digest)).toEqual(['v1', tagOf(digest)]);
  expect(ecr.calls().map(({ firstArg }) => firstArg.constructor)).toEqual([BatchGetImageCommand, PutImageCommand]);
  const { acceptedMediaTypes } = ecr.commandCalls(BatchGetImageCommand)[0].args[0].input;
  expect(acceptedMediaTypes).toContain('application/vnd.oci.image.index.v1+json');
});

test.each([{}, { image: {} }, { image: { imageId: { imageDigest: `sha256:${'0'.repeat(64)}` } } }])('an answer that is not about the image is no success: %j', async output => {
  const digest = repository.push('a');
  ecr.on(PutImageCommand).resolves(output);
  expect((await mark(digest)).Reason).toMatch(/^ecr:PutImage for 'api@sha256:[0-9a-f]{64}' .* was answered with something about another image; find out what answers/);
});

test.each([true, false])('one that has its tag already is a success, immutable: %j', async isImmutable => {
  repository.isImmutable = isImmutable;
  const digest = repository.push('one');
  repository.tags.set(tagOf(digest), digest);
  expect(await mark(digest)).toMatchObject({ Status: 'SUCCESS' });
});

test('two stacks may mark it at the same time', async () => {
  const digest = repository.push('one');
  repository.beforePut = async () => {
    repository.tags.set(tagOf(digest), digest);
  };
  expect(await mark(digest)).toMatchObject({ Status: 'SUCCESS' });
});

test('a tag that somebody put on another image is an error where tags cannot be moved, and taken where they can', async () => {
  const digest = repository.push('one');
  const other = repository.push('other');
  repository.tags.set(tagOf(digest), other);
  const { Status, Reason } = await mark(digest);
  expect(Status).toBe('FAILED');
  expect(Reason).toMatch(new RegExp(`^'api:${tagOf(digest)}' \\(account 123456789012, Region eu-west-1\\) is another image, ${other}, and the tag cannot be moved to ${digest}; `
    + `correct that and deploy again, see: ${COMMAND}`));
  repository.isImmutable = false;
  expect(await mark(digest)).toMatchObject({ Status: 'SUCCESS' });
  expect(repository.tags.get(tagOf(digest))).toBe(digest);
});

test('a tag that was taken and is gone is put', async () => {
  const digest = repository.push('one');
  ecr.on(PutImageCommand).rejectsOnce(failure('ImageTagAlreadyExistsException', 'exists')).resolves({ image: { imageId: { imageDigest: digest } } });
  expect(await mark(digest)).toMatchObject({ Status: 'SUCCESS' });
  expect(ecr.commandCalls(PutImageCommand)).toHaveLength(2);
});

test('all images of a list are marked, an index as well as an image of it', async () => {
  const digests = ['index', 'amd64', 'arm64'].map(content => repository.push(content));
  expect(await mark(...digests)).toMatchObject({ Status: 'SUCCESS' });
  expect(digests.map(digest => repository.tagsOf(digest))).toEqual(digests.map(digest => [tagOf(digest)]));
});

test('throttling is waited out', async () => {
  const digest = repository.push('one');
  let calls = 0;
  repository.beforePut = async () => {
    if (++calls === 1) {
      throw failure('ThrottlingException', 'Rate exceeded');
    }
  };
  expect(await mark(digest)).toMatchObject({ Status: 'SUCCESS' });
  expect(calls).toBe(2);
});

test.each<[string, () => Promise<string>, string]>([
  ['an image that is not there', async () => `sha256:${'a'.repeat(64)}`,
    `does not exist; push it first, see: ${COMMAND}; or when it is archived, restore it with: ${COMMAND} --image-id imageDigest=sha256:a{64} --target-storage-class STANDARD$`],
  ['an image that is archived', async () => {
    const digest = repository.push('one');
    repository.beforePut = async () => {
      throw failure('ImageArchivedException', 'The specified image is archived');
    };
    return digest;
  }, `is archived and cannot be pulled; restore it with: ${COMMAND} --image-id imageDigest=sha256:[0-9a-f]{64} --target-storage-class STANDARD$`],
  ['content with another digest', async () => {
    const digest = repository.push('one');
    repository.images.set(digest, '{}');
    return digest;
  }, 'with content whose digest is sha256:44136fa[0-9a-f]+, not sha256:[0-9a-f]{64}; find out what answers in place of ECR$'],
])('%s is an error that says what to do', async (_, digest, message) => {
  const { Status, Reason } = await mark(await digest());
  expect(Status).toBe('FAILED');
  expect(Reason).toMatch(new RegExp(`^'api@sha256:[0-9a-f]+' \\(account 123456789012, Region eu-west-1\\) ${message}|^ECR answers for .* ${message}`));
});
