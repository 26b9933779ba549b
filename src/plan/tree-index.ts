/** Looking things up in a committed tree: a path, everything under a directory, the digest of either. */
import { digestOfFiles, isGitOwn, saysAll } from './digest.ts';
import type { Glob } from './glob.ts';
import { matchTree, type TreeMatch } from './match-tree.ts';
import { isWithin, parentPath, resolvePath } from './paths.ts';
import { shownWord } from './shown-name.ts';
import { concernsRepo } from './subdataset-needs.ts';
import type { Outline, Span, Subdataset, Tree, TreeEntry } from './tree.ts';
import { spansOf } from './tree-spans.ts';

/** Up to this many files are looked through one by one. */
const FEW = 8;

/** How many globs' matches are kept at least, and how many matches of more globs than these. */
const KEPT = { globs: 32, matches: 100_000 };

/** How many symlinks are followed before a chain counts as endless; the kernel's own limit. */
const LINK_LIMIT = 40;

/** A committed tree with its directories; digests are computed once. */
export class TreeIndex {
  readonly tree: Tree;
  /** The files that lie directly in a directory, by their paths, for the directories that were asked about. */
  readonly #filesIn = new Map<string, ReadonlyMap<string, TreeEntry>>();
  readonly #directories: Map<string, Span>;
  readonly #pathList: Outline['paths'];
  readonly #digests = new Map<string, string>();
  readonly #matches = new Map<string, readonly TreeMatch[]>();
  #matchesKept = 0;
  #paths: readonly string[] | undefined;
  #aroundSubdatasets: ReadonlySet<string> | undefined;
  /** Every subdataset that is known. */
  readonly subdatasets: readonly Subdataset[];
  /** Subdatasets whose files are not in the tree: they are not here, or nothing needs them. */
  readonly closed: readonly Subdataset[];
  readonly #subdatasets: ReadonlyMap<string, Subdataset>;

