const AT_A_TIME = 10;

/** Does something for each item, ten at a time. The results have the order of the items. */
export async function inBatches<Item, Result>(
  items: readonly Item[],
  action: (item: Item) => Promise<Result>,
): Promise<readonly Result[]> {
  const results: Result[] = [];
  for (let start = 0; start < items.length; start += AT_A_TIME) {
    results.push(...(await Promise.all(items.slice(start, start + AT_A_TIME).map(action))));
  }
  return results;
}
