import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as ts from 'typescript';
import * as awsSdk from '../../../src/cli/lookup/aws-sdk';

const SRC = join(__dirname, '..', '..', '..', 'src');

/** What the files import from packages of the AWS SDK, but for types. */
function importedFrom(files: string[]): string[] {
  return files.flatMap(file => {
    const { statements } = ts.createSourceFile(file, readFileSync(join(SRC, file), 'utf8'), ts.ScriptTarget.Latest);
    return statements.filter(ts.isImportDeclaration)
      .filter(({ moduleSpecifier, importClause }) => /^@(aws-sdk|smithy)\//.test((moduleSpecifier as ts.StringLiteral).text) && !importClause?.isTypeOnly)
      .flatMap(({ importClause }) => (importClause!.namedBindings as ts.NamedImports).elements.map(({ name }) => name.text));
  });
}

const inFolder = (folder: string) => readdirSync(join(SRC, folder)).filter(file => file.endsWith('.ts')).map(file => `${folder}/${file}`);

test('the bundle of the AWS SDK has all that the command and the plugin take from it', () => {
  const used = importedFrom(['cli/cdk', 'cli/commands', 'cli/lock-file', 'cli/lookup', 'cli/terminal', 'registry-client'].flatMap(inFolder));
  const types = ['AssumeRoleCommandInput', 'ImageDetail', 'ImageFailure', 'NodeHttpHandlerOptions'];
  expect(Object.keys(awsSdk).sort()).toEqual([...new Set(used)].filter(name => !types.includes(name)).sort());
});
