import { IncomingMessage, ServerResponse } from 'node:http';
import * as fc from 'fast-check';
import { Fake, Fakes } from './fakes';
import { digestProblem } from '../../src/names/image-grammar';
import { digestOf } from '../../src/registry-client/manifest-digest';
import { MEDIA_TYPES } from '../../src/registry-client/manifest-type';
import { OciRegistry } from '../../src/registry-client/oci-registry';
import { outcomeOf, ResolutionError } from '../../src/registry-client/resolution-error';
import { resolveImage } from '../../src/registry-client/resolve-image';

/** Whatever a registry answers: there is the digest of what it has, or a failure that says so. */

const SCENARIOS = 10_000;

const [OCI_INDEX, DOCKER_LIST, OCI_MANIFEST, DOCKER_MANIFEST] = MEDIA_TYPES;
const PLATFORMS = ['linux/amd64', 'linux/arm64', 'linux/arm/v7'];
const OTHER = digestOf('something else');

/** What a registry says to one kind of request. */
interface Answer {
  readonly status: number;
  /** `own` is the one that suits the content. */
  readonly type: string | undefined;
  /** `undefined` is that of the content. */
  readonly digests: (string | undefined)[];
  readonly redirect: 'nowhere' | 'within' | 'elsewhere';
  /** How much of the content is left out, although the length of all is announced. */
  readonly lost: number;
}

interface Scenario {
  readonly content: Buffer;
  readonly head: Answer;
  readonly get: Answer;
  readonly platform: string | undefined;
  readonly requirePlatforms: string[] | undefined;
  readonly reference: 'tag' | 'its digest' | 'another digest';
}

const mostly = <T>(usual: T, ...others: T[]) =>
  fc.oneof({ weight: 9, arbitrary: fc.constant(usual) }, { weight: 1, arbitrary: fc.constantFrom(...others) });

const oddDigest = fc.constantFrom(
  OTHER, OTHER.toUpperCase(), `sha256:${'A'.repeat(64)}`, `sha512:${'0'.repeat(128)}`, `sha256:${'0'.repeat(63)}`, `sha256:${'é'.repeat(64)}`, '', 'null', ' ',
);
const childDigest = fc.oneof({ weight: 5, arbitrary: fc.integer({ min: 0, max: 4 }).map(seed => digestOf(`child ${seed}`)) }, { weight: 1, arbitrary: oddDigest });
const child = fc.record({
  mediaType: mostly<unknown>(OCI_MANIFEST, OCI_INDEX, 'text/html', 7, undefined),
  digest: childDigest,
  size: mostly<unknown>(7, -1, 1e300, '7', null),
  platform: mostly<unknown>(undefined, null, 'linux/amd64', { os: 'unknown', architecture: 'unknown' }, { os: 'linux' })
    .chain(odd => fc.oneof({ weight: 6, arbitrary: fc.constantFrom(...PLATFORMS).map(ociPlatform) }, { weight: 1, arbitrary: fc.constant(odd) })),
});
const document = fc.oneof(
  { weight: 6, arbitrary: fc.record({ mediaType: mostly<unknown>(OCI_INDEX, undefined, DOCKER_LIST, OCI_MANIFEST, 'a'), manifests: fc.array(child, { maxLength: 4 }) }) },
  { weight: 2, arbitrary: fc.record({ mediaType: mostly<unknown>(OCI_MANIFEST, undefined, DOCKER_MANIFEST, OCI_INDEX, ''), config: fc.constant({}), layers: fc.constant([]) }) },
  { weight: 1, arbitrary: fc.record({ manifests: fc.array(child, { maxLength: 2 }), layers: fc.constant([]), config: fc.constant({}) }) },
  { weight: 1, arbitrary: fc.constantFrom({ fsLayers: [] }, { manifests: {} }, {}) },
).chain(members => mostly<unknown>(2, 1, '2', undefined).map(schemaVersion => JSON.stringify({ schemaVersion, ...members })));
const text = fc.oneof(
  { weight: 8, arbitrary: document },
  { weight: 1, arbitrary: document.map(json => `\uFEFF${json}`) },
  { weight: 1, arbitrary: document.map(json => json.slice(0, -1)) },
  // Twice the same key.
  { weight: 1, arbitrary: fc.tuple(document, document).map(([one, other]) => `${one.slice(0, -1)},${other.slice(1)}`) },
  { weight: 1, arbitrary: fc.oneof(fc.json(), fc.string(), fc.constantFrom('', 'null', '[]', '<html>')) },
);

const answer: fc.Arbitrary<Answer> = fc.record({
  status: mostly(200, 204, 400, 403, 404, 405, 429, 500, 501, 503),
  type: mostly<string | undefined>('own', ...MEDIA_TYPES, undefined, 'application/json', 'text/html', '', `${OCI_INDEX}; charset=utf-8`, DOCKER_LIST.toUpperCase()),
  digests: fc.oneof<fc.Arbitrary<Answer['digests']>[]>(
    fc.constant([undefined]), fc.constant([undefined]), fc.array(fc.oneof(fc.constant(undefined), oddDigest), { maxLength: 2 }),
  ),
  redirect: mostly<Answer['redirect']>('nowhere', 'within', 'elsewhere'),
  lost: fc.oneof({ weight: 9, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.integer({ min: 1, max: 100 }) }),
});

