/** Where a path of the project leads when committed symlinks are followed, those of directories along it included. */
import { joinPaths, resolvePath } from './paths.ts';
import type { Subdataset, TreeEntry } from './tree.ts';
import type { TreeIndex } from './tree-index.ts';

/** What is there. */
export type Followed =
  | { readonly kind: 'file'; readonly entry: TreeEntry }
  | { readonly kind: 'directory'; readonly path: string }
  /** It is in a subdataset that is not here, so that nobody knows. */
  | { readonly kind: 'absent'; readonly subdataset: Subdataset };

/** How many symlinks are followed before a chain counts as endless; the kernel's own limit. */
const LINK_LIMIT = 40;

/** Follows a path from the project's root; `undefined` when it leads nowhere or out of the project. */
export function followPath(index: TreeIndex, path: string): Followed | undefined {
  let rest = segmentsOf(path);
  let reached = '';
  for (let links = 0; ; ) {
    const [segment, ...further] = rest;
    if (segment === undefined) return reached === '' ? undefined : { kind: 'directory', path: reached };
    const next = joinPaths(reached, segment);
    const entry = index.file(next);
    if (entry?.target !== undefined) {
      links += 1;
      const target = links > LINK_LIMIT ? undefined : resolvePath(reached, entry.target);
      if (target === undefined) return undefined;
      rest = [...segmentsOf(target), ...further];
      reached = '';
      continue;
    }
    if (index.isDirectory(next)) {
      reached = next;
      rest = further;
      continue;
    }
    const closed = entry?.type === 'subdataset' ? index.subdataset(next) : undefined;
    if (closed !== undefined) return { kind: 'absent', subdataset: closed };
    return entry === undefined || further.length > 0 ? undefined : { kind: 'file', entry };
  }
}

function segmentsOf(path: string): string[] {
  return path === '' ? [] : path.split('/');
}
