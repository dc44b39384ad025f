/** Draws the plots of `docs/what-it-costs.md` by what was last measured; one whose section was not measured here stays as it is. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as vega from 'vega';
import { compile, TopLevelSpec } from 'vega-lite';
import { Plot, registriesPlot, synthesisPlot, templatePlot } from './plot-specs';
import { readResults } from './results';
import type { Table } from './table';
import { finished, FONT, LIGHT } from '../tools/picture';

const FOLDER = join(__dirname, '..', 'docs', 'images');

/** By the name of the file. */
export const PLOTS: Record<string, Plot> = { synthesis: synthesisPlot, template: templatePlot, registries: registriesPlot };

const CONFIG: TopLevelSpec['config'] = {
  background: LIGHT.paper,
  font: FONT,
  padding: 16,
  title: { fontSize: 21, fontWeight: 600, color: LIGHT.ink, anchor: 'start', offset: 14 },
  axis: {
    labelFontSize: 18,
    titleFontSize: 18,
    titleFontWeight: 'normal',
    labelColor: LIGHT.ink,
    titleColor: LIGHT.quiet,
    gridColor: LIGHT.line,
    domainColor: LIGHT.line,
    tickColor: LIGHT.line,
  },
  legend: { labelFontSize: 18, labelColor: LIGHT.ink, labelLimit: 0, symbolSize: 160, title: null, orient: 'bottom' },
  text: { fontSize: 18, color: LIGHT.ink },
  view: { stroke: null },
};

export async function draw({ section, title, points, spec }: Plot, tables: Table[]): Promise<string> {
  const shown = points(tables);
  if (shown.length === 0 || shown.some(({ value }) => !Number.isFinite(value))) {
    throw new Error(`'${title}' cannot be drawn by what was measured; run npm run bench ${section}`);
  }
  const view = new vega.View(vega.parse(compile({ ...spec(shown), title, config: CONFIG } as TopLevelSpec).spec), { renderer: 'none' });
  const description = shown.map(point => `${point.with}, ${point.at}: ${point.value} ${point.unit}`).join('; ');
  return finished(await view.toSVG(), { title, description });
}

async function main(): Promise<void> {
  const results = readResults();
  for (const [name, plot] of Object.entries(PLOTS)) {
    const tables = results[plot.section];
    if (tables) {
      writeFileSync(join(FOLDER, `${name}.svg`), await draw(plot, tables));
    } else {
      console.error(`docs/images/${name}.svg stays as it is: nothing was measured of '${plot.section}'; run npm run bench ${plot.section}`);
    }
  }
}

if (require.main === module) {
  main().catch(error => {
    console.error((error as Error).message);
    process.exitCode = 1;
  });
}
