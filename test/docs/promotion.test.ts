import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { createServer, request as httpRequest } from 'node:http';
import { join } from 'node:path';
import { CreateRepositoryCommand } from '@aws-sdk/client-ecr';
import { App } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { exampleStack } from './example';
import { ensureGoTool } from './go-tools';
import { blocksIn, readPages, RECIPES } from './pages';
import { DOCS_ENVIRONMENT } from './python-tools';
import { Outcome, Shell } from './shell';
import { emulatorClients } from '../../emulator/clients';
import { startDockerRegistry } from '../../emulator/docker-registry';
import { evaluate } from '../../emulator/evaluate';
import { Image, multiArchIndex, pushImage, singleManifest } from '../../emulator/images';
import { listen, LocalServer } from '../../emulator/local-server';
import { pushToRegistry } from '../../emulator/push-to-registry';
import { ensurePythonEnvironment } from '../../emulator/python-environment';
import { startReferrersRegistry } from '../../emulator/referrers-registry';
import { RegistryProcess } from '../../emulator/registry-process';
import { allowedActions } from '../iam-evaluator';
import { describeWith, pathOf } from '../registry-client/tools';
import { emptyMoto } from '../shared-emulators';

jest.setTimeout(60_000);

const TAG = 'v1.2.3';
const ACCEPT = { accept: 'application/vnd.oci.image.index.v1+json, application/vnd.oci.image.manifest.v1+json' };
const NOT_FOUND = 'An error occurred (ImageNotFoundException) when calling the DescribeImages operation';
const EMPTY = 'application/vnd.oci.empty.v1+json';

const blocks = blocksIn(readPages(), 'sh').filter(({ page }) => page === 'docs/promotion.md');
const script = blocks.find(({ content }) => content.startsWith('# promote.sh'))!.content;

/** The versions of regctl in the guide and in its pipelines. */
const installed = [...blocks.map(({ content }) => content), ...readdirSync(RECIPES).map(name => readFileSync(join(RECIPES, name), 'utf8'))]
  .flatMap(text => text.match(/(?<=go install )\S*regctl@\S+/g) ?? []);

const sha256 = (content: string | Buffer) => `sha256:${createHash('sha256').update(content).digest('hex')}`;

/** Stands before a registry, and lets no tag of the release repository be pushed a second time, also not the same image, as Amazon ECR does. */
async function immutable(registry: RegistryProcess): Promise<LocalServer> {
  return listen(createServer(async (request, response) => {
    const address = new URL(request.url!, `http://${registry.host}`);
    const isTagged = request.method === 'PUT' && /^\/v2\/api\/manifests\/(?!sha256:)/.test(address.pathname);
    if (isTagged && (await fetch(address, { method: 'HEAD', headers: ACCEPT })).ok) {
      response.writeHead(400, { 'content-type': 'application/json' }).end(JSON.stringify({ errors: [{ code: 'TAG_INVALID', message: 'the tag is immutable' }] }));
      return;
    }
    request.pipe(httpRequest(address, { method: request.method, headers: request.headers }, answer => {
      response.writeHead(answer.statusCode!, answer.headers);
      answer.pipe(response);
    }));
  }));
}

const newIndex = () => multiArchIndex(
  ['amd64', 'arm64'].map(cpu => ({ platform: `linux/${cpu}`, manifest: singleManifest(`${cpu} ${Math.random()}`) })), { attestations: true },
);

/** An artifact that refers to an image, such as a signature. */
function referrerOf({ mediaType, digest, content }: Image): Image {
  const what = `about ${digest}`;
  const manifest = JSON.stringify({
    schemaVersion: 2,
    mediaType: 'application/vnd.oci.image.manifest.v1+json',
    artifactType: 'application/vnd.example.signature',
    config: { mediaType: EMPTY, digest: sha256('{}'), size: 2 },
    layers: [{ mediaType: 'text/plain', digest: sha256(what), size: what.length }],
    subject: { mediaType, digest, size: Buffer.byteLength(content) },
  });
  return { mediaType: 'application/vnd.oci.image.manifest.v1+json', content: manifest, digest: sha256(manifest), blobs: ['{}', what] };
}

test('the guide and its pipelines install one version of regctl', () => {
  expect(installed).toHaveLength(3);
  expect(new Set(installed).size).toBe(1);
});

