import { escapeXml, finished, LIGHT } from '../../tools/picture';

const SQUARE = `<svg xmlns="http://www.w3.org/2000/svg"><rect fill="${LIGHT.ink}" stroke="${LIGHT.paper}"/></svg>`;

test('each colour has another one on dark pages', () => {
  const picture = finished(SQUARE, { title: 'A square', description: 'A square' });
  for (const colour of Object.values(LIGHT)) {
    const dark = ['fill', 'stroke'].map(property => new RegExp(`\\[${property}="${colour}"\\]\\{${property}:(#[0-9a-f]{6})\\}`).exec(picture)?.[1]);
    expect(dark).toEqual([expect.stringMatching(/^#/), dark[0]]);
    expect(dark[0]).not.toBe(colour);
  }
});

test('no two colours are the same, so that each can be replaced', () => {
  expect(new Set(Object.values(LIGHT)).size).toBe(Object.values(LIGHT).length);
});

test('words are texts, and come first', () => {
  expect(finished(SQUARE, { title: 'a < b', description: '"c" & d' })).toMatch(
    /^<svg [^>]* role="img" aria-labelledby="title description"><title id="title">a &lt; b<\/title><desc id="description">&quot;c&quot; &amp; d<\/desc><style>/,
  );
});

test('what is not a name of XML stays as it is', () => {
  expect(escapeXml('sha256:9e36… → it’s')).toBe('sha256:9e36… → it’s');
});
