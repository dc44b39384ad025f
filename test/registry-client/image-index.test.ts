import { platformsIn, provesSociIndex, readIndex, requirePlatforms, runnableImages, selectPlatform } from '../../src/registry-client/image-index';
import { Reason } from '../../src/registry-client/resolution-error';

const digest = (character: string) => `sha256:${character.repeat(64)}`;

const OCI_INDEX = 'application/vnd.oci.image.index.v1+json';
const SOCI_INDEX = 'application/vnd.amazon.soci.index.v2+json';

function index(...platforms: (string | undefined)[]): string {
  return JSON.stringify({
    mediaType: OCI_INDEX,
    manifests: platforms.map((platform, i) => {
      const [os, architecture, variant] = platform?.split('/') ?? [];
      return { digest: digest(String(i)), ...(platform && { platform: { os, architecture, variant } }) };
    }),
  });
}

const select = (manifest: string, wanted: string) => selectPlatform(readIndex(manifest, "'api:v1'"), wanted, "'api:v1'").digest;

test('an index lists its platforms without attestations and without what has none', () => {
  expect(readIndex(index('linux/amd64', 'unknown/unknown', 'linux/arm/v7', undefined, 'linux/unknown', 'unknown/amd64'), 'x')).toEqual([
    { digest: digest('0'), platform: 'linux/amd64' },
    { digest: digest('2'), platform: 'linux/arm/v7' },
  ]);
});

test('an index has one image for a platform for which it has a SOCI index, too', () => {
  const platform = { os: 'linux', architecture: 'amd64' };
  const manifest = JSON.stringify({ mediaType: OCI_INDEX, manifests: [{ digest: digest('a'), platform }, { digest: digest('b'), artifactType: SOCI_INDEX, platform }] });
  expect(select(manifest, 'linux/amd64')).toBe(digest('a'));
});

test('a Docker manifest list and an index without media type are read too', () => {
  const manifests = [{ digest: digest('a'), platform: { os: 'linux', architecture: 'amd64' } }];
  expect(readIndex(JSON.stringify({ mediaType: 'application/vnd.docker.distribution.manifest.list.v2+json', manifests }), 'x')).toHaveLength(1);
  expect(readIndex(JSON.stringify({ manifests }), 'x')).toHaveLength(1);
});

test('a single image is no index', () => {
  const manifest = JSON.stringify({ mediaType: 'application/vnd.oci.image.manifest.v1+json', layers: [] });
  expect(() => readIndex(manifest, "'api:v1'")).toThrow(/^'api:v1' is a single image \(application\/vnd.oci.image.manifest.v1\+json\), not an index of platforms$/);
});

test('a single image need not say what it is', () => {
  expect(() => readIndex(JSON.stringify({ layers: [] }), "'api:v1'")).toThrow(/^'api:v1' is a single image, not an index/);
});

test.each(['config', 'layers', 'fsLayers'])('an index that has %s too is an error, whatever it says it is', member => {
  const both = JSON.stringify({ ...JSON.parse(index('linux/amd64')), [member]: [] });
  expect(() => readIndex(both, "'api:v1'")).toThrow(expect.objectContaining({
    reason: 'unreadable-image', message: "the manifest of 'api:v1' is one image to some clients and another to others, by members that stand in each other's place",
  }));
});

test('what is not JSON is an error about the image', () => {
  expect(() => readIndex('<html>', "'api:v1'")).toThrow("the manifest of 'api:v1' is not JSON");
});

test('something else with manifests is no index', () => {
  expect(() => readIndex(JSON.stringify({ mediaType: 'application/json', manifests: [] }), 'x')).toThrow(/not an index/);
});

test.each(['null', '"text"', '[]', '{"manifests":null}'])('%s is no index', manifest => {
  expect(() => readIndex(manifest, 'x')).toThrow(/^x is a single image, not an index/);
});

test('children that are no images are left out', () => {
  expect(readIndex(JSON.stringify({ manifests: [null, {}, { platform: null }, { platform: { os: 'linux' } }] }), 'x')).toEqual([]);
});

test.each(['sha256:zz', undefined])('a child with digest %s is an error', wrong => {
  const manifests = [{ digest: wrong, platform: { os: 'linux', architecture: 'amd64' } }];
  expect(() => readIndex(JSON.stringify({ manifests }), "'api:v1'")).toThrow(`the index of 'api:v1' is malformed: '${wrong}' is not an image digest`);
});