describe('the roles', () => {
  const OWNER = '123456789012';
  const [LOOK, PULL, PUSH] = ['ecr:DescribeImages', 'ecr:BatchGetImage', 'ecr:PutImage'];
  const ACTIONS = [LOOK, PULL, PUSH, 'ecr:BatchDeleteImage', 'ecr:PutImageTagMutability'];
  const repository = (name: string) => `arn:aws:ecr:eu-west-1:${OWNER}:repository/${name}`;
  const resources = Object.entries<any>(Template.fromStack(exampleStack('docs/promotion.md', 'The roles', new App(), 'Roles')).toJSON().Resources);
  const known = Object.fromEntries([['AWS::Partition', 'aws'], ...resources.filter(([, { Type }]) => Type === 'AWS::ECR::Repository')
    .map(([id, { Properties }]) => [`${id}.Arn`, repository(Properties.RepositoryName)])]);

  /** What a role may do of what a promotion takes and of what it must not. */
  async function allowed(role: string, resourceArn: string): Promise<string[]> {
    const identityPolicies = resources.filter(([, { Properties }]) => Properties.Roles?.includes(role))
      .map(([, { Properties }]) => evaluate(Properties.PolicyDocument, known));
    expect(identityPolicies).toHaveLength(1);
    return allowedActions({ principalArn: `arn:aws:iam::${OWNER}:role/${role}`, resourceArn, identityPolicies }, ACTIONS);
  }

  test.each([
    ['api-build', 'api', [LOOK]],
    ['api-build', 'api-dev', [PULL, PUSH]],
    ['api-promote', 'api', [LOOK, PULL, PUSH]],
    ['api-promote', 'api-dev', [PULL]],
  ])('%s may do with %s no more than it has to', async (role, name, actions) => {
    expect(await allowed(role, repository(name))).toEqual(actions);
  });
});

