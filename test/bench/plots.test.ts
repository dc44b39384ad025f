import { draw, PLOTS } from '../../bench/plots';
import type { Table } from '../../bench/table';
import { LIGHT } from '../../tools/picture';

const TABLES: Table[] = [
  {
    title: 'Synthesis of pinned images, each in a task definition',
    columns: ['items', 'with', 'ms', 'to the first'],
    rows: [
      [1, '`DigestPinnedImage.fromTag`', '9', '2.00'],
      [10, '`ContainerImage.fromEcrRepository`', '80', '1.00'],
      [10, '`DigestPinnedImage.fromTag`', '97', '1.21'],
      [10, '`AwsCustomResource` for the digest', '107', '1.34'],
    ],
  },
  {
    title: 'Templates with pins that are resolved, gated or marked at deployment, in one stack',
    columns: ['pins', 'repositories', 'with', 'resources (of 500)', 'bytes (of 1000000)'],
    rows: [
      [400, 300, '`AwsCustomResource`', 802, 661995],
      [400, 300, '`DigestPinnedImage.fromTag`', 408, 363985],
    ],
  },
  {
    title: 'Registries: the digest of a tag, with the registry 0 ms away',
    columns: ['command', 'a pin (ms)'],
    rows: [['`node -e 0`', ''], ['cdk-image-lock update, 50 pins', '11.0'], ['crane digest', '20.1']],
  },
  {
    title: 'Registries: the digest of a tag, with the registry 50 ms away',
    columns: ['command', 'a pin (ms)'],
    rows: [['cdk-image-lock update, 50 pins', '18.0'], ['crane digest', '121.0']],
  },
];

const SHOWN: [name: string, values: string][] = [
  ['synthesis', 'fromTag, 10 images: 1.21 times the time; AwsCustomResource, 10 images: 1.34 times the time'],
  ['template', 'AwsCustomResource, 400 images: 802 resources; AwsCustomResource, 400 images: 662 KB; fromTag, 400 images: 408 resources; fromTag, 400 images: 364 KB'],
  ['registries', 'cdk-image-lock, 50 pins, registry on the same machine: 11 ms; crane digest, registry on the same machine: 20 ms; '
    + 'cdk-image-lock, 50 pins, registry 50 ms away: 18 ms; crane digest, registry 50 ms away: 121 ms'],
];

test('each plot has a case', () => {
  expect(SHOWN.map(([name]) => name)).toEqual(Object.keys(PLOTS));
});

test.each(SHOWN)('%s shows what was measured, and says it to those who do not see it', async (name, values) => {
  const picture = await draw(PLOTS[name], TABLES);
  expect(/<desc id="description">(.*?)<\/desc>/.exec(picture)?.[1]).toBe(values);
  expect(picture).toContain(`>${PLOTS[name].title}</text>`);
});

test.each(SHOWN)('every colour of %s has another one on dark pages', async name => {
  const colours = (await draw(PLOTS[name], TABLES)).match(/(?<=(?:fill|stroke)=")(?!none|transparent)[^"]+/g);
  expect(colours).not.toBeNull();
  expect(Object.values(LIGHT)).toEqual(expect.arrayContaining([...new Set(colours)]));
});

test('without its numbers a plot is not drawn', async () => {
  await expect(draw(PLOTS.template, [])).rejects.toThrow("'Template by number of images' cannot be drawn by what was measured; run npm run bench template");
});

test('the same numbers give the same picture', async () => {
  expect(await draw(PLOTS.template, TABLES)).toBe(await draw(PLOTS.template, TABLES));
});
