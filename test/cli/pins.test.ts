import { describePin, idlePatterns, isMeant } from '../../src/cli/pins';

const ECR = 'image-digest:123456789012:eu-west-1:team%2Fapi:v1.2';
const OCI = 'image-digest:oci:public.ecr.aws:nginx%2Fnginx:1.27:linux%2Farm64';

test.each([
  [ECR, "'team/api:v1.2' (account 123456789012, Region eu-west-1)"],
  [`${ECR}:linux%2Famd64`, "'team/api:v1.2' (account 123456789012, Region eu-west-1, linux/amd64)"],
  [OCI, "'public.ecr.aws/nginx/nginx:1.27' (linux/arm64)"],
  ['image-digest:oci:docker.io:library%2Fnginx:1', "'docker.io/library/nginx:1'"],
  ['image-digest:what', "'image-digest:what'"],
])('%s is described as %s', (key, description) => {
  expect(describePin(key)).toBe(description);
});

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
])('patterns %j mean the one in ECR: %s, the other: %s', (patterns, ecr, oci) => {
  expect(isMeant(ECR, patterns)).toBe(ecr);
  expect(isMeant(OCI, patterns)).toBe(oci);
});

test('a key that cannot be read is meant by itself', () => {
  expect(isMeant('image-digest:what', ['image-digest:*'])).toBe(true);
  expect(isMeant('image-digest:what', ['what'])).toBe(false);
});

test('idle patterns mean nothing', () => {
  expect(idlePatterns([ECR, OCI], ['*:v1.2', 'none', '*nginx*'])).toEqual(['none']);
});
