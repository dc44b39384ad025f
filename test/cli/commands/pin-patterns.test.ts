import { chosen } from '../../../src/cli/commands/pin-patterns';
import { UsageError } from '../../../src/cli/terminal/exit-codes';

const ECR = 'image-digest:123456789012:eu-west-1:team%2Fapi:v1.2';
const OCI = 'image-digest:oci:public.ecr.aws:nginx%2Fnginx:1.27:linux%2Farm64';

function meant(patterns: string[], keys: string[]): string[] {
  try {
    return chosen(keys, patterns);
  } catch {
    return [];
  }
}

test.each([
  [[], true, true],
  [['*'], true, true],
  [[ECR], true, false],
  [['image-digest:123456789012:*'], true, false],
  [['team/api:v1.2'], true, false],
  [['team/api:v1?2'], true, false],
  [['team/api:v1x2'], false, false],
  [['team*'], true, false],
  [['*:1.27'], false, true],
  [['nginx/nginx:*'], false, true],
  [['public.ecr.aws/*'], false, true],
  [['team/*', '*/nginx:*'], true, true],
  [['api:v1.2'], false, false],
  [['Team/*'], false, false],
  [['image-digest:(*'], false, false],
  [['!team/*'], false, true],
  [['*', '!*nginx*'], true, false],
  [['team/*', '!*'], false, false],
  [['!none'], false, false],
])('patterns %j mean the one in ECR: %s, the other: %s', (patterns, ecr, oci) => {
  expect(meant(patterns, [ECR, OCI])).toEqual([...ecr ? [ECR] : [], ...oci ? [OCI] : []]);
});

test('images of Docker Hub are meant as the app writes them', () => {
  const nginx = 'image-digest:oci:docker.io:library%2Fnginx:1.27';
  const pattern = (text: string) => meant([text], [nginx, OCI]);
  expect(['nginx:*', 'library/nginx:1.27', 'docker.io/library/nginx:*'].map(pattern)).toEqual([[nginx], [nginx], [nginx]]);
});

test('a key that cannot be read is meant by itself', () => {
  expect(meant(['image-digest:*'], ['image-digest:what'])).toEqual(['image-digest:what']);
  expect(meant(['what'], ['image-digest:what'])).toEqual([]);
});

test('patterns choose keys in the order of the lock', () => {
  expect(chosen([ECR, OCI], ['*nginx*', '*:v1.2'])).toEqual([ECR, OCI]);
  expect(chosen([ECR, OCI], ['*nginx*'])).toEqual([OCI]);
});

test('patterns that mean nothing are wrong usage', () => {
  expect(() => chosen([ECR, OCI], ['*:v1.2', 'none', 'no*', '*nginx*'])).toThrow(UsageError);
  expect(() => chosen([ECR, OCI], ['*:v1.2', 'none', 'no*', '*nginx*'])).toThrow("no pin is meant by 'none', 'no*'; expected");
});
