/**
 * Makes compiled `export * from './x'` lines load on use: an app that uses one class does not wait for the others. The argument is the
 * compiled file, which has nothing else in it.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { resolve } from 'node:path';

const EXPORT_ALL = /^__exportStar\(require\("(\.\/[^"]+)"\), exports\);$/gm;

export function lazyExports(file: string): string {
  const load = createRequire(file);
  const modules = [...readFileSync(file, 'utf8').matchAll(EXPORT_ALL)].map(([, path]) => ({ path, names: Object.keys(load(path)) }));
  const names = modules.flatMap(module => module.names);
  if (names.length === 0) {
    throw new Error(`${file} has no exports that could be made lazy; compile first`);
  }
  return [
    '"use strict";',
    'Object.defineProperty(exports, "__esModule", { value: true });',
    // `import { x } from` in an ES module finds names by reading the code, and leaves out those that it sees a getter defined for.
    `exports.${names.join(' = exports.')} = void 0;`,
    'const define = (name, load) => Object.defineProperty(exports, name, { enumerable: true, configurable: true, get: () => load()[name] });',
    ...modules.flatMap(({ path, names: exported }) => exported.map(name => `define("${name}", () => require("${path}"));`)),
    '',
  ].join('\n');
}

if (require.main === module) {
  const file = resolve(process.argv[2]);
  writeFileSync(file, lazyExports(file));
}
