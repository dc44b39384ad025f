import type { TopLevelSpec } from 'vega-lite';
import type { Cell, Table } from './table';
import { LIGHT } from '../tools/picture';

/** A number that a plot shows. */
export interface Point {
  readonly with: string;
  readonly at: string;
  readonly value: number;
  readonly unit: string;
}

/** A plot of a section of the bench. */
export interface Plot {
  readonly section: string;
  readonly title: string;
  readonly points: (tables: Table[]) => Point[];
  readonly spec: (points: Point[]) => TopLevelSpec;
}

const WIDTH = 470;

/** How what is measured is called in plots; the same has the same colour in each. */
const SERIES: Record<string, [name: string, colour: string]> = {
  '`DigestPinnedImage.fromTag`': ['fromTag', LIGHT.blue],
  '`DigestPinnedImage.fromDigest`': ['fromDigest', LIGHT.green],
  '`DigestPinnedImage.fromLookup`, full lock': ['fromLookup', LIGHT.purple],
  '`ImageGate.scanned()`': ['gate', LIGHT.green],
  'the same with `markedAsDeployed`': ['gate and mark', LIGHT.purple],
  '`AwsCustomResource`': ['AwsCustomResource', LIGHT.orange],
  '`AwsCustomResource` for the digest': ['AwsCustomResource', LIGHT.orange],
};

/** What CloudFormation takes of each. */
const TEMPLATE_LIMITS: Record<string, number> = { resources: 500, KB: 1000 };

/** By what stands at them. */
const LATENCIES: Record<string, number> = { 'registry on the same machine': 0, 'registry 50 ms away': 50 };

/** The rows of the table whose title begins so, by column. */
function rowsOf(tables: Table[], title: string): Record<string, Cell>[] {
  return tables.filter(table => table.title.startsWith(title)).flatMap(({ columns, rows }) =>
    rows.map(row => Object.fromEntries(columns.map((column, index) => [column, row[index]]))));
}

function colourOf(points: Point[]): object {
  const shown = Object.values(SERIES).filter(([name]) => points.some(point => point.with === name));
  const unique = new Map(shown);
  return { field: 'with', scale: { domain: [...unique.keys()], range: [...unique.values()] }, legend: { columns: 2 } };
}

/** A dashed line across the plot. */
function lineAt(value: number): object {
  return { data: { values: [{}] }, mark: { type: 'rule', color: LIGHT.ink, strokeDash: [6, 4], strokeWidth: 2 }, encoding: { y: { datum: value } } };
}

/** The plots of a picture below each other, each with a heading that begins where the plot does, or where its labels do. */
function below(headings: string[], frame: 'group' | 'bounds', plotOf: (heading: string) => object): TopLevelSpec {
  const title = { fontSize: 18, fontWeight: 'normal', color: LIGHT.quiet, frame, offset: 8 };
  return { vconcat: headings.map(heading => ({ title: { text: heading, ...title }, width: WIDTH, ...plotOf(heading) })) } as TopLevelSpec;
}

const IMAGES = { field: 'at', type: 'ordinal', sort: null, axis: { title: null, labelAngle: 0 } };

/** The time that a factory takes, beside what one would write without it. */
export const synthesisPlot: Plot = {
  section: 'synth',
  title: 'Time beside fromEcrRepository',
  points: tables => rowsOf(tables, 'Synthesis of pinned images')
    .filter(row => Number(row.items) > 1 && row.with in SERIES)
    .map(row => ({ with: SERIES[row.with][0], at: `${row.items} images`, value: Number(row['to the first']), unit: 'times the time' })),
  spec: points => ({
    width: WIDTH,
    height: 260,
    layer: [
      lineAt(1),
      {
        data: { values: points },
        mark: { type: 'line', point: { size: 110 }, strokeWidth: 3 },
        encoding: {
          x: { ...IMAGES, scale: { padding: 0.3 } },
          y: { field: 'value', type: 'quantitative', scale: { domainMin: 0 }, axis: { title: null, tickCount: 5 } },
          color: colourOf(points),
        },
      },
    ],
  } as TopLevelSpec),
};

/** What images that are pinned or gated at deployment add to a template. */
export const templatePlot: Plot = {
  section: 'template',
  title: 'Template by number of images',
  points: tables => rowsOf(tables, 'Templates with pins').filter(row => Number(row.pins) > 1).flatMap(row => [
    { unit: 'resources', value: Number(row['resources (of 500)']) },
    { unit: 'KB', value: Math.round(Number(row['bytes (of 1000000)']) / 1000) },
  ].map(point => ({ with: SERIES[row.with][0], at: `${row.pins} images`, ...point }))),
  spec: points => below(Object.keys(TEMPLATE_LIMITS), 'group', unit => ({
    height: 190,
    layer: [
      {
        data: { values: points.filter(point => point.unit === unit) },
        mark: 'bar',
        encoding: {
          x: IMAGES,
          xOffset: { field: 'with', sort: Object.values(SERIES).map(([name]) => name) },
          y: { field: 'value', type: 'quantitative', axis: { title: null, tickCount: 5 } },
          color: colourOf(points),
        },
      },
      lineAt(TEMPLATE_LIMITS[unit]),
      {
        data: { values: [{}] },
        mark: { type: 'text', align: 'left', baseline: 'bottom', dy: -5, text: `at most ${TEMPLATE_LIMITS[unit].toLocaleString('en-US')}` },
        encoding: { x: { value: 4 }, y: { datum: TEMPLATE_LIMITS[unit] } },
      },
    ],
  })),
};

/** How long a digest of another registry takes, with us and with others. */
export const registriesPlot: Plot = {
  section: 'registries',
  title: 'Milliseconds for the digest of a tag',
  points: tables => Object.entries(LATENCIES).flatMap(([at, latency]) => rowsOf(tables, `Registries: the digest of a tag, with the registry ${latency} ms away`)
    .filter(row => row['a pin (ms)'] !== '')
    .map(row => ({ with: `${row.command}`.replace(' update', ''), at, value: Math.round(Number(row['a pin (ms)'])), unit: 'ms' }))),
  spec: points => below(Object.keys(LATENCIES), 'bounds', at => ({
    width: WIDTH - 170,
    height: { step: 34 },
    data: { values: points.filter(point => point.at === at) },
    encoding: {
      x: { field: 'value', type: 'quantitative', axis: null, scale: { domainMax: Math.max(...points.map(({ value }) => value)) } },
      y: { field: 'with', type: 'nominal', sort: null, axis: { title: null, domain: false, ticks: false, labelLimit: 0 } },
    },
    layer: [
      { mark: 'bar', encoding: { color: { condition: { test: "indexof(datum.with, 'cdk-image-lock') === 0", value: LIGHT.blue }, value: LIGHT.quiet } } },
      { mark: { type: 'text', align: 'left', dx: 6 }, encoding: { text: { field: 'value' } } },
    ],
  })),
};
