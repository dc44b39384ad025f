import { readChallenge } from '../../src/registry-client/authentication-challenge';

test.each([
  ['Basic realm="x"', { scheme: 'basic', parameters: { realm: 'x' } }],
  ['basic', { scheme: 'basic', parameters: {} }],
  ['Bearer realm="https://auth.docker.io/token",service="registry.docker.io",scope="repository:library/nginx:pull"', {
    scheme: 'bearer', parameters: { realm: 'https://auth.docker.io/token', service: 'registry.docker.io', scope: 'repository:library/nginx:pull' },
  }],
  ['BEARER Realm = "https://a/t" , SERVICE=plain, error="insufficient_scope"', {
    scheme: 'bearer', parameters: { realm: 'https://a/t', service: 'plain', error: 'insufficient_scope' },
  }],
  ['Bearer realm="a \\"quoted\\", Basic realm=b",scope="repository:a:pull,push"', {
    scheme: 'bearer', parameters: { realm: 'a "quoted", Basic realm=b', scope: 'repository:a:pull,push' },
  }],
  ['Basic realm="x", Bearer realm="y"', { scheme: 'bearer', parameters: { realm: 'y' } }],
  ['Negotiate, Basic realm="x"', { scheme: 'basic', parameters: { realm: 'x' } }],
  ['Bearer realm="never closed', { scheme: 'bearer', parameters: {} }],
  ['Digest realm="x", bearer="1"', undefined],
  ['Basically realm="x"', undefined],
  ['', undefined],
])('%s', (header, challenge) => {
  expect(readChallenge(header)).toEqual(challenge);
});

test('a long header does not take long', () => {
  const start = Date.now();
  readChallenge(`Bearer ${'a=b'.repeat(5_000)}`);
  readChallenge(`Bearer ${'a'.repeat(15_000)}`);
  readChallenge(`Bearer realm="${'\\'.repeat(15_000)}`);
  readChallenge(`${', '.repeat(7_500)}Bearer`);
  expect(Date.now() - start).toBeLessThan(2_000);
});
