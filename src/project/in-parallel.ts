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

/**
 * Works off a list that grows: `work` returns what is to be done after an item. Ends when nothing is left.
 * @param atOnce - How many at a time.
 */
export function inParallelWithMore<T>(
  items: readonly T[],
  work: (item: T) => Promise<readonly T[]>,
  atOnce: number,
): Promise<void> {
  const queue = [...items];
  let running = 0;
  return new Promise((resolve, reject) => {
    const next = (): void => {
      if (queue.length === 0 && running === 0) resolve();
      for (const item of queue.splice(0, atOnce - running)) {
        running += 1;
        work(item).then((more) => {
          running -= 1;
          queue.push(...more);
          next();
        }, reject);
      }
    };
    next();
  });
}
