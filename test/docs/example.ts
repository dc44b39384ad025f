import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Stack } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import * as ts from 'typescript';
import { Block, blocksIn, parsePage, ROOT } from './pages';
import * as library from '../../src';

const HERE = '/// here';

/** An example as a module: in its fixture, with its imports on top, or as it stands. */
export function moduleOf({ content, flags }: Block): string {
  if (flags.includes('nofixture')) {
    return content;
  }
  const [fixture = 'default'] = flags.flatMap(flag => flag.match(/(?<=^fixture=).+/) ?? []);
  const around = readFileSync(join(ROOT, 'rosetta', `${fixture}.ts-fixture`), 'utf8');
  const imports = content.match(/^import .*;$/gm) ?? [];
  const body = content.replace(/^import .*;$/gm, '');
  return `${imports.join('\n')}\n${around.replace(HERE, () => body)}`;
}

/**
 * The first example in TypeScript below a heading of a page, as a stack in a scope.
 *
 * @param modules what it gets in place of modules that it imports
 */
export function exampleStack(page: string, heading: string, scope: Construct, id: string, modules: Record<string, unknown> = {}): Stack {
  const text = readFileSync(join(ROOT, page), 'utf8');
  const [, section] = text.split(new RegExp(`^## ${heading}$`, 'm'));
  const [block] = section === undefined ? [] : blocksIn([parsePage(page, section.split(/^## /m)[0])], 'ts');
  if (!block) {
    throw new Error(`${page} has no example under '${heading}'`);
  }
  const { outputText } = ts.transpileModule(`${moduleOf(block)}\nexport { Fixture };`, {
    compilerOptions: { module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2022 },
  });
  const exported: { Fixture?: new (scope: Construct, id: string) => Stack } = {};
  const given: Record<string, unknown> = { 'cdk-secure-repository': library, ...modules };
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  new Function('require', 'exports', outputText)((name: string) => given[name] ?? require(name), exported);
  return new exported.Fixture!(scope, id);
}
