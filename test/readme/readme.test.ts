import { readFileSync } from 'fs';
import { join } from 'path';
import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { SecureRepository } from 'cdk-secure-repository';
import { ByHandStack } from './by-hand';

const readme = readFileSync(join(__dirname, '..', '..', 'README.md'), 'utf8');

/** The contents of the fenced blocks of a language. */
function blocks(language: string): string[] {
  return [...readme.matchAll(new RegExp(`^\`\`\`${language}.*\n([^]*?)^\`\`\`$`, 'gm'))].map(([, content]) => content);
}

function resourcesOf(stack: Stack) {
  return Object.values(Template.fromStack(stack).toJSON().Resources);
}

function smallestStack(): Stack {
  const stack = new Stack(new App(), 'Service');
  new SecureRepository(stack, 'Images', { repositoryName: 'api' });
  return stack;
}

test.each(['lib/service-stack.ts', 'test/service-stack.test.ts', 'by-hand.ts'])('%s stands in the README as it is tested here', file => {
  expect([...blocks('ts'), ...blocks('js')]).toContain(readFileSync(join(__dirname, file), 'utf8'));
});

test('the template in the README is what the smallest app gives', () => {
  const { Resources } = Template.fromStack(smallestStack()).toJSON();
  expect(blocks('json').map(block => JSON.parse(block))).toContainEqual(Resources);
});

test('the oldest Node.js in the README is the one that the package allows', () => {
  const { engines } = JSON.parse(readFileSync(join(__dirname, '..', '..', 'package.json'), 'utf8'));
  expect(engines.node).toBe(`>= ${/(\d+\.\d+), the oldest that it allows/.exec(readme)?.[1]}.0`);
});

test('the code written by hand gives the same', () => {
  expect(resourcesOf(new ByHandStack(new App(), 'ByHand'))).toEqual(resourcesOf(smallestStack()));
});
