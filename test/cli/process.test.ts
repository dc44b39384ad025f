import { spawnSync } from 'node:child_process';
import { lstatSync, readdirSync, symlinkSync } from 'node:fs';
import { AddressInfo, createServer } from 'node:net';
import { ecrRequest, ociRequest } from './assembly-folder';
import { ACCESS_KEY, WatchedAws, SECRET_KEY } from './aws';
import { Run, UserFolder, VERSION } from './user-folder';
import { Fault } from '../../emulator/registry-proxy';
import { askFor, Fakes, giveImage, image, PASSWORD, redirectTo } from '../registry-client/fakes';

jest.setTimeout(30_000);

const aws = new WatchedAws();
const fakes = new Fakes();
let user: UserFolder;

beforeAll(() => {
  user = new UserFolder();
});

afterAll(() => user.remove());

const KEY = ecrRequest('team/api', 'v1').key;
const OLD = `sha256:${'0'.repeat(64)}`;

let folders = 0;
let folder: string;

beforeEach(() => {
  folder = `app-${++folders}`;
  user.write(`${folder}/cdk.json`, '{}');
});

const imageLock = async (args: string[], env = {}) => user.imageLock(folder, args, { ...aws.environment, ...env });

test('the command answers with exit codes and without colors', async () => {
  expect(await imageLock(['--help'])).toMatchObject({ code: 0, stderr: '' });
  expect(await imageLock([])).toMatchObject({ code: 2, stdout: '' });
  expect(await imageLock(['list'])).toMatchObject({ code: 2, stdout: '' });
  user.write(`${folder}/cdk.context.json`, `{"${KEY}":1}`);
  expect(await imageLock(['list'])).toEqual({ code: 1, stdout: '', stderr: expect.stringMatching(/^[^\u001b]*cannot be used[^\u001b]*\n$/) });
});

test.each(['--version', '-V'])('%s shows the version of the package', async option => {
  expect(await imageLock([option])).toEqual({ code: 0, stdout: `${VERSION}\n`, stderr: '' });
});

test.each([
  ['tabs', '{\n\t"b": [1,2],\n\t"KEY": "old"\n}\n', '{\n\t"b": [1,2],\n\t"KEY": {\n\t\t"digest": "NEW",\n\t\t"mediaType": "TYPE",\n\t\t"pushedAt": "TIME"\n\t}\n}\n'],
  ['four spaces', '{\n    "KEY": "old",\n    "a": {}\n}', '{\n    "KEY": {\n        "digest": "NEW",\n        "mediaType": "TYPE",\n        "pushedAt": "TIME"\n    },\n    "a": {}\n}'],
  ['CRLF and a BOM', '\uFEFF{\r\n  "KEY": "old"\r\n}\r\n', '\uFEFF{\r\n  "KEY": {\r\n    "digest": "NEW",\r\n    "mediaType": "TYPE",\r\n    "pushedAt": "TIME"\r\n  }\r\n}\r\n'],
])('a lock with %s keeps its looks', async (_, before, after) => {
  const [{ digest, mediaType }] = await aws.push('team/api', 'v1');
  user.write(`${folder}/cdk.context.json`, before.replace('KEY', KEY).replace('"old"', `{"digest":"${OLD}"}`));
  expect(await imageLock(['update'])).toMatchObject({ code: 0, stderr: '' });
  const text = user.read(`${folder}/cdk.context.json`).replace(/("pushedAt": ")[^"]+/, '$1TIME');
  expect(text).toBe(after.replace('KEY', KEY).replace('NEW', digest).replace('TYPE', mediaType));
});

test('a registry that changes to another protocol is a failure, and the command says so', async () => {
  const answer = 'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n';
  const registry = createServer(socket => socket.once('data', () => socket.end(answer)).on('error', () => {}));
  await new Promise<void>(resolve => registry.listen(0, '127.0.0.1', resolve));
  const host = `127.0.0.1:${(registry.address() as AddressInfo).port}`;
  const { key } = ociRequest(host, 'team/api', 'v1');
  user.write(`${folder}/cdk.context.json`, `{"${key}":{"digest":"${OLD}"}}`);
  expect(await imageLock(['verify', '--strict'])).toMatchObject({ code: 1, stderr: expect.stringContaining(`'${host}/team/api:v1'`) });
  registry.close();
});

