import { basename, dirname, join } from 'node:path';
import * as ts from 'typescript';
import { moduleOf } from './example';
import { Block, blocksIn, fileOf, parsePage, readPages, ROOT } from './pages';

const CONFIG = join(ROOT, 'test', 'tsconfig.json');

/** `declare` within a constructor: the fixture puts it there, and jsii-rosetta takes no offence either. */
const MODIFIER_OUT_OF_PLACE = 1184;

/** Where an example is for the compiler: its own file of the app of a page, or one of the tests. */
const pathOf = (example: Block) => join(__dirname, ...fileOf(example)
  ? [basename(example.page, '.md'), fileOf(example)!]
  : [`${example.page.replace('/', '-')}.${example.line}.ts`]);

/** What the compiler says about examples, as if each was a file of the tests. */
function problemsOf(examples: Block[]): string[] {
  const { config } = ts.readConfigFile(CONFIG, ts.sys.readFile);
  const { options } = ts.parseJsonConfigFileContent(config, ts.sys, join(ROOT, 'test'));
  const sources = new Map(examples.map(example => [pathOf(example), moduleOf(example)]));
  const folders = new Set([...sources.keys()].map(dirname));
  const compilerOptions: ts.CompilerOptions = { ...options, noUnusedLocals: false, noUnusedParameters: false, isolatedModules: false };
  const host = ts.createCompilerHost(compilerOptions);
  const { readFile, fileExists, directoryExists } = host;
  host.readFile = file => sources.get(file) ?? readFile(file);
  host.fileExists = file => sources.has(file) || fileExists(file);
  host.directoryExists = folder => folders.has(folder) || directoryExists!(folder);

  const program = ts.createProgram([...sources.keys()], compilerOptions, host);
  return [...sources.keys()].flatMap(file => ts.getPreEmitDiagnostics(program, program.getSourceFile(file)))
    .filter(({ code }) => code !== MODIFIER_OUT_OF_PLACE)
    .map(({ file, messageText }) => `${file?.fileName.split('/').at(-1)}: ${ts.flattenDiagnosticMessageText(messageText, '\n')}`);
}

test('the TypeScript in the guides compiles', () => {
  // Those for the newest CDK are compiled with it, by test/docs/scanners.ts.
  const examples = blocksIn(readPages(), 'ts').filter(({ flags }) => !flags.includes('newest'));
  expect(examples.length).toBeGreaterThan(10);
  expect(problemsOf(examples)).toEqual([]);
}, 120_000);

test('what does not compile is noticed', () => {
  const { blocks } = parsePage('page.md', [
    '```ts\nnew SecureRepository(this, "Images", { mutable: true });\n```\n',
    "```ts nofixture\nimport { App } from 'aws-cdk-lib';\nnew App().nothing();\n```\n",
  ].join('\n'));
  expect(problemsOf(blocks)).toEqual([
    expect.stringContaining("'mutable' does not exist"),
    expect.stringContaining("'nothing' does not exist"),
  ]);
}, 120_000);
