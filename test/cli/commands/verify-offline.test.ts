import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ecrRequest } from '../assembly-folder';
import { CommandBench } from '../command-bench';
import { ProcessEnvironment } from '../process-environment';

// No credentials, and no network: whoever asks fails.
new ProcessEnvironment(() => ({ AWS_EC2_METADATA_DISABLED: 'true' }));
const bench = new CommandBench();

const [A, B] = ['a', 'b'].map(letter => `sha256:${letter.repeat(64)}`);
const ONE = ecrRequest('team/api', 'v1');
const TWO = ecrRequest('web', 'v2');
const PLACE = '(account 123456789012, Region eu-west-1)';

test('the app was synthesized with what is locked', async () => {
  bench.writeContext({ [ONE.key]: { digest: A }, [TWO.key]: { digest: B } });
  bench.writeAssembly({ locked: [{ ...ONE, digest: A }] });
  expect(await bench.run('verify', '--offline')).toEqual({
    code: 0,
    out: ['1 pin in cdk.out as locked', '1 pin of the lock not used in cdk.out, drop what no other context of the app uses with: npx cdk-image-lock prune'],
    err: [],
  });
  expect((await bench.json('verify', '--offline')).data).toEqual({ app: 'cdk.out', checked: [ONE.key, TWO.key], problems: [], warnings: [], unused: [TWO.key] });
  expect(await bench.run('verify', '--offline', '*api*')).toEqual({ code: 0, out: ['1 pin in cdk.out as locked'], err: [] });
});

test('each disagreement is a problem', async () => {
  const [other, platforms, late] = [ecrRequest('other', 'v1'), ecrRequest('platforms', 'v1'), ecrRequest('late', 'v1')];
  bench.writeContext({ [ONE.key]: { digest: A }, [TWO.key]: 'x', [platforms.key]: { digest: A }, [late.key]: { digest: A } });
  bench.writeAssembly({
    locked: [{ ...ONE, digest: A }, { ...ONE, digest: B }, TWO, { ...platforms, requirePlatforms: ['linux/arm64'], digest: A }, late],
    missing: [other],
  });
  const { code, out, err } = await bench.run('verify', '--offline');
  expect([code, out]).toEqual([1, []]);
  expect(err.pop()).toBe('5 problems with 5 pins');
  expect(err.sort()).toEqual([
    expect.stringMatching('^\'late:v1\' .* was not in the lock when \'Stack/Pins\' was synthesized; run cdk synth again$'),
    `'other:v1' ${PLACE} is not in the lock, and the app asks for it; run: npx cdk-image-lock update '${other.key}'`,
    expect.stringMatching("^'platforms:v1' .* is locked without the required platform linux/arm64"),
    expect.stringMatching(`^'team/api:v1' .* was synthesized with ${B.slice(0, 19)}, not with ${A.slice(0, 19)} as locked`),
    expect.stringMatching("^'web:v2' .* cannot be used"),
  ]);
});

test.each([
  ['is not there', () => {}, 'cdk.out is not there, so nothing tells which pins the app asks for; run cdk synth first, or name the folder with --output'],
  ['asks for no pin', () => bench.writeAssembly({}), 'cdk.out asks for no pin at all; expected the output of this app with this release, '
    + "run cdk synth again, or drop all pins with: npx cdk context --reset 'image-digest:*'"],
  ['waits for other lookups', () => bench.writeAssembly({ locked: [{ ...ONE, digest: A }], otherMissing: ['vpc-provider:x'] }),
    "cdk.out was synthesized without an answer for 'vpc-provider:x', so it may lack pins; run cdk synth again"],
])('an app that %s says nothing', async (_, arrange, message) => {
  bench.writeContext({ [ONE.key]: { digest: A } });
  arrange();
  expect(await bench.run('verify', '--offline')).toEqual({ code: 2, out: [], err: [`cdk-image-lock: ${message}`] });
});

test('a digest in cdk.json comes before the lock, whatever it is', async () => {
  bench.writeContext({ [ONE.key]: { digest: A } });
  bench.writeAssembly({ locked: [{ ...ONE, digest: A }] });
  writeFileSync(join(bench.folder, 'cdk.json'), JSON.stringify({ context: { [ONE.key]: { digest: A } } }));
  expect((await bench.json('verify', '--offline')).data.problems).toEqual([{
    key: ONE.key,
    kind: 'overridden',
    locked: A,
    message: `'team/api:v1' ${PLACE} has a digest in the context of cdk.json, which comes before the lock; take its key out there`,
  }]);
});

test('an assembly or a lock that is named, and not there, is wrong usage', async () => {
  bench.writeContext({ [ONE.key]: { digest: A } });
  expect(await bench.run('verify', '--output', 'cdk.ouut')).toEqual({ code: 2, out: [], err: [expect.stringContaining('cdk.ouut is not there')] });
  expect(await bench.run('verify', '--output', 'cdk.context.json')).toEqual({ code: 2, out: [], err: [expect.stringContaining('cdk.context.json is not there')] });
  expect(await bench.run('update', '--context', 'none.json')).toEqual({ code: 2, out: [], err: [expect.stringContaining('none.json is not there')] });
});

test('what goes wrong is JSON as well', async () => {
  const { code, data } = await bench.json('verify', '--offline');
  expect([code, data]).toEqual([2, { error: { message: expect.stringContaining('neither') } }]);
});

test.each([
  ['a nested assembly', 'assembly-Prod', { type: 'cdk:cloud-assembly', properties: { directoryName: 'assembly-Prod' } }],
  ['a metadata file', 'Stack.metadata.json', { type: 'aws:cloudformation:stack', additionalMetadataFile: 'Stack.metadata.json' }],
])('without %s that the app was synthesized with, nothing is as locked, and nothing is dropped', async (_, name, artifact) => {
  const pins = { [ONE.key]: { digest: A }, [TWO.key]: { digest: A } };
  const metadata = { '/Stack': [{ type: 'cdk-secure-repository:pin', data: JSON.stringify({ ...ONE, digest: B }) }] };
  const Other = { type: 'aws:cloudformation:stack', metadata: { '/Other': [{ type: 'cdk-secure-repository:pin', data: JSON.stringify({ ...TWO, digest: A }) }] } };
  bench.writeContext(pins);
  bench.writeAssembly({ locked: [{ ...ONE, digest: B }] }, join('cdk.out', 'assembly-Prod'));
  writeFileSync(join(bench.folder, 'cdk.out', 'Stack.metadata.json'), JSON.stringify(metadata));
  writeFileSync(join(bench.folder, 'cdk.out', 'manifest.json'), JSON.stringify({ version: '48.0.0', artifacts: { Part: artifact, Other } }));
  expect(await bench.run('verify', '--offline')).toEqual({ code: 1, out: [], err: [expect.stringContaining('was synthesized with'), '1 problem with 2 pins'] });
  rmSync(join(bench.folder, 'cdk.out', name), { recursive: true });
  for (const command of [['verify', '--offline'], ['prune']]) {
    expect(await bench.run(...command)).toEqual({ code: 1, out: [], err: [expect.stringMatching(/cdk\.out is not complete: there is no file .*; run cdk synth again$/)] });
  }
  expect(bench.context).toEqual(pins);
});
