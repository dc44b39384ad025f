import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { readPages } from './pages';
import { DigestPinnedImage, SecureRepository } from '../../src';

const A_CALL = 0.0000002;
const A_GB_SECOND = 0.00001667;

test('a thousand deployments of ten pins cost what README and guide say, by the memory that the function has', () => {
  const stack = new Stack(new App(), 'Stack');
  DigestPinnedImage.fromTag(new SecureRepository(stack, 'Images'), 'v1.2.3').pinTo(stack);
  const [{ Properties: { MemorySize } }] = Object.values(Template.fromStack(stack).findResources('AWS::Lambda::Function'));
  const cents = Math.round(100 * 1_000 * 10 * (A_CALL + MemorySize / 1_024 * A_GB_SECOND));

  const textOf = (path: string) => readPages().find(page => page.path === path)!.prose.replace(/\s+/g, ' ');
  expect(textOf('README.md')).toContain(`1,000 deployments of ten changed pins [cost about ${cents} cents]`);
  expect(textOf('docs/what-it-costs.md')).toContain(`They have ${MemorySize} MB`);
  expect(textOf('docs/what-it-costs.md')).toContain(`1,000 such deployments cost ${cents} cents`);
});
