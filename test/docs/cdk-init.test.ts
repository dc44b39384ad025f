import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { blocksIn, readPages, ROOT } from './pages';
import { LANGUAGES } from '../../bindings/languages';
import { PATH, runProcess } from '../../emulator/run-process';

/** What there is besides an app in TypeScript, to test it. */
const FOR_TESTS = ['jest'];

/** The option by which Maven shows stack traces: the quick start leaves it out. */
const STACK_TRACES = ' -e ';

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

describe.each(LANGUAGES)('the quick start in $name', ({ name, folder: language, quickStart: { file } }) => {
  const text = readFileSync(join(ROOT, 'docs', 'quick-start.md'), 'utf8').split(`\n## ${name}\n`)[1].split('\n## ')[0];
  let folder: string;

  beforeAll(async () => {
    folder = language === 'typescript' ? written : await init(language);
  }, 30_000);

  test('has its app in the file that cdk init runs', () => {
    expect(text).toContain(`\`"app": "${read(folder, 'cdk.json').app.replace(STACK_TRACES, ' ')}"\``);
    expect(existsSync(join(folder, file))).toBe(true);
  });

  test('has Git ignore what npm installs, where cdk init does not', () => {
    const isIgnored = /^node_modules\/?$/m.test(readFileSync(join(folder, '.gitignore'), 'utf8'));
    expect(text.includes('echo node_modules >> .gitignore')).toBe(!isIgnored);
  });
});

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
