import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readAssembly } from '../../../src/cli/cdk/assembly';
import { ecrRequest, writeAssembly } from '../assembly-folder';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'assembly-'));
});

afterEach(() => rmSync(folder, { recursive: true }));

const write = (name: string, content: unknown) => writeFileSync(join(folder, name), JSON.stringify(content));
const writeManifest = (content: object, name = '.') => write(join(name, 'manifest.json'), { version: '48.0.0', ...content });
const nested = (directoryName: unknown) => ({ type: 'cdk:cloud-assembly', properties: { directoryName } });
const stack = (content: object) => ({ type: 'aws:cloudformation:stack', ...content });

test('a folder without an assembly has none', () => {
  expect(readAssembly(folder)).toBeUndefined();
  expect(readAssembly(join(folder, 'none'))).toBeUndefined();
  write('file', {});
  expect(readAssembly(join(folder, 'file'))).toBeUndefined();
});

test('an assembly without artifacts asks for nothing', () => {
  writeManifest({});
  expect(readAssembly(folder)).toMatchObject({ requests: new Map(), uses: new Map(), missing: [], otherMissing: [] });
});

test('pins are found whether they are locked or not', () => {
  const [one, two] = [ecrRequest('app', 'v1', { lookupRoleArn: 'role' }), ecrRequest('app', 'v2', { requirePlatforms: ['linux/amd64'] })];
  writeAssembly(folder, { locked: [{ ...one, digest: 'sha256:1' }], missing: [two], otherMissing: ['vpc'] });
  expect(readAssembly(folder)).toMatchObject({
    requests: new Map([[two.key, two], [one.key, one]]),
    uses: new Map([[one.key, [{ path: 'Stack/Pins', stack: 'Stack', digest: 'sha256:1' }]], [two.key, [{ path: 'Stack/Pins', stack: 'Stack' }]]]),
    missing: [two.key],
    otherMissing: ['vpc'],
  });
});

test('lookups of other plugins are not ours', () => {
  writeManifest({ missing: [{ key: 'x', provider: 'plugin', props: { pluginName: 'other' } }] });
  expect(readAssembly(folder)).toMatchObject({ requests: new Map(), uses: new Map(), missing: [], otherMissing: ['x'] });
});

test('pins are found in nested assemblies and in metadata files', () => {
  const pin = ecrRequest('app', 'v1');
  mkdirSync(join(folder, 'assembly-Prod'));
  writeManifest({ artifacts: { Prod: nested('assembly-Prod') } });
  writeManifest({ artifacts: { Stack: stack({ displayName: 'Prod/Stack', additionalMetadataFile: 'Stack.metadata.json' }) } }, 'assembly-Prod');
  write('assembly-Prod/Stack.metadata.json', { '/Stack': [{ type: 'cdk-secure-repository:pin', data: JSON.stringify(pin) }, { type: 'aws:cdk:logicalId' }] });
  expect(readAssembly(folder)).toMatchObject({ requests: new Map([[pin.key, pin]]), uses: new Map([[pin.key, [{ path: 'Stack', stack: 'Prod/Stack' }]]]) });
});

test('what several constructs ask of one image stands together', () => {
  writeAssembly(folder, {
    missing: [ecrRequest('app', 'v1')],
    locked: [ecrRequest('app', 'v1', { requirePlatforms: ['linux/arm64', 'linux/amd64'] }), ecrRequest('app', 'v1', { requirePlatforms: ['linux/amd64'], lookupRoleArn: 'role' })],
  });
  expect([...readAssembly(folder)!.requests.values()]).toEqual([
    ecrRequest('app', 'v1', { requirePlatforms: ['linux/amd64', 'linux/arm64'], lookupRoleArn: 'role' }),
  ]);
});

describe('what STS is to be told with a lookup role', () => {
  const role = (name: string) => `arn:\${AWS::Partition}:iam::123456789012:role/${name}`;
  const options = { lookupRoleExternalId: 'id', assumeRoleAdditionalOptions: { Tags: [{ Key: 'team', Value: 'shop' }] } };
  const inStack = { arn: role('own'), assumeRoleExternalId: 'id', assumeRoleAdditionalOptions: options.assumeRoleAdditionalOptions };

  test('comes from the stacks, whichever of them asks', () => {
    const [own, other, none] = [role('own'), role('other'), undefined].map((lookupRoleArn, index) => ecrRequest('app', `v${index}`, { lookupRoleArn }));
    writeAssembly(folder, { locked: [own, other], missing: [none], lookupRole: inStack });
    expect([...readAssembly(folder)!.requests.values()]).toEqual([none, { ...own, ...options }, other]);
  });

  test('comes from any stack that has it', () => {
    mkdirSync(join(folder, 'nested'));
    const stackWith = (lookupRole: object) => stack({ properties: { lookupRole } });
    writeManifest({ artifacts: { None: stackWith({}), Without: stackWith({ arn: role('own') }), Nested: nested('nested') } });
    writeAssembly(join(folder, 'nested'), { lookupRole: inStack });
    const asked = { lookupRoleArn: 'arn:aws:iam::123456789012:role/own' };
    expect(readAssembly(folder)!.lookupRoles.complete(asked)).toEqual({ ...asked, ...options });
  });

  test('is taken as the request has it', () => {
    const asked = ecrRequest('app', 'v1', { lookupRoleArn: role('own'), lookupRoleExternalId: 'own' });
    writeAssembly(folder, { missing: [asked], lookupRole: inStack });
    expect(readAssembly(folder)!.requests.get(asked.key)).toEqual({ ...options, ...asked });
  });
});

