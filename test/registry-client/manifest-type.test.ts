import { isAmbiguous, manifestType, MEDIA_TYPES } from '../../src/registry-client/manifest-type';

const OCI_INDEX = 'application/vnd.oci.image.index.v1+json';
const OCI_MANIFEST = 'application/vnd.oci.image.manifest.v1+json';
const DOCKER_LIST = 'application/vnd.docker.distribution.manifest.list.v2+json';
const DOCKER_MANIFEST = 'application/vnd.docker.distribution.manifest.v2+json';
const DOCKER_SCHEMA_1 = 'application/vnd.docker.distribution.manifest.v1+json';

const index = { schemaVersion: 2, manifests: [] };
const image = { schemaVersion: 2, config: {}, layers: [] };

test.each([
  ['an index', index, undefined, OCI_INDEX],
  ['an image', image, undefined, OCI_MANIFEST],
  ['an index', index, DOCKER_LIST, DOCKER_LIST],
  ['an image', image, DOCKER_MANIFEST, DOCKER_MANIFEST],
  ['an index that says so', { ...index, mediaType: DOCKER_LIST }, undefined, DOCKER_LIST],
  ['an image that says so', { ...image, mediaType: DOCKER_MANIFEST }, DOCKER_MANIFEST, DOCKER_MANIFEST],
  ['an image with an empty type', { ...image, mediaType: '' }, undefined, OCI_MANIFEST],
  ['an image with no manifests', { ...image, manifests: null }, undefined, OCI_MANIFEST],
])('%s %j, answered as %s, is %s', (_, content, stated, type) => {
  expect(manifestType(JSON.stringify(content), stated)).toBe(type);
});

test.each([
  ['an index and an image', { ...index, ...image }, undefined],
  ['an index and an image', { ...index, ...image, mediaType: OCI_INDEX }, OCI_INDEX],
  ['an index with layers', { ...index, layers: [] }, undefined],
  ['an index with a config', { ...index, config: {} }, undefined],
  ['an index with the layers of schema 1', { ...index, fsLayers: [] }, undefined],
  ['an image with manifests that are no list', { ...image, manifests: {} }, undefined],
  ['an image that says it is an index', { ...image, mediaType: OCI_INDEX }, undefined],
  ['an index that says it is an image', { ...index, mediaType: OCI_MANIFEST }, undefined],
  ['an image answered as an index', image, OCI_INDEX],
  ['an image of OCI answered as one of Docker', { ...image, mediaType: OCI_MANIFEST }, DOCKER_MANIFEST],
  ['schema 1', { schemaVersion: 1, fsLayers: [] }, undefined],
  ['schema 1 that says so', { ...image, mediaType: DOCKER_SCHEMA_1 }, undefined],
  ['a type that is no text', { ...image, mediaType: [OCI_MANIFEST] }, undefined],
  ['no schema', { manifests: [] }, undefined],
  ['layers without config', { schemaVersion: 2, layers: [] }, undefined],
  ['nothing', {}, undefined],
])('%s %j, answered as %s, is nothing to rely on', (_, content, stated) => {
  expect(manifestType(JSON.stringify(content), stated)).toBeUndefined();
});

test.each(['', 'null', '[]', '"text"', '<html>', `\uFEFF${JSON.stringify(image)}`])('%j is no manifest', content => {
  expect(manifestType(content, OCI_MANIFEST)).toBeUndefined();
});

test.each([OCI_INDEX, DOCKER_LIST, OCI_MANIFEST, DOCKER_MANIFEST])('registries are told that we take %s', type => {
  expect(MEDIA_TYPES).toContain(type);
});

test.each([
  { schemaVersion: 2, manifests: [], Manifests: [] },
  { schemaVersion: 2, manifests: [], Config: {}, Layers: [] },
  { schemaVersion: 2, manifests: [{ digest: 'a', Digest: 'b' }] },
  { schemaVersion: 2, manifests: [{ digest: 'a', artifactType: 'b', ArtifactType: 'c' }] },
  { schemaVersion: 2, config: { digest: 'a', Digest: 'b' }, layers: [] },
  { schemaVersion: 2, manifests: [{ digest: 'a', platform: { os: 'linux', OS: 'windows' } }] },
  { schemaVersion: 2, manifests: [], manifeſts: [{ digest: 'a' }] },
  { schemaVersion: 2, manifests: [{ digest: 'a', platform: { os: 'unknown', oſ: 'linux' } }] },
])('what Go reads otherwise is ambiguous: %j', manifest => {
  expect(isAmbiguous(manifest)).toBe(true);
  expect(manifestType(JSON.stringify(manifest), undefined)).toBeUndefined();
});

test('names of other members are of no concern', () => {
  expect(isAmbiguous({ schemaVersion: 2, manifests: [{ digest: 'a', platform: { 'os': 'linux', 'os.version': '1' }, annotations: { Digest: 'x' } }, null], Annotations: {} } as object)).toBe(false);
});