describe('a platform is selected', () => {
  test.each([
    ['linux/arm64', ['linux/amd64', 'linux/arm64'], '1'],
    ['linux/arm64', ['linux/amd64', 'linux/arm64/v8'], '1'],
    ['linux/arm64/v8', ['linux/arm64', 'linux/amd64'], '0'],
    ['linux/arm', ['linux/arm/v7', 'linux/arm64'], '0'],
    ['linux/arm/v6', ['linux/arm/v7', 'linux/arm/v6'], '1'],
    ['linux/amd64', ['linux/amd64/v2', 'linux/amd64'], '1'],
    ['windows/amd64', ['linux/amd64', 'windows/amd64', 'unknown/unknown'], '1'],
  ])('%s of %j', (wanted, platforms, expected) => {
    expect(select(index(...platforms), wanted)).toBe(digest(expected));
  });

  test('none that match are an error with what there is', () => {
    expect(() => select(index('linux/amd64', 'linux/arm/v7', 'unknown/unknown'), 'linux/arm64')).toThrow(
      `'api:v1' has no image for platform linux/arm64, it has linux/amd64 (${digest('0')}), linux/arm/v7 (${digest('1')})`);
  });

  test('an attestation is never selected', () => {
    expect(() => select(index('unknown/unknown'), 'unknown/unknown')).toThrow(/no image for platform unknown\/unknown, it has none$/);
  });

  test('a variant that is not there is an error', () => {
    expect(() => select(index('linux/arm/v7'), 'linux/arm/v6')).toThrow(/no image for platform linux\/arm\/v6/);
    expect(() => select(index('linux/arm'), 'linux/arm/v6')).toThrow(/no image for platform linux\/arm\/v6/);
    expect(() => select(index('linux/arm64/v9'), 'linux/arm64/v8')).toThrow(/no image for platform linux\/arm64\/v8/);
  });

  test('several that match are an error with the candidates', () => {
    expect(() => select(index('linux/arm/v6', 'linux/arm/v7', 'linux/amd64'), 'linux/arm')).toThrow(
      `'api:v1' has 2 images for platform linux/arm: linux/arm/v6 (${digest('0')}), linux/arm/v7 (${digest('1')})`);
  });
});

test.each([{ os: ['linux'], architecture: 'arm64' }, { os: 'linux', architecture: 64 }, { os: 'linux', architecture: 'arm64', variant: {} }])(
  '%j is no platform', platform => {
    expect(readIndex(JSON.stringify({ manifests: [{ digest: digest('a'), platform }] }), 'x')).toEqual([]);
  });

test('an empty variant is none', () => {
  const child = { digest: digest('a'), platform: { os: 'linux', architecture: 'arm64', variant: '' } };
  expect(readIndex(JSON.stringify({ manifests: [child] }), 'x')).toMatchObject([{ platform: 'linux/arm64' }]);
});

test('a media type that is no text is none', () => {
  const child = { digest: digest('a'), mediaType: ['x'], platform: { os: 'linux', architecture: 'arm64' } };
  expect(readIndex(JSON.stringify({ manifests: [child] }), 'x')).toEqual([{ digest: digest('a'), mediaType: undefined, platform: 'linux/arm64' }]);
});

test('an image that is listed twice is one image', () => {
  const twice = { digest: digest('a'), platform: { os: 'linux', architecture: 'amd64' } };
  expect(select(JSON.stringify({ manifests: [twice, twice] }), 'linux/amd64')).toBe(digest('a'));
});

test('required platforms have to be there, each', () => {
  const images = readIndex(index('linux/amd64', 'linux/arm64/v8'), 'x');
  requirePlatforms(images, ['linux/amd64', 'linux/arm64'], "'api:v1'");
  expect(() => requirePlatforms(images, ['linux/amd64', 'linux/s390x', 'linux/arm/v7'], "'api:v1'"))
    .toThrow(/^'api:v1' has no image for required platform linux\/s390x, linux\/arm\/v7, it has linux\/amd64 .*linux\/arm64\/v8/);
});

test.each([
  ['what is not JSON', () => readIndex('<html>', 'x')],
  ['a single image', () => readIndex('{}', 'x')],
  ['a child without digest', () => readIndex(JSON.stringify({ manifests: [{ platform: { os: 'linux', architecture: 'amd64' } }] }), 'x')],
  ['a platform that is not there', () => selectPlatform([], 'linux/amd64', 'x')],
  ['a required platform that is not there', () => requirePlatforms([], ['linux/amd64'], 'x')],
])('time does not mend %s', (_, read) => {
  expect(read).toThrow(expect.objectContaining({ kind: 'final' }));
});

test.each<[Reason, () => unknown]>([
  ['platform-not-found', () => select(index('linux/amd64'), 'linux/arm64')],
  ['ambiguous-platform', () => select(index('linux/arm/v6', 'linux/arm/v7'), 'linux/arm')],
])('%s is told apart', (reason, read) => {
  expect(read).toThrow(expect.objectContaining({ reason }));
});

