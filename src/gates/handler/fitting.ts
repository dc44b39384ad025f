/** As many items as there is room for when they are joined by two characters, and how many more there are. */
export function fitting(items: string[], room: number): string[] {
  for (let shown = items.length; shown > 0; shown--) {
    const list = [...items.slice(0, shown), ...more(items.length - shown)];
    if (list.join(', ').length <= room) {
      return list;
    }
  }
  return more(items.length);
}

function more(count: number): string[] {
  return count > 0 ? [`${count} more`] : [];
}
