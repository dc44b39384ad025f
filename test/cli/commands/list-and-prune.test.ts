import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ecrRequest, ociRequest } from '../assembly-folder';
import { CommandBench } from '../command-bench';
import { ProcessEnvironment } from '../process-environment';

new ProcessEnvironment(() => ({}));
const bench = new CommandBench();

const digest = (letter: string) => `sha256:${letter.repeat(64)}`;
const ONE = ecrRequest('team/api', 'v1').key;
const TWO = ecrRequest('web', 'v10.0.0', { platform: 'linux/arm64' }).key;
const THREE = ociRequest('public.ecr.aws', 'nginx/nginx', '1.27').key;

describe('list', () => {
  const PINS = {
    'vpc-provider:x': {},
    [ONE]: { digest: digest('a'), pushedAt: '2026-01-28T23:00:00.000Z' },
    [TWO]: { digest: digest('b'), pushedAt: '2025-01-01T00:00:00.000Z' },
    [THREE]: { digest: digest('c') },
  };

  test('shows every pin in a table', async () => {
    bench.writeContext(PINS);
    expect(await bench.run('list')).toEqual({
      code: 0,
      out: [
        'REGISTRY                IMAGE             PLATFORM     AGE     DIGEST',
        `123456789012/eu-west-1  team/api:v1       -            2 days  ${digest('a')}`,
        `123456789012/eu-west-1  web:v10.0.0       linux/arm64  1 year  ${digest('b')}`,
        `public.ecr.aws          nginx/nginx:1.27  -            -       ${digest('c')}`,
      ],
      err: [],
    });
  });

  test.each([
    ['2026-01-30T23:59:50Z', '0 minutes'], ['2026-02-01T00:00:00Z', '0 minutes'], ['2026-01-30T23:59:00Z', '1 minute'],
    ['2026-01-30T20:00:00Z', '4 hours'], ['2025-11-20T00:00:00Z', '2 months'], ['yesterday', '-'],
  ])('shows the age of an image that was pushed %s as %s', async (pushedAt, age) => {
    bench.writeContext({ [ONE]: { digest: digest('a'), pushedAt } });
    expect((await bench.run('list')).out[1]).toMatch(new RegExp(` ${age} +sha256:`));
  });

  test('writes JSON', async () => {
    bench.writeContext(PINS);
    expect(await bench.json('list')).toEqual({
      code: 0,
      data: {
        pins: [
          { key: ONE, account: '123456789012', region: 'eu-west-1', repository: 'team/api', tag: 'v1', digest: digest('a'), pushedAt: '2026-01-28T23:00:00.000Z' },
          expect.objectContaining({ repository: 'web', tag: 'v10.0.0', platform: 'linux/arm64' }),
          { key: THREE, host: 'public.ecr.aws', repository: 'nginx/nginx', tag: '1.27', digest: digest('c') },
        ],
        missing: [],
        problems: [],
      },
      err: [],
    });
  });

  test('shows what cannot be used, and the rest', async () => {
    bench.writeContext({ [ONE]: { digest: digest('a') }, [TWO]: 'sha256:1' });
    const { code, out, err } = await bench.run('list');
    expect([code, out.length]).toEqual([1, 2]);
    expect(err).toEqual([`${bench.contextFile}: 'web:v10.0.0' (account 123456789012, Region eu-west-1, linux/arm64) cannot be used: `
      + `it is "sha256:1"; expected an object with a digest; repair it with: npx cdk-image-lock update '${TWO}'`]);
    expect((await bench.json('list')).data.problems).toEqual([{ key: TWO, message: expect.stringContaining('expected an object') }]);
  });

  test('of nothing but problems has no table', async () => {
    bench.writeContext({ [TWO]: 1 });
    expect(await bench.run('list')).toEqual({ code: 1, out: [], err: [expect.any(String)] });
  });

  test('shows keys of others without what a terminal or a shell would act on', async () => {
    bench.writeContext({ "image-digest:a\u001b[2J'$(true)": 1 });
    expect((await bench.run('list')).err).toEqual([
      `${bench.contextFile}: 'image-digest:a[2J'\\''$(true)' cannot be used: the key is not one of a pin; remove it with: npx cdk context --reset 'image-digest:a[2J'\\''$(true)'`,
    ]);
  });

  test('shows what the app asks for beyond the lock', async () => {
    bench.writeContext({ [ONE]: { digest: digest('a') } });
    bench.writeAssembly({ locked: [{ key: ONE, digest: digest('a') }], missing: [{ key: TWO }] });
    expect((await bench.run('list')).out).toEqual([
      expect.stringMatching(/^REGISTRY/),
      `123456789012/eu-west-1  team/api:v1  -            -    ${digest('a')}`,
      '123456789012/eu-west-1  web:v10.0.0  linux/arm64  -    not in the lock',
    ]);
    expect((await bench.json('list')).data.missing).toEqual([
      { key: TWO, account: '123456789012', region: 'eu-west-1', repository: 'web', tag: 'v10.0.0', platform: 'linux/arm64' },
    ]);
  });

  test('writes a table for pull requests', async () => {
    bench.writeContext({ [ONE]: { digest: digest('a') }, [TWO]: 'x' });
    const { out, err } = await bench.run('list', '--format', 'markdown');
    expect(out).toEqual([
      '| REGISTRY | IMAGE | PLATFORM | AGE | DIGEST |',
      '| --- | --- | --- | --- | --- |',
      `| \`123456789012/eu-west-1\` | \`team/api:v1\` | - | - | \`${digest('a')}\` |`,
      '',
      expect.stringMatching(/^\*\*Problem:\*\* `.*web:v10\.0\.0.*`$/),
      '',
    ]);
    expect(err).toEqual([expect.stringContaining('web:v10.0.0')]);
  });

  test('says that there are none', async () => {
    bench.writeContext({});
    expect(await bench.run('list')).toEqual({ code: 0, out: [`no image is pinned in ${bench.contextFile}`], err: [] });
  });

  test('takes another file', async () => {
    writeFileSync(join(bench.folder, 'other.json'), JSON.stringify(PINS));
    expect((await bench.run('list', '--context', 'other.json')).out).toHaveLength(4);
  });
});

