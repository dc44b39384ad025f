/** Measures what the library costs, section by section: all of them, or those that are named. Prints Markdown, and writes JSON to `.cache/bench.json`. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { functions } from './functions';
import { imports } from './import';
import { lock } from './lock';
import { registries } from './registries';
import { sizes } from './size';
import { synth } from './synth';
import { Section, Table, toMarkdown } from './table';
import { template } from './template';

const SECTIONS: Section[] = [synth, imports, sizes, template, functions, lock, registries];
const JSON_FILE = join(__dirname, '..', '.cache', 'bench.json');

async function main(wanted: string[]): Promise<void> {
  const names = SECTIONS.map(({ name }) => name);
  const unknown = wanted.find(name => !names.includes(name));
  if (unknown) {
    throw new Error(`there is no section '${unknown}'; expected some of ${names.join(', ')}`);
  }
  const tables: Table[] = [];
  for (const section of SECTIONS.filter(({ name }) => wanted.length === 0 || wanted.includes(name))) {
    for (const table of await section.run()) {
      tables.push(table);
      console.log(toMarkdown(table));
    }
  }
  mkdirSync(dirname(JSON_FILE), { recursive: true });
  writeFileSync(JSON_FILE, `${JSON.stringify(tables, null, 2)}\n`);
}

main(process.argv.slice(2)).catch(error => {
  console.error((error as Error).message);
  process.exitCode = 1;
});
