import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, Server } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { ecrRequest, ociRequest } from './assembly-folder';
import { pass, WatchedAws } from './aws';
import { ConnectProxy, startConnectProxy } from './connect-proxy';
import { buildLookupApp } from './lookup-app';
import { UserFolder } from './user-folder';
import { singleManifest } from '../../emulator/images';
import { listen, LocalServer } from '../../emulator/local-server';
import { Certificate, selfSigned } from '../registry-client/certificate';
import { describeWith } from '../registry-client/tools';
import { emptyMoto } from '../shared-emulators';

jest.setTimeout(60_000);

const aws = new WatchedAws();
const [REGISTRY, TOKENS] = ['registry.example.test', 'tokens.example.test'];
const [STS, ECR] = ['sts.eu-west-1.amazonaws.com', 'api.ecr.eu-west-1.amazonaws.com'];
const IMAGE = singleManifest('proxied');
const PIN = ociRequest(REGISTRY, 'team/api', 'v1').key;
const ECR_PIN = ecrRequest('team/proxied', 'v1').key;
const PASSWORD = 'swordfish%21';

describeWith(['openssl'], 'proxies and certificates of one\'s own', () => {
  const directory = mkdtempSync(join(tmpdir(), 'network-'));
  let user: UserFolder;
  let certificate: Certificate;
  let behind: LocalServer;
  let proxy: ConnectProxy;

  beforeAll(async () => {
    certificate = await selfSigned(directory, '127.0.0.1', REGISTRY, TOKENS, STS, ECR);
    const { endpoint } = await emptyMoto();
    behind = await listen(startHosts(certificate, endpoint));
    user = new UserFolder();
  });

  beforeEach(async () => {
    proxy = await startConnectProxy(behind.url.replace('http:', 'https:'));
    user.write('app/cdk.json', '{}');
    user.write('.cdk.json', '{}');
    lock(PIN);
  });

  afterEach(() => proxy.stop());

  afterAll(async () => {
    await behind.stop();
    user.remove();
    rmSync(directory, { recursive: true });
  });

  const lock = (...keys: string[]) => user.write('app/cdk.context.json', JSON.stringify(Object.fromEntries(keys.map(key => [key, { digest: `sha256:${'0'.repeat(64)}` }]))));
  const digests = () => Object.values<{ digest: string }>(JSON.parse(user.read('app/cdk.context.json'))).map(({ digest }) => digest);

  /** Without the addresses of the emulators. */
  const credentials = () => {
    const { AWS_ENDPOINT_URL_ECR: _, AWS_ENDPOINT_URL_STS: __, ...others } = aws.environment;
    return others;
  };
  const update = async (env: NodeJS.ProcessEnv) => user.imageLock('app', ['update'], { ...credentials(), ...env });
  const trusted = () => ({ AWS_CA_BUNDLE: certificate.file });

  test('registries, their token servers, ECR and STS are asked through a proxy', async () => {
    const [image] = await aws.push('team/proxied', 'v1');
    lock(PIN, ECR_PIN);
    expect(await update({ HTTPS_PROXY: proxy.url, ...trusted() })).toMatchObject({ code: 0, stderr: '' });
    expect(digests()).toEqual([IMAGE.digest, image.digest]);
    expect(proxy.taken().sort()).toEqual([ECR, REGISTRY, STS, TOKENS].map(host => `${host}:443`));
  });

  test.each([
    ['https_proxy', (url: string) => ({ https_proxy: url, HTTPS_PROXY: 'http://127.0.0.1:9' })],
    ['ALL_PROXY', (url: string) => ({ ALL_PROXY: url })],
    ['CDK_PROXY', (url: string) => ({ CDK_PROXY: url, HTTPS_PROXY: 'http://127.0.0.1:9', NO_PROXY: '*' })],
    ['an address without a scheme', (url: string) => ({ HTTPS_PROXY: url.replace('http://', '') })],
  ])('the proxy of %s is used', async (_, env) => {
    expect(await update({ ...env(proxy.url), ...trusted() })).toMatchObject({ code: 0, stderr: '' });
    expect(proxy.taken()).toEqual([`${REGISTRY}:443`, `${TOKENS}:443`]);
  });

  test.each(['app/cdk.json', '.cdk.json'])('proxy and certificates of %s are used', async file => {
    user.write(file, JSON.stringify({ proxy: proxy.url, caBundlePath: certificate.file }));
    expect(await update({ AWS_CA_BUNDLE: '/none' })).toMatchObject({ code: 0, stderr: '' });
  });

  test('the plugin uses what the CDK CLI is told', async () => {
    const [image] = await aws.push('team/proxied', 'v1');
    proxy.taken();
    user.addCdk();
    buildLookupApp(user.file('app.js'));
    lock();
    user.write('app/cdk.json', JSON.stringify({ app: 'node ../app.js', plugin: ['cdk-secure-repository/cli'], notices: false }));
    const env = { ...credentials(), REPOSITORY: 'team/proxied', TAGS: 'v1', CDK_DISABLE_CLI_TELEMETRY: 'true', CI: 'true' };
    const args = ['synth', '--quiet', '--proxy', proxy.url, '--ca-bundle-path', certificate.file, '--output', '../out'];
    expect(await user.cdk('app', args, env)).toMatchObject({ code: 0 });
    expect(digests()).toEqual([image.digest]);
    expect(proxy.taken()).toContain(`${ECR}:443`);
  });

  test('the role of a profile is assumed through it', async () => {
    const [image] = await aws.push('team/proxied', 'v1');
    lock(ECR_PIN);
    user.write('config', `[profile one]\naws_access_key_id = AKIAONE\naws_secret_access_key = secret\n
[profile team]\nrole_arn = arn:aws:iam::123456789012:role/team\nsource_profile = one\nregion = eu-west-1\nca_bundle = ${certificate.file}\n`);
    const env = { AWS_ACCESS_KEY_ID: '', AWS_CONFIG_FILE: user.file('config'), AWS_PROFILE: 'team', HTTPS_PROXY: proxy.url };
    expect(await update(env)).toMatchObject({ code: 0, stderr: '' });
    expect(digests()).toEqual([image.digest]);
    expect(proxy.taken()).toEqual([`${STS}:443`, `${ECR}:443`]);
  });

  test('a proxy may be asked with https', async () => {
    const secure = await startConnectProxy(behind.url.replace('http:', 'https:'), certificate);
    expect(await update({ HTTPS_PROXY: secure.url.replace('http:', 'https:'), ...trusted() })).toMatchObject({ code: 0, stderr: '' });
    const { stderr } = await update({ HTTPS_PROXY: secure.url.replace('http:', 'https:') });
    expect(stderr).toContain('the proxy ' + secure.host + ', which HTTPS_PROXY names, has no TLS connection that can be trusted (DEPTH_ZERO_SELF_SIGNED_CERT)');
    await secure.stop();
  });

  test('what is asked with http goes through HTTP_PROXY', async () => {
    const plain = await startConnectProxy((await emptyMoto()).endpoint);
    lock(ECR_PIN);
    await update({ HTTP_PROXY: plain.url, AWS_ENDPOINT_URL: 'http://aws.example.test' });
    expect(plain.taken()).toContain('aws.example.test:80');
    await plain.stop();
  });

  test('this machine is asked without a proxy', async () => {
    const [image] = await aws.push('team/proxied', 'v1');
    lock(ECR_PIN);
    const env = { ...aws.environment, HTTPS_PROXY: 'http://127.0.0.1:9', HTTP_PROXY: 'http://127.0.0.1:9', CDK_PROXY: 'http://127.0.0.1:9' };
    expect(await user.imageLock('app', ['update'], env)).toMatchObject({ code: 0 });
    expect(digests()).toEqual([image.digest]);
  });

  describe('a proxy that wants a password', () => {
    const withPassword = (password: string) => proxy.url.replace('//', `//robot:${password}@`);

    beforeEach(() => {
      proxy.credentials = `robot:${decodeURIComponent(PASSWORD)}`;
    });

    test('gets it', async () => {
      expect(await update({ HTTPS_PROXY: withPassword(PASSWORD), ...trusted() })).toMatchObject({ code: 0, stderr: '' });
    });

    test('says that it is another one, which nobody sees', async () => {
      lock(PIN, ECR_PIN);
      const { code, stdout, stderr } = await update({ HTTPS_PROXY: withPassword('wrong-one'), ...trusted(), DEBUG: '*' });
      const problem = `the proxy ${proxy.host}, which HTTPS_PROXY names, wants a name and a password that it knows (HTTP 407)`;
      expect([code, stdout]).toEqual([1, '0 of 2 pins changed, 2 failed\n']);
      expect(stderr.trim().split('\n').sort()).toEqual([
        `${REGISTRY} cannot be asked for '${REGISTRY}/team/api:v1': ${problem}; correct that, or ask who runs the proxy`,
        `AWS STS cannot be reached, which says what the credentials for account 123456789012 are (${problem}); correct that, or ask who runs the proxy`,
      ].sort());
      expect(proxy.taken()).toHaveLength(2);
    });
  });

  test.each([
    ['refuses', () => { proxy.refusal = 403; }, 'refuses to connect (HTTP 403)'],
    ['does not answer', () => { proxy.refusal = 0; }, 'did not answer within 5 seconds'],
    ['is not there', async () => proxy.stop().then(async () => { proxy = Object.assign(await startConnectProxy(behind.url), { url: proxy.url, host: proxy.host }); }), 'cannot be reached (ECONNREFUSED)'],
  ])('a proxy that %s is told as that', async (_, prepare, problem) => {
    await prepare();
    lock(PIN, ECR_PIN);
    const { code, stderr } = await update({ HTTPS_PROXY: proxy.url, ...trusted() });
    expect(code).toBe(1);
    expect(stderr.match(/the proxy .*?\)?(?=\)?;)/g)).toEqual([1, 2].map(() => expect.stringContaining(`${proxy.host}, which HTTPS_PROXY names, ${problem}`)));
  });

  describe('certificates', () => {
    const proxied = () => ({ HTTPS_PROXY: proxy.url });

    test.each<[string, () => NodeJS.ProcessEnv]>([
      ['NODE_EXTRA_CA_CERTS', () => ({ NODE_EXTRA_CA_CERTS: certificate.file })],
      ['aws_ca_bundle', () => ({ aws_ca_bundle: certificate.file, AWS_CA_BUNDLE: '/none' })],
      ['CDK_CA_BUNDLE_PATH', () => ({ CDK_CA_BUNDLE_PATH: certificate.file, AWS_CA_BUNDLE: '/none' })],
      ['REQUESTS_CA_BUNDLE', () => ({ REQUESTS_CA_BUNDLE: certificate.file })],
      ['ca_bundle of a profile', () => {
        user.write('config', `[profile team]\nca_bundle = ${certificate.file}\n`);
        return { AWS_CONFIG_FILE: user.file('config'), AWS_PROFILE: 'team', REQUESTS_CA_BUNDLE: '/none' };
      }],
    ])('of %s are trusted', async (_, env) => {
      expect(await update({ ...proxied(), ...env() })).toMatchObject({ code: 0, stderr: '' });
    });

    test('are trusted beside those of NODE_EXTRA_CA_CERTS', async () => {
      const other = join(directory, 'other');
      mkdtempSync(other);
      const { file } = await selfSigned(mkdtempSync(other), '127.0.0.9');
      expect(await update({ ...proxied(), NODE_EXTRA_CA_CERTS: certificate.file, AWS_CA_BUNDLE: file })).toMatchObject({ code: 0, stderr: '' });
    });

    test('that nobody knows are told as that, of registries, STS and ECR', async () => {
      lock(PIN, ECR_PIN);
      const advice = "name its certificate authority's file in NODE_EXTRA_CA_CERTS or AWS_CA_BUNDLE";
      const { stderr } = await update(proxied());
      expect(stderr).toContain(`${REGISTRY} has no TLS connection that can be trusted for '${REGISTRY}/team/api:v1' (DEPTH_ZERO_SELF_SIGNED_CERT); ${advice}`);
      expect(stderr).toMatch(new RegExp(`AWS STS cannot be reached, .* \\(self[- ]signed certificate.*\\); ${advice}`));

      lock(ECR_PIN);
      const { AWS_ENDPOINT_URL_STS } = aws.environment;
      const { stderr: ofEcr } = await update({ ...proxied(), AWS_ENDPOINT_URL_STS });
      expect(ofEcr).toMatch(new RegExp(`^ecr:DescribeImages for 'team/proxied:v1' .* failed \\(Error: self[- ]signed certificate.*\\); ${advice}`));
    });

    test.each([
      ['that is not there', undefined, 'cannot be read (ENOENT)'],
      ['without certificates', 'nothing', 'has no certificates'],
      ['with a broken certificate', '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n', 'has a broken certificate'],
    ])('a file %s is an error', async (_, content, problem) => {
      const file = join(directory, 'broken.pem');
      rmSync(file, { force: true });
      content === undefined || writeFileSync(file, content);
      expect(await update({ ...proxied(), AWS_CA_BUNDLE: file })).toEqual({
        code: 1, stdout: '', stderr: `cdk-image-lock: AWS_CA_BUNDLE names ${file}, which ${problem}; expected a file with certificates in PEM form\n`,
      });
    });
  });

  test.each([
    ['http://robot:pass/word@proxy:3128', 'is no address of a proxy; expected one such as http://proxy.example.com:3128, with % and / in a password as %25 and %2F'],
    ['http://robot:pass%word@proxy:3128', 'is no address of a proxy; expected one such as http://proxy.example.com:3128, with % and / in a password as %25 and %2F'],
    ['socks5://robot:password@proxy:1080', 'names a proxy for socks5; expected one that is asked with http or https'],
  ])('%s is an error that does not repeat it', async (address, problem) => {
    expect(await update({ HTTPS_PROXY: address })).toEqual({ code: 1, stdout: '', stderr: `cdk-image-lock: HTTPS_PROXY ${problem}\n` });
  });
});

/** All hosts of the tests: by their names, a registry, its token server, and AWS. */
function startHosts({ certificate, key }: Certificate, emulator: string): Server {
  return createServer({ cert: certificate, key }, async (request, response) => {
    const { host, authorization } = request.headers;
    if (host === TOKENS) {
      response.end('{"token":"allowed"}');
    } else if (host !== REGISTRY) {
      await pass(emulator, request, await buffer(request), response);
    } else if (authorization !== 'Bearer allowed') {
      response.writeHead(401, { 'www-authenticate': `Bearer realm="https://${TOKENS}/token"` }).end();
    } else {
      response.writeHead(200, { 'content-type': IMAGE.mediaType, 'docker-content-digest': IMAGE.digest }).end();
    }
  });
}