describe('prune', () => {
  const PINS = { 'vpc-provider:x': {}, [ONE]: { digest: digest('a') }, [TWO]: { digest: 1 }, [THREE]: { digest: digest('c') }, 'image-digest:what': 1 };

  test('drops what the app does not ask for', async () => {
    bench.writeContext(PINS);
    bench.writeAssembly({ locked: [ociRequest('public.ecr.aws', 'nginx/nginx', '1.27')] });
    expect(await bench.run('prune')).toEqual({
      code: 0,
      out: [
        "'team/api:v1' (account 123456789012, Region eu-west-1): dropped",
        "'web:v10.0.0' (account 123456789012, Region eu-west-1, linux/arm64): dropped",
        "'image-digest:what': dropped",
        '3 of 4 pins dropped',
      ],
      err: [],
    });
    expect(bench.text).toBe(`${JSON.stringify({ 'vpc-provider:x': {}, [THREE]: { digest: digest('c') } }, undefined, 2)}\n`);
    expect(await bench.json('prune')).toEqual({ code: 0, data: { dropped: [], kept: [THREE] }, err: [] });
  });

  test.each([
    ['is not there', () => {}, /^cdk-image-lock: cdk\.out is not there, .*; run cdk synth first, or name the folder with --output$/],
    ['asks for no pin at all', () => bench.writeAssembly({}), /^cdk-image-lock: cdk\.out asks for no pin at all; .* npx cdk context --reset 'image-digest:\*'$/],
    ['is of an app that waits for other lookups', () => bench.writeAssembly({ missing: [ecrRequest('a', 'b')], otherMissing: ['vpc-provider:y'] }),
      /^cdk-image-lock: cdk\.out was synthesized without an answer for 'vpc-provider:y', .*; run cdk synth again$/],
  ])('refuses when cdk.out %s', async (_, arrange, message) => {
    bench.writeContext(PINS);
    arrange();
    const before = bench.text;
    expect(await bench.run('prune')).toEqual({ code: 2, out: [], err: [expect.stringMatching(message)] });
    expect(bench.text).toBe(before);
  });

  test('takes the output folder of cdk.json, or another one', async () => {
    bench.writeContext(PINS);
    writeFileSync(join(bench.folder, 'cdk.json'), '{"output":"build/out"}');
    mkdirSync(join(bench.folder, 'build'));
    expect((await bench.run('prune')).err).toEqual([expect.stringContaining('build/out is not there')]);
    bench.writeAssembly({ locked: [{ key: THREE }] }, 'build/out');
    expect((await bench.run('prune', '-o', 'none')).err).toEqual([expect.stringContaining('none is not there')]);
    expect((await bench.run('prune')).out.at(-1)).toBe('3 of 4 pins dropped');
  });
});

