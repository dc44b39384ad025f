import { digestProblem, platformProblem, tagProblem } from '../../src/names/image-grammar';

const HEX = '0123456789abcdef'.repeat(4);

test('a digest is sha256 and 64 lower-case hexadecimal characters', () => {
  expect(digestProblem(`sha256:${HEX}`)).toBeUndefined();
});

test.each([
  'sha256:zz', `sha256:${HEX.toUpperCase()}`, `sha256:${HEX}0`, `sha256:${HEX.slice(1)}`, HEX, `sha512:${HEX}`, '', `sha256:${HEX}\n`,
])("'%s' is not a digest", digest => {
  expect(digestProblem(digest)).toMatch(/is not an image digest; expected 'sha256:' and 64 lower-case/);
});

test.each(['v1.2.3', '_', 'A-b.c_d', 'a'.repeat(128)])("'%s' is a tag", tag => {
  expect(tagProblem(tag)).toBeUndefined();
});

test.each(['', '-a', '.a', 'a b', 'a/b', 'a:b', 'ü', 'a'.repeat(129)])("'%s' is not a tag", tag => {
  expect(tagProblem(tag)).toMatch(/is not an image tag; expected 1 to 128/);
});

test('a digest given as a tag is told what to use', () => {
  expect(tagProblem(`sha256:${HEX}`)).toMatch(/use fromDigest/);
});

test.each(['linux/amd64', 'linux/arm/v7', 'windows/amd64'])("'%s' is a platform", platform => {
  expect(platformProblem(platform)).toBeUndefined();
});

test.each(['', 'linux', 'Linux/amd64', 'linux/', 'linux/arm/v7/x', 'amd64 '])("'%s' is not a platform", platform => {
  expect(platformProblem(platform)).toMatch(/is not a platform; expected/);
});
