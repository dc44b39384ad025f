import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as ts from 'typescript';

/** What other languages call a parameter is its name here; of one that is taken apart, jsii makes none that compiles. */

const SRC = join(__dirname, '..', 'src');

const isInternal = (node: ts.Node) => ts.getJSDocTags(node).some(({ tagName }) => tagName.text === 'internal');
const isPrivate = (node: ts.HasModifiers) => ts.getModifiers(node)?.some(({ kind }) => kind === ts.SyntaxKind.PrivateKeyword);

function membersOf(path: string): { readonly name: string; readonly parameters: readonly ts.ParameterDeclaration[] }[] {
  const source = ts.createSourceFile(path, readFileSync(path, 'utf8'), ts.ScriptTarget.Latest, true);
  return source.statements.filter(ts.isClassDeclaration).flatMap(one => one.members
    .filter(member => ts.isConstructorDeclaration(member) || ts.isMethodDeclaration(member))
    .filter(member => !isPrivate(member) && !isInternal(member))
    .map(member => ({ name: `${one.name!.text}.${member.name?.getText() ?? 'constructor'}`, parameters: [...member.parameters] })));
}

test('each parameter of what is public has a name', () => {
  const files = [...readFileSync(join(SRC, 'index.ts'), 'utf8').matchAll(/from '(.+)'/g)].map(([, path]) => join(SRC, `${path}.ts`));
  const members = files.flatMap(membersOf);
  expect(members.map(({ name }) => name)).toEqual(expect.arrayContaining(['SecureRepository.constructor', 'DigestPinnedImage.fromLookup']));
  expect(members.filter(({ parameters }) => parameters.some(({ name }) => !ts.isIdentifier(name))).map(({ name }) => name)).toEqual([]);
});
