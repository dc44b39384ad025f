import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parsePage } from '../test/docs/pages';

/** A file as the quick start has it in one of its steps. */
export interface QuickStartFile {
  readonly file: string;
  readonly step: string;
  readonly content: string;
}

const PAGE = 'docs/quick-start.md';

export const QUICK_START: QuickStartFile[] = parsePage(PAGE, readFileSync(join(__dirname, '..', PAGE), 'utf8')).blocks.flatMap(({ flags, content }) =>
  flags.flatMap(flag => [...flag.matchAll(/^step-(\d)=(.+)$/g)]).map(([, step, file]) => ({ file, step, content })));
