import { createHash } from 'node:crypto';
import * as fc from 'fast-check';
import { parsePage } from './parsed-page';
import { ImageFindings } from '../../../src/cli/lookup/image-findings';
import { imagePage } from '../../../src/cli/page/image-page';
import { ReportedImage } from '../../../src/cli/page/reported-image';
import { oneLine } from '../../../src/registry-client/quote';

const DIGEST = `sha256:${'a'.repeat(64)}`;
const NONE = { CRITICAL: 0, HIGH: 0, MEDIUM: 0, LOW: 0, OTHER: 0 };

function findings(counts: Partial<ImageFindings['counts']> = {}, more: Partial<ImageFindings> = {}): ImageFindings {
  return { platforms: [], scanners: ['basic'], scannedAt: '2026-01-02T00:00:00.000Z', counts: { ...NONE, ...counts }, worst: [], unknown: [], scanned: 'all', ...more };
}

function image(name: string, more: Partial<ReportedImage> = {}): ReportedImage {
  return {
    key: `key of ${name}`,
    name,
    registry: 'registry',
    digest: DIGEST,
    platforms: [],
    problems: [],
    failures: [],
    findings: findings(),
    uses: [{ stack: 'Stack', path: 'Stack/Web' }],
    ...more,
  };
}

const page = (images: ReportedImage[], options = {}) => imagePage(images, { notes: [], ...options });

