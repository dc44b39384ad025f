import { isNewerEntry, readLockEntry } from '../../src/lock/lock-entry';

const DIGEST = `sha256:${'a'.repeat(64)}`;

test.each([
  { digest: DIGEST },
  { digest: DIGEST, mediaType: 'application/vnd.oci.image.index.v1+json', platforms: ['linux/amd64'], pushedAt: '2026-01-02T03:04:05.000Z' },
])('%j is an entry', entry => {
  expect(readLockEntry(entry)).toEqual(entry);
});

test.each([
  [null, /it is null; expected an object with a digest/],
  ['sha256:abc', /it is "sha256:abc"; expected an object/],
  [[DIGEST], /expected an object/],
  [{}, /'undefined' is not an image digest/],
  [{ digest: 'sha256:zz' }, /'sha256:zz' is not an image digest/],
  [{ digest: [DIGEST] }, /is not an image digest/],
  [{ digest: DIGEST, mediaType: 1 }, /mediaType/],
  [{ digest: DIGEST, pushedAt: {} }, /pushedAt/],
  [{ digest: DIGEST, platforms: 'linux/amd64' }, /platforms/],
  [{ digest: DIGEST, platforms: ['linux/amd64', 1] }, /platforms/],
  [{ version: 2, digest: DIGEST }, /written by a newer release of cdk-secure-repository; update the package/],
])('%j is none', (value, message) => {
  expect(() => readLockEntry(value)).toThrow(message);
});

test.each([
  [{ version: 2 }, true],
  [{ digest: DIGEST }, false],
  [null, false],
  ['version', false],
])('%j was written by a newer release: %s', (value, expected) => {
  expect(isNewerEntry(value)).toBe(expected);
});
