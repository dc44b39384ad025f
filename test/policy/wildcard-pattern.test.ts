import { matchesImage, matchesPath } from '../../src/policy/wildcard-pattern';

test.each<[string, string, boolean]>([
  ['nginx', 'nginx', true],
  ['nginx', 'nginx:1', false],
  ['nginx', 'anginx', false],
  ['nginx.', 'nginxx', false],
  ['*', '', true],
  ['*/nginx:*', 'public.ecr.aws/nginx/nginx:1', true],
  ['**nginx', 'a/b/nginx', true],
  ['a*b*c', 'abc', true],
  ['a*b*c', 'acb', false],
  ['a*', 'a\nb', true],
])('image %s, %j: %s', (pattern, image, expected) => {
  expect(matchesImage(pattern, image)).toBe(expected);
});

test.each<[string, string, boolean]>([
  ['Stack/*', 'Stack/Task', true],
  ['Stack/*', 'Stack/Task/Resource', false],
  ['Stack/*', 'Stack', false],
  ['Stack/**', 'Stack', true],
  ['Stack/**', 'Stacks/Task', false],
  ['Stack/**/Task', 'Stack/Task', true],
  ['Stack/**/Task', 'Stack/A/B/Task', true],
  ['Stack/**/Task', 'Stack/ATask', false],
  ['**/Task', 'Stack/Task', true],
  ['**/Task', 'Task', false],
  ['*-Prod/A*', 'Eu-Prod/Api', true],
  ['St**k/Task', 'Sta/c/k/Task', true],
])('path %s, %s: %s', (pattern, path, expected) => {
  expect(matchesPath(pattern, path)).toBe(expected);
});

test('many wildcards take no longer than few', () => {
  const started = Date.now();
  expect(matchesImage(`${'*a'.repeat(30)}b`, 'a'.repeat(3_000))).toBe(false);
  expect(matchesPath(`${'**/*a'.repeat(15)}b`, 'a/'.repeat(1_000))).toBe(false);
  expect(Date.now() - started).toBeLessThan(3_000);
});
