/** What differs between a datum of then and of now, before anybody has looked for the commit that changed it. */
import type { SpecPath } from '../spec/places.ts';
import { identity } from './digest.ts';
import type { WhyChange } from './report.ts';
import type { TreeEntry } from './tree.ts';
import type { TreeIndex } from './tree-index.ts';

/** One difference, and where the commit that made it is to be looked for. */
export interface Change extends Omit<WhyChange, 'since'> {
  readonly trace: Trace;
}

/** Where a change came into the project. */
export type Trace =
  /** In a file, that has this entry now; `undefined` where it is gone. */
  | { readonly in: 'file'; readonly path: string; readonly entry: TreeEntry | undefined }
  /** In a field of the spec. */
  | { readonly in: 'spec'; readonly field: SpecPath }
  | { readonly in: 'nowhere' };

/** A file of then and the same of now; one of them may be missing. */
export interface FilePair {
  readonly before: TreeEntry | undefined;
  readonly after: TreeEntry | undefined;
}

/** The change of a file of an input or of code, told by the content that its path leads to in the tree of each. */
export function contentChange(
  kind: 'input' | 'code',
  { before, after }: FilePair,
  then: TreeIndex,
  now: TreeIndex,
): Change | undefined {
  const old = before === undefined ? undefined : (then.resolve(before) ?? before);
  const fresh = after === undefined ? undefined : (now.resolve(after) ?? after);
  const change = fileChange(kind, { before: old, after: fresh });
  if (change === undefined) return undefined;
  // Where a link leads elsewhere now, it is the link that changed, and not the file that it leads to.
  const isRelinked =
    before?.target !== undefined && after?.target !== undefined && before.blob !== after.blob;
  const entry = isRelinked || fresh === undefined ? after : fresh;
  const path = (after ?? before)?.path ?? '';
  return { ...change, path, trace: { in: 'file', path: entry?.path ?? path, entry } };
}

/** The change of a file, links counting as themselves; `undefined` where there is none. */
export function fileChange(
  kind: Change['kind'],
  { before: old, after: fresh }: FilePair,
): Change | undefined {
  if (old !== undefined && fresh !== undefined && identity(old) === identity(fresh)) return undefined;
  const path = (fresh ?? old)?.path ?? '';
  const isModeOnly = old !== undefined && fresh !== undefined && contentOf(old) === contentOf(fresh);
  const text = (entry: TreeEntry | undefined): string | null => {
    if (entry === undefined) return null;
    return isModeOnly ? `${entry.type} ${contentOf(entry)}` : contentOf(entry);
  };
  return { kind, path, before: text(old), after: text(fresh), trace: { in: 'file', path, entry: fresh } };
}

/** What a file's content is called by: its annex key, or git's id of its blob. */
export function contentOf({ annexKey, blob }: TreeEntry): string {
  return annexKey ?? blob;
}
