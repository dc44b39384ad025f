import { BatchGetImageCommand, DescribeImagesCommand, ECRClient, ECRServiceException, ImageNotFoundException, RepositoryNotFoundException } from '@aws-sdk/client-ecr';
import { mockClient } from 'aws-sdk-client-mock';
import { EcrRegistry } from '../../src/registry-client/ecr-registry';
import { resolveImage } from '../../src/registry-client/resolve-image';

const INDEX = `sha256:${'a'.repeat(64)}`;
const ARM = `sha256:${'b'.repeat(64)}`;
const WHERE = "'team/api:v1' (account 123456789012, Region eu-west-1)";
const ABOUT = '--registry-id 123456789012 --region eu-west-1 --repository-name team/api';

const manifest = JSON.stringify({
  mediaType: 'application/vnd.oci.image.index.v1+json',
  manifests: [{ digest: ARM, platform: { os: 'linux', architecture: 'arm64' } }],
});

const ecr = mockClient(ECRClient);
const registry = new EcrRegistry(new ECRClient({}), { account: '123456789012', region: 'eu-west-1', repositoryName: 'team/api' });

beforeEach(() => ecr.reset());

const metadata = (httpStatusCode: number) => ({ $metadata: { httpStatusCode }, message: 'as ECR says' });
const failure = (name: string, status = 400) => new ECRServiceException({ name, $fault: 'client', ...metadata(status) });

describe('without platforms', () => {
  test('one call names account, repository and tag', async () => {
    ecr.on(DescribeImagesCommand).resolves({ imageDetails: [{ imageDigest: INDEX }] });
    await expect(resolveImage(registry, { tag: 'v1' })).resolves.toMatchObject({ digest: INDEX });
    expect(ecr.calls().map(({ args }) => args[0].input)).toEqual([
      { registryId: '123456789012', repositoryName: 'team/api', imageIds: [{ imageTag: 'v1' }] },
    ]);
  });
});

test.each(['latest', 'sha512:abc', `sha256:${'A'.repeat(64)}`])('%s for a digest is refused', async imageDigest => {
  ecr.on(DescribeImagesCommand).resolves({ imageDetails: [{ imageDigest }] });
  await expect(resolveImage(registry, { tag: 'v1' })).rejects.toThrow(
    `ECR's answer for ${WHERE} cannot be used: '${imageDigest}' is not an image digest; expected 'sha256:' and 64 lower-case hexadecimal characters`);
});

describe('with platforms', () => {
  beforeEach(() => {
    ecr.on(DescribeImagesCommand).resolves({ imageDetails: [{ imageDigest: INDEX }] });
    ecr.on(BatchGetImageCommand).resolves({ images: [{ imageId: { imageDigest: INDEX }, imageManifest: manifest }] });
  });

  test('the index is read by digest, and asked for in every form', async () => {
    await expect(resolveImage(registry, { tag: 'v1', platform: 'linux/arm64' })).resolves.toMatchObject({ digest: ARM });
    expect(ecr.commandCalls(BatchGetImageCommand)[0].args[0].input).toEqual({
      registryId: '123456789012',
      repositoryName: 'team/api',
      imageIds: [{ imageDigest: INDEX }],
      acceptedMediaTypes: [
        'application/vnd.oci.image.index.v1+json',
        'application/vnd.docker.distribution.manifest.list.v2+json',
        'application/vnd.oci.image.manifest.v1+json',
        'application/vnd.docker.distribution.manifest.v2+json',
      ],
    });
  });

  test('required ones leave the digest of the index', async () => {
    await expect(resolveImage(registry, { tag: 'v1', requirePlatforms: ['linux/arm64'] })).resolves.toMatchObject({ digest: INDEX });
    await expect(resolveImage(registry, { tag: 'v1', requirePlatforms: ['linux/amd64'] })).rejects.toThrow(`${WHERE} has no image for required platform linux/amd64`);
  });

  test('an index that cannot be read is an error with the reason', async () => {
    ecr.on(BatchGetImageCommand).resolves({ failures: [{ imageId: { imageDigest: INDEX }, failureCode: 'ImageNotFound', failureReason: 'gone' }] });
    await expect(resolveImage(registry, { tag: 'v1', platform: 'linux/arm64' })).rejects.toThrow(`${WHERE} cannot be read (${INDEX}, ImageNotFound: gone)`);
    ecr.on(BatchGetImageCommand).resolves({});
    await expect(resolveImage(registry, { tag: 'v1', platform: 'linux/arm64' })).rejects.toThrow(`${WHERE} cannot be read (${INDEX}, no manifest came back)`);
  });
});