describe('what a registry writes of its own', () => {
  const children = (platforms: object[]) => JSON.stringify({ manifests: platforms.map(platform => ({ digest: digest('a'), platform })) });
  const many = Array.from({ length: 30 }, (_, i) => ({ os: 'linux', architecture: `a${i}` }));
  const strange = [{ os: 'li\u202enux', architecture: 'amd64' }, { os: 'token-'.repeat(2_000), architecture: 'x' }, { os: 'linux', architecture: 'a'.repeat(100) }];

  test('is listed as far as it is a platform, and not on and on', () => {
    const message = `'api:v1' has no image for platform linux/arm64, it has ${many.slice(0, 10).map(({ architecture }) => `linux/${architecture} (${digest('a')})`).join(', ')}`;
    expect(() => select(children(many), 'linux/arm64')).toThrow(new Error(`${message}, 20 more`));
    expect(() => select(children([...strange, ...many]), 'linux/arm64')).toThrow(new Error(`${message}, 20 more, 3 malformed`));
    expect(() => requirePlatforms(readIndex(children(strange), 'x'), ['linux/arm64'], "'api:v1'"))
      .toThrow(new Error("'api:v1' has no image for required platform linux/arm64, it has 3 malformed"));
  });

  test('is recorded once, and as far as it is a platform', () => {
    expect(platformsIn(readIndex(children([...strange, many[1], many[0], many[1]]), 'x'))).toEqual(['linux/a0', 'linux/a1']);
  });

  test.each(['token-'.repeat(2_000), 'text', 'a/b\n', '\u202e/x', `a/${'b'.repeat(200)}`, { a: 1 }, 7])('is not repeated as a media type: %j', mediaType => {
    expect(() => readIndex(JSON.stringify({ mediaType, layers: [] }), "'api:v1'")).toThrow(new Error("'api:v1' is a single image, not an index of platforms"));
    const child = { digest: digest('a'), mediaType, platform: { os: 'linux', architecture: 'arm64' } };
    expect(readIndex(JSON.stringify({ manifests: [child] }), 'x')).toEqual([{ digest: digest('a'), mediaType: undefined, platform: 'linux/arm64' }]);
  });

  test('is cut where it stands for a digest', () => {
    const child = { digest: 'token-'.repeat(2_000), platform: { os: 'linux', architecture: 'arm64' } };
    expect(() => readIndex(JSON.stringify({ manifests: [child] }), 'x')).toThrow(
      new Error(`the index of x is malformed: '${'token-'.repeat(2_000).slice(0, 100)}…' is not an image digest`));
  });
});