test('a login for a registry goes to that one only', async () => {
  const other = await fakes.start(giveImage);
  const registry = await fakes.start(askFor('Basic realm="x"', redirectTo(() => `${other.url.replace('127.0.0.1', 'localhost')}/image`)));
  user.write(`${folder}/cdk.context.json`, `{"${ociRequest(registry.host, 'team/api', 'v1').key}":{"digest":"${OLD}"}}`);
  const login = { DOCKER_AUTH_CONFIG: JSON.stringify({ auths: { [registry.host]: { username: 'robot', password: 'swordfish' } } }) };
  expect(await imageLock(['update'], login)).toMatchObject({ code: 0, stderr: '' });
  expect(user.read(`${folder}/cdk.context.json`)).toContain(image.digest);
  expect(registry.seen.map(([, authorization]) => authorization)).toEqual([undefined, PASSWORD]);
  expect(other.seen).toEqual([['/image', undefined]]);
});

test('a lock behind a link is written there, and nothing is left beside it', async () => {
  await aws.push('team/api', 'v1');
  user.write(`${folder}/shared/lock.json`, `{"${KEY}":{"digest":"${OLD}"}}`);
  symlinkSync('shared/lock.json', user.file(`${folder}/cdk.context.json`));
  expect(await imageLock(['update'])).toMatchObject({ code: 0 });
  expect(lstatSync(user.file(`${folder}/cdk.context.json`)).isSymbolicLink()).toBe(true);
  expect(user.read(`${folder}/shared/lock.json`)).not.toContain(OLD);
  expect(readdirSync(user.file(`${folder}/shared`))).toEqual(['lock.json']);
});

test('whoever reads the output may stop early', async () => {
  user.write(`${folder}/cdk.context.json`, JSON.stringify(Object.fromEntries(Array.from({ length: 3_000 }, (_, number) =>
    [ecrRequest('team/api', `v${number}`).key, { digest: OLD }]))));
  const { stdout, stderr } = spawnSync('sh', ['-c', '"$0" "$1" list | head -n 1', process.execPath, user.file('node_modules/cdk-secure-repository/bin/cdk-image-lock')],
    { cwd: user.file(folder), encoding: 'utf8' });
  expect([stdout.split('\n').length, stderr]).toEqual([2, '']);
});

describe('no output has a credential', () => {
  const TOKEN = 'FwoGZXIvYXdzEJr//////////wEaDSESSIONTOKEN';
  const CANONICAL = 'The request signature we calculated does not match the signature you provided.\n\n'
    + `The Canonical String for this request should have been\n'POST\n/\n\nhost:api.ecr\nx-amz-security-token:${TOKEN}\n'`;
  const FAULTS: [string, Fault][] = [
    ['denied', { error: 'AccessDeniedException', message: `User: arn:aws:sts::123456789012:assumed-role/x/y is not authorized, Authorization: AWS4 ${TOKEN}` }],
    ['wrongly signed', { error: 'InvalidSignatureException', message: CANONICAL, status: 403 }],
    ['expired', { error: 'ExpiredTokenException', message: 'The security token included in the request is expired' }],
  ];

  test.each(FAULTS)('when a request is %s', async (_, fault) => {
    await aws.spoil({ fault });
    user.write(`${folder}/cdk.context.json`, `{"${KEY}":{"digest":"${OLD}"}}`);
    const env = { AWS_SESSION_TOKEN: TOKEN, DEBUG: '1' };
    const runs: Run[] = [await imageLock(['update'], env), await imageLock(['verify', '--format', 'json'], env)];
    for (const { code, stdout, stderr } of runs) {
      expect(code).toBe(1);
      expect(stdout + stderr).toContain("for 'team/api:v1'");
      for (const secret of [SECRET_KEY, ACCESS_KEY, TOKEN, 'SESSIONTOKEN']) {
        expect(stdout + stderr).not.toContain(secret);
      }
      expect(stdout + stderr).not.toMatch(/^ +at /m);
    }
  });
});
