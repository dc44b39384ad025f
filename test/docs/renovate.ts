/** Tries the preset in docs/renovate.json with Renovate itself, on the examples and on a lock whose images have moved. */
import { deepStrictEqual, doesNotMatch, match, strictEqual } from 'node:assert';
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { blocksIn, DOCS, readPages, ROOT } from './pages';
import { startDockerRegistry } from '../../emulator/docker-registry';
import { singleManifest } from '../../emulator/images';
import { pushToRegistry } from '../../emulator/push-to-registry';
import { lockKey } from '../../src/lock/lock-key';
import { install, NODE_PACKAGE, nodeIn } from '../../tools/test-versions';
import { UserFolder } from '../cli/user-folder';

const run = promisify(execFile);

const RENOVATE = '44.121.2';
/** Renovate wants a newer one than we do. */
const NODE = '24.21.0';
const PRESET = join(DOCS, 'renovate.json');

const OLD = `sha256:${'0'.repeat(64)}`;
const RECORDED = { digest: OLD, mediaType: 'application/vnd.oci.image.index.v1+json', pushedAt: '2026-11-02T09:31:00.000Z' };
const EXAMPLES = [
  ['services-stack.ts', 'typescript/lib/services-stack.ts'],
  ['app.py', 'python/app.py'],
  ['ServicesStack.java', 'java/src/main/java/com/example/shop/ServicesStack.java'],
  ['main.go', 'go/main.go'],
];

interface Outcome {
  readonly found: { packageFile: string; depName: string; currentValue: string; currentDigest?: string }[];
  readonly warnings: unknown[];
  readonly pullRequests: { packageFile: string; depName: string; updateType: string; from: string; to: string }[][];
}

async function main(): Promise<void> {
  const { renovate, node } = ensureRenovate();
  // Renovate matches with RE2 where that is installed, which has neither.
  doesNotMatch(await readFile(PRESET, 'utf8'), /\(\?<?[=!]|\\\\[1-9k]/, 'an expression looks around or back');
  await validate(renovate, node);
  await tryOut(renovate, node);
}

/** Checks the preset, and the configuration in the guide. */
async function validate(renovate: string, node: string): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'renovate-'));
  try {
    const blocks = blocksIn(readPages().filter(({ path }) => path === 'docs/renovate.md'), 'json');
    const inGuide = await Promise.all(blocks.map(async ({ line, content }) => {
      const file = join(folder, `renovate.md.${line}.json`);
      await writeFile(file, content);
      return file;
    }));
    const files = [PRESET, ...inGuide];
    const env = { ...process.env, LOG_LEVEL: 'error' };
    await Promise.all(files.map(async file => run(node, [join(renovate, 'dist/config-validator.js'), '--strict', '--no-global', file], { env })));
    console.log(`the preset and ${inGuide.length} examples of the guide are valid`);
  } finally {
    await rm(folder, { recursive: true });
  }
}

function ensureRenovate(): { renovate: string; node: string } {
  const folder = join(ROOT, '.cache', `renovate-${RENOVATE}`);
  if (!existsSync(join(folder, 'node_modules/.package-lock.json'))) {
    console.log(`installing Renovate ${RENOVATE} into ${folder} (once, about a minute)`);
    install([`renovate@${RENOVATE}`, `${NODE_PACKAGE}@${NODE}`], folder, ['--omit=optional']);
  }
  return { renovate: join(folder, 'node_modules/renovate'), node: nodeIn(folder) };
}