describe('what a runtime may run', () => {
  const DEPLOYED = digest('f');
  const runnable = (manifest: string, wanted: string[] = []) => runnableImages(manifest, DEPLOYED, wanted, "'api@…'");
  const digests = (manifest: string, wanted?: string[]) => runnable(manifest, wanted).map(image => image.digest);
  const children = (...manifests: unknown[]) => JSON.stringify({ mediaType: OCI_INDEX, manifests });

  test.each([{ config: {}, layers: [] }, { config: {}, layers: [], manifests: null }, { fsLayers: [] }])('is a single image itself, whatever platforms are named: %j', manifest => {
    expect(runnable(JSON.stringify(manifest))).toEqual([{ digest: DEPLOYED, platforms: [] }]);
    expect(runnable(JSON.stringify(manifest), ['linux/arm64'])).toEqual([{ digest: DEPLOYED, platforms: [] }]);
  });

  test('is each image of an index, also without a platform, but no attestation', () => {
    expect(runnable(index('linux/amd64', 'unknown/unknown', 'linux/arm/v7', undefined, 'linux/unknown', 'unknown/amd64'))).toEqual([
      { digest: digest('0'), platforms: ['linux/amd64'] },
      { digest: digest('2'), platforms: ['linux/arm/v7'] },
      { digest: digest('3'), platforms: [] },
      { digest: digest('4'), platforms: [] },
      { digest: digest('5'), platforms: [] },
    ]);
  });

  test('is an image once that stands there for several platforms', () => {
    const image = (architecture: string) => ({ digest: digest('a'), platform: { os: 'linux', architecture } });
    expect(runnable(children(image('arm64'), image('amd64')))).toEqual([{ digest: digest('a'), platforms: ['linux/amd64', 'linux/arm64'] }]);
  });

  test('is also an image that stands there as an attestation and as an image', () => {
    expect(digests(children({ digest: digest('a'), platform: { os: 'unknown', architecture: 'unknown' } }, { digest: digest('a') }))).toEqual([digest('a')]);
  });

  test('is what the index calls a SOCI index as far as the index goes, where it is nothing else in it', () => {
    const platform = { os: 'linux', architecture: 'amd64' };
    const entry = (character: string, artifactType?: string) => ({ digest: digest(character), artifactType, platform });
    const manifest = children(entry('a'), entry('b', SOCI_INDEX), entry('c', SOCI_INDEX), entry('c'), entry('d', 'application/spdx+json'));
    expect(runnable(manifest).map(({ digest: found, isSociIndex }) => [found[7], isSociIndex])).toEqual([
      ['a', undefined], ['b', true], ['c', undefined], ['d', undefined],
    ]);
    expect(() => runnable(children(entry('b', SOCI_INDEX)), ['linux/amd64'])).toThrow("'api@…' has no image for required platform linux/amd64, it has none");
  });

  test('is not what is a SOCI index by its own manifest', () => {
    const config = { mediaType: SOCI_INDEX, digest: 'sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a' };
    const proves = (manifest: object) => provesSociIndex(JSON.stringify(manifest), 'x');
    expect(proves({ config, layers: [] })).toBe(true);
    expect(proves({ config: { ...config, digest: digest('a') }, layers: [] })).toBe(false);
    expect(proves({ config: { ...config, mediaType: 'application/vnd.oci.image.config.v1+json' }, layers: [] })).toBe(false);
    expect(proves({ artifactType: SOCI_INDEX, layers: [] })).toBe(false);
    expect(() => proves({ config: { ...config, Digest: digest('a') }, layers: [] })).toThrow(/one image to some clients and another to others/);
  });

  test.each<[string[], string[], string]>([
    [['linux/amd64', 'linux/arm64', 'windows/amd64'], ['linux/amd64'], '0'],
    [['linux/amd64', 'linux/arm64', 'windows/amd64'], ['linux/amd64', 'linux/arm64'], '01'],
    [['linux/arm64', 'linux/arm64/v8', 'linux/arm64/v9'], ['linux/arm64/v8'], '012'],
    [['linux/arm64', 'linux/arm64/v9'], ['linux/arm64'], '01'],
    [['linux/arm/v6', 'linux/arm/v7', 'linux/arm'], ['linux/arm/v7'], '12'],
    [['linux/arm/7', 'linux/arm/v7'], ['linux/arm/v7'], '01'],
    [['linux/amd64', 'linux/x86_64', 'Linux/AMD64', 'linux/386'], ['linux/amd64'], '012'],
    [['linux/amd64', 'linux/amd64/v3'], ['linux/amd64'], '01'],
    [['linux/amd64', 'linux/arm64/v8/x'], ['linux/amd64'], '0'],
  ])('is of %j for %j each one that may be taken for it', (platforms, wanted, expected) => {
    expect(digests(index(...platforms), wanted).map(found => found[7]).join('')).toBe(expected);
  });

  test('is an image without platform for any platform', () => {
    expect(digests(index('linux/amd64', undefined, 'linux/arm64'), ['linux/arm64'])).toEqual([digest('1'), digest('2')]);
  });

  test('has to be there for each platform that is named', () => {
    expect(() => runnable(index('linux/amd64', undefined), ['linux/amd64', 'linux/arm64'])).toThrow(expect.objectContaining({
      reason: 'platform-not-found', message: `'api@…' has no image for required platform linux/arm64, it has linux/amd64 (${digest('0')}), 1 malformed`,
    }));
  });

  test.each<[string, unknown, string]>([
    ['another index', { mediaType: OCI_INDEX, digest: digest('a') }, `the index of 'api@…' holds another index, ${digest('a')}`],
    ['a child without digest', { platform: { os: 'linux', architecture: 'amd64' } }, "the index of 'api@…' is malformed: 'undefined' is not an image digest"],
    ['a child that is null', null, "the index of 'api@…' is malformed: 'undefined' is not an image digest"],
    ['a child that is text', 'text', "the index of 'api@…' is malformed: 'undefined' is not an image digest"],
  ])('is not known with %s', (_, child, message) => {
    expect(() => runnable(children({ digest: digest('b') }, child))).toThrow(expect.objectContaining({ reason: 'unreadable-image', message }));
  });

  test.each([children(), index('unknown/unknown')])('is nothing in an index without images: %s', manifest => {
    expect(() => runnable(manifest)).toThrow("the index of 'api@…' holds no image");
  });

  test.each([
    { mediaType: OCI_INDEX }, { mediaType: OCI_INDEX, manifests: null }, { manifests: 'text' }, { mediaType: 'application/vnd.oci.image.manifest.v1+json', manifests: [] },
  ])('is not known of %j', manifest => {
    expect(() => runnable(JSON.stringify(manifest))).toThrow(expect.objectContaining({ reason: 'unreadable-image', message: "the manifest of 'api@…' is neither an index nor an image" }));
  });

  test('is not known of what is two things at once, or no JSON', () => {
    expect(() => runnable(JSON.stringify({ manifests: [{ digest: digest('a') }], layers: [] }))).toThrow(/one image to some clients and another to others/);
    expect(() => runnable('<html>')).toThrow("the manifest of 'api@…' is not JSON");
  });
});
