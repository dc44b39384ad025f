import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { blocksIn, readPages, ROOT } from './pages';
import { LANGUAGES } from '../../bindings/languages';
import { PATH, runProcess } from '../../emulator/run-process';

/** What there is besides an app in TypeScript, to test it. */
const FOR_TESTS = ['jest'];

/** What the quick start says of `app` in each language; in Java without the option that shows stack traces. */
const QUICK_START: [string, (app: string) => string][] = [
  ['typescript', app => app], ['python', app => app], ['java', app => app.replace(' -e ', ' ')], ['go', app => app],
];

const parent = mkdtempSync(join(tmpdir(), 'cdk-init-'));
const written = join(parent, 'typescript', 'shop');
const example = join(ROOT, 'examples', 'typescript');

async function init(language: string): Promise<string> {
  const folder = join(parent, language, 'shop');
  mkdirSync(folder, { recursive: true });
  const args = [join(ROOT, 'node_modules/aws-cdk/bin/cdk'), 'init', 'app', '--language', language, '--generate-only'];
  const env = { PATH, HOME: parent, CDK_DISABLE_CLI_TELEMETRY: 'true', AWS_EC2_METADATA_DISABLED: 'true' };
  expect(await runProcess(process.execPath, args, { cwd: folder, env })).toMatchObject({ code: 0 });
  return folder;
}

beforeAll(async () => init('typescript'), 30_000);

afterAll(() => rmSync(parent, { recursive: true }));

const read = (folder: string, file: string) => JSON.parse(readFileSync(join(folder, file), 'utf8'));

test('the example in TypeScript and the README run the app as cdk init writes it', () => {
  const { app } = read(written, 'cdk.json');
  const inReadme = blocksIn(readPages(), 'json').filter(({ page }) => page === 'README.md').map(({ content }) => JSON.parse(content));

  expect(read(example, 'cdk.json').app).toBe(app);
  expect(inReadme).toContainEqual({ app, plugin: ['cdk-secure-repository/cli'] });
});

test.each(QUICK_START)('in %s the app of the quick start is the file that cdk init runs, and nothing of npm is committed', async (language, asInGuide) => {
  const folder = language === 'typescript' ? written : await init(language);
  const { prose, blocks } = readPages().find(({ path }) => path === 'docs/quick-start.md')!;
  const { file } = LANGUAGES.find(candidate => candidate.folder === language)!.quickStart;

  expect(prose).toContain(`\`"app": "${asInGuide(read(folder, 'cdk.json').app)}"\``);
  expect(existsSync(join(folder, file))).toBe(true);
  const ignores = /^node_modules\/?$/m.test(readFileSync(join(folder, '.gitignore'), 'utf8'));
  const installs = blocks.filter(({ content }) => content.includes('legacy-peer-deps'));
  expect(ignores || installs.every(({ content }) => content.includes('echo node_modules >> .gitignore'))).toBe(true);
}, 30_000);

test('the example in TypeScript is compiled as cdk init writes it', () => {
  const { compilerOptions } = read(written, 'tsconfig.json');

  expect({ ...compilerOptions, types: compilerOptions.types.filter((name: string) => !FOR_TESTS.includes(name)) })
    .toMatchObject(read(example, 'tsconfig.json').compilerOptions);
  expect(read(written, 'package.json').devDependencies).toMatchObject(read(example, 'package.json').devDependencies);
});

test('the example in TypeScript imports the CDK as cdk init writes it', () => {
  const [line] = readFileSync(join(written, 'bin', 'shop.ts'), 'utf8').match(/^import .* from 'aws-cdk-lib.*$/m)!;

  for (const file of ['bin/shop.ts', 'lib/images-stack.ts', 'lib/registry-stack.ts', 'lib/services-stack.ts']) {
    expect(readFileSync(join(example, file), 'utf8')).toContain(line);
  }
});