test('a manifest that is not JSON is an error', () => {
  writeFileSync(join(folder, 'manifest.json'), '{');
  expect(() => readAssembly(folder)).toThrow(/manifest\.json is not JSON; expected the output of cdk synth, run it again/);
});

test('a manifest that cannot be read is an error', () => {
  mkdirSync(join(folder, 'manifest.json'));
  expect(() => readAssembly(folder)).toThrow('EISDIR');
});

test.each([
  { key: 'image-digest:x' }, undefined, 5, '{', '{}', 'null', '[{}]', '{"key":5}', '{"key":"image-digest:v2:x"}', '{"image":"x"}',
])('a pin that is written as %j, by another release, is an error', data => {
  writeManifest({ artifacts: { Stack: stack({ metadata: { '/Stack': [{ type: 'cdk-secure-repository:pin', data }] } }) } });
  expect(() => readAssembly(folder)).toThrow(`${folder} has pins in a form that this release of cdk-secure-repository does not know; run cdk synth again, with the same release`);
});

test.each(['x', 'image-digest:v2:x', '__proto__'])('a pin that is asked for by the key %s, by another release, is an error', key => {
  writeManifest({ missing: [{ key, provider: 'plugin', props: { pluginName: 'cdk-secure-repository' } }] });
  expect(() => readAssembly(folder)).toThrow(`${folder} has pins in a form that this release of cdk-secure-repository does not know; run cdk synth again, with the same release`);
});

describe('an assembly that is not complete is an error', () => {
  const isNotComplete = (problem: string) => expect(() => readAssembly(folder)).toThrow(new Error(`${folder} is not complete: ${problem}; run cdk synth again`));

  test.each([
    {}, [], 5, null, 'text', { version: 48 }, { artifacts: {} },
  ])('a manifest of %j', manifest => {
    write('manifest.json', manifest);
    isNotComplete('manifest.json is not the manifest of a cloud assembly');
    mkdirSync(join(folder, 'nested'));
    write('nested/manifest.json', manifest);
    writeManifest({ artifacts: { Nested: nested('nested') } });
    isNotComplete(`${join('nested', 'manifest.json')} is not the manifest of a cloud assembly`);
  });

  test.each([
    null, {}, 'x', [null], [{ provider: 'plugin', props: {} }], [{ key: 'x', props: {} }], [{ key: 'x', provider: 'plugin' }],
    [{ key: 'x', provider: 'plugin', props: [] }],
  ])('missing context that is %j', missing => {
    writeManifest({ missing });
    isNotComplete('what is missing in manifest.json is of an unknown form');
  });

  test.each([null, [], 'x'])('artifacts that are %j', artifacts => {
    writeManifest({ artifacts });
    isNotComplete('the artifacts in manifest.json are of an unknown form');
  });

  const NO_METADATA = [null, [], 5, { '/A': {} }, { '/A': null }, { '/A': [null] }, { '/A': ['x'] }, { '/A': [{ data: 'x' }] }];

  test.each([
    null, [], 'x', {}, { type: 5 }, stack({ properties: null }), stack({ properties: [] }),
    ...[null, 'arn', { arn: 5 }].map(lookupRole => stack({ properties: { lookupRole } })), ...NO_METADATA.map(metadata => stack({ metadata })),
  ])('an artifact that is %j', artifact => {
    writeManifest({ artifacts: { A: artifact } });
    isNotComplete("artifact 'A' in manifest.json is of an unknown form");
  });

  test.each(NO_METADATA)('a metadata file of %j', metadata => {
    writeManifest({ artifacts: { A: stack({ additionalMetadataFile: 'A.metadata.json' }) } });
    write('A.metadata.json', metadata);
    isNotComplete('the metadata in A.metadata.json are of an unknown form');
  });

  test('without a file or folder that a manifest names', () => {
    writeManifest({ artifacts: { A: stack({ additionalMetadataFile: 'A.metadata.json' }) } });
    isNotComplete('there is no file A.metadata.json');
    mkdirSync(join(folder, 'A.metadata.json'));
    isNotComplete('there is no file A.metadata.json');
    writeManifest({ artifacts: { A: nested('nested') } });
    isNotComplete(`there is no file ${join('nested', 'manifest.json')}`);
    write('nested', {});
    isNotComplete(`there is no file ${join('nested', 'manifest.json')}`);
    rmSync(join(folder, 'nested'));
    mkdirSync(join(folder, 'nested'));
    isNotComplete(`there is no file ${join('nested', 'manifest.json')}`);
    writeManifest({ artifacts: { A: stack({ additionalMetadataFile: 'A.metadata.json' }) } }, 'nested');
    isNotComplete(`there is no file ${join('nested', 'A.metadata.json')}`);
  });

  test.each([undefined, null, 5, '', '.', './', '..', '../x', 'x/..', 'x/../..'])('with the name %j', name => {
    const problem = `artifact 'A' in manifest.json names ${JSON.stringify(name)}, which is nothing in its folder`;
    writeManifest({ artifacts: { A: nested(name) } });
    isNotComplete(problem);
    if (name !== undefined) {
      writeManifest({ artifacts: { A: stack({ additionalMetadataFile: name }) } });
      isNotComplete(problem);
    }
  });

  test('with an assembly that is in it twice', () => {
    mkdirSync(join(folder, 'nested'));
    writeManifest({}, 'nested');
    writeManifest({ artifacts: { A: nested('nested'), B: nested('nested') } });
    isNotComplete('nested is an assembly that was read before');
  });

  test('with an assembly that is within itself', () => {
    symlinkSync(folder, join(folder, 'loop'), 'junction');
    writeManifest({ artifacts: { A: nested('loop') } });
    isNotComplete('loop is an assembly that was read before');
  });
});
