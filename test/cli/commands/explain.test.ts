import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { App, Stack } from 'aws-cdk-lib';
import * as ecr from 'aws-cdk-lib/aws-ecr';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import { DigestPinnedImage } from '../../../src';
import { ecrRequest, ociRequest } from '../assembly-folder';
import { CommandBench } from '../command-bench';
import { ProcessEnvironment } from '../process-environment';

new ProcessEnvironment(() => ({}));
const bench = new CommandBench();

const [A, B] = ['a', 'b'].map(letter => `sha256:${letter.repeat(64)}`);
const API = ecrRequest('team/api', 'v1').key;
const NGINX = ociRequest('docker.io', 'library/nginx', '1.27').key;
const PLACE = '(account 123456789012, Region eu-west-1)';

function synthesize(context: Record<string, unknown>): void {
  const app = new App({ context, outdir: join(bench.folder, 'cdk.out') });
  const stack = new Stack(app, 'Services', { env: { account: '123456789012', region: 'eu-west-1' } });
  const repository = ecr.Repository.fromRepositoryName(stack, 'Api', 'team/api');
  const task = new ecs.FargateTaskDefinition(stack, 'Task');
  task.addContainer('web', { image: DigestPinnedImage.fromLookup(repository, 'v1') });
  task.addContainer('proxy', { image: DigestPinnedImage.fromReference('nginx:1.27') });
  app.synth();
}

test('shows constructs, what they were given, and with --debug where they come from', async () => {
  process.env.CDK_DEBUG = 'true';
  synthesize({ [API]: { digest: B } });
  bench.writeContext({ [API]: { digest: A, pushedAt: '2026-01-28T23:00:00.000Z' } });
  const { code, out, err } = await bench.run('explain');
  expect(code).toBe(0);
  expect(out.map(line => line.split(/ {2,}/))).toEqual([
    [`'team/api:v1' ${PLACE}: locked as ${A.slice(0, 19)}, pushed 2 days ago`],
    ['CONSTRUCT', 'PINNED', 'FILE'],
    ['Services/Task/web', B.slice(0, 19), expect.stringMatching(/:\d+$/)],
    ["'docker.io/library/nginx:1.27': not in the lock"],
    ['CONSTRUCT', 'PINNED', 'FILE'],
    ['Services/Task/proxy', '-', expect.stringMatching(/:\d+$/)],
  ]);
  expect(err).toEqual([expect.stringContaining(`was synthesized with ${B.slice(0, 19)}, not with ${A.slice(0, 19)} as locked`)]);
  expect((await bench.json('explain', '*nginx*')).data).toEqual({
    pins: [{ key: NGINX, locked: null, uses: [{ path: 'Services/Task/proxy', stack: 'Services', place: expect.any(String) }] }],
  });
});

test('says how the files are found out', async () => {
  delete process.env.CDK_DEBUG;
  synthesize({ [API]: { digest: A } });
  bench.writeContext({ [API]: { digest: A } });
  expect(await bench.run('explain', 'team/api:v1')).toEqual({
    code: 0,
    out: [
      `'team/api:v1' ${PLACE}: locked as ${A.slice(0, 19)}`,
      'CONSTRUCT          PINNED               FILE',
      `Services/Task/web  ${A.slice(0, 19)}  -`,
      'the files of the app are known after: npx cdk synth --debug',
    ],
    err: [],
  });
});

test('shortens paths within the folder of the app', async () => {
  const type = 'cdk-secure-repository:pin';
  const pin = (file: string) => ({ type, data: JSON.stringify({ key: API, digest: A }), trace: [`new Service (${file}:1:2)`] });
  bench.writeContext({ [API]: { digest: A } });
  mkdirSync(join(bench.folder, 'cdk.out'));
  writeFileSync(join(bench.folder, 'cdk.out', 'manifest.json'), JSON.stringify({
    version: '48.0.0',
    artifacts: { Stack: { type: 'aws:cloudformation:stack', metadata: { '/Stack/A': [pin(join(bench.folder, 'lib', 'a.ts'))], '/Stack/B': [pin('/b.ts')] } } },
  }));
  expect((await bench.run('explain')).out.slice(2).map(line => line.split(/ +/).at(-1))).toEqual(['lib/a.ts:1', '/b.ts:1']);
});

test('names what nothing uses', async () => {
  const other = ecrRequest('other', 'v1').key;
  bench.writeContext({ [API]: { digest: A }, [other]: 'x' });
  bench.writeAssembly({ missing: [{ key: NGINX }] });
  expect((await bench.run('explain', '!*nginx*')).out).toEqual([
    `'team/api:v1' ${PLACE}: locked as ${A.slice(0, 19)}, nothing in cdk.out uses it`,
    expect.stringMatching(/^'other:v1' .*: cannot be used: it is "x"; .*, nothing in cdk\.out uses it$/),
  ]);
});
