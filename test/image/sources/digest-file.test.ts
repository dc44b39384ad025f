import { mkdtempSync, rmSync, writeFileSync } from 'fs';
import { tmpdir } from 'os';
import { join } from 'path';
import { App, Stack } from 'aws-cdk-lib';
import * as ecr from 'aws-cdk-lib/aws-ecr';
import { DigestPinnedImage } from '../../../src';

const DIGEST = `sha256:${'a'.repeat(64)}`;
const REPOSITORY = '111111111111.dkr.ecr.eu-west-1.amazonaws.com/team/api';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'digest-file-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

function digestIn(content?: string): string {
  const stack = new Stack(new App(), 'Stack', { env: { account: '111111111111', region: 'eu-west-1' } });
  const file = join(folder, content === undefined ? 'nowhere' : 'digest');
  if (content !== undefined) writeFileSync(file, content);
  return DigestPinnedImage.fromDigestFile(ecr.Repository.fromRepositoryName(stack, 'Api', 'team/api'), file).pinTo(stack).digest;
}

test.each([undefined, ''])('%j is no path', file => {
  const repository = ecr.Repository.fromRepositoryName(new Stack(), 'Api', 'team/api');
  const message = ` '${file}': expected the path of a file, which an environment variable that is not set does not give`;
  expect(() => DigestPinnedImage.fromDigestFile(repository, file as string)).toThrow(message);
  expect(() => DigestPinnedImage.fromBuildMetadata(repository, file as string)).toThrow(message);
});

test.each([DIGEST, `${DIGEST}\n`, `\r\n${DIGEST}\r\n`, `${REPOSITORY}@${DIGEST}`, `${REPOSITORY}:v1@${DIGEST}\n`])('the digest in %j is taken', content => {
  expect(digestIn(content)).toBe(DIGEST);
});

test.each([
  ['', /it has 0 lines with text; expected one, 'sha256:…' or '<repository>@sha256:…'$/],
  [`${DIGEST}\n${DIGEST}`, /it has 2 lines with text/],
  ['sha256:abc', /'sha256:abc' is not an image digest/],
  [`${REPOSITORY}:v1`, /is not an image digest/],
  [`${REPOSITORY}@${DIGEST}@${DIGEST}`, /is not an image digest/],
  [`ghcr.io/team/api@${DIGEST}`, /it is of 'ghcr.io\/team\/api', which is not in repository 'team\/api'; give the file of the image that was pushed there$/],
  [`${REPOSITORY.replace('eu-west-1', 'us-east-1')}@${DIGEST}`, /which is not in repository/],
  [undefined, /it cannot be read \(ENOENT\); run the build with an option such as --digest-file first$/],
])('%j is refused, with the file', (content, message) => {
  expect(() => digestIn(content)).toThrow(message);
  expect(() => digestIn(content)).toThrow(/^Stack\/Api: digest file '.*': /);
});
