import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
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

test('a folder without an assembly has none', () => {
  expect(readAssembly(folder)).toBeUndefined();
  expect(readAssembly(join(folder, 'none'))).toBeUndefined();
});

test('an assembly without artifacts asks for nothing', () => {
  write('manifest.json', {});
  expect(readAssembly(folder)).toMatchObject({ requests: new Map(), uses: new Map(), missing: [], otherMissing: [] });
});

test('pins are found whether they are locked or not', () => {
  const [one, two] = [ecrRequest('app', 'v1', { lookupRoleArn: 'role' }), ecrRequest('app', 'v2', { requirePlatforms: ['linux/amd64'] })];
  writeAssembly(folder, { locked: [{ ...one, digest: 'sha256:1' }], missing: [two], otherMissing: ['vpc'] });
  expect(readAssembly(folder)).toMatchObject({
    requests: new Map([[two.key, two], [one.key, one]]),
    uses: new Map([[one.key, [{ path: 'Stack/Pins', digest: 'sha256:1' }]], [two.key, [{ path: 'Stack/Pins' }]]]),
    missing: [two.key],
    otherMissing: ['vpc'],
  });
});

test('lookups of other plugins are not ours', () => {
  write('manifest.json', { missing: [{ key: 'x', provider: 'plugin', props: { pluginName: 'other' } }] });
  expect(readAssembly(folder)).toMatchObject({ requests: new Map(), uses: new Map(), missing: [], otherMissing: ['x'] });
});

test('pins are found in nested assemblies and in metadata files', () => {
  const pin = ecrRequest('app', 'v1');
  mkdirSync(join(folder, 'assembly-Prod'));
  write('manifest.json', { artifacts: { Prod: { type: 'cdk:cloud-assembly', properties: { directoryName: 'assembly-Prod' } } } });
  write('assembly-Prod/manifest.json', {
    artifacts: {
      Stack: { type: 'aws:cloudformation:stack', additionalMetadataFile: 'Stack.metadata.json' },
      Gone: { type: 'aws:cloudformation:stack', additionalMetadataFile: 'Gone.metadata.json' },
    },
  });
  write('assembly-Prod/Stack.metadata.json', { '/Stack': [{ type: 'cdk-secure-repository:pin', data: JSON.stringify(pin) }, { type: 'aws:cdk:logicalId' }] });
  expect(readAssembly(folder)?.requests).toEqual(new Map([[pin.key, pin]]));
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
    const stack = (lookupRole: object) => ({ type: 'aws:cloudformation:stack', properties: { lookupRole } });
    const nested = { type: 'cdk:cloud-assembly', properties: { directoryName: 'nested' } };
    write('manifest.json', { artifacts: { None: stack({}), Without: stack({ arn: role('own') }), nested } });
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
  writeFileSync(join(folder, 'manifest.json'), JSON.stringify({
    artifacts: { Stack: { type: 'aws:cloudformation:stack', metadata: { '/Stack': [{ type: 'cdk-secure-repository:pin', data }] } } },
  }));
  expect(() => readAssembly(folder)).toThrow(`${folder} has pins in a form that this release of cdk-secure-repository does not know; run cdk synth again, with the same release`);
});
