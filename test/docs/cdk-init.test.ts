import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { blocksIn, readPages, ROOT } from './pages';
import { PATH, runProcess } from '../../emulator/run-process';

/** What there is besides an app in TypeScript, to test it. */
const FOR_TESTS = ['jest'];

const parent = mkdtempSync(join(tmpdir(), 'cdk-init-'));
const written = join(parent, 'shop');
const example = join(ROOT, 'examples', 'typescript');

beforeAll(async () => {
  mkdirSync(written);
  const args = [join(ROOT, 'node_modules/aws-cdk/bin/cdk'), 'init', 'app', '--language', 'typescript', '--generate-only'];
  const env = { PATH, HOME: parent, CDK_DISABLE_CLI_TELEMETRY: 'true', AWS_EC2_METADATA_DISABLED: 'true' };
  expect(await runProcess(process.execPath, args, { cwd: written, env })).toMatchObject({ code: 0 });
});

afterAll(() => rmSync(parent, { recursive: true }));

const read = (folder: string, file: string) => JSON.parse(readFileSync(join(folder, file), 'utf8'));

test('the example in TypeScript and the README run the app as cdk init writes it', () => {
  const { app } = read(written, 'cdk.json');
  const inReadme = blocksIn(readPages(), 'json').filter(({ page }) => page === 'README.md').map(({ content }) => JSON.parse(content));

  expect(read(example, 'cdk.json').app).toBe(app);
  expect(inReadme).toContainEqual({ app, plugin: ['cdk-secure-repository/cli'] });
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
