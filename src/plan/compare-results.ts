/** In which files a result is not what its job has left. */
import { type Change, fileChange } from './change.ts';
import { compareCodePoints } from './match-tree.ts';
import type { ResultRecord } from './record.ts';
import { ownedEntries } from './result.ts';
import type { TreeIndex } from './tree-index.ts';

/**
 * Every file that a record owns and that is another one now, or is gone, or has come.
 * @param then - The tree of the record's own commit.
 */
export function compareResults(record: ResultRecord, then: TreeIndex, now: TreeIndex): Change[] {
  const entriesIn = (index: TreeIndex) =>
    new Map(ownedEntries(index, record).map((entry) => [entry.path, entry] as const));
  const [old, fresh] = [entriesIn(then), entriesIn(now)];
  const paths = [...new Set([...old.keys(), ...fresh.keys()])].sort(compareCodePoints);
  return paths.flatMap((path) => {
    const pair = { before: old.get(path), after: fresh.get(path) };
    return fileChange('result', pair) ?? [];
  });
}
