/** What the key of annexed content says by itself. */
import type { TreeEntry } from './tree.ts';

/** The size in bytes that a key carries; 0 when it carries none (content of unknown size, such as URLs). */
export function sizeOfKey(key: string): number {
  const end = key.indexOf('--');
  // `BACKEND-s<bytes>…`: a field begins with a dash, and most keys have this one first.
  const start = key.indexOf('-s') + 2;
  if (start < 2 || (end >= 0 && start > end)) return 0;
  let size = 0;
  for (let at = start; at < key.length; at += 1) {
    const digit = key.charCodeAt(at) - 48;
    if (digit < 0 || digit > 9) break;
    size = size * 10 + digit;
  }
  return size;
}

/** The bytes of all annexed content among files, each key once. */
export function sizeOfFiles(files: readonly Pick<TreeEntry, 'annexKey'>[]): number {
  const keys = new Set(files.flatMap(({ annexKey }) => annexKey ?? []));
  return [...keys].reduce((sum, key) => sum + sizeOfKey(key), 0);
}
