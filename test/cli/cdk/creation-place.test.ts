import { creationPlace, MetadataEntry } from '../../../src/cli/cdk/creation-place';

const PIN = { type: 'cdk-secure-repository:pin' };
const created = (...data: string[]): MetadataEntry => ({ type: 'aws:cdk:creationStack', data });

test('a trace of the entry itself comes first', () => {
  const entry = { ...PIN, trace: ['LockedTag.digestFor (/app/node_modules/cdk-secure-repository/lib/x.js:1:2)', 'new Service (/app/lib/service.ts:12:5)', '/app/bin/app.ts:3:1'] };
  expect(creationPlace('/Stack/Task/web', entry, { '/Stack/Task/Resource': [created('/app/other.ts:1:1')] })).toBe('/app/lib/service.ts:12');
});

test.each([
  ['the resource that the construct is', '/Stack/Pin', '/Stack/Pin'],
  ['the resource within the construct', '/Stack/Pin', '/Stack/Pin/Resource'],
  ['the resource that the construct is a part of', '/Stack/Task/web/image', '/Stack/Task/Resource'],
])('%s has a trace', (_, path, resource) => {
  const metadata = { [path]: [PIN], [resource]: [PIN, created('...new TaskDefinition in aws-cdk-lib...', 'Object.<anonymous> (/app/bin/app.ts:7:3)')] };
  expect(creationPlace(path, PIN, metadata)).toBe('/app/bin/app.ts:7');
});

test.each([
  ['/app/a.ts:1:2', '/app/a.ts:1'],
  ['Object.<anonymous> (file:///app/a b.ts:1:2)', '/app/a b.ts:1'],
  ['Object.<anonymous> (file:///app/a%20b.ts:1:2)', '/app/a b.ts:1'],
  ['async Promise.all (/home/me (old)/a.ts:12:3)', '/home/me (old)/a.ts:12'],
  ['/home/my (app)/a.ts:3:5', '/home/my (app)/a.ts:3'],
  ['C:\\my (app)\\a.ts:3:5', 'C:\\my (app)\\a.ts:3'],
  ['new X (/home/me/jsii-shop/a.ts:3:5)', '/home/me/jsii-shop/a.ts:3'],
])('the frame %j is at %j', (frame, place) => {
  expect(creationPlace('/Stack/Pin', { ...PIN, trace: [frame] }, {})).toBe(place);
});

test('older releases of the CDK have the trace at the logical id', () => {
  const metadata = { '/Stack/Pin/Resource': [{ type: 'aws:cdk:logicalId', data: 'Pin', trace: ['new Stack1 (C:\\app\\stack.ts:7:3)'] }] };
  expect(creationPlace('/Stack/Pin', PIN, metadata)).toBe('C:\\app\\stack.ts:7');
});

test('apps of other languages have their own frames after those of jsii', () => {
  const metadata = { '/Stack/Pin': [created('Kernel.create (/tmp/jsii-kernel-x/kernel.js:1:1)', '/usr/lib/python3/site-packages/jsii/_embedded/jsii/lib/program.js:2:3', '__init__ (/app/app.py:9)')] };
  expect(creationPlace('/Stack/Pin', PIN, metadata)).toBe('/app/app.py:9');
});

test.each<[MetadataEntry[]]>([[[]], [[created()]], [[created('node:internal/main:1:2', '(no user code in 10 frames)')]], [[{ type: 'aws:cdk:creationStack', data: 5 }]]])(
  'without a frame of the app there is no place: %j', entries => {
    expect(creationPlace('/Stack/Pin', PIN, { '/Stack/Pin': entries })).toBeUndefined();
  });
