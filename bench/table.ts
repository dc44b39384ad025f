export type Cell = string | number;

/** What one section measured: a heading, a table, and what to know when reading it. */
export interface Table {
  readonly title: string;
  readonly columns: string[];
  readonly rows: Cell[][];
  readonly notes?: string[];
}

/** A part of the benchmark. */
export interface Section {
  /** Its name on the command line. */
  readonly name: string;
  readonly run: () => Promise<Table[]>;
}

export function toMarkdown({ title, columns, rows, notes = [] }: Table): string {
  const lines = [columns, columns.map(() => '---'), ...rows].map(cells => `| ${cells.join(' | ')} |`);
  return [`## ${title}`, ...columns.length > 0 ? ['', ...lines] : [], ...notes.flatMap(note => ['', note]), ''].join('\n');
}