/** The names of images in the order of their rows. */
const order = (text: string) => [...text.matchAll(/scope="row"><a href="#[^"]+">([^<]+)</g)].map(([, name]) => name);

const badgesIn = (text: string) => [...text.matchAll(/<span class="tag [^"]*">([^<]+)</g)].map(([, badge]) => badge);

test('what needs attention comes first, and what nothing uses last', () => {
  const sorted = [
    image('problem', { problems: ['gone'] }),
    image('critical-2', { findings: findings({ CRITICAL: 2 }) }),
    image('critical-1-high', { findings: findings({ CRITICAL: 1, HIGH: 9 }) }),
    image('critical-1', { findings: findings({ CRITICAL: 1 }), moved: 'moved' }),
    image('high', { findings: findings({ HIGH: 1 }) }),
    image('failed', { failures: ['denied'], findings: 'not known' }),
    image('moved', { moved: 'moved' }),
    image('unscanned', { findings: findings({}, { unknown: ['never scanned'], scanned: 'none' }) }),
    image('partly-scanned', { findings: findings({}, { unknown: ['never scanned'], scanned: 'some' }) }),
    image('medium', { findings: findings({ MEDIUM: 1 }) }),
    image('a'),
    image('b', { findings: 'not in ECR' }),
    image('unused', { findings: findings({ CRITICAL: 9 }), uses: [] }),
  ];
  expect(order(page(sorted))).toEqual(sorted.map(({ name }) => name));
});

test('the page is the same whatever the order of what it is made of, and only the date differs', () => {
  const images = ['a', 'b', 'c'].map(name => image(name, { uses: [{ stack: 'S', path: 'S/2' }, { stack: 'S', path: 'S/1' }, { stack: 'R', path: 'R/1' }] }));
  const turned = images.map(one => ({ ...one, uses: [...one.uses!].reverse() })).reverse();
  expect(page(turned)).toBe(page(images));
  const [one, other] = ['2026-01-31', '2026-02-28'].map(date => page(images, { date }));
  expect(one).not.toBe(other);
  expect(other.split('2026-02-28')).toEqual(one.split('2026-01-31'));
  expect(one.split('2026-01-31')).toHaveLength(2);
});

test('the policy lets the style of the page be, and nothing else', () => {
  const text = page([image('a')]);
  const [, style] = /<style>([^]*)<\/style>/.exec(text)!;
  const hash = createHash('sha256').update(style).digest('base64');
  expect(parsePage(text).shape).toContainEqual(
    ['meta', 'http-equiv=Content-Security-Policy', `content=default-src 'none'; style-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'`]);
  expect(text).not.toMatch(/<script|<link|<img|url\(|@import|https?:|style=/);
});

test('what is known of an image, and what is not, stands in words', () => {
  const { texts } = parsePage(page([
    image('team/api:v1', {
      platform: 'linux/arm64',
      pushedAt: '2026-01-01T23:00:00.000Z',
      platforms: ['linux/arm64'],
      moved: 'the tag means sha256:b',
      findings: findings({ CRITICAL: 1, LOW: 2 }, {
        platforms: ['linux/arm64'],
        scanners: ['basic', 'enhanced'],
        worst: [{ id: 'CVE-2026-0001', severity: 'CRITICAL', packages: 'openssl 1 (fixed in 2)', platforms: ['linux/arm64', 'linux/s390x'] }],
        unknown: ['linux/amd64: never scanned'],
        scanned: 'some',
      }),
    }),
    image('other', { digest: undefined, findings: 'nothing is locked', problems: ['not in the lock'], uses: undefined }),
    image('cache', { pushedAt: 'yesterday', findings: findings({}, { scanners: [], scannedAt: undefined, unknown: ['never scanned'], scanned: 'none' }), uses: [] }),
  ]));
  expect(texts).toEqual(expect.arrayContaining([
    'team/api:v1', 'linux/arm64', '1 critical', '2 low', 'basic and enhanced, 2026-01-02', '2026-01-01', '2026-01-01T23:00:00.000Z', 'tag moved', 'partly scanned', 'not scanned',
    'the tag means sha256:b', 'not scanned: linux/amd64: never scanned', DIGEST, 'sha256:aaaaaaaaaaaa', 'Stack/Web', 'CVE-2026-0001', 'openssl 1 (fixed in 2)', 'linux/arm64, linux/s390x',
    'and 2 others, which are in ECR', 'problem', 'nothing is locked', 'not in the lock', 'yesterday', 'nothing', 'not used',
  ]));
});

test.each([
  [{}, ['as locked', 'none']],
  [{ scanned: 'some' }, ['as locked', 'partly scanned', 'none']],
  [{ scanned: 'some', counts: { ...NONE, LOW: 1 } }, ['as locked', 'partly scanned', '1 low']],
  [{ scanned: 'none' }, ['as locked', 'not scanned']],
  [{ scanned: 'none', counts: { ...NONE, LOW: 1 } }, ['as locked', 'not scanned', '1 low']],
] as const)('an image with %j is as locked, whatever was scanned', (more, badges) => {
  expect(badgesIn(page([image('a', { findings: findings({}, more) })]))).toEqual(badges);
  expect(badgesIn(page([image('a', { findings: findings({}, more), moved: 'moved' })]))).toEqual(['tag moved', ...badges.slice(1)]);
});

test.each([[['linux/amd64'], ['Severity', 'Finding', 'Package', 'Platforms']], [[], ['Severity', 'Finding', 'Package']]])(
  'findings of an image for %j have columns %j', (platforms, columns) => {
    const worst = [{ id: 'CVE-2026-0001', severity: 'LOW', packages: 'openssl 1', platforms } as const];
    const [, titles] = /<h2>Findings<\/h2><table><thead>(.*?)<\/thead>/.exec(page([image('a', { findings: findings({ LOW: 1 }, { platforms, worst: [...worst] }) })]))!;
    expect([...titles.matchAll(/>([^<]+)</g)].map(([, title]) => title)).toEqual(columns);
  });

test('a page without images says so', () => {
  expect(parsePage(page([])).texts).toEqual(expect.arrayContaining(['0', 'images', 'nothing known that needs attention']));
});

const HOSTILE = [
  '<script>alert(1)</script>', '</style><script>', '"><img src=x onerror=alert(1)>', "' onmouseover='alert(1)", '&lt;b&gt;', '&#x3c;b&#x3e;', '<!--', ']]>', '</title>', '</details>',
  'javascript:alert(1)', '\u0000<b\u0000>', '\u202egnp.exe', '<svg/onload=alert(1)>', '${7*7}', '`', '&', '<', '</table>', 'a\nb', '\ud800',
];

test('texts of any origin come back as texts, and add neither elements nor attributes', () => {
  const hostile = fc.oneof(fc.constantFrom(...HOSTILE), fc.string({ unit: 'binary' }), fc.array(fc.constantFrom(...HOSTILE, ...'<>"\'&=/ !-a')).map(parts => parts.join('')));
  const made = (text: (place: string) => string) => page([image(text('name'), {
    key: text('key'),
    registry: text('registry'),
    platform: text('platform'),
    digest: text('digest'),
    pushedAt: text('pushedAt'),
    platforms: [text('platforms')],
    uses: [{ stack: text('stack'), path: text('path') }],
    problems: [text('problem')],
    failures: [text('failure')],
    tag: text('tag'),
    moved: text('moved'),
    findings: findings({ HIGH: 1 }, {
      platforms: [text('finding platforms')],
      scanners: [text('scanner')],
      scannedAt: text('scannedAt'),
      unknown: [text('unknown')],
      worst: [{ id: text('id'), severity: 'HIGH', packages: text('packages'), platforms: [text('platforms of a finding')] }],
    }),
  })], { date: text('date'), notes: [text('note')] });
  const places: string[] = [];
  made(place => {
    places.push(place);
    return place;
  });
  const plain = parsePage(made(place => `the ${place}`));

  fc.assert(fc.property(fc.array(hostile, { minLength: places.length, maxLength: places.length }), values => {
    // What is left out where it is empty would change the shape.
    const value = (place: string) => `a${values[places.indexOf(place)]}z`;
    const parsed = parsePage(made(value));
    expect(parsed.errors.filter(code => !code.endsWith('-in-input-stream'))).toEqual([]);
    expect(parsed.shape).toEqual(plain.shape);
    const shown = places.filter(place => !['scannedAt', 'digest', 'finding platforms'].includes(place));
    const all = parsed.texts.join('\n');
    expect(shown.filter(place => !all.includes(oneLine(value(place))))).toEqual([]);
  }), { numRuns: 300 });
});
