/** Doing many things a few at a time, where each starts processes. */

/** Up to this many at once: more processes than that only wait for each other. */
const AT_ONCE = 8;

/**
 * Applies `work` to every item; the results are in the order of the items.
 * @param atOnce - How many at a time.
 */
export async function inParallel<T, R>(
  items: readonly T[],
  work: (item: T) => Promise<R>,
  atOnce = AT_ONCE,
): Promise<R[]> {
  const results = new Map<number, R>();
  const queue = items.entries();
  const worker = async (): Promise<void> => {
    for (const [position, item] of queue) results.set(position, await work(item));
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, items.length) }, worker));
  return items.flatMap((_, position) => {
    const result = results.get(position);
    return result === undefined ? [] : [result];
  });
}
