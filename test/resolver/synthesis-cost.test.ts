import { App, CfnParameter, Stack, Tokenization } from 'aws-cdk-lib';
import * as ecr from 'aws-cdk-lib/aws-ecr';
import { DigestPinnedImage } from 'cdk-secure-repository';

/** What an image costs at synth, in what can be counted. */

let stack: Stack;

beforeEach(() => {
  stack = new Stack(new App(), 'Service', { env: { account: '111111111111', region: 'eu-west-1' } });
});

afterEach(() => jest.restoreAllMocks());

function pin(name: string, tag: string): void {
  DigestPinnedImage.fromTag(ecr.Repository.fromRepositoryName(stack, name, name), tag).pinTo(stack);
}

test('one image more is one custom resource more', () => {
  pin('first', 'v1');
  const before = new Set(stack.node.findAll());
  pin('second', 'v1');
  const added = stack.node.findAll().filter(construct => !before.has(construct));
  expect(added.map(({ node }) => node.id)).toEqual([expect.stringMatching(/^second:v1:/), 'Default', 'second']);
});

test('names without tokens are not resolved, and a token is resolved once', () => {
  const tag = new CfnParameter(stack, 'Tag').valueAsString;
  const resolve = jest.spyOn(Tokenization, 'resolve');
  pin('literal', 'v1');
  expect(resolve).toHaveBeenCalledTimes(0);
  pin('parameter', tag);
  expect(resolve).toHaveBeenCalledTimes(1);
});