describe('failures say what was asked, where, and what to do', () => {
  test.each<[string, Error, string, string]>([
    ['a missing tag', new ImageNotFoundException(metadata(400)), 'missing',
      `${WHERE} does not exist; push it first, or let fromTag wait for it with waitForImage, see: aws ecr list-images ${ABOUT}`],
    ['a missing repository', new RepositoryNotFoundException(metadata(400)), 'final',
      `the repository of ${WHERE} does not exist; create it first, or correct its name, account and Region`],
    ['no permission', failure('AccessDeniedException'), 'denied',
      `ecr:DescribeImages for ${WHERE} is denied (as ECR says); allow it for that role in the repository's policy, see: aws ecr get-repository-policy ${ABOUT}`],
    ['a request that ECR does not take', failure('InvalidParameterException'), 'final',
      `ECR does not take the request for ${WHERE} (InvalidParameterException: as ECR says); correct tag and repository`],
    ['throttling', failure('ThrottlingException'), 'busy',
      `ecr:DescribeImages for ${WHERE} failed (ThrottlingException: as ECR says); try again, and when it stays see: aws ecr describe-images ${ABOUT} --image-ids imageTag=v1`],
    ['too many requests', failure('Anything', 429), 'busy', 'failed (Anything: as ECR says)'],
    ['an error of ECR', failure('ServerException', 500), 'busy', 'failed (ServerException: as ECR says)'],
    ['an expired token', failure('ExpiredTokenException', 403), 'final',
      `ecr:DescribeImages for ${WHERE} failed (ExpiredTokenException: as ECR says); sign in to AWS again, see: aws sts get-caller-identity`],
    ['no credentials', Object.assign(new Error('no\n  providers'), { name: 'CredentialsProviderError' }), 'final', '(CredentialsProviderError: no providers); sign in'],
    ['another refusal', failure('KmsException', 400), 'final', 'failed (KmsException: as ECR says); try again, and when it stays see: '],
    ['a connection that is cut', Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' }), 'busy', 'failed (Error: socket hang up)'],
    ['no connection', Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' }), 'unreachable', 'failed (Error: connect ECONNREFUSED)'],
  ])('%s', async (_, error, kind, message) => {
    ecr.on(DescribeImagesCommand).rejects(error);
    await expect(registry.image('v1')).rejects.toMatchObject({ kind, message: expect.stringContaining(message) });
  });

  test('an answer without image is a missing tag', async () => {
    ecr.on(DescribeImagesCommand).resolves({ imageDetails: [] });
    await expect(registry.image('v1')).rejects.toMatchObject({ kind: 'missing' });
  });
});

describe('an archived image', () => {
  const message = `${WHERE} is archived and cannot be pulled; restore it with: `
    + `aws ecr update-image-storage-class ${ABOUT} --image-id imageTag=v1 --target-storage-class STANDARD`;

  test('that is listed', async () => {
    ecr.on(DescribeImagesCommand).resolves({ imageDetails: [{ imageDigest: INDEX, imageStatus: 'ARCHIVED' }] });
    await expect(registry.image('v1')).rejects.toMatchObject({ kind: 'final', message });
  });

  test.each(['ARCHIVED', 'ACTIVATING'] as const)('that is left out unless asked for (%s)', async imageStatus => {
    ecr.on(DescribeImagesCommand).rejects(new ImageNotFoundException(metadata(400)));
    ecr.on(DescribeImagesCommand, { filter: { imageStatus: 'ANY' } }).resolves({ imageDetails: [{ imageDigest: INDEX, imageStatus }] });
    await expect(registry.image('v1')).rejects.toMatchObject({ kind: 'final', message });
  });

  test('that is restored is found', async () => {
    ecr.on(DescribeImagesCommand).resolves({ imageDetails: [{ imageDigest: INDEX, imageStatus: 'ACTIVE' }] });
    await expect(registry.image('v1')).resolves.toMatchObject({ digest: INDEX });
  });
});
