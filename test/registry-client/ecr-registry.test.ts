import { BatchGetImageCommand, DescribeImagesCommand, ECRClient, ECRServiceException, ImageNotFoundException, RepositoryNotFoundException } from '@aws-sdk/client-ecr';
import { mockClient } from 'aws-sdk-client-mock';
import { EcrRegistry } from '../../src/registry-client/ecr-registry';
import { digestOf } from '../../src/registry-client/manifest-digest';
import { ProxyError } from '../../src/registry-client/proxy-error';
import { Reason } from '../../src/registry-client/resolution-error';
import { resolveImage } from '../../src/registry-client/resolve-image';

const ARM = `sha256:${'b'.repeat(64)}`;
const WHERE = "'team/api:v1' (account 123456789012, Region eu-west-1)";

const manifest = JSON.stringify({
  mediaType: 'application/vnd.oci.image.index.v1+json',
  manifests: [{ digest: ARM, platform: { os: 'linux', architecture: 'arm64' } }],
});
const INDEX = digestOf(manifest);

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
    `${WHERE} has no usable digest, ECR answers with '${imageDigest}'`);
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

  test('an index with another digest than was asked for is an error', async () => {
    ecr.on(BatchGetImageCommand).resolves({ images: [{ imageId: { imageDigest: INDEX }, imageManifest: `${manifest} ` }] });
    await expect(resolveImage(registry, { tag: 'v1', platform: 'linux/arm64' })).rejects.toMatchObject({
      reason: 'wrong-content', message: `ECR answers for ${WHERE} with content whose digest is ${digestOf(`${manifest} `)}, not ${INDEX}`,
    });
  });

  test('an index that cannot be read is an error with the reason', async () => {
    ecr.on(BatchGetImageCommand).resolves({ failures: [{ imageId: { imageDigest: INDEX }, failureCode: 'ImageNotFound', failureReason: 'gone' }] });
    await expect(resolveImage(registry, { tag: 'v1', platform: 'linux/arm64' })).rejects.toThrow(`${WHERE} cannot be read (${INDEX}, ImageNotFound: gone)`);
    ecr.on(BatchGetImageCommand).resolves({});
    await expect(resolveImage(registry, { tag: 'v1', platform: 'linux/arm64' })).rejects.toThrow(`${WHERE} cannot be read (${INDEX}, no manifest came back)`);
  });
});

describe('failures say what was asked, where, and what came back', () => {
  test.each<[string, Error, Reason, string]>([
    ['a missing tag', new ImageNotFoundException(metadata(400)), 'image-not-found', `${WHERE} does not exist`],
    ['a missing repository', new RepositoryNotFoundException(metadata(400)), 'repository-not-found', `the repository of ${WHERE} does not exist`],
    ['no permission', failure('AccessDeniedException'), 'access-denied', `ecr:DescribeImages for ${WHERE} is denied (as ECR says)`],
    ['throttling', failure('ThrottlingException'), 'rate-limited', `ecr:DescribeImages for ${WHERE} failed (ThrottlingException: as ECR says)`],
    ['too many requests', failure('Anything', 429), 'rate-limited', `ecr:DescribeImages for ${WHERE} failed (Anything: as ECR says)`],
    ['an error of ECR', failure('ServerException', 500), 'unavailable', `ecr:DescribeImages for ${WHERE} failed (ServerException: as ECR says)`],
    ['an expired token', failure('ExpiredTokenException', 403), 'not-signed-in', `ecr:DescribeImages for ${WHERE} failed (ExpiredTokenException: as ECR says)`],
    ['a wrong signature, with the request that was signed',
      Object.assign(failure('InvalidSignatureException', 403), { message: 'It does not match. The Canonical String was\n\nx-amz-security-token:secret (1)' }),
      'not-signed-in', `ecr:DescribeImages for ${WHERE} failed (InvalidSignatureException: It does not match.)`],
    ['no credentials', Object.assign(new Error('no\n  providers'), { name: 'CredentialsProviderError' }), 'unusable-credentials',
      `ecr:DescribeImages for ${WHERE} failed (CredentialsProviderError: no providers)`],
    ['another refusal', failure('KmsException', 400), 'refused', `ecr:DescribeImages for ${WHERE} failed (KmsException: as ECR says)`],
    ['a connection that is cut', Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' }), 'unavailable',
      `ecr:DescribeImages for ${WHERE} failed (Error: socket hang up)`],
    ['a certificate that nobody knows', Object.assign(new Error('self-signed certificate'), { code: 'DEPTH_ZERO_SELF_SIGNED_CERT' }), 'untrusted-host',
      `ecr:DescribeImages for ${WHERE} failed (Error: self-signed certificate)`],
    ['a proxy that refuses', new ProxyError('the proxy refuses'), 'unusable-proxy', `ecr:DescribeImages for ${WHERE} failed (ProxyError: the proxy refuses)`],
    ...['EAI_AGAIN', 'ETIMEDOUT', 'ENETUNREACH', 'EHOSTUNREACH', 'ENOTFOUND'].map<[string, Error, Reason, string]>(code => [`no way (${code})`,
      Object.assign(new Error(code), { code }), 'unreachable', `ecr:DescribeImages for ${WHERE} failed (Error: ${code})`]),
    ['no connection', Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' }), 'unreachable',
      `ecr:DescribeImages for ${WHERE} failed (Error: connect ECONNREFUSED)`],
  ])('%s', async (_, error, reason, message) => {
    ecr.on(DescribeImagesCommand).rejects(error);
    await expect(registry.image('v1')).rejects.toMatchObject({ reason, message });
  });

  test('the status, and the time after which ECR wants to be asked again', async () => {
    ecr.on(DescribeImagesCommand).rejects(Object.assign(failure('ThrottlingException', 429), { $response: { headers: { 'retry-after': '5' } } }));
    await expect(registry.image('v1')).rejects.toMatchObject({ kind: 'busy', status: 429, retryAfter: 5_000 });
  });

  test('an answer without image is a missing tag', async () => {
    ecr.on(DescribeImagesCommand).resolves({ imageDetails: [] });
    await expect(registry.image('v1')).rejects.toMatchObject({ kind: 'missing' });
  });
});

describe('an archived image', () => {
  const message = `${WHERE} is archived and cannot be pulled`;

  test('that is listed', async () => {
    ecr.on(DescribeImagesCommand).resolves({ imageDetails: [{ imageDigest: INDEX, imageStatus: 'ARCHIVED' }] });
    await expect(registry.image('v1')).rejects.toMatchObject({ reason: 'archived', message });
  });

  test.each(['ARCHIVED', 'ACTIVATING'] as const)('that is left out unless asked for (%s)', async imageStatus => {
    ecr.on(DescribeImagesCommand).rejects(new ImageNotFoundException(metadata(400)));
    ecr.on(DescribeImagesCommand, { filter: { imageStatus: 'ANY' } }).resolves({ imageDetails: [{ imageDigest: INDEX, imageStatus }] });
    await expect(registry.image('v1')).rejects.toMatchObject({ reason: 'archived', message });
  });

  test('that is restored is found', async () => {
    ecr.on(DescribeImagesCommand).resolves({ imageDetails: [{ imageDigest: INDEX, imageStatus: 'ACTIVE' }] });
    await expect(registry.image('v1')).resolves.toMatchObject({ digest: INDEX });
  });
});