async function tryOut(renovate: string, node: string): Promise<void> {
  const registry = await startDockerRegistry();
  const user = new UserFolder();
  const folder = await mkdtemp(join(tmpdir(), 'renovate-'));
  try {
    await pushToRegistry(registry.host, 'team/api', singleManifest('one'), '5000');
    await pushToRegistry(registry.host, 'team/api', singleManifest('two'), '5001');
    await pushToRegistry(registry.host, 'team/api', singleManifest('three'), 'latest');
    const digests = { 5000: singleManifest('one').digest, 5001: singleManifest('two').digest, latest: singleManifest('three').digest };

    const ours = (tag: string, platform?: string) => lockKey({ repository: { host: registry.host, repositoryName: 'team/api' }, tag, platform });
    const oci = (host: string, repositoryName: string, tag: string) => lockKey({ repository: { host, repositoryName }, tag });
    const ecr = (region: string) => lockKey({ repository: { account: '123456789012', region, repositoryName: 'team/api' }, tag: 'v1.2' });
    const lock = (entry: (tag: keyof typeof digests, before: object) => object) => ({
      'availability-zones:account=123456789012:region=eu-west-1': ['eu-west-1a'],
      'ami:x': { digest: OLD },
      [ours('5000')]: entry(5000, RECORDED),
      [ours('latest')]: entry('latest', { digest: OLD }),
      [ours('5001')]: { digest: digests[5001] },
      [ours('5000', 'linux/arm64')]: RECORDED,
      [ours('6000')]: { ...RECORDED, platforms: ['linux/amd64', 'linux/arm64'] },
      [oci('docker.io', 'library/nginx', '1.27')]: RECORDED,
      [oci('public.ecr.aws', 'nginx/nginx', '1.27')]: RECORDED,
      [oci('registry.example.com:5000', 'a/b/c', 'x_1')]: RECORDED,
      [ecr('eu-west-1')]: RECORDED,
      [ecr('us-gov-east-1')]: RECORDED,
      [ecr('cn-north-1')]: RECORDED,
      [ecr('us-iso-east-1')]: RECORDED,
    });
    const before = lock((_, entry) => entry);
    const after = lock(tag => ({ digest: digests[tag] }));
    const files = new Map([
      ['cdk.context.json', [`${JSON.stringify(before, undefined, 2)}\n`, `${JSON.stringify(after, undefined, 2)}\n`]],
      ['minified/cdk.context.json', [JSON.stringify(before), JSON.stringify(after)]],
      ['code.ts', ['5000', '5001'].map(tag => `DigestPinnedImage.fromReference('${registry.host}/team/api:${tag}', {});\n`)],
      ['pinned.ts', [`5000@${OLD}`, `5001@${digests[5001]}`].map(tag => `DigestPinnedImage.fromReference(\n  "${registry.host}/team/api:${tag}",\n);\n`)],
      ['keyword.py', [`5001@${OLD}`, `5001@${digests[5001]}`].map(tag => `DigestPinnedImage.from_reference(reference='${registry.host}/team/api:${tag}')\n`)],
      ['no-literal.ts', Array(2).fill("fromReference('nginx'); fromReference('nginx:' + tag); fromReference(`nginx:1.${minor}`); fromReference(name);\n")],
    ]);
    await Promise.all([...files].map(async ([name, [text]]) => {
      await mkdir(dirname(join(folder, name)), { recursive: true });
      await writeFile(join(folder, name), text);
    }));
    await Promise.all(EXAMPLES.map(async ([name, source]) => cp(join(ROOT, 'examples', source), join(folder, name))));

    const { stdout } = await run(node, [join(__dirname, 'renovate-run.ts'), renovate, PRESET, registry.host],
      { cwd: folder, env: { ...process.env, LOG_LEVEL: 'warn', NODE_NO_WARNINGS: '1' } });
    const { found, warnings, pullRequests } = JSON.parse(stdout.trim().split('\n').at(-1)!) as Outcome;

    const names = (file: string) => found.filter(({ packageFile }) => packageFile === file).map(({ depName, currentValue }) => `${depName}:${currentValue}`);
    const inLock = [
      `${registry.host}/team/api:5000`,
      `${registry.host}/team/api:latest`,
      `${registry.host}/team/api:5001`,
      'docker.io/library/nginx:1.27',
      'public.ecr.aws/nginx/nginx:1.27',
      'registry.example.com:5000/a/b/c:x_1',
      '123456789012.dkr.ecr.eu-west-1.amazonaws.com/team/api:v1.2',
      '123456789012.dkr.ecr.us-gov-east-1.amazonaws.com/team/api:v1.2',
      '123456789012.dkr.ecr.cn-north-1.amazonaws.com.cn/team/api:v1.2',
    ];
    deepStrictEqual([names('cdk.context.json'), names('minified/cdk.context.json')], [inLock, inLock]);
    console.log(`${inLock.length} pins of a lock are found, and not those for a platform or with required ones`);
    deepStrictEqual(EXAMPLES.map(([name]) => names(name)), EXAMPLES.map(() => ['public.ecr.aws/nginx/nginx:1.27']));
    deepStrictEqual(names('no-literal.ts'), []);
    console.log(`the references in ${EXAMPLES.length} languages are found`);

    deepStrictEqual(warnings, []);
    for (const [name, [, text]] of files) {
      strictEqual(await readFile(join(folder, name), 'utf8'), text, name);
    }
    console.log('digests in the lock, and tags and digests in code, are updated; nothing else is');
    deepStrictEqual(pullRequests.flat().filter(({ packageFile, updateType }) => packageFile.endsWith('.json') && updateType !== 'digest'), []);
    strictEqual(pullRequests.filter(updates => updates.some(({ packageFile }) => packageFile.endsWith('.json'))).length, 1);
    console.log('the lock has one pull request, and keeps its tags');

    user.write('app/cdk.json', '{}');
    user.write('app/cdk.context.json', await readFile(join(folder, 'cdk.context.json'), 'utf8'));
    const verified = await user.imageLock('app', ['verify', ...['5000', 'latest', '5001'].map(tag => ours(tag)), '--strict'], {});
    match(verified.stdout, /^3 pins can be pulled/);
    strictEqual(verified.code, 0);
    console.log('cdk-image-lock verify --strict finds nothing wrong then');
  } finally {
    await Promise.all([registry.stop(), rm(folder, { recursive: true })]);
    user.remove();
  }
}

main().catch(error => {
  console.error(error);
  process.exitCode = 1;
});
