import { questionOf, readPhysicalId, ResolvedPin, writePhysicalId } from '../../../src/resolver/handler/resolved-pins';

const pin = (question: number, digest: string): ResolvedPin => ({ question: question.toString(16).padStart(16, '0'), digestHex: digest.repeat(64) });

const PROPERTIES = { RepositoryArn: 'arn:aws:ecr:eu-west-1:123456789012:repository/api', Tag: 'v1' };

test.each([
  ['the repository', { RepositoryArn: 'arn:aws:ecr:eu-west-1:123456789012:repository/web' }],
  ['the tag', { Tag: 'v2' }],
  ['the platform', { Platform: 'linux/arm64' }],
  ['the required platforms', { RequirePlatforms: ['linux/arm64'] }],
  ['the token', { RefreshToken: 'x' }],
])('%s decides about the digest', (_, change) => {
  expect(questionOf({ ...PROPERTIES, ...change })).not.toBe(questionOf(PROPERTIES));
});

test('nothing else does, in any release', () => {
  expect(questionOf({ ...PROPERTIES, RefreshToken: 'abc', WaitSeconds: '60' })).toBe('9d32476a194ac294');
});

test('the newest pin is written first, in place of one for the same question', () => {
  const id = writePhysicalId(pin(1, 'c'), [pin(2, 'b'), pin(1, 'a')]);
  expect(id).toBe(`0000000000000001:${'c'.repeat(64)},0000000000000002:${'b'.repeat(64)}`);
  expect(readPhysicalId(id)).toEqual([pin(1, 'c'), pin(2, 'b')]);
});

test('the newest ten are remembered', () => {
  const known = Array.from({ length: 10 }, (_, i) => pin(i + 1, 'a'));
  expect(readPhysicalId(writePhysicalId(pin(0, 'b'), known))).toEqual([pin(0, 'b'), ...known.slice(0, 9)]);
});

test.each([
  '', 'unresolved', `0123456789abcdef:${'a'.repeat(63)}`, `0123456789abcdef:${'a'.repeat(65)}`, `0123456789abcdef:${'A'.repeat(64)}`,
  `0123456789abcde:${'a'.repeat(64)}`, `00123456789abcdef:${'a'.repeat(64)}`, `0123456789abcdeg:${'a'.repeat(64)}`,
])("'%s' has no pins", physicalId => {
  expect(readPhysicalId(physicalId)).toEqual([]);
});
