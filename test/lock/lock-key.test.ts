import * as fc from 'fast-check';
import { lockKey, parseLockKey } from '../../src/lock/lock-key';
import { isHost, isRepositoryName, tagProblem } from '../../src/names/image-grammar';

const ECR = { account: '123456789012', region: 'eu-west-1', repositoryName: 'team/api' };

test.each([
  [{ repository: ECR, tag: 'v1.2.3' }, 'image-digest:123456789012:eu-west-1:team%2Fapi:v1.2.3'],
  [{ repository: ECR, tag: 'v1', platform: 'linux/arm64' }, 'image-digest:123456789012:eu-west-1:team%2Fapi:v1:linux%2Farm64'],
  [{ repository: ECR, tag: 'v1', platform: 'linux/arm64/v8.2' }, 'image-digest:123456789012:eu-west-1:team%2Fapi:v1:linux%2Farm64%2Fv8.2'],
  [{ repository: { host: 'docker.io', repositoryName: 'library/nginx' }, tag: '1.27' }, 'image-digest:oci:docker.io:library%2Fnginx:1.27'],
  [{ repository: { host: 'localhost:5000', repositoryName: 'a' }, tag: 'b' }, 'image-digest:oci:localhost%3A5000:a:b'],
])('%j is %s', (image, key) => {
  expect(lockKey(image)).toBe(key);
  expect(parseLockKey(key)).toEqual(image);
});

test('two spellings of a platform are one', () => {
  const key = (platform: string) => lockKey({ repository: ECR, tag: 'v1', platform });
  expect(key('linux/arm64/v8')).toBe(key('linux/arm64'));
});

test.each([
  'vpc-provider:account=1', 'image-digests:123456789012:eu-west-1:api:v1', 'image-digest', 'image-digest:oci', 'image-digest:123456789012:eu-west-1',
  'image-digest:123456789012:eu-west-1:api', 'image-digest:123456789012:eu-west-1::v1', 'image-digest:123456789012:eu-west-1:api:v1:linux%2Farm64:x',
  'image-digest:123456789012:eu-west-1:%:v1', 'image-digest:123456789012:eu-west-1:a%2F..%2Fb:v1', 'image-digest:123456789012:eu-west-1:api:-v1',
  'image-digest:12345:eu-west-1:api:v1', 'image-digest:0123456789012:eu-west-1:api:v1', 'image-digest:123456789012x:eu-west-1:api:v1',
  'image-digest:123456789012:EU:api:v1', 'image-digest:123456789012:Eu-west-1:api:v1', 'image-digest:123456789012:eu-west-1X:api:v1',
  'image-digest:oci:a b:api:v1', 'image-digest:oci:ghcr.io:api:v1:arm',
])("'%s' is not one of our keys", key => {
  expect(parseLockKey(key)).toBeUndefined();
});

test('a key has no slash, and says which image is meant', () => {
  const text = fc.string({ minLength: 1, maxLength: 20, unit: fc.constantFrom(...'ab:/.-_0[]') });
  const repositoryName = text.filter(isRepositoryName);
  const repository = fc.oneof(
    fc.record({ account: fc.constantFrom('123456789012', '210987654321'), region: fc.constantFrom('eu-west-1', 'us-east-1'), repositoryName }),
    fc.record({ host: text.filter(isHost), repositoryName }),
  );
  const image = fc.record(
    { repository, tag: text.filter(tag => !tagProblem(tag)), platform: fc.constantFrom('linux/amd64', 'linux/arm/v7') },
    { requiredKeys: ['repository', 'tag'] },
  );
  fc.assert(fc.property(image, value => {
    expect(lockKey(value)).not.toContain('/');
    expect(parseLockKey(lockKey(value))).toEqual(value);
  }));
});
