import { mkdtempSync, rmSync, writeFileSync } from 'fs';
import { tmpdir } from 'os';
import { join } from 'path';
import { App, CfnParameter, Stack } from 'aws-cdk-lib';
import * as ecr from 'aws-cdk-lib/aws-ecr';
import { DigestPinnedImage, SecureRepository } from '../../../src';

const DIGEST = `sha256:${'a'.repeat(64)}`;
const HOST = '111111111111.dkr.ecr.eu-west-1.amazonaws.com';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'build-metadata-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

function digestIn(content: unknown, repositoryOf: (stack: Stack) => ecr.IRepository = stack => ecr.Repository.fromRepositoryName(stack, 'Api', 'team/api')) {
  const stack = new Stack(new App(), 'Stack', { env: { account: '111111111111', region: 'eu-west-1' } });
  const file = join(folder, 'metadata.json');
  writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
  return DigestPinnedImage.fromBuildMetadata(repositoryOf(stack), file).pinTo(stack).digest;
}

// The fields that BuildKit writes for one image, as its documentation lists them.
const METADATA = {
  'buildx.build.ref': 'builder/builder0/abc',
  'containerimage.config.digest': `sha256:${'b'.repeat(64)}`,
  'containerimage.descriptor': { mediaType: 'application/vnd.oci.image.index.v1+json', digest: DIGEST, size: 856 },
  'containerimage.digest': DIGEST,
  'image.name': `${HOST}/team/api:v1,docker.io/team/other:v1`,
};

test('the digest of the image is taken', () => {
  expect(digestIn(METADATA)).toBe(DIGEST);
});

test.each([
  ['without a name', { 'containerimage.digest': DIGEST }, undefined],
  ['for a repository whose name is generated', METADATA, (stack: Stack) => new SecureRepository(stack, 'Images')],
  ['for a repository whose name is a token', METADATA, (stack: Stack) => ecr.Repository.fromRepositoryName(stack, 'X', new CfnParameter(stack, 'N').valueAsString)],
  ['for a repository of the app', METADATA, (stack: Stack) => new SecureRepository(stack, 'Images', { repositoryName: 'team/api' })],
])('also %s', (_, content, repositoryOf) => {
  expect(digestIn(content, repositoryOf)).toBe(DIGEST);
});

test.each([
  ['', /it is not JSON; run the build with --metadata-file again/],
  ['null', /it has no containerimage.digest; expected what 'docker buildx build --push --metadata-file' writes for one image/],
  [{ default: METADATA, web: METADATA }, /it has no containerimage.digest; it is of 'docker buildx bake', so give the target: default, web/],
  [{ 'containerimage.digest': 'sha256:zz' }, /containerimage.digest: 'sha256:zz' is not an image digest/],
  [{ ...METADATA, 'image.name': `${HOST}/team/web:v1` }, /image.name is '.*team\/web:v1', which is not in repository 'team\/api'/],
  [{ ...METADATA, 'image.name': '222222222222.dkr.ecr.eu-west-1.amazonaws.com/team/api:v1' }, /which is not in repository/],
  [{ ...METADATA, 'image.name': '111111111111.dkr.ecr.us-east-1.amazonaws.com/team/api:v1' }, /which is not in repository/],
  [{ ...METADATA, 'image.name': 'ghcr.io/team/api:v1' }, /which is not in repository/],
  [{ ...METADATA, 'image.name': '::' }, /which is not in repository/],
])('%j is refused with file and field', (content, message) => {
  expect(() => digestIn(content)).toThrow(message);
  expect(() => digestIn(content)).toThrow(/^Stack\/Api: build metadata '.*metadata.json': /);
});

test('the name of another repository is refused for a repository of the app, too', () => {
  expect(() => digestIn(METADATA, stack => new SecureRepository(stack, 'Images', { repositoryName: 'web' }))).toThrow(/which is not in repository 'web'/);
});

test('account and Region are those in the ARN of the repository', () => {
  const elsewhere = (stack: Stack) => ecr.Repository.fromRepositoryAttributes(stack, 'Api', {
    repositoryArn: 'arn:aws:ecr:us-east-1:222222222222:repository/team/api', repositoryName: 'team/api',
  });
  expect(digestIn({ ...METADATA, 'image.name': '222222222222.dkr.ecr.us-east-1.amazonaws.com/team/api:v1' }, elsewhere)).toBe(DIGEST);
  expect(() => digestIn(METADATA, elsewhere)).toThrow(/which is not in repository/);
});

describe('a file of docker buildx bake', () => {
  const bake = { api: METADATA, web: { 'containerimage.digest': `sha256:${'c'.repeat(64)}`, 'image.name': `${HOST}/team/web:v1` }, lint: {} };

  function digestOf(target: string) {
    const stack = new Stack(new App(), 'Stack', { env: { account: '111111111111', region: 'eu-west-1' } });
    const file = join(folder, 'bake.json');
    writeFileSync(file, JSON.stringify(bake));
    return DigestPinnedImage.fromBuildMetadata(ecr.Repository.fromRepositoryName(stack, 'Api', 'team/api'), file, { target }).pinTo(stack).digest;
  }

  test('has a digest for each target', () => {
    expect(digestOf('api')).toBe(DIGEST);
  });

  test.each([
    ['nothing', /it has no target 'nothing'; expected one of api, web$/],
    ['lint', /it has no target 'lint'; expected one of api, web$/],
    ['web', /image.name is '.*team\/web:v1', which is not in repository 'team\/api'/],
  ])('target %s is refused', (target, message) => {
    expect(() => digestOf(target)).toThrow(message);
  });
});

test('a missing file is refused with what to do', () => {
  const stack = new Stack(new App(), 'Stack');
  const repository = ecr.Repository.fromRepositoryName(stack, 'Api', 'api');
  expect(() => DigestPinnedImage.fromBuildMetadata(repository, 'nowhere.json'))
    .toThrow("Stack/Api: build metadata 'nowhere.json': it cannot be read (ENOENT); run the build with --metadata-file first");
});
