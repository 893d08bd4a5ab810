/** Reads at most so many items at the same time, and yields the results in the order of the items. */
export async function* readAhead<Item, Result>(
  items: Iterable<Item> | AsyncIterable<Item>,
  read: (item: Item) => Promise<Result | undefined>,
  atOnce: number,
): AsyncGenerator<Result> {
  const reading: Promise<Result | undefined>[] = [];
  for await (const item of items) {
    const result = read(item);
    // The caller gets the error when its turn comes, and may end before.
    result.catch(() => undefined);
    reading.push(result);
    const first = reading.length < atOnce ? undefined : await reading.shift();
    if (first !== undefined) yield first;
  }
  for (const result of reading) {
    const next = await result;
    if (next !== undefined) yield next;
  }
}