describeWith(['docker-registry', 'go', 'skopeo'], 'promoting as the guide says', () => {
  let regctl: string;
  let shell: Shell;
  let registry: RegistryProcess;
  let front: LocalServer;
  let host: string;

  beforeAll(async () => {
    regctl = await ensureGoTool(installed[0]);
  }, 300_000);

  async function start(starting: Promise<RegistryProcess>): Promise<void> {
    registry = await starting;
    front = await immutable(registry);
    ({ host } = new URL(front.url));
    shell = new Shell({});
    shell.define('regctl', `exec '${regctl}' --host 'reg=${host},tls=disabled' "$@"`);
    answer();
  }

  afterEach(async () => {
    shell.remove();
    await front.stop();
    await registry.stop();
  });

  /** What the AWS CLI says of the tag, as it does in the test below. */
  function answer(taken?: Image): void {
    shell.define('aws', taken ? `echo ${taken.digest}` : `echo '${NOT_FOUND}' >&2; exit 254`);
  }

  const build = async (image: Image) => pushToRegistry(host, 'api-dev', image, 'main');
  const promote = async ({ digest }: Image): Promise<Outcome> => shell.run(`export REGISTRY=${host} DIGEST=${digest} TAG=${TAG}\n${script}`);
  const done = ({ digest }: Image) => ({ code: 0, output: expect.stringMatching(new RegExp(`^api:${TAG} is ${digest}$`, 'm')) });

  /** The digest of what a registry serves, by its own bytes. */
  async function served(repository: string, reference: string): Promise<string> {
    const response = await fetch(`http://${host}/v2/${repository}/manifests/${reference}`, { headers: ACCEPT });
    return response.ok ? sha256(Buffer.from(await response.arrayBuffer())) : `HTTP ${response.status}`;
  }

  describe('with docker-registry', () => {
    beforeEach(async () => start(startDockerRegistry()));

    test('an index of two platforms with attestations has the digest after that it had before', async () => {
      const image = newIndex();
      await build(image);
      expect(await promote(image)).toEqual(done(image));
      expect(await served('api', TAG)).toBe(image.digest);
      const children = image.children.map(({ digest }) => digest);
      expect(children).toHaveLength(4);
      expect(await Promise.all(children.map(async digest => served('api', digest)))).toEqual(children);
      const copied = await shell.run(`'${pathOf('skopeo')}' --insecure-policy copy --all --src-tls-verify=false docker://${host}/api:${TAG} dir:all`);
      expect(copied).toMatchObject({ code: 0 });
    });

    test('so has an image for one platform', async () => {
      const image = singleManifest(`${Math.random()}`);
      await build(image);
      expect(await promote(image)).toEqual(done(image));
      expect(await served('api', TAG)).toBe(image.digest);
    });

    test('it is the image that was tested, wherever the tag of the companion went', async () => {
      const tested = newIndex();
      await build(tested);
      await build(newIndex());
      expect(await promote(tested)).toEqual(done(tested));
      expect(await served('api', TAG)).toBe(tested.digest);
    });

    test('a second run is fine', async () => {
      const image = newIndex();
      await build(image);
      await promote(image);
      answer(image);
      expect(await promote(image)).toEqual(done(image));
    });

    test('a tag that is taken is refused', async () => {
      const [released, image] = [newIndex(), newIndex()];
      await pushToRegistry(host, 'api', released, TAG);
      await build(image);
      answer(released);
      expect(await promote(image)).toEqual({
        code: 1,
        output: `api:${TAG} is ${released.digest} already, and no tag of api moves; promote ${image.digest} under a tag that is not taken\n`,
      });
      expect(await served('api', image.digest)).toBe('HTTP 404');
    });

    test('a tag that somebody takes meanwhile is not overwritten', async () => {
      const [released, image] = [newIndex(), newIndex()];
      await pushToRegistry(host, 'api', released, TAG);
      await build(image);
      const { code, output } = await promote(image);
      expect(code).not.toBe(0);
      expect(output).toContain('TAG_INVALID');
      expect(await served('api', TAG)).toBe(released.digest);
    });

    test('a tag that names something else after the copy is no success', async () => {
      const [image, other] = [newIndex(), newIndex()];
      await build(image);
      shell.define('regctl', `if [ "$2" = digest ]; then echo ${other.digest}; else exec '${regctl}' --host 'reg=${host},tls=disabled' "$@"; fi`);
      expect(await promote(image)).toEqual({ code: 1, output: expect.stringContaining(`api:${TAG} is ${other.digest} after the copy, not ${image.digest}`) });
    });

    test('what the companion does not have is not promoted', async () => {
      expect((await promote(newIndex())).code).not.toBe(0);
      expect(await served('api', TAG)).toBe('HTTP 404');
    });

    test('where ECR cannot be asked, nothing is copied', async () => {
      const image = newIndex();
      await build(image);
      shell.define('aws', 'echo "An error occurred (AccessDeniedException) when calling the DescribeImages operation: no" >&2; exit 254');
      expect(await promote(image)).toEqual({ code: 1, output: expect.stringContaining('AccessDeniedException') });
      expect(await served('api', image.digest)).toBe('HTTP 404');
    });

    test('the AWS CLI says by the same words whether a tag is taken', async () => {
      const { endpoint } = await emptyMoto();
      const { ecr } = emulatorClients(endpoint);
      const python = await ensurePythonEnvironment(console.log, DOCS_ENVIRONMENT);
      const access = `AWS_ENDPOINT_URL=${endpoint} AWS_ACCESS_KEY_ID=emulated AWS_SECRET_ACCESS_KEY=emulated AWS_DEFAULT_REGION=eu-west-1`;
      shell.define('aws', `${access} exec '${python}' -m awscli "$@"`);
      const image = newIndex();
      await build(image);
      await ecr.send(new CreateRepositoryCommand({ repositoryName: 'api' }));
      expect(await promote(image)).toEqual(done(image));
      expect(readFileSync(join(shell.folder, 'describe-images.txt'), 'utf8')).toContain(NOT_FOUND);
      await pushImage(ecr, 'api', image, TAG);
      expect(await promote(newIndex())).toEqual({ code: 1, output: expect.stringContaining(`api:${TAG} is ${image.digest} already`) });
    }, 300_000);
  });

  describe('with a registry that has the referrers API', () => {
    beforeEach(async () => start(startReferrersRegistry()), 300_000);

    async function referrers(repository: string, { digest }: Image): Promise<string[]> {
      const response = await fetch(`http://${host}/v2/${repository}/referrers/${digest}`);
      const { manifests } = await response.json() as { manifests: { digest: string }[] };
      return manifests.map(referrer => referrer.digest);
    }

    const refer = async (subject: Image) => {
      const referrer = referrerOf(subject);
      await pushToRegistry(host, 'api-dev', referrer, referrer.digest);
      return referrer;
    };

    test('what refers to the index, to a platform and to a referrer comes along, and takes no tag', async () => {
      const image = newIndex();
      await build(image);
      const [ofIndex, ofPlatform] = [await refer(image), await refer(image.children[0])];
      const ofReferrer = await refer(ofIndex);
      expect(await promote(image)).toEqual(done(image));
      expect(await served('api', TAG)).toBe(image.digest);
      expect(await Promise.all([image, image.children[0], ofIndex].map(async subject => referrers('api', subject))))
        .toEqual([[ofIndex.digest], [ofPlatform.digest], [ofReferrer.digest]]);
      const tags = await fetch(`http://${host}/v2/api/tags/list`);
      expect(await tags.json()).toMatchObject({ tags: [TAG] });
    });

    test('a second run brings what came later', async () => {
      const image = newIndex();
      await build(image);
      await promote(image);
      answer(image);
      const late = await refer(image);
      expect(await promote(image)).toEqual(done(image));
      expect(await referrers('api', image)).toEqual([late.digest]);
    });
  });
});
