import { proxyFor } from '../../../src/cli/lookup/proxies';
import { ProcessEnvironment } from '../process-environment';

new ProcessEnvironment(() => ({}));

const proxyOf = (address: string, env: NodeJS.ProcessEnv, setting?: string) => {
  Object.assign(process.env, env);
  const { url, source } = proxyFor(new URL(address), setting) ?? {};
  return url && [url.href, source];
};

test.each([
  ['https://ghcr.io', { HTTPS_PROXY: 'http://one:3128', HTTP_PROXY: 'http://two:3128' }, ['http://one:3128/', 'HTTPS_PROXY']],
  ['http://ghcr.io', { HTTPS_PROXY: 'http://one:3128', HTTP_PROXY: 'http://two:3128' }, ['http://two:3128/', 'HTTP_PROXY']],
  ['https://ghcr.io', { https_proxy: 'one:3128', HTTPS_PROXY: 'http://two:3128' }, ['http://one:3128/', 'https_proxy']],
  ['https://ghcr.io', { all_proxy: 'https://one' }, ['https://one/', 'all_proxy']],
  ['https://ghcr.io', { HTTP_PROXY: 'http://one:3128' }, undefined],
  ['https://ghcr.io', { HTTPS_PROXY: 'http://one:3128', NO_PROXY: 'quay.io,.ghcr.io,ghcr.io:5000' }, ['http://one:3128/', 'HTTPS_PROXY']],
  ['https://ghcr.io', { HTTPS_PROXY: 'http://one:3128', NO_PROXY: 'quay.io, ghcr.io' }, undefined],
  ['https://eu.ghcr.io:5000', { HTTPS_PROXY: 'http://one:3128', no_proxy: '.ghcr.io:5000' }, undefined],
  ['https://ghcr.io', { HTTPS_PROXY: 'http://one:3128', NO_PROXY: '*' }, undefined],
  ['https://ghcr.io', {}, undefined],
])('%s with %j', (address, env, proxy) => {
  expect(proxyOf(address, env)).toEqual(proxy);
});

test.each(['http://localhost:5000', 'http://127.0.0.1', 'https://127.1.2.3:5000', 'http://[::1]:5000', 'http://app.localhost', 'http://0.0.0.0:5000', 'http://[::]', 'http://[::ffff:127.0.0.1]'])('%s is this machine, which no proxy knows', address => {
  expect(proxyOf(address, { HTTPS_PROXY: 'http://one:3128', HTTP_PROXY: 'http://one:3128' })).toBeUndefined();
  expect(proxyOf(address, {}, 'http://one:3128')).toBeUndefined();
});

test('as in the CDK CLI, its setting is for all hosts', () => {
  const env = { HTTPS_PROXY: 'http://one:3128', NO_PROXY: '*' };
  expect(proxyOf('https://localhost.example', env, 'http://two:3128')).toEqual(['http://two:3128/', "the CDK CLI's setting proxy"]);
});

test.each(['http://', '://', 'http://a b', 'http://user:%zz@proxy', 'ftp://proxy', 'http://user:secret@proxy:port'])('%s is no proxy, and is not repeated', address => {
  const problem = (setting?: string) => {
    try {
      return proxyOf('https://ghcr.io', { HTTPS_PROXY: address }, setting);
    } catch (error) {
      return (error as Error).message;
    }
  };
  expect(problem()).toMatch(/^HTTPS_PROXY (is no address of a proxy; expected one such as http:|names a proxy for ftp; expected)/);
  expect(problem(address)).toMatch(/^the CDK CLI's setting proxy (is|names)/);
  expect(problem()).not.toMatch(/secret|zz/);
});
