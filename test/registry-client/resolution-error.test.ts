import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as ts from 'typescript';
import { outcomeOf, ResolutionError } from '../../src/registry-client/resolution-error';

test('an outcome is an answer or why there is none', async () => {
  const error = new ResolutionError('image-not-found', 'none');
  await expect(outcomeOf(() => 1)).resolves.toBe(1);
  await expect(outcomeOf(() => Promise.reject(error))).resolves.toBe(error);
});

test('a bug is not an outcome', async () => {
  await expect(outcomeOf(() => {
    throw new TypeError('a bug');
  })).rejects.toThrow('a bug');
});

test('the reason decides about the kind', () => {
  expect(new ResolutionError('image-not-found', 'none')).toMatchObject({ kind: 'missing', reason: 'image-not-found' });
  expect(new ResolutionError('rate-limited', 'slow', { status: 429 })).toMatchObject({ kind: 'busy', status: 429 });
});

test('no message of a registry says what to do', () => {
  const folder = join(__dirname, '../../src/registry-client');
  const texts: string[] = [];
  const collect = (node: ts.Node) => {
    if (ts.isStringLiteral(node) || ts.isTemplateLiteralToken(node)) {
      texts.push(node.text);
    }
    ts.forEachChild(node, collect);
  };
  readdirSync(folder).forEach(file => collect(ts.createSourceFile(file, readFileSync(join(folder, file), 'utf8'), ts.ScriptTarget.Latest)));
  expect(texts).toContain('does not exist');
  expect(texts.filter(text => text.includes('; '))).toEqual([]);
});
