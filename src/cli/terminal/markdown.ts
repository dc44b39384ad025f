import { withoutControls } from '../../registry-client/quote';

/** Text of any origin as code, which Markdown shows as it is: no links, no mentions, no HTML. */
export function code(text: string): string {
  const shown = withoutControls(text);
  const longestRun = [...shown.matchAll(/`+/g)].reduce((longest, [run]) => Math.max(longest, run.length), 0);
  const fence = '`'.repeat(longestRun + 1);
  const padding = longestRun > 0 ? ' ' : '';
  return `${fence}${padding}${shown}${padding}${fence}`;
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
