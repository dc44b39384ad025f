import { writeFileSync } from 'node:fs';
import { createServer, request as httpRequest } from 'node:http';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { blocksIn, readPages, ROOT } from './pages';
import { Shell } from './shell';
import { DockerRegistry, startDockerRegistry } from '../../emulator/docker-registry';
import { ImageIndex, multiArchIndex, singleManifest } from '../../emulator/images';
import { listen, LocalServer } from '../../emulator/local-server';
import { pushToRegistry } from '../../emulator/push-to-registry';
import { lockKey } from '../../src/lock/lock-key';
import { describeWith, pathOf } from '../registry-client/tools';

jest.setTimeout(60_000);

const TAG = '1.27';

/** Stands before a pull-through cache, and refuses the digests of which no image was pulled by a tag before, as Amazon ECR does. */
async function onlyByTagFirst(cache: DockerRegistry): Promise<LocalServer> {
  const known = new Set<string>();
  return listen(createServer((request, response) => {
    const [, reference] = /\/manifests\/(.+)$/.exec(request.url!) ?? [];
    if (reference?.startsWith('sha256:') && !known.has(reference)) {
      response.writeHead(404, { 'content-type': 'application/json' }).end(JSON.stringify({ errors: [{ code: 'MANIFEST_UNKNOWN' }] }));
      return;
    }
    httpRequest(new URL(request.url!, `http://${cache.host}`), { method: request.method, headers: request.headers }, async answer => {
      const body = await buffer(answer);
      if (reference && request.method === 'GET' && answer.statusCode === 200) {
        known.add(String(answer.headers['docker-content-digest']));
        JSON.parse(body.toString()).manifests?.forEach(({ digest }: { digest: string }) => known.add(digest));
      }
      response.writeHead(answer.statusCode!, answer.headers).end(body);
    }).end();
  }));
}

const newImage = () => multiArchIndex(['amd64', 'arm64'].map(cpu => ({ platform: `linux/${cpu}`, manifest: singleManifest(`${cpu} ${Math.random()}`) })));

describeWith(['docker-registry', 'jq', 'skopeo'], 'filling a cache as the guide says', () => {
  const [script] = blocksIn(readPages(), 'bash').filter(({ page }) => page === 'docs/registry.md');
  let upstream: DockerRegistry;
  let cache: DockerRegistry;
  let front: LocalServer;
  let shell: Shell;

  beforeEach(async () => {
    upstream = await startDockerRegistry();
    cache = await startDockerRegistry(undefined, `http://${upstream.host}`);
    front = await onlyByTagFirst(cache);
    shell = new Shell({});
    writeFileSync(join(shell.folder, 'registries.conf'), `[[registry]]\nlocation = "${new URL(front.url).host}"\ninsecure = true\n`);
    shell.define('npx', `exec node '${join(ROOT, 'bin', 'cdk-image-lock')}' "\${@:2}"`);
    shell.define('skopeo', `exec '${pathOf('skopeo')}' --insecure-policy --registries-conf registries.conf "$@"`);
  });

  afterEach(async () => {
    shell.remove();
    await front.stop();
    await cache.stop();
    await upstream.stop();
  });

  const push = (name: string, image: ImageIndex) => pushToRegistry(upstream.host, `docker-hub/library/${name}`, image, TAG);

  function lock(digests: Record<string, string>): void {
    const entries = Object.entries(digests).map(([name, digest]) => [lockKey({ repository: { host: 'docker.io', repositoryName: `library/${name}` }, tag: TAG }), { digest }]);
    writeFileSync(join(shell.folder, 'cdk.context.json'), JSON.stringify(Object.fromEntries(entries)));
  }

  const fill = () => shell.run(script.content.replace(/^cache=.*$/m, `cache=${new URL(front.url).host}/docker-hub`));

  test('brings in what is locked, once', async () => {
    const [nginx, redis] = [newImage(), newImage()];
    await push('nginx', nginx);
    await push('redis', redis);
    lock({ nginx: nginx.digest, redis: redis.children[0].digest });
    expect(await fill()).toEqual({ code: 0, output: `library/nginx:${TAG} is there now\nlibrary/redis:${TAG} is there now\n` });
    await upstream.stop();
    expect(await fill()).toEqual({ code: 0, output: '' });
  });

  test('fails where a tag has moved on', async () => {
    const locked = newImage();
    await push('nginx', locked);
    await push('nginx', newImage());
    lock({ nginx: locked.digest });
    const { code, output } = await fill();
    expect(code).toBe(1);
    expect(output).toContain(`library/nginx:${TAG} is not ${locked.digest} any more; run: npx cdk-image-lock update 'library/nginx:${TAG}'`);
  });

  test('fails with what skopeo says where nobody may pull', async () => {
    const image = newImage();
    await push('nginx', image);
    lock({ nginx: image.digest });
    shell.define('skopeo', 'echo "$1: denied" >&2; exit 1');
    expect(await fill()).toEqual({ code: 1, output: 'copy: denied\n' });
  });

  test('fails where the lock cannot be read, and does nothing where it has no such images', async () => {
    writeFileSync(join(shell.folder, 'cdk.context.json'), '{');
    expect((await fill()).code).not.toBe(0);
    lock({});
    expect(await fill()).toEqual({ code: 0, output: '' });
  });

  test('fails where there is no such image', async () => {
    lock({ nginx: newImage().digest });
    const { code, output } = await fill();
    expect(code).not.toBe(0);
    expect(output).toContain('manifest unknown');
  });
});
