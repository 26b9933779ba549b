/**
 * The committed files of a project as planning sees them: paths and content ids, nothing read.
 * `project/` makes it from `git ls-tree`; `spec/` and `plan/` only look things up in it.
 */

/** One tracked file. */
export interface TreeEntry {
  /** Relative to the project's root, with forward slashes. */
  readonly path: string;
  readonly type: 'file' | 'executable' | 'symlink' | 'subdataset';
  /** The git blob id; for a subdataset the recorded commit. */
  readonly blob: string;
  /** The git-annex key when the content is annexed, as a locked link or an unlocked pointer. */
  readonly annexKey?: string;
  /** Where an unannexed symlink points, as committed. */
  readonly target?: string;
}

/** All tracked files of one commit, sorted by path in code-point order (git's own order of full paths). */
export interface Tree {
  readonly commit: string;
  readonly entries: readonly TreeEntry[];
}
