import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { blocksIn, readPages, RECIPES } from './pages';
import { run } from '../../src/cli/commands/cdk-image-lock';
import { currentProcess } from '../../src/cli/terminal/process-context';

const COMMAND = /\bcdk-image-lock\b(?!@)((?: +(?:'[^']*'|"[^"]*"|[^\s'"`|;&<>()]+))*)/g;

async function help(...args: string[]): Promise<string> {
  let text = '';
  const output = { write: (part: string) => text += part };
  const code = await run([...args, '--help'], { ...currentProcess(), stdout: output, stderr: output }, '0.0.0');
  return code === 0 ? text : '';
}

/** The subcommand and the options of every call of our command in a text. */
function calls(text: string): { subcommand: string; options: string[] }[] {
  return [...text.replace(/\\\n\s*/g, '').replace(/\s#\s.*$/gm, '').matchAll(COMMAND)].map(([, args]) => {
    const [subcommand = '', ...rest] = args.trim().split(/\s+/);
    return { subcommand, options: rest.filter(arg => arg.startsWith('-')) };
  });
}

async function problemsOf(text: string): Promise<string[]> {
  const problems = await Promise.all(calls(text).map(async ({ subcommand, options }) => {
    const usage = /^[a-z]+$/.test(subcommand) ? await help(subcommand) : '';
    return usage.includes(`cdk-image-lock ${subcommand} `)
      ? options.filter(option => !new RegExp(`(^|\\s)${option}[\\s,]`, 'm').test(usage)).map(option => `${subcommand} ${option}`)
      : [`${subcommand}`];
  }));
  return problems.flat();
}

const pages = readPages();
const texts: [string, string][] = [
  ...pages.map(page => [page.path, blocksIn([page], 'sh', 'bash', 'yaml').map(({ content }) => content).join('\n')] as [string, string]),
  ...readdirSync(RECIPES).map(name => [`docs/recipes/${name}`, readFileSync(join(RECIPES, name), 'utf8')] as [string, string]),
];

test.each(texts)('our command exists as %s calls it', async (_, text) => {
  expect(await problemsOf(text)).toEqual([]);
});

test('a subcommand or an option that does not exist is noticed', async () => {
  expect(await problemsOf('npx cdk-image-lock verify --strict\nnpx cdk-image-lock verfy\n')).toEqual(['verfy']);
  expect(await problemsOf("npx cdk-image-lock verify \\\n  --stric 'a:*'")).toEqual(['verify --stric']);
});
