/** Text of any origin as code, which Markdown shows as it is: no links, no mentions, no HTML. */
export function code(text: string): string {
  const longestRun = Math.max(0, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = '`'.repeat(longestRun + 1);
  const padding = longestRun > 0 ? ' ' : '';
  return `${fence}${padding}${text}${padding}${fence}`;
}

/** A table in GitHub's and GitLab's Markdown. */
export function markdownTable(titles: string[], rows: string[][]): string[] {
  const line = (cells: string[]) => `| ${cells.join(' | ')} |`;
  return [line(titles), line(titles.map(() => '---')), ...rows.map(cells => line(cells.map(tableCell)))];
}

/** In a table a bar ends the cell, in code as well. */
function tableCell(text: string): string {
  return text === '' || text === '-' ? text : code(text).replaceAll('|', '\\|');
}