  constructor(tree: Tree) {
    this.tree = tree;
    this.#directories = new Map(tree.outline?.spans ?? spansOf(tree.entries));
    this.#directories.set('', { from: 0, to: tree.entries.length });
    this.#pathList = tree.outline?.paths ?? this.paths;
    this.subdatasets =
      tree.subdatasets ?? tree.entries.filter(({ type }) => type === 'subdataset').map(unreadSubdataset);
    this.#subdatasets = new Map(this.subdatasets.map((subdataset) => [subdataset.path, subdataset]));
    this.closed = this.subdatasets.filter(({ state }) => state !== 'read');
    for (const { path, state } of this.subdatasets) {
      // One without a file is a directory all the same.
      if (state === 'read' && !this.#directories.has(path)) this.#directories.set(path, { from: 0, to: 0 });
    }
  }

  /** Every path, subdatasets included, in code-point order. */
  get paths(): readonly string[] {
    this.#paths ??= pathsOf(this.tree.entries);
    return this.#paths;
  }

  /** The subdataset of exactly this path. */
  subdataset(path: string): Subdataset | undefined {
    return this.#subdatasets.get(path);
  }

  /** Every directory that holds something tracked, but for the root. */
  get directories(): readonly string[] {
    return [...this.#directories.keys()].filter((directory) => directory !== '');
  }

  /** Whether a path is tracked, as a file or as the place of a subdataset. */
  has(path: string): boolean {
    return this.file(path) !== undefined;
  }

  /** The paths below a directory, relative to it. */
  below(directory: string): readonly string[] {
    if (directory === '') return this.paths;
    const span = this.#directories.get(directory);
    if (span === undefined) return [];
    return this.paths.slice(span.from, span.to).map((path) => path.slice(directory.length + 1));
  }

  /** What a glob matches in a directory; found once, because checks, counts and plans all ask for it. */
  matches(directory: string, glob: Glob): readonly TreeMatch[] {
    const id = `${directory}\0${glob.pattern}`;
    const known = this.#matches.get(id);
    if (known !== undefined) return known;
    const span = this.#directories.get(directory);
    const cut = directory === '' ? 0 : directory.length + 1;
    const endOf = (path: string): number | undefined => this.#directories.get(path)?.to;
    const found =
      span === undefined
        ? []
        : matchTree(glob, this.#pathList, { start: span.from, end: span.to, cut, endOf });
    // Each stroke of a key in an editor is another glob.
    if (this.#matches.size >= KEPT.globs && this.#matchesKept >= KEPT.matches) {
      this.#matches.clear();
      this.#matchesKept = 0;
    }
    this.#matches.set(id, found);
    this.#matchesKept += found.length + 1;
    return found;
  }

  /** The innermost subdataset that a path is or lies in. */
  subdatasetAround(path: string): Subdataset | undefined {
    if (this.#subdatasets.size === 0) return undefined;
    for (let part = path; part !== ''; part = parentPath(part)) {
      const found = this.#subdatasets.get(part);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  /** The path of the dataset that a path belongs to: of the innermost subdataset around it, empty for the project itself. */
  datasetOf(path: string): string {
    return this.subdatasetAround(path)?.path ?? '';
  }

  /** Whether a path is a subdataset or a directory in which there is one at any depth. */
  leadsToSubdataset(path: string): boolean {
    if (this.#subdatasets.size === 0) return false;
    this.#aroundSubdatasets ??= new Set(
      this.subdatasets.flatMap((subdataset) => {
        const parts = [''];
        for (let part = subdataset.path; part !== ''; part = parentPath(part)) parts.push(part);
        return parts;
      }),
    );
    return this.#aroundSubdatasets.has(path);
  }

  /** Whether a path is a subdataset that was not read or inside one, so that what is there is not known. */
  inSubdataset(path: string): boolean {
    return this.closed.some((subdataset) => isWithin(path, subdataset.path));
  }

  /** Whether a glob of a directory could find something in a subdataset that was not read. */
  holdsSubdataset(directory: string, glob: Glob): boolean {
    return this.closed.some(({ path }) => isWithin(path, directory) && concernsRepo(path, directory, glob));
  }

  /** The tracked file of exactly this path. */
  file(path: string): TreeEntry | undefined {
    const directory = parentPath(path);
    const span = this.#directories.get(directory);
    if (span === undefined) return undefined;
    if (span.to - span.from <= FEW) {
      for (let at = span.from; at < span.to; at += 1)
        if (this.#pathList.at(at) === path) return this.tree.entries.at(at);
      return undefined;
    }
    const files = this.#filesIn.get(directory) ?? this.#findFilesIn(directory, span);
    this.#filesIn.set(directory, files);
    return files.get(path);
  }

  /** Of most directories nobody asks about a single file, so that a table of all files would be work for nothing. */
  #findFilesIn(directory: string, span: Span): ReadonlyMap<string, TreeEntry> {
    const files = new Map<string, TreeEntry>();
    const cut = directory === '' ? 0 : directory.length + 1;
    for (let at = span.from; at < span.to; at += 1) {
      const path = this.#pathList.at(at);
      const entry = path === undefined || path.includes('/', cut) ? undefined : this.tree.entries.at(at);
      if (entry !== undefined) files.set(entry.path, entry);
    }
    return files;
  }

  /** Whether the path is a directory with tracked files in it. */
  isDirectory(path: string): boolean {
    return this.#directories.has(path);
  }

  /** How many files there are at or under a path; a subdataset that was not read is none. */
  countFiles(path: string): number {
    const span = this.#directories.get(path);
    if (span === undefined) return this.under(path).filter(({ type }) => type !== 'subdataset').length;
    return span.to - span.from - this.closed.filter((subdataset) => isWithin(subdataset.path, path)).length;
  }

  /** All tracked files at or under a path. */
  under(path: string): readonly TreeEntry[] {
    const span = this.#directories.get(path);
    if (span !== undefined) return this.tree.entries.slice(span.from, span.to);
    const file = this.file(path);
    return file === undefined ? [] : [file];
  }

  /** The annex keys of all files at or under a path, with the dataset of each; a key may come several times. */
  *keysUnder(path: string): Iterable<Pick<TreeEntry, 'annexKey' | 'dataset'>> {
    const span = this.#directories.get(path);
    const keys = this.tree.outline?.keys;
    if (span === undefined || keys === undefined) {
      for (const entry of this.under(path)) if (entry.annexKey !== undefined) yield entry;
      return;
    }
    for (let at = span.from; at < span.to; at += 1) {
      const annexKey = keys.at(at);
      if (annexKey !== undefined) yield { annexKey };
    }
  }

  /**
   * The tracked file that a path leads to when unannexed symlinks in the project are followed;
   * `undefined` when it leads nowhere, out of the project, or to a directory.
   */
  resolve(entry: TreeEntry): TreeEntry | undefined {
    let current = entry;
    for (let followed = 0; followed < LINK_LIMIT; followed += 1) {
      if (current.target === undefined) return current;
      const path = resolvePath(parentPath(current.path), current.target);
      const next = path === undefined ? undefined : this.file(path);
      if (next === undefined) return undefined;
      current = next;
    }
    return undefined;
  }

  /** The only file at or under a path, if there is just one beside git's own. */
  onlyFile(path: string): string | undefined {
    const span = this.#directories.get(path);
    if (span === undefined) return path;
    let only: string | undefined;
    for (let at = span.from; at < span.to; at += 1) {
      const file = this.#pathList.at(at) ?? '';
      if (isGitOwn(file.slice(path === '' ? 0 : path.length + 1))) continue;
      if (only !== undefined) return undefined;
      only = file;
    }
    return only;
  }

  /**
   * The digest of the content at a path: of a file, or of all files under a directory with their paths
   * within it. Names above the path do not count, so equal directories have equal digests; the base name of
   * a file does count. What git or git-annex has hashed already is not read again.
   */
  digest(path: string): string {
    const known = this.#digests.get(path);
    if (known !== undefined) return known;
    const { treeIds, digests } = this.tree;
    const treeId = treeIds?.get(path);
    const digest =
      (treeId === undefined ? undefined : digests?.get(treeId)) ?? this.#digestAnew(path, treeId);
    this.#digests.set(path, digest);
    return digest;
  }

  #digestAnew(path: string, treeId: string | undefined): string {
    let isWhole = true;
    const digest = this.#digestOf(path, (look) => {
      this.#visit(path, (entry) => {
        isWhole &&= saysAll(entry);
        look(entry);
      });
    });
    if (treeId !== undefined && isWhole) this.tree.digests?.set(treeId, digest);
    return digest;
  }

  /** The same for some of the files at or under a path. */
  digestOf(path: string, entries: readonly TreeEntry[]): string {
    return this.#digestOf(path, (look) => {
      for (const entry of entries) look(entry);
    });
  }

  #digestOf(path: string, visit: (look: (entry: TreeEntry) => void) => void): string {
    const isFile = !this.isDirectory(path);
    const cut = isFile ? path.lastIndexOf('/') + 1 : path === '' ? 0 : path.length + 1;
    return digestOfFiles(visit, cut, (entry) => this.resolve(entry));
  }

  /** Shows all tracked files at or under a path, each for the time of the look. */
  #visit(path: string, look: (entry: TreeEntry) => void): void {
    const { entries } = this.tree;
    const span = this.#directories.get(path);
    if (span !== undefined && entries.visit !== undefined) entries.visit(span.from, span.to, look);
    else for (const entry of this.under(path)) look(entry);
  }
}

function pathsOf(entries: Iterable<TreeEntry>): string[] {
  return Array.from(entries, ({ path }) => path);
}

/** What is known of a subdataset when nobody has looked for it. */
function unreadSubdataset({ path, blob }: TreeEntry): Subdataset {
  const remedy = `datalad get -n ${shownWord(path)}`;
  return { path, name: undefined, commit: blob, id: null, state: 'unread', gitDirectory: undefined, remedy };
}
