import { spawnSync } from 'node:child_process';

/** In parts, because this file is one of those that are searched. */
const REGISTRY_HOSTS = [
  ['registry', 'npmjs', 'org'], ['pypi', 'org'], ['pythonhosted', 'org'], ['repo', 'maven', 'apache', 'org'], ['proxy', 'golang', 'org'],
].map(parts => parts.join('.'));

test('no committed file names the host of a package registry', () => {
  const { status, stdout, stderr } = spawnSync('git', ['grep', '--fixed-strings', '--line-number', ...REGISTRY_HOSTS.flatMap(host => ['-e', host])], { encoding: 'utf8' });

  expect({ stdout, stderr }).toEqual({ stdout: '', stderr: '' });
  expect(status).toBe(1);
});
