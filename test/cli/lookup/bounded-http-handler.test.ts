import { createServer, RequestListener } from 'node:http';
import { ECRClient } from '@aws-sdk/client-ecr';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { listen, LocalServer } from '../../../emulator/local-server';
import { BoundedHttpHandler } from '../../../src/cli/lookup/bounded-http-handler';
import { describeDigests } from '../../../src/cli/lookup/ecr-digests';
import { UserFolder } from '../user-folder';

jest.setTimeout(60_000);

const DIGEST = `sha256:${'a'.repeat(64)}`;
const IDENTITY = '<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult>'
  + '<Account>123456789012</Account></GetCallerIdentityResult></GetCallerIdentityResponse>';
const LATE = { name: 'TimeoutError', message: 'no whole answer within 0.3 seconds' };

let server: LocalServer;

afterEach(() => server.stop());

/** What AWS, or a proxy before it, may do. */
const headersOnly: RequestListener = (request, response) => {
  request.resume();
  response.writeHead(200, { 'content-type': 'text/xml', 'content-length': 500 }).write('<');
};
const drop: RequestListener = (request, response) => {
  headersOnly(request, response);
  const timer = setInterval(() => response.write(' '), 50);
  response.on('close', () => clearInterval(timer));
};

async function options(answer: RequestListener) {
  server = await listen(createServer(answer));
  const credentials = { accessKeyId: 'AKIAX', secretAccessKey: 'x' };
  return { endpoint: server.url, region: 'eu-west-1', credentials, maxAttempts: 1, requestHandler: new BoundedHttpHandler({}, 300) };
}

test.each([['stops after its headers', headersOnly], ['comes drop by drop', drop]])('an answer that %s has an end', async (_, answer) => {
  const configuration = await options(answer);
  await expect(new STSClient(configuration).send(new GetCallerIdentityCommand({}))).rejects.toMatchObject(LATE);
  const found = await describeDigests(new ECRClient(configuration), { account: '123456789012', region: 'eu-west-1', repositoryName: 'a' }, [DIGEST]);
  expect(found.get(DIGEST)).toMatchObject(LATE);
});

test('whole answers leave nothing that keeps the process', async () => {
  const timers = jest.spyOn(global, 'setTimeout');
  const cleared = jest.spyOn(global, 'clearTimeout');
  const sts = new STSClient(await options((request, response) => request.resume().on('end', () => response.end(IDENTITY))));
  expect((await sts.send(new GetCallerIdentityCommand({}))).Account).toBe('123456789012');
  const index = timers.mock.calls.findIndex(([, milliseconds]) => milliseconds === 300);
  expect(cleared).toHaveBeenCalledWith(timers.mock.results[index].value);
});

test.each([
  ['the current credentials', { AWS_ACCESS_KEY_ID: 'AKIAX', AWS_SECRET_ACCESS_KEY: 'x' }],
  ['the role of a profile', { AWS_PROFILE: 'team' }],
  ['a web identity', { AWS_ROLE_ARN: 'arn:aws:iam::123456789012:role/x', AWS_WEB_IDENTITY_TOKEN_FILE: 'app/token' }],
])('the command ends with a failure where STS does not finish its answer about %s', async (_, env) => {
  server = await listen(createServer(headersOnly));
  const user = new UserFolder();
  user.write('app/cdk.context.json', JSON.stringify({ 'image-digest:123456789012:eu-west-1:a:v1': { digest: DIGEST } }));
  user.write('app/cdk.json', '{}');
  user.write('app/token', 'token');
  user.write('.aws/config', '[profile base]\naws_access_key_id = AKIAX\naws_secret_access_key = x\n'
    + '[profile team]\nregion = eu-west-1\nsource_profile = base\nrole_arn = arn:aws:iam::123456789012:role/x\n');
  const run = await user.imageLock('app', ['verify'], {
    AWS_ENDPOINT_URL_STS: server.url,
    AWS_REGION: 'eu-west-1',
    AWS_MAX_ATTEMPTS: '1',
    AWS_EC2_METADATA_DISABLED: 'true',
    NODE_NO_WARNINGS: '1',
    ...env,
    ...('AWS_WEB_IDENTITY_TOKEN_FILE' in env && { AWS_WEB_IDENTITY_TOKEN_FILE: user.file('app/token') }),
  });
  expect(run).toMatchObject({ code: 1, stderr: expect.stringContaining('no whole answer within 10 seconds') });
  user.remove();
});
