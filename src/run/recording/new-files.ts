/** What a commit is to hold at a path: computed content, or a copy of what is committed elsewhere in the same dataset. */
import type { TreeEntry } from '../../plan/tree.ts';
import type { TreeIndex } from '../../plan/tree-index.ts';
import { annexLink } from '../../project/annex.ts';
import type { GitContent } from '../result-files.ts';
import type { NewFile } from './fast-import.ts';

/** Content that has been taken in, at a path of the project. */
export function newFile(index: TreeIndex, path: string, { mode, entry, content }: GitContent): NewFile {
  if (content === undefined) return { path, mode, blob: entry.blob };
  if (mode !== '120000' || entry.annexKey === undefined) return { path, mode, content };
  return { path, mode, content: linkAt(index, path, entry.annexKey) };
}

/** A committed file once more, at another path of the project. */
export function copiedFile(index: TreeIndex, path: string, { type, blob, annexKey }: TreeEntry): NewFile {
  const mode = { file: '100644', executable: '100755', symlink: '120000', subdataset: '160000' }[type];
  // The text of a locked link depends on how deep it lies.
  if (annexKey !== undefined && type === 'symlink')
    return { path, mode, content: linkAt(index, path, annexKey) };
  return { path, mode, blob };
}

/** A locked link leads to the annex of the dataset that it lies in. */
function linkAt(index: TreeIndex, path: string, key: string): Buffer {
  const dataset = index.datasetOf(path);
  return Buffer.from(annexLink(dataset === '' ? path : path.slice(dataset.length + 1), key));
}
