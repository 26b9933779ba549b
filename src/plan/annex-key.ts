/** What the key of annexed content says by itself. */

/** The size in bytes that a key carries; 0 when it carries none (content of unknown size, such as URLs). */
export function sizeOfKey(key: string): number {
  return Number(/-s(\d+)/.exec(key.split('--', 1)[0] ?? '')?.[1] ?? 0);
}
