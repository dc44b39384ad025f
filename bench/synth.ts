import type { Synthesis } from './apps/measure-synthesis';
import { inFreshProcess } from './fresh-process';
import { inTurn, median } from './measure';
import { Cell, Section, Table } from './table';

/** How time grows is told by what an item takes among this many. */
const BASE = 100;

/** What is measured, with what one would use without the library first. */
interface Comparison {
  readonly title: string;
  readonly app: string;
  readonly kinds: Record<string, string>;
  readonly counts: number[];
}

const COMPARISONS: Comparison[] = [
  {
    title: 'Synthesis of repositories',
    app: 'repositories',
    kinds: { 'by-hand': '`ecr.Repository` by hand', 'secure': '`SecureRepository`' },
    counts: [1, 100, 500, 1000, 2000],
  },
  {
    title: 'Synthesis of pinned images, each in a task definition',
    app: 'pins',
    kinds: {
      'by-tag': '`ContainerImage.fromEcrRepository`',
      'fixed': '`DigestPinnedImage.fromDigest`',
      'looked-up': '`DigestPinnedImage.fromLookup`, full lock',
      'deploy-time': '`DigestPinnedImage.fromTag`',
      'custom-resource': '`AwsCustomResource` for the digest',
    },
    counts: [1, 10, 100, 1000],
  },
  {
    title: 'Synthesis of task definitions that a policy judges',
    app: 'policy',
    kinds: { without: 'nothing', with: '`ContainerImagePolicy`' },
    counts: [1, 100, 1000],
  },
];

export const synth: Section = {
  name: 'synth',
  run: async () => {
    const tables: Table[] = [];
    for (const comparison of COMPARISONS) {
      tables.push(await compare(comparison));
    }
    return tables;
  },
};

async function compare({ title, app, kinds, counts }: Comparison): Promise<Table> {
  const names = Object.keys(kinds);
  const measured = new Map<number, Record<string, Synthesis>>();
  for (const count of counts) {
    const runs = await inTurn(
      count < 1000 ? 5 : 3,
      Object.fromEntries(names.map(kind => [kind, () => inFreshProcess<Synthesis>(app, kind, `${count}`)])),
    );
    measured.set(count, Object.fromEntries(names.map(kind => [kind, medians(runs[kind])])));
  }
  const rows = counts.flatMap(count => names.map((kind): Cell[] => {
    const { milliseconds, peakKilobytes } = measured.get(count)![kind];
    const beside = measured.get(count)![names[0]].milliseconds;
    const base = measured.get(BASE)![kind].milliseconds / BASE;
    const least = measured.get(counts[0])![kind].peakKilobytes;
    return [
      count,
      kinds[kind],
      milliseconds.toFixed(0),
      (milliseconds / count).toFixed(2),
      (milliseconds / beside).toFixed(2),
      count < BASE ? '' : (milliseconds / count / base).toFixed(2),
      (peakKilobytes / 1024).toFixed(0),
      count === 1 ? '' : ((peakKilobytes - least) / (count - 1)).toFixed(0),
    ];
  }));
  return {
    title,
    columns: ['items', 'with', 'ms', 'ms an item', 'to the first', `an item, to ${BASE} items`, 'peak MB', 'KB an item'],
    rows,
    notes: ['Construction and synthesis in a fresh process, without loading modules; processor time, medians of alternating runs. No stack has more than 500 resources.'],
  };
}

function medians(runs: Synthesis[]): Synthesis {
  return { milliseconds: median(runs.map(run => run.milliseconds)), peakKilobytes: median(runs.map(run => run.peakKilobytes)) };
}
