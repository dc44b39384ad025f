import { readFileSync } from 'fs';
import { join } from 'path';
import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { SecureRepository } from 'cdk-secure-repository';
import { ByHandStack } from './by-hand';
import { blocksIn, readPages } from './pages';

const pages = readPages();

function contentsIn(path: string, ...languages: string[]): string[] {
  return blocksIn(pages.filter(page => page.path === path), ...languages).map(({ content }) => content);
}

function resourcesOf(stack: Stack) {
  return Object.values(Template.fromStack(stack).toJSON().Resources);
}

function smallestStack(): Stack {
  const stack = new Stack(new App(), 'Service');
  new SecureRepository(stack, 'Images', { repositoryName: 'api' });
  return stack;
}

test.each([
  ['docs/repository.md', 'by-hand.ts'],
  ['docs/testing.md', 'snapshot/lib/service-stack.ts'],
  ['docs/testing.md', 'snapshot/test/service-stack.test.ts'],
])('%s has %s as it is tested here', (page, file) => {
  expect(contentsIn(page, 'ts', 'js')).toContain(readFileSync(join(__dirname, file), 'utf8'));
});

test('the template in the guide is what the smallest app gives', () => {
  const { Resources } = Template.fromStack(smallestStack()).toJSON();
  expect(contentsIn('docs/repository.md', 'json').map(block => JSON.parse(block))).toContainEqual(Resources);
});

test('the code written by hand gives the same', () => {
  expect(resourcesOf(new ByHandStack(new App(), 'ByHand'))).toEqual(resourcesOf(smallestStack()));
});
