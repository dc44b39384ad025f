import { readdirSync, readFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { dirname, join, posix } from 'node:path';
import * as ts from 'typescript';

/** Who may import whom in `src`, by the table in CONTRIBUTING.md. */

const ROOT = join(__dirname, '..');
const SRC = join(ROOT, 'src');

/** Types only. */
const TYPES = ['aws-lambda'];

interface SourceFile {
  readonly path: string;
  readonly lines: number;
  readonly imports: string[];
}

const sources: SourceFile[] = readdirSync(SRC, { recursive: true, encoding: 'utf8' }).filter(path => path.endsWith('.ts')).map(path => {
  const text = readFileSync(join(SRC, path), 'utf8');
  const imports = ts.preProcessFile(text, true, true).importedFiles.map(({ fileName }) => fileName);
  return { path, lines: text.trimEnd().split('\n').length, imports };
});

/** A room is a folder, with the folders in it that have no row of their own. */
const rooms = new Map([...readFileSync(join(ROOT, 'CONTRIBUTING.md'), 'utf8').split('| room |')[1].split('\n\n')[0].matchAll(/^\| `([^`]+)` \|.*\|([^|]*)\|$/gm)]
  .map(([, room, allowed]) => [room, [...allowed.matchAll(/`([^`]+)`/g)].map(([, name]) => name)]));

function roomOf(path: string): string {
  const folders = posix.dirname(path).split('/');
  const candidates = folders.map((_, depth) => folders.slice(0, folders.length - depth).join('/'));
  return candidates.find(folder => rooms.has(folder)) ?? candidates[0];
}

function fileOf(from: SourceFile, name: string): string | undefined {
  const path = posix.join(dirname(from.path), name);
  return [`${path}.ts`, `${path}/index.ts`].find(candidate => sources.some(file => file.path === candidate));
}

/** What a file imports from another room, as the table calls it. */
function importsOf(file: SourceFile): string[] {
  return file.imports.filter(name => !builtinModules.includes(name.replace('node:', '')) && !TYPES.includes(name)).map(name => {
    if (!name.startsWith('.')) {
      const allowed = rooms.get(roomOf(file.path)) ?? [];
      return allowed.find(one => name === one || name.startsWith(`${one}/`)) ?? name;
    }
    return roomOf(fileOf(file, name) ?? `no such file: ${name}`);
  }).filter(name => name !== roomOf(file.path));
}

test('there is a room for each file, and nothing in the root but what is exported', () => {
  expect([...new Set(sources.map(({ path }) => roomOf(path)))].sort()).toEqual([...rooms.keys(), '.'].sort());
  expect(sources.filter(({ path }) => dirname(path) === '.').map(({ path }) => path)).toEqual(['index.ts']);
});

test.each([...rooms])('%s imports %j, no more and no less', (room, allowed) => {
  const used = new Set(sources.filter(({ path }) => roomOf(path) === room).flatMap(importsOf));
  expect([...used].sort()).toEqual([...allowed].sort());
});

test('no file comes back to itself by its imports', () => {
  const done = new Set<string>();
  const visit = (path: string, way: string[]) => {
    expect(way).not.toContain(path);
    if (!done.has(path)) {
      const file = sources.find(source => source.path === path)!;
      file.imports.flatMap(name => fileOf(file, name) ?? []).forEach(next => visit(next, [...way, path]));
      done.add(path);
    }
  };
  sources.forEach(({ path }) => visit(path, []));
});

test('no two rooms import each other, also not by others', () => {
  const visit = (room: string, way: string[]) => {
    expect(way).not.toContain(room);
    (rooms.get(room) ?? []).filter(other => rooms.has(other)).forEach(other => visit(other, [...way, room]));
  };
  [...rooms.keys()].forEach(room => visit(room, []));
});

test('no file is longer than 350 lines', () => {
  expect(sources.filter(({ lines }) => lines > 350)).toEqual([]);
});
