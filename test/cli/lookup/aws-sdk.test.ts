import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';
import * as ts from 'typescript';
import * as awsSdk from '../../../src/cli/lookup/aws-sdk';

const ROOT = join(__dirname, '..', '..', '..');
const SRC = join(ROOT, 'src');

/** What the files import from packages of the AWS SDK, but for types. */
function importedFrom(files: string[]): string[] {
  return files.flatMap(file => {
    const { statements } = ts.createSourceFile(file, readFileSync(join(SRC, file), 'utf8'), ts.ScriptTarget.Latest);
    return statements.filter(ts.isImportDeclaration)
      .filter(({ moduleSpecifier, importClause }) => /^@(aws-sdk|smithy)\//.test((moduleSpecifier as ts.StringLiteral).text) && !importClause?.isTypeOnly)
      .flatMap(({ importClause }) => (importClause!.namedBindings as ts.NamedImports).elements.map(({ name }) => name.text));
  });
}

/** Files of `src` that the command and the plugin load, sooner or later. */
function loaded(file = 'cli/index.ts', known = new Set<string>()): Set<string> {
  if (!known.has(file)) {
    known.add(file);
    const { importedFiles } = ts.preProcessFile(readFileSync(join(SRC, file), 'utf8'), true, true);
    importedFiles.filter(({ fileName }) => fileName.startsWith('.')).forEach(({ fileName }) => loaded(`${posix.join(dirname(file), fileName)}.ts`, known));
  }
  return known;
}

test('the bundle of the AWS SDK has all that the command and the plugin take from it', () => {
  const used = importedFrom([...loaded()].filter(file => file !== 'cli/lookup/aws-sdk.ts'));
  const types = [
    'AssumeRoleCommandInput', 'DescribeImageScanFindingsResponse', 'EnhancedImageScanFinding', 'ImageDetail', 'ImageFailure', 'ImageScanFinding', 'NodeHttpHandlerOptions',
  ];
  expect(Object.keys(awsSdk).sort()).toEqual([...new Set(used)].filter(name => !types.includes(name)).sort());
});

test('the command loads nothing of the AWS SDK before it asks ECR', () => {
  const loadedFiles = execFileSync(process.execPath, ['-p', "require('./cli'); JSON.stringify(Object.keys(require.cache))"], { cwd: ROOT, encoding: 'utf8' });
  expect(JSON.parse(loadedFiles)).toEqual([join(ROOT, 'cli', 'index.js')]);
});
