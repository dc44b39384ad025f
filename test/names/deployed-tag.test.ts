import { matchesDeployedTag } from '../../src/names/deployed-tag';

test.each([
  'deployed-0123456789abcdef0123456789abcdef', 'deployed-*', 'deployed*', '*', '**', 'd*', '*-*', '*a*', '*0', 'deployed-a*f', '*deployed-*', 'd*e*d-*1*2', 'deployed-0123456789abcdef*0123456789abcdef',
])('%s matches a tag of ours', pattern => {
  expect(matchesDeployedTag(pattern)).toBe(true);
});

test.each([
  '', 'deployed-', 'deployed', 'v*', '*-rc', '*g', 'deployed-*-*', '*-abc', 'deployed-A*', 'Deployed-*', '*x*', 'deployed-0123456789abcdef0123456789abcdef0', 'deployed-0123456789abcdef0123456789abcde',
  '*deployed-*deployed-*', '*.*',
])('%s matches none', pattern => {
  expect(matchesDeployedTag(pattern)).toBe(false);
});
