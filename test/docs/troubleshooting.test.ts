import { App, Aspects, Stack, StackProps } from 'aws-cdk-lib';
import { Annotations, Match } from 'aws-cdk-lib/assertions';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import { anchorsOf, blocksIn, linksOf, parsePage, readPages } from './pages';
import { pushImage } from '../../emulator/images';
import { enhancedFinding, enhancedScan } from '../../emulator/scan-findings';
import { ContainerImageAspect, DigestPinnedImage, RetentionRule, SecureRepository } from '../../src';
import { Credentials } from '../../src/cli/lookup/aws-credentials';
import { scannedGate } from '../../src/gates/handler/scanned';
import { signedGate } from '../../src/gates/handler/signed';
import { EcrFailures } from '../../src/registry-client/ecr-failures';
import { registryRefusal } from '../../src/registry-client/oci-failures';
import { WatchedAws } from '../cli/aws';
import { buildLookupApp } from '../cli/lookup-app';
import { UserFolder } from '../cli/user-folder';
import { ecrError, FakeEcr } from '../gates/handler/fake-ecr';

jest.setTimeout(60_000);

const ENV = { account: '123456789012', region: 'eu-west-1' };
const REPOSITORY = { ...ENV, repositoryName: 'shop' };
const PLUGIN = 'cdk-secure-repository/cli';

const [page] = readPages().filter(({ path }) => path === 'docs/troubleshooting.md');

const aws = new WatchedAws();
let user: UserFolder;

beforeAll(() => {
  user = new UserFolder();
  user.addCdk();
  buildLookupApp(user.file('app.js'));
});

afterAll(() => user.remove());

/** What the CDK CLI says of an app that looks shop:v1.4.0 up. */
async function synth(folder: string, plugins: string[], options: string[] = [], more: object = {}): Promise<string> {
  user.write(`${folder}/cdk.json`, JSON.stringify({ app: 'node ../app.js', plugin: plugins, versionReporting: false, notices: false }));
  const env = { ...aws.environment, REPOSITORY: 'shop', TAGS: 'v1.4.0', CDK_DISABLE_CLI_TELEMETRY: 'true', CI: 'true', ...more };
  const { stdout, stderr } = await user.cdk(folder, ['synth', '--quiet', ...options], env);
  return stdout + stderr;
}

async function verify(folder: string): Promise<string> {
  const { stdout, stderr } = await user.imageLock(folder, ['verify', '--strict'], aws.environment);
  return stdout + stderr;
}

/** What is thrown, or stands at a construct. */
function errorOf(inStack: (images: Stack) => unknown, props: StackProps = { env: ENV }): string {
  const images = new Stack(new App(), 'Images', props);
  try {
    inStack(images);
  } catch (error) {
    return (error as Error).message;
  }
  return Annotations.fromStack(images).findError('*', Match.anyValue()).map(({ entry }) => `${entry.data}`).join('\n');
}

async function refusal(scan: () => Error | object[]): Promise<string> {
  const registry = new FakeEcr();
  const amd64 = `sha256:${'1'.repeat(64)}`;
  const digest = registry.push({
    mediaType: 'application/vnd.oci.image.index.v1+json',
    manifests: [{ mediaType: 'application/vnd.oci.image.manifest.v1+json', digest: amd64, size: 1, platform: { os: 'linux', architecture: 'amd64' } }],
  });
  registry.scans.set(amd64, scan);
  const gate = scannedGate({ repository: REPOSITORY, properties: { FailOn: 'HIGH' }, waitSeconds: 300 });
  return gate(digest, registry.context()).then(() => '', error => error.message);
}

const shop = (images: Stack) => new SecureRepository(images, 'Shop', { repositoryName: 'shop' });

