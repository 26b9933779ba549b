/** What content is, by what git and git-annex have hashed; nothing is read. */
import { hash } from 'node:crypto';
import type { TreeEntry } from './tree.ts';

/**
 * What a file's content is: `annex <key>` in whichever form git-annex has committed it, otherwise what git
 * stores. For annexed content neither the executable bit nor the link itself counts, because both change when a
 * file is unlocked.
 */
export function identity(entry: Pick<TreeEntry, 'type' | 'blob' | 'annexKey'>): string {
  const { annexKey } = entry;
  return annexKey === undefined ? `${entry.type} ${entry.blob}` : `annex ${annexKey}`;
}

/** Git's own files (`.gitattributes`, `.gitmodules`) and a dataset's `.datalad/` say nothing about the data. */
export function isGitOwn(name: string): boolean {
  // Most names hold neither, which is seen sooner than where.
  return /\.git|\.datalad/.test(name) && /(?:^|\/)(?:\.git|\.datalad\/)/.test(name);
}

/**
 * The digest of files, by their names and what they are.
 * @param visit - Gives each of them, for as long as it is looked at.
 * @param cut - Characters of each path that are no part of the name.
 * @param resolve - Follows a link to the file that it leads to.
 */
export function digestOfFiles(
  visit: (look: (entry: TreeEntry) => void) => void,
  cut: number,
  resolve: (entry: TreeEntry) => TreeEntry | undefined,
): string {
  let text = '';
  visit((entry) => {
    const name = entry.path.slice(cut);
    if (!isGitOwn(name)) text += `${name}\0${identity(resolve(entry) ?? entry)}\0`;
  });
  return hash('sha256', text);
}

/** Whether a file's content depends on nothing but itself: a link leads elsewhere, a subdataset may be here or not. */
export function saysAll({ target, type, dataset }: TreeEntry): boolean {
  return target === undefined && type !== 'subdataset' && dataset === undefined;
}
