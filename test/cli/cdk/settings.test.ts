import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cdkSettings } from '../../../src/cli/cdk/settings';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'cdk-settings-'));
  mkdirSync(join(folder, 'home'));
});

afterEach(() => rmSync(folder, { recursive: true }));

function settings(args: string[], env = {}, cdkJson?: string, userJson?: string) {
  cdkJson && writeFileSync(join(folder, 'cdk.json'), cdkJson);
  userJson && writeFileSync(join(folder, 'home', '.cdk.json'), userJson);
  const { profile, assembly } = cdkSettings(args, { cwd: folder, env: { HOME: join(folder, 'home'), ...env } });
  return [profile, assembly.slice(folder.length + 1)];
}

test.each([
  [['synth'], undefined, 'cdk.out'],
  [['synth', '--profile', 'dev', '-o', 'out'], 'dev', 'out'],
  [['--profile=dev', 'synth', '--output=out'], 'dev', 'out'],
  [['synth', '-oout', '--profile', 'old', '--profile', 'dev'], 'dev', 'out'],
  [['synth', '--output', 'out/of', '--', '--profile', 'other'], undefined, 'out/of'],
  [['synth', '-o=out', '--profiles', 'x', '--profile'], undefined, 'out'],
])('%j', (args, profile, assembly) => {
  expect(settings(args)).toEqual([profile, assembly]);
});

test('the command line comes before variables, these before cdk.json, and that before the file at home', () => {
  const files = ['{"profile":"project","output":"project"}', '{"profile":"user","output":"user"}'];
  const env = { CDK_PROFILE: 'variable', CDK_OUTPUT: 'variable' };
  expect(settings(['--profile', 'line', '--output', 'line'], env, ...files)).toEqual(['line', 'line']);
  expect(settings([], env, ...files)).toEqual(['variable', 'variable']);
  expect(settings([], {}, ...files)).toEqual(['project', 'project']);
  expect(settings([], {}, '{}', files[1])).toEqual(['user', 'user']);
});

test('proxy and certificates are read in the same order', () => {
  const network = (args: string[], env: object, ...files: object[]) => {
    files.forEach((content, index) => writeFileSync(join(folder, ['cdk.json', 'home/.cdk.json'][index]), JSON.stringify(content)));
    const { proxy, caBundlePath } = cdkSettings(args, { cwd: folder, env: { HOME: join(folder, 'home'), ...env } });
    return [proxy, caBundlePath];
  };
  expect(network([], {})).toEqual([undefined, undefined]);
  const files = [{ proxy: 'http://project' }, { proxy: 'http://user', caBundlePath: '/user' }];
  expect(network([], {}, ...files)).toEqual(['http://project', '/user']);
  const env = { CDK_PROXY: 'http://variable', CDK_CA_BUNDLE_PATH: 'variable' };
  expect(network([], env, ...files)).toEqual(['http://variable', join(folder, 'variable')]);
  expect(network(['--proxy', 'http://line', '--ca-bundle-path=line'], env, ...files)).toEqual(['http://line', join(folder, 'line')]);
});

test('cdk.json may have a byte order mark, as for the CDK CLI', () => {
  expect(settings([], {}, '\uFEFF{"profile":"project"}')).toEqual(['project', 'cdk.out']);
});

test.each(['not json', 'null', '[]', '{"profile":1,"output":""}'])('cdk.json with %s says nothing', text => {
  expect(settings([], {}, text)).toEqual([undefined, 'cdk.out']);
});

test('an app that is a folder is the assembly', () => {
  mkdirSync(join(folder, 'made-before'));
  expect(settings(['-a', 'made-before', '-o', 'out'])).toEqual([undefined, 'made-before']);
  expect(settings(['--app', 'node app.js', '-o', 'out'])).toEqual([undefined, 'out']);
});