/** What says the text below a heading. */
const SAYS: Record<string, () => string | Promise<string>> = {
  'Unrecognized plugin context provider name': async () => synth('without-plugin', []),
  "Cannot find module 'cdk-secure-repository/cli'": async () => synth('without-module', ['cdk-secure-repository-elsewhere/cli']).then(text => text.replace('-elsewhere', '')),
  'is not in the lock': () => errorOf(images => DigestPinnedImage.fromLookup(shop(images), 'v1.4.0').pinTo(images)),
  'Context lookups have been disabled': async () => synth('no-lookups', [PLUGIN], ['--no-lookups']),
  'fromLookup needs account and Region of the repository at synth': () => errorOf(images => DigestPinnedImage.fromLookup(shop(images), 'v1.4.0'), {}),
  'is not named by its digest': () => errorOf(images => {
    new ecs.FargateTaskDefinition(images, 'Task').addContainer('proxy', { image: ecs.ContainerImage.fromRegistry('nginx:1.27') });
    Aspects.of(images).add(new ContainerImageAspect());
  }),
  'and a pin would not follow it': () => errorOf(images => {
    const { devCompanion } = new SecureRepository(images, 'Shop', { devCompanion: {} });
    DigestPinnedImage.fromTag(devCompanion!, 'latest');
  }),
  'can never act': () => errorOf(images => new SecureRepository(images, 'Shop', { retention: [RetentionRule.keepNewest('*', 10), RetentionRule.keepAll('v*')] })),
  'no AWS credentials that work': async () => synth('no-credentials', [PLUGIN], [], { AWS_ACCESS_KEY_ID: undefined, AWS_SECRET_ACCESS_KEY: undefined, AWS_PROFILE: 'shop' }),
  'cannot be read in': async () => {
    aws.sts.trusts = false;
    Object.assign(process.env, aws.environment);
    return new Credentials({ env: aws.environment }).ecr({ account: '210987654321', region: ENV.region })
      .then(() => '', error => error.message)
      .finally(() => aws.sts.trusts = true);
  },
  'limits requests': () => registryRefusal({ url: new URL('https://registry.example/'), status: 429, headers: {}, body: Buffer.of() }, 'the registry', "'nginx:1.27'").message,
  'does not exist any more': async () => {
    await aws.push('shop', 'v1.4.0');
    await synth('gone', [PLUGIN]);
    await aws.push('shop', 'v1.4.0');
    return verify('gone');
  },
  'does not exist': async () => {
    await aws.push('shop', 'v1.3.0');
    return synth('missing', [PLUGIN]);
  },
  'is denied': () => new EcrFailures(REPOSITORY).explain(ecrError('AccessDeniedException'), 'v1.4.0', 'ecr:DescribeImages').message,
  'not an index of platforms': async () => {
    await aws.push('shop', 'v1.4.0');
    return synth('single', [PLUGIN], [], { PLATFORM: 'linux/arm64' });
  },
  'has findings of severity': async () => refusal(() => [enhancedScan(enhancedFinding({ severity: 'CRITICAL' }))]),
  'has no finished scan': async () => refusal(() => ecrError('ScanNotFoundException')),
  'is not signed with': async () => {
    const registry = new FakeEcr();
    const properties = { SigningProfileArns: ['arn:aws:signer:eu-west-1:123456789012:/signing-profiles/releases'] };
    return signedGate({ repository: REPOSITORY, properties, waitSeconds: 1 })(registry.push({}), registry.context()).then(() => '', error => error.message);
  },
  'now means': async () => {
    const [image] = await aws.push('shop', 'v1.4.0');
    await synth('moved', [PLUGIN]);
    await pushImage(aws.ecr, 'shop', image, 'kept');
    await aws.push('shop', 'v1.4.0');
    return verify('moved');
  },
};

/** Texts of AWS, which nothing here says. */
const ELSEWHERE = [
  'cannot be overwritten because the tag is immutable', 'already exists', 'Circular dependency',
  'The image manifest, config or layer media type for the source image',
];

/** The texts of errors, by the heading that they stand below. */
const texts = blocksIn([page], 'text').map(({ line, content }): [string, string] => {
  const heading = page.prose.split('\n').slice(0, line).filter(text => text.startsWith('### ')).at(-1)!;
  return [heading.replace('### ', ''), content];
});

const inOneLine = (text: string) => text.replace(/\s+/g, ' ').trim();

test.each(texts.filter(([heading]) => !ELSEWHERE.includes(heading)))('%s: the text is what is said', async (heading, text) => {
  const said = inOneLine(await SAYS[heading]());

  for (const part of inOneLine(text).split('[…]')) {
    expect(said).toContain(part.trim());
  }
});

test('no text has lost its heading', () => {
  expect(texts.map(([heading]) => heading).sort()).toEqual([...Object.keys(SAYS), ...ELSEWHERE].sort());
});

test('each text is found by its heading, which stands in it', () => {
  for (const [heading, text] of texts) {
    expect(inOneLine(text)).toContain(heading);
  }
});

test('the table at the top leads to every error', () => {
  const errors = [...page.prose.matchAll(/^### (.*)$/gm)].map(([heading]) => anchorsOf(parsePage('', heading))[0]);
  expect(linksOf(page).filter(target => target.startsWith('#')).map(target => target.slice(1)).sort()).toEqual(errors.sort());
});
