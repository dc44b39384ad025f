/** Maps with at most `bound` calls under way at a time; the results come in the items' order. */
export async function inParallel<T, R>(items: T[], bound: number, map: (item: T) => Promise<R>): Promise<R[]> {
  const results = new Array<R>(items.length);
  const open = items.entries();
  const worker = async () => {
    for (const [index, item] of open) {
      results[index] = await map(item);
    }
  };
  await Promise.all(Array.from({ length: Math.min(bound, items.length) }, worker));
  return results;
}