describe('any command', () => {
  test.each(['list', 'update', 'outdated', 'verify', 'explain', 'report', 'prune'])('%s without anything to work on is wrong usage', async name => {
    expect(await bench.run(name)).toEqual({
      code: 2,
      out: [],
      err: [`cdk-image-lock: neither ${bench.contextFile} nor cdk.out is there; run this in the folder of cdk.json, and cdk synth before`],
    });
  });

  test.each(['list', 'update', 'outdated', 'verify', 'explain', 'report', 'prune'])('%s refuses a lock of a newer release', async name => {
    bench.writeContext({ [ONE]: { digest: digest('a') }, [TWO]: { version: 2 } });
    bench.writeAssembly({ locked: [{ key: ONE }] });
    const before = bench.text;
    expect(await bench.run(name)).toEqual({ code: 1, out: [], err: [expect.stringContaining('written by a newer release of cdk-secure-repository; update the package')] });
    expect(bench.text).toBe(before);
  });

  test.each(['list', 'update', 'outdated', 'verify', 'explain', 'report', 'prune'])('%s refuses merge-conflict markers', async name => {
    writeFileSync(bench.contextFile, '{\n<<<<<<< HEAD\n=======\n>>>>>>> main\n}');
    expect(await bench.run(name)).toEqual({ code: 1, out: [], err: [expect.stringContaining('has merge-conflict markers in line 2')] });
  });

  test.each([
    [[]], [['bogus']], [['list', '--bogus']], [['list', 'bogus']], [['update', '--output']],
    [['list', '--format', 'yaml']], [['verify', '--offline', '--strict']],
  ])('%j is wrong usage', async args => {
    const { code, out, err } = await bench.run(...args);
    expect([code, out]).toEqual([2, []]);
    expect(err.length).toBeGreaterThan(0);
  });

  test.each([[['--help']], [['help']], [['list', '--help']], [['help', 'verify']]])('%j says what can be done, and the exit codes', async args => {
    const { code, out, err } = await bench.run(...args);
    expect([code, err]).toEqual([0, []]);
    expect(out.join('\n')).toMatch(/Usage: cdk-image-lock[^]*Exit codes:\n  0 .*\n  1 .*\n  2 /);
  });

  test('an error that nobody thought of is one line, and with DEBUG its stack', async () => {
    mkdirSync(join(bench.folder, 'cdk.out', 'manifest.json'), { recursive: true });
    bench.writeContext({});
    expect(await bench.run('prune')).toEqual({ code: 1, out: [], err: ['cdk-image-lock: EISDIR: illegal operation on a directory, read'] });
    process.env.DEBUG = '1';
    expect((await bench.run('prune')).err.slice(0, 3)).toEqual([
      'cdk-image-lock: EISDIR: illegal operation on a directory, read', expect.stringContaining('Error: EISDIR'), expect.stringMatching(/^ {4}at /),
    ]);
  });

  test('problems are red and results green on a terminal', async () => {
    bench.writeContext({ [ONE]: 1 });
    expect((await bench.runWith({ isTTY: true }, 'list')).err).toEqual([expect.stringMatching(/^\u001b\[31m.*\u001b\[39m$/)]);
    process.env.NO_COLOR = '1';
    expect((await bench.runWith({ isTTY: true }, 'list')).err).toEqual([expect.stringMatching(/^[^\u001b]*$/)]);
  });
});