const scenario: fc.Arbitrary<Scenario> = fc.record({
  content: text.map(content => Buffer.from(content)),
  head: answer,
  get: answer,
  platform: fc.option(fc.constantFrom(...PLATFORMS), { nil: undefined }),
  requirePlatforms: fc.option(fc.subarray(PLATFORMS), { nil: undefined, freq: 2 }),
  reference: mostly<Scenario['reference']>('tag', 'its digest', 'another digest'),
});

function ownType(content: Buffer): string {
  const [, stated] = /"mediaType":"(application[^"]+)","(?:manifests|config)"/.exec(content.toString()) ?? [];
  return stated ?? (content.includes('"manifests"') ? OCI_INDEX : OCI_MANIFEST);
}

function ociPlatform(platform: string) {
  const [os, architecture, variant] = platform.split('/');
  return { os, architecture, variant };
}

const fakes = new Fakes();
let [registry, elsewhere]: Fake[] = [];
let current: Scenario;

beforeEach(async () => {
  registry = await fakes.start(serve);
  elsewhere = await fakes.start(serve);
});

function serve({ method, url, headers: { host } }: IncomingMessage, response: ServerResponse): void {
  const { content } = current;
  const { status, type, digests, redirect, lost } = current[method === 'HEAD' ? 'head' : 'get'];
  if (redirect !== 'nowhere' && host === registry.host && !url!.endsWith('?moved')) {
    response.writeHead(307, { location: `${redirect === 'elsewhere' ? elsewhere.url : ''}${url}?moved` }).end();
    return;
  }
  response.writeHead(status, {
    ...(type !== undefined && { 'content-type': type === 'own' ? ownType(content) : type }),
    ...(digests.length > 0 && { 'docker-content-digest': digests.map(digest => digest ?? digestOf(content)) }),
    ...(status !== 204 && { 'content-length': content.length }),
  });
  if (method === 'HEAD' || lost === 0) {
    response.end(method === 'HEAD' ? undefined : content);
  } else {
    response.write(content.subarray(0, -lost), () => response.destroy());
  }
}

/** A digest of the right form that the answer to HEAD names, which is believed: a GET counts as a pull where these are limited. */
function namedByHead({ content, head }: Scenario): string[] {
  const named = new Set(head.digests.map(digest => digest ?? digestOf(content)));
  return head.status === 200 && named.size === 1 ? [...named].filter(digest => !digestProblem(digest)) : [];
}

/** What the content has for the platform, where that is the content which the tag names. */
function listed(given: Scenario): string[] {
  const { content, platform } = given;
  if (namedByHead(given).some(digest => digest !== digestOf(content)) && MEDIA_TYPES.includes(given.head.type === 'own' ? ownType(content) : `${given.head.type}`)) {
    return [];
  }
  const index: unknown = JSON.parse(content.toString());
  return (index as { manifests: { digest: string; platform: unknown }[] }).manifests
    .filter(entry => JSON.stringify(entry.platform) === JSON.stringify(ociPlatform(platform!))).map(({ digest }) => digest);
}

test(`${SCENARIOS} registries give the right digest or none`, async () => {
  const outcomes: Record<string, number> = {};
  await fc.assert(fc.asyncProperty(scenario, async given => {
    current = given;
    const { content, platform, requirePlatforms, reference } = given;
    const own = digestOf(content);
    const tag = { 'tag': 'v1', 'its digest': own, 'another digest': OTHER }[reference];
    const result = await outcomeOf(() => resolveImage(new OciRegistry({ host: registry.host, repositoryName: 'api' }), { tag, platform, requirePlatforms }));
    const kind = result instanceof ResolutionError ? result.reason : 'digest';
    outcomes[kind] = (outcomes[kind] ?? 0) + 1;
    if (result instanceof ResolutionError) {
      expect(result.message).toMatch(/^[^\n\r]+[^.\n\r]$/);
      return;
    }
    expect(digestProblem(result.digest)).toBeUndefined();
    const right = platform === undefined ? [own, ...namedByHead(given)] : listed(given);
    expect(right).toContain(result.digest);
    if (platform === undefined && reference !== 'tag') {
      expect(result.digest).toBe(tag);
    }
    if (platform === undefined) {
      expect(MEDIA_TYPES).toContain(result.mediaType);
    }
  }), { numRuns: SCENARIOS });
  // The registries are neither all good nor all bad.
  for (const kind of ['digest', 'malformed-answer', 'wrong-content', 'unreadable-image', 'not-an-index', 'platform-not-found', 'ambiguous-platform', 'unavailable']) {
    expect(outcomes[kind]).toBeGreaterThan(10);
  }
  expect(outcomes.digest).toBeGreaterThan(SCENARIOS / 10);
});
