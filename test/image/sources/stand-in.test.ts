import { mkdtempSync, rmSync, writeFileSync } from 'fs';
import { tmpdir } from 'os';
import { join } from 'path';
import { App, Stack } from 'aws-cdk-lib';
import { Annotations, Match } from 'aws-cdk-lib/assertions';
import * as ecr from 'aws-cdk-lib/aws-ecr';
import { StringParameter } from 'aws-cdk-lib/aws-ssm';
import { DigestPinnedImage } from '../../../src';

const DIGEST = `sha256:${'a'.repeat(64)}`;

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'stand-in-'));
  writeFileSync(join(folder, 'metadata.json'), JSON.stringify({
    'containerimage.digest': DIGEST, 'image.name': '111111111111.dkr.ecr.eu-west-1.amazonaws.com/api:v1',
  }));
});
afterAll(() => rmSync(folder, { recursive: true }));

function stackIn(context = {}): Stack {
  return new Stack(new App({ context }), 'Stack', { env: { account: '111111111111', region: 'eu-west-1' } });
}

const named = (stack: Stack) => ecr.Repository.fromRepositoryName(stack, 'Api', 'api');
const lookedUp = (stack: Stack) => ecr.Repository.fromLookup(stack, 'Api', { repositoryName: 'api' });
const value = (stack: Stack, name = '/live/api') => StringParameter.valueFromLookup(stack, name);

/** What is missing after synthesis, by its provider or, for an image, by its key. */
function missing(stack: Stack): string[] {
  const { manifest } = (stack.node.root as App).synth({ force: true });
  return (manifest.missing ?? []).map(({ key, provider }) => provider === 'plugin' ? key : provider).sort();
}

describe('with what the CDK CLI has yet to look up, the first pass goes through without a digest', () => {
  test.each<[string, (stack: Stack) => DigestPinnedImage, string]>([
    ['fromDigest', stack => DigestPinnedImage.fromDigest(named(stack), value(stack)), 'ssm'],
    ['fromTag', stack => DigestPinnedImage.fromTag(named(stack), value(stack)), 'ssm'],
    ['fromLookup', stack => DigestPinnedImage.fromLookup(named(stack), value(stack)), 'ssm'],
    ['fromLookup, of a value that looks like a tag', stack => DigestPinnedImage.fromLookup(named(stack), value(stack, 'live')), 'ssm'],
    ['fromLookup, in a repository', stack => DigestPinnedImage.fromLookup(lookedUp(stack), 'v1'), 'cc-api-provider'],
    ['fromBuildMetadata, in a repository', stack => DigestPinnedImage.fromBuildMetadata(lookedUp(stack), join(folder, 'metadata.json')), 'cc-api-provider'],
  ])('%s', (_, imageOf, provider) => {
    const stack = stackIn();
    expect(imageOf(stack).pinTo(stack).digest).toBe('sha256:dummy-until-the-image-is-in-the-lock');
    Annotations.fromStack(stack).hasError('/Stack', Match.stringLikeRegexp('^Stack/Api: '));
    expect(missing(stack)).toEqual([provider]);
  });
});

test('the first pass of fromReference goes through without a digest', () => {
  const stack = stackIn();
  expect(DigestPinnedImage.fromReference(value(stack, 'live')).pinTo(stack).digest).toBe('sha256:dummy-until-the-image-is-in-the-lock');
  Annotations.fromStack(stack).hasError('/Stack', "the reference 'dummy-value-for-live' has yet to be looked up; synthesize with the CDK CLI");
  expect(missing(stack)).toEqual(['ssm']);
});

test('in the second pass the digest is there', () => {
  const firstPass = stackIn();
  value(firstPass);
  const [{ key }] = (firstPass.node.root as App).synth().manifest.missing!;
  const stack = stackIn({ [key]: DIGEST });
  expect(DigestPinnedImage.fromDigest(named(stack), value(stack)).pinTo(stack).digest).toBe(DIGEST);
});

test('an environment variable that is not set is an error that says so', () => {
  expect(() => DigestPinnedImage.fromLookup(named(stackIn()), process.env.NOT_SET!)).toThrow("Stack/Api: 'undefined' is not an image tag");
});

test('when nothing is looked up, a wrong value is an error at once', () => {
  expect(() => DigestPinnedImage.fromDigest(named(stackIn()), 'dummy')).toThrow("Stack/Api: 'dummy' is not an image digest");
  expect(() => DigestPinnedImage.fromLookup(ecr.Repository.fromRepositoryName(stackIn(), 'Api', 'DUMMY'), 'v1'))
    .toThrow("Stack/Api: 'DUMMY' is not the name of a repository in Amazon ECR");
});
