/**
 * Installs each package from `dist` as a user would, by the commands of the example in that language, and synthesizes the example with
 * the CDK CLI, and what the quick start shows in place of it. The templates are the same in every language, to the byte, and so is what is
 * said about mistakes. With arguments: the languages to try, by their folders in `examples`.
 */
import { mkdtempSync, readdirSync, rmSync, statSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Example, MAVEN_REPOSITORY } from './example';
import { Language, LANGUAGES } from './languages';
import { MISTAKES } from './mistakes';
import { requireToolchain } from '../tools/toolchain';

const DIST = join(__dirname, '..', 'dist');

interface Result {
  readonly language: Language;
  readonly templates: Map<string, string>;
  readonly problems: string[];
  readonly seconds: number;
}

async function tryLanguage(language: Language, parent: string): Promise<Result> {
  const start = Date.now();
  const example = new Example(language, parent);
  let templates = new Map<string, string>();
  const problems: string[] = [];
  try {
    templates = await example.synthesize();
    for (const mistake of MISTAKES) {
      problems.push(...(await example.problemsWith(mistake)).map(problem => `${mistake.name}: ${problem}`));
    }
    templates = new Map([...templates, ...await example.quickStart()]);
  } catch (error) {
    problems.push((error as Error).message);
  }
  return { language, templates, problems, seconds: Math.round((Date.now() - start) / 1000) };
}

function differences(templates: Map<string, string>, reference: Map<string, string>): string[] {
  const names = new Set([...templates.keys(), ...reference.keys()]);
  return [...names].filter(name => templates.get(name) !== reference.get(name)).map(name => `${name} differs from the first language's`);
}

function packageBytes({ packages }: Language): number {
  return readdirSync(DIST, { recursive: true, encoding: 'utf8' })
    .filter(file => packages.test(file))
    .map(file => statSync(join(DIST, file)))
    .reduce((bytes, stat) => bytes + (stat.isFile() ? stat.size : 0), 0);
}

function resourceCount(templates: Map<string, string>): number {
  return [...templates.values()].reduce((count, text) => count + Object.keys(JSON.parse(text).Resources).length, 0);
}

async function main(wanted: string[]): Promise<void> {
  const unknown = wanted.find(folder => !LANGUAGES.some(language => language.folder === folder));
  if (unknown) {
    throw new Error(`there is no example in '${unknown}'; expected one of ${LANGUAGES.map(({ folder }) => folder).join(', ')}`);
  }
  const languages = LANGUAGES.filter(({ folder }) => wanted.length === 0 || wanted.includes(folder));
  for (const language of languages) {
    requireToolchain(language.folder, `the example in ${language.name}`);
    if (packageBytes(language) === 0) {
      throw new Error(`the package for ${language.name} is not in dist; make it with: npm run package-all`);
    }
  }

  rmSync(join(MAVEN_REPOSITORY, 'io', 'github', 'cdksecurerepository'), { recursive: true, force: true });
  const parent = mkdtempSync(join(tmpdir(), 'bindings-'));
  try {
    symlinkSync(DIST, join(parent, 'dist'));
    const results: Result[] = [];
    for (const language of languages) {
      const result = await tryLanguage(language, parent);
      const problems = [...result.problems, ...differences(result.templates, (results[0] ?? result).templates)];
      results.push({ ...result, problems });
      const figures = `package ${Math.round(packageBytes(language) / 1000)} kB, ${resourceCount(result.templates)} resources, ${result.seconds} s`;
      console.log(`${problems.length > 0 ? 'FAILED' : 'passed'}: ${language.name} (${figures})`);
      problems.forEach(problem => console.log(`  ${problem}`));
    }
    const failed = results.filter(({ problems }) => problems.length > 0).length;
    console.log(`${results.length - failed} passed, ${failed} failed`);
    process.exitCode = failed > 0 ? 1 : 0;
  } finally {
    rmSync(parent, { recursive: true, force: true });
  }
}

main(process.argv.slice(2)).catch(error => {
  console.error((error as Error).message);
  process.exitCode = 1;
});
