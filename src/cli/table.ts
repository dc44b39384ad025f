const GAP = '  ';

/** Lines with aligned columns. */
export function formatTable(titles: string[], rows: string[][]): string[] {
  const widths = titles.map((_, column) => Math.max(...[titles, ...rows].map(row => row[column].length)));
  return [titles, ...rows].map(row => row.map((cell, column) => cell.padEnd(widths[column])).join(GAP).trimEnd());
}
