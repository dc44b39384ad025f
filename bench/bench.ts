/** Measures what the library costs, section by section: all of them, or those that are named. Prints Markdown, and keeps the results for the plots. */
import { functions } from './functions';
import { imports } from './import';
import { lock } from './lock';
import { registries } from './registries';
import { keepResults } from './results';
import { sizes } from './size';
import { synth } from './synth';
import { Section, toMarkdown } from './table';
import { template } from './template';

const SECTIONS: Section[] = [synth, imports, sizes, template, functions, lock, registries];

async function main(wanted: string[]): Promise<void> {
  const names = SECTIONS.map(({ name }) => name);
  const unknown = wanted.find(name => !names.includes(name));
  if (unknown) {
    throw new Error(`there is no section '${unknown}'; expected some of ${names.join(', ')}`);
  }
  for (const section of SECTIONS.filter(({ name }) => wanted.length === 0 || wanted.includes(name))) {
    const tables = await section.run();
    tables.forEach(table => console.log(toMarkdown(table)));
    keepResults(section.name, tables);
  }
}

main(process.argv.slice(2)).catch(error => {
  console.error((error as Error).message);
  process.exitCode = 1;
});
