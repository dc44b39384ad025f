import { digestProblem, isHost, isRepositoryName, platformProblem, tagProblem } from '../../src/names/image-grammar';

const HEX = '0123456789abcdef'.repeat(4);

test('a digest is sha256 and 64 lower-case hexadecimal characters', () => {
  expect(digestProblem(`sha256:${HEX}`)).toBeUndefined();
});

test.each([
  'sha256:zz', `sha256:${HEX.toUpperCase()}`, `sha256:${HEX}0`, `sha256:${HEX.slice(1)}`, HEX, `sha512:${HEX}`, `xsha256:${HEX}`, '', `sha256:${HEX}\n`,
  undefined, [`sha256:${HEX}`],
])("'%s' is not a digest", digest => {
  expect(digestProblem(digest as string)).toBe(`'${digest}' is not an image digest; expected 'sha256:' and 64 lower-case hexadecimal characters`);
});

test.each(['v1.2.3', '_', 'A-b.c_d', 'a'.repeat(128)])("'%s' is a tag", tag => {
  expect(tagProblem(tag)).toBeUndefined();
});

test.each(['', '-a', '.a', 'a b', 'a/b', 'a:b', 'ü', 'a'.repeat(129), undefined, 5])("'%s' is not a tag", tag => {
  expect(tagProblem(tag as string)).toBe(`'${tag}' is not an image tag; expected 1 to 128 letters, digits, '_', '.' or '-', not starting with '.' or '-'`);
});

test('a digest given as a tag is told what to use', () => {
  expect(tagProblem(`sha256:${HEX}`)).toMatch(/ or '-'; this is a digest: use fromDigest$/);
});

test.each(['docker.io', 'a', 'a-b.c', 'GHCR.io', 'localhost:5000', '[::1]', '[fe80::A0]:5000', '127.0.0.1:80'])("'%s' is a host", host => {
  expect(isHost(host)).toBe(true);
});

test.each(['', '-a.io', 'a.io-', '.a', 'a b', 'a_b', 'a/b', 'a:', 'a:b', 'a:1b', ':5000', '[]', '[::g]', '[::1', 'a[::1]', '[::1]a'])("'%s' is not a host", host => {
  expect(isHost(host)).toBe(false);
});

test.each(['a', 'a1', 'a.b_c__d-e---fg', 'ab/cd.ef/gh_ij---kl.mn', 'library/nginx'])("'%s' is the name of a repository", name => {
  expect(isRepositoryName(name)).toBe(true);
});

test.each(['', 'A', 'aB', 'ü', 'a b', '.a', 'a.', 'a..b', 'a___b', 'a._b', 'a-', '/a', 'a/', 'a//b', 'a/.b', 'a/b_', 'a/B', 'a:b', 'a.B', 'a/b.C'])(
  "'%s' is not", name => {
    expect(isRepositoryName(name)).toBe(false);
  });

test.each(['linux/amd64', 'linux/arm/v7', 'windows/amd64', 'linux/x86_64', 'windows/amd64/10.0.20348'])("'%s' is a platform", platform => {
  expect(platformProblem(platform)).toBeUndefined();
});

test.each([
  '', 'linux', 'Linux/amd64', 'linux/', '/amd64', 'linux/AMD64', 'linux/arm/', 'linux/arm/V7', 'linux/arm/v7/x', 'linux/arm/v7 ', 'linux//v7', 'amd64 ', undefined,
  ['linux/amd64'],
])("'%s' is not a platform", platform => {
  expect(platformProblem(platform as string))
    .toBe(`'${platform}' is not a platform; expected 'os/architecture' or 'os/architecture/variant', such as 'linux/arm64'`);
});
