import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Table } from './table';

const FILE = join(__dirname, '..', '.cache', 'bench.json');

/** What was last measured, by section. */
export type Results = Partial<Record<string, Table[]>>;

export function readResults(): Results {
  return existsSync(FILE) ? JSON.parse(readFileSync(FILE, 'utf8')) : {};
}

/** Puts what a section measured in the place of what it measured before; other sections stay. */
export function keepResults(section: string, tables: Table[]): void {
  mkdirSync(dirname(FILE), { recursive: true });
  writeFileSync(FILE, `${JSON.stringify({ ...readResults(), [section]: tables }, null, 2)}\n`);
}
