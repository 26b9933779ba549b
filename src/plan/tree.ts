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
  /** The path of the subdataset that it belongs to; absent for the project's own files. */
  readonly dataset?: string;
}

/** A subdataset at the commit that is recorded for it, at any depth. */
export interface Subdataset {
  /** Relative to the project's root. */
  readonly path: string;
  /** Its name in `.gitmodules`, where it is there. */
  readonly name: string | undefined;
  /** The recorded commit. */
  readonly commit: string;
  /** The DataLad dataset id, where it has one. */
  readonly id: string | null;
  /**
   * `read`: its files are entries of the tree. `unread`: nothing needs it. `absent`: it is not installed.
   * `outdated`: it is installed, without the recorded commit. All but the first have one entry for the whole.
   */
  readonly state: 'read' | 'unread' | 'absent' | 'outdated';
  /** Its git directory, absolute, where it is installed: objects and the annex are there. */
  readonly gitDirectory: string | undefined;
  /** The command that brings it here, to be typed at the project's root. */
  readonly remedy: string;
}

/** All tracked files of one commit, sorted by path in code-point order (git's own order of full paths). */
export interface Tree {
  readonly commit: string;
  readonly entries: readonly TreeEntry[];
  /** Every subdataset that is known, sorted by path; those within one that was not read are not known. */
  readonly subdatasets?: readonly Subdataset[];
}
