import { ecrRequest } from '../assembly-folder';
import { WatchedAws, SECRET_KEY } from '../aws';
import { buildLookupApp } from '../lookup-app';
import { UserFolder } from '../user-folder';

jest.setTimeout(60_000);

const aws = new WatchedAws();
let user: UserFolder;

beforeAll(() => {
  user = new UserFolder();
  user.addCdk();
  buildLookupApp(user.file('app.js'));
});

afterAll(() => user.remove());

/** Nobody answers there. */
const CLOSED = { AWS_ENDPOINT_URL: 'http://127.0.0.1:9', AWS_ENDPOINT_URL_ECR: 'http://127.0.0.1:9', AWS_ENDPOINT_URL_STS: 'http://127.0.0.1:9' };

function app(name: string, tags: string[]) {
  const keys = tags.map(tag => ecrRequest(`team/${name}`, tag).key);
  user.write(`${name}/cdk.json`, JSON.stringify({ app: 'node ../app.js', plugin: ['cdk-secure-repository/cli'], versionReporting: false, notices: false }));
  const env = (more: object) => ({ ...aws.environment, REPOSITORY: `team/${name}`, TAGS: tags.join(' '), CDK_DISABLE_CLI_TELEMETRY: 'true', CI: 'true', ...more });
  return {
    cdk: async (args: string[], more = {}) => user.cdk(name, args, env(more)),
    imageLock: async (args: string[], more = {}) => user.imageLock(name, args, env(more)),
    lockFile: () => user.read(`${name}/cdk.context.json`),
    lock: () => JSON.parse(user.read(`${name}/cdk.context.json`)),
    hasLock: () => user.has(`${name}/cdk.context.json`),
    digests: () => {
      const { Outputs } = JSON.parse(user.read(`${name}/cdk.out/Stack.template.json`));
      return Object.values<{ Value: string }>(Outputs).map(({ Value }) => Value);
    },
    keys,
  };
}

test('cdk synth fills the lock with one call, a second one needs nobody, and cdk context --reset empties it', async () => {
  const images = await aws.push('team/everyday', 'v1', 'v2', 'v3');
  const { cdk, lock, digests, keys } = app('everyday', ['v1', 'v2', 'v3']);
  expect(await cdk(['synth', '--quiet'])).toMatchObject({ code: 0 });
  expect(aws.asked).toEqual(['DescribeImages']);
  expect(lock()).toEqual(Object.fromEntries(keys.map((key, position) =>
    [key, { digest: images[position].digest, mediaType: images[position].mediaType, pushedAt: expect.any(String) }])));
  expect(digests()).toEqual(images.map(({ digest }) => digest));

  expect(await cdk(['synth', '--quiet', '--no-lookups'], CLOSED)).toMatchObject({ code: 0 });
  expect(digests()).toEqual(images.map(({ digest }) => digest));

  expect(await cdk(['context', '--reset', 'image-digest:*'])).toMatchObject({ code: 0 });
  expect(lock()).toEqual({});
});

test('the lookup role is assumed with its external id, by plugin and command', async () => {
  await aws.push('team/external', 'v1');
  aws.sts.taken();
  const { cdk, imageLock } = app('external', ['v1']);
  expect(await cdk(['synth', '--quiet'], { EXTERNAL_ID: 'of-the-role' })).toMatchObject({ code: 0 });
  expect(await imageLock(['verify'])).toMatchObject({ code: 0 });
  expect(aws.sts.taken().map(query => query.get('ExternalId'))).toEqual(['of-the-role', 'of-the-role']);
});

test('the CLI, its plugins and the app run with the Node.js of the tests', async () => {
  const tell = (who: string) => `console.error('${who} runs with', process.version);`;
  user.write('versions/plugin.js', `${tell('a plugin')} module.exports = { version: '1', init() {} };`);
  user.write('versions/app.js', tell('the app'));
  user.write('versions/cdk.json', JSON.stringify({ app: 'node app.js', plugin: [user.file('versions/plugin.js')], notices: false }));
  const { stderr } = await user.cdk('versions', ['synth'], { ...aws.environment, CDK_DISABLE_CLI_TELEMETRY: 'true', CI: 'true' });
  expect(stderr.match(/\S+ \S+ runs with .+/g)).toEqual([`a plugin runs with ${process.version}`, `the app runs with ${process.version}`]);
});

