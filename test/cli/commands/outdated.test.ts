import { multiArchIndex, pushIndex, singleManifest } from '../../../emulator/images';
import { ecrRequest, ociRequest } from '../assembly-folder';
import { WatchedAws } from '../aws';
import { CommandBench } from '../command-bench';
import { ProcessEnvironment } from '../process-environment';

const aws = new WatchedAws();
new ProcessEnvironment(() => aws.environment);
const bench = new CommandBench();

const OLD = `sha256:${'0'.repeat(64)}`;
const short = ({ digest }: { digest: string }) => digest.slice(0, 19);

let names = 0;
let repository: string;
let keyOf: (tag: string) => string;

beforeEach(() => {
  repository = `team/outdated-${++names}`;
  keyOf = tag => ecrRequest(repository, tag).key;
});

function index(...platforms: string[]) {
  return multiArchIndex(platforms.map(platform => ({ platform, manifest: singleManifest(`${platform} ${Math.random()}`) })));
}

describe.each([[['outdated']], [['update', '--dry-run']]])('%j', command => {
  test('shows what would change, and writes nothing', async () => {
    const [v1, v2] = await aws.push(repository, 'v1', 'v2');
    bench.writeContext({ [keyOf('v1')]: { digest: OLD, pushedAt: '2026-01-01T00:00:00.000Z' }, [keyOf('v2')]: { digest: v2.digest, mediaType: v2.mediaType } });
    bench.writeAssembly({ missing: [ecrRequest(repository, 'v3'), ecrRequest(repository, 'v1')] });
    const before = bench.text;
    const { code, out, err } = await bench.run(...command);
    expect(out.map(line => line.split(/ {2,}/))).toEqual([
      ['REGISTRY', 'IMAGE', 'OLD', 'OLD PUSHED', 'NEW', 'NEW PUSHED', 'GAINED', 'LOST'],
      ['123456789012/eu-west-1', `${repository}:v1`, 'sha256:000000000000', '1 month', short(v1), expect.stringMatching(/^\d+ \w+$/), '-', '-'],
      ['1 of 3 pins would change, 1 failed'],
    ]);
    expect([code, err]).toEqual([1, [expect.stringContaining(`'${repository}:v3' (account 123456789012, Region eu-west-1) does not exist`)]]);
    expect(bench.text).toBe(before);
  });

  test('fails for a change with --exit-code only', async () => {
    const [v1, v2] = await aws.push(repository, 'v1', 'v2');
    bench.writeContext({ [keyOf('v1')]: { digest: OLD }, [keyOf('v2')]: { digest: v2.digest, mediaType: v2.mediaType } });
    expect((await bench.run(...command)).code).toBe(0);
    expect((await bench.run(...command, '--exit-code')).code).toBe(1);
    expect(await bench.run(...command, '--exit-code', '*:v2')).toEqual({ code: 0, out: ['0 of 1 pin would change'], err: [] });
    expect((await bench.json(...command, '*:v1')).data).toEqual({
      dryRun: true,
      changed: [{ key: keyOf('v1'), from: { digest: OLD }, to: expect.objectContaining({ digest: v1.digest }) }],
      failed: [],
      overridden: [],
      unchanged: [],
    });
  });
});

test('update fails for a change with --exit-code as well, after it was written', async () => {
  const [v1] = await aws.push(repository, 'v1');
  bench.writeContext({ [keyOf('v1')]: { digest: OLD } });
  expect((await bench.run('update', '--exit-code')).code).toBe(1);
  expect(bench.context[keyOf('v1')].digest).toBe(v1.digest);
});

describe('platforms', () => {
  const [before, after] = [index('linux/amd64', 'linux/arm64/v8', 'linux/386'), index('linux/amd64', 'linux/arm64', 'linux/s390x')];

  beforeEach(async () => {
    await aws.push(repository, 'other');
    await pushIndex(aws.ecr, repository, before, 'before');
    await pushIndex(aws.ecr, repository, after, 'v1');
    bench.writeContext({ [keyOf('v1')]: { digest: before.digest } });
  });

  test('that are gained and lost are named', async () => {
    expect((await bench.json('outdated')).data.changed[0].platforms).toEqual({ gained: ['linux/s390x'], lost: ['linux/386'] });
    expect((await bench.run('update')).out[0]).toBe(`'${repository}:v1' (account 123456789012, Region eu-west-1): ${short(before)} → ${short(after)}, gained linux/s390x, lost linux/386`);
  });

  test('of an image that is gone are not known', async () => {
    bench.writeContext({ [keyOf('v1')]: { digest: OLD } });
    const { code, data } = await bench.json('update');
    expect(code).toBe(0);
    expect(data.changed[0]).not.toHaveProperty('platforms');
  });

  test('are not waited for', async () => {
    await aws.spoil({ fault: { error: 'ThrottlingException', message: 'later' }, operation: 'BatchGetImage' });
    const { code, data } = await bench.json('update');
    expect([code, data.changed[0]]).toEqual([0, expect.not.objectContaining({ platforms: expect.anything() })]);
    expect(aws.asked).toEqual(['DescribeImages', 'BatchGetImage']);
  });

  test('stand in the body of a pull request, with times', async () => {
    const { out, err } = await bench.run('update', '--format', 'markdown');
    expect(out).toEqual([
      '1 of 1 pin changed',
      '',
      '| REGISTRY | IMAGE | OLD | OLD PUSHED | NEW | NEW PUSHED | GAINED | LOST |',
      '| --- | --- | --- | --- | --- | --- | --- | --- |',
      expect.stringMatching(`^\\| \`123456789012/eu-west-1\` \\| \`${repository}:v1\` \\| \`${before.digest}\` \\| - \\| \`${after.digest}\` `
        + '\\| `20[0-9-]+T[0-9:.]+Z` \\| `linux/s390x` \\| `linux/386` \\|$'),
      '',
    ]);
    expect(err).toEqual([]);
    expect(bench.context[keyOf('v1')].digest).toBe(after.digest);
  });
});

test('what a registry says is inert in Markdown', async () => {
  bench.writeContext({ [ociRequest('127.0.0.1:1', 'base', 'v1').key]: { digest: OLD } });
  const { code, out } = await bench.run('update', '--format', 'markdown');
  expect(code).toBe(1);
  expect(out[2]).toMatch(/^\*\*Problem:\*\* `127\.0\.0\.1:1 refused the connection .*`$/);
});

test('--missing asks for what the lock lacks, and leaves all else as it is', async () => {
  const [v1, v2] = await aws.push(repository, 'v1', 'v2');
  bench.writeContext({ [keyOf('v1')]: { digest: OLD } });
  bench.writeAssembly({ locked: [ecrRequest(repository, 'v1')], missing: [ecrRequest(repository, 'v2')] });
  expect((await bench.run('update', '--missing')).out).toEqual([expect.stringContaining(`new, ${short(v2)}`), '1 of 1 pin changed']);
  expect(bench.context[keyOf('v1')]).toEqual({ digest: OLD });
  expect((await bench.run('update', '!*:v2')).out).toEqual([expect.stringContaining(short(v1)), '1 of 1 pin changed']);
});
