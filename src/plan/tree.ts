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
  readonly annexKey?: string | undefined;
  /** Where an unannexed symlink points, as committed. */
  readonly target?: string | undefined;
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

/** Entries `from` up to, not including, `to` of a tree's sorted list. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** A list of files, such as an array; one that is long may make those that are asked for, and these only. */
export interface Entries extends Iterable<TreeEntry> {
  readonly length: number;
  /** The same object whenever it is asked for. */
  at(position: number): TreeEntry | undefined;
  slice(from: number, to: number): readonly TreeEntry[];
  /** Shows some of them without making them, each for the time of the look; an array has no need of it. */
  visit?(from: number, to: number, look: (entry: TreeEntry) => void): void;
  /** What is given to a test is only for the time of the test. */
  filter(test: (entry: TreeEntry) => boolean): readonly TreeEntry[];
  some(test: (entry: TreeEntry) => boolean): boolean;
  find(test: (entry: TreeEntry) => boolean): TreeEntry | undefined;
}

/** What is known of a list of files without making any of them. */
export interface Outline {
  /** Their paths. */
  readonly paths: { readonly length: number; at(position: number): string | undefined };
  /** Their annex keys, of those that have one. */
  readonly keys: { at(position: number): string | undefined };
  /** Which of them lie in each directory, by its path. */
  readonly spans: ReadonlyMap<string, Span>;
}

/** All tracked files of one commit, sorted by path in code-point order (git's own order of full paths). */
export interface Tree {
  readonly commit: string;
  readonly entries: Entries;
  /** Absent where nobody has noted it. */
  readonly outline?: Outline;
  /** Every subdataset that is known, sorted by path; those within one that was not read are not known. */
  readonly subdatasets?: readonly Subdataset[];
  /** The git tree id of each of the project's own directories, by its path; absent where nobody has asked. */
  readonly treeIds?: ReadonlyMap<string, string>;
  /** Digests that are known already; absent where none are kept. */
  readonly digests?: KnownDigests;
}

/** Digests of directories by git's tree id, which stands for the same files always and everywhere. */
export interface KnownDigests {
  readonly get: (treeId: string) => string | undefined;
  readonly set: (treeId: string, digest: string) => void;
}