test('a tag that does not exist is an error of the app, and of it alone', async () => {
  const [image] = await aws.push('team/failing', 'v1');
  const { cdk, lock, keys } = app('failing', ['v1', 'none']);
  const { code, stdout, stderr } = await cdk(['synth', '--quiet']);
  expect(code).toBe(1);
  expect(stdout + stderr).toContain("'team/failing:none' (account 123456789012, Region eu-west-1) does not exist; push it first");
  expect(lock()).toEqual({ [keys[0]]: expect.objectContaining({ digest: image.digest }) });
});

test('without lookups, the CDK CLI names what is missing, and the command fills it in as the plugin would', async () => {
  await aws.push('team/command', 'v2', 'v1');
  const { cdk, imageLock, lockFile, hasLock } = app('command', ['v2', 'v1']);
  const { code, stderr } = await cdk(['synth', '--no-lookups']);
  expect(code).toBe(1);
  expect(stderr).toContain('Context lookups have been disabled');
  expect(stderr).toContain('image-digest:123456789012:eu-west-1:team%2Fcommand:v2, image-digest:123456789012:eu-west-1:team%2Fcommand:v1');
  expect(hasLock()).toBe(false);

  expect(await imageLock(['update'])).toMatchObject({ code: 0, stderr: '' });
  const byCommand = lockFile();
  expect(await imageLock(['verify', '--offline'])).toMatchObject({ code: 1, stderr: expect.stringContaining('synthesized; run cdk synth again') });
  await cdk(['context', '--clear']);
  expect(await cdk(['synth', '--quiet'])).toMatchObject({ code: 0 });
  expect(lockFile()).toBe(byCommand);
  expect(await imageLock(['verify', '--offline'])).toMatchObject({ code: 0, stdout: '2 pins in cdk.out as locked\n' });
  expect(await imageLock(['verify', '--strict'])).toMatchObject({ code: 0, stdout: '2 pins can be pulled\n' });
});

test('a digest in cdk.json comes before the lock, and the command says so', async () => {
  const [image] = await aws.push('team/overridden', 'v1');
  const { cdk, imageLock, lock, digests, keys: [key] } = app('overridden', ['v1']);
  expect(await cdk(['synth', '--quiet'])).toMatchObject({ code: 0 });
  const other = `sha256:${'e'.repeat(64)}`;
  user.write('overridden/cdk.json', JSON.stringify({ ...JSON.parse(user.read('overridden/cdk.json')), context: { [key]: { digest: other } } }));
  expect(await cdk(['synth', '--quiet'])).toMatchObject({ code: 0 });
  expect(digests()).toEqual([other]);
  expect(lock()).toEqual({ [key]: expect.objectContaining({ digest: image.digest }) });
  expect(await imageLock(['verify'])).toMatchObject({ code: 1, stderr: expect.stringContaining('has a digest in the context of cdk.json, which comes before the lock; take its key out there') });

  user.write('overridden/cdk.json', user.read('overridden/cdk.json').replace(/,"context".*$/, '}'));
  expect(await cdk(['synth', '--quiet'])).toMatchObject({ code: 0 });
  expect(await imageLock(['verify'])).toMatchObject({ code: 0, stdout: '1 pin can be pulled\n' });
});

test('the profile and the output folder of the command line are the ones of the plugin', async () => {
  await aws.push('team/profile', 'v1', 'v2');
  const { cdk, lock, keys } = app('profile', ['v1', 'v2']);
  user.write('profile/aws-config', `[profile team]\naws_access_key_id = AKIATEAM\naws_secret_access_key = ${SECRET_KEY}\n`);
  const env = { AWS_ACCESS_KEY_ID: '', AWS_SECRET_ACCESS_KEY: '', AWS_CONFIG_FILE: user.file('profile/aws-config') };
  expect(await cdk(['synth', '--quiet', '--profile', 'team', '-o', 'build/out'], env)).toMatchObject({ code: 0 });
  expect(aws.asked).toEqual(['DescribeImages']);
  expect(Object.keys(lock())).toEqual(keys);
});
