/** The committed files of a project, from one `git ls-tree` and the text of links and pointers. No data is read. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Span, Tree, TreeEntry } from '../plan/tree.ts';
import type { GitRunner } from './blobs.ts';
import type { CatFile } from './cat-file.ts';
import { GitError, git } from './git.ts';
import { type Files, isKeptForLong, keepTree, readKeptTree } from './kept-tree.ts';
import { type LinksRead, NO_LINK, readLinks } from './links.ts';
import type { CommandResult } from './process.ts';

/** The files of a commit as git lists them. */
interface Listing {
  readonly entries: TreeEntry[];
  readonly spans: ReadonlyMap<string, Span>;
  readonly treeIds: ReadonlyMap<string, string>;
  /** The bytes of each; 0 for what is not a blob. */
  readonly sizes: number[];
}

/** The part of what was asked for that must be new before it is kept. */
const WORTH_KEEPING = 0.05;

/**
 * Reads all tracked files of a commit, with the annex key of those whose content git-annex keeps.
 * @param commit - Its id, where there is a cache.
 * @param cache - A file that keeps the tree; absent where nothing is kept.
 * @param isKeeping - Whether it is written as well; who must answer at all times leaves that to others.
 */
export async function readTree(
  root: string,
  commit: string,
  objects?: CatFile,
  cache?: string,
  isKeeping = true,
): Promise<Tree> {
  const run: GitRunner = (args, options) => git(root, args, options);
  const files = await readFiles(run, commit, objects, cache, isKeeping);
  if ('failed' in files) throw new GitError(`Listing the files of ${commit}`, files.failed);
  const { entries, treeIds, outline } = files;
  return { commit, entries, treeIds, outline };
}

/** The files of a commit of any repository, with paths in it; or how listing them failed. */
export async function readFiles(
  run: GitRunner,
  commit: string,
  objects?: CatFile,
  cache?: string,
  isKeeping = true,
): Promise<Files | { readonly failed: CommandResult }> {
  const kept = cache === undefined ? undefined : readKeptTree(cache);
  if (kept?.commit === commit) return kept;
  const listing = await listTree(run, commit);
  if ('failed' in listing) return listing;
  const { entries, spans, treeIds, sizes } = listing;
  const read = await readLinks(run, entries, sizes, objects, kept?.entries);
  read.links.forEach((link, position) => {
    const entry = entries[position];
    if (entry === undefined || link === undefined || link === NO_LINK) return;
    const { path, type, blob } = entry;
    const { annexKey, target } = link;
    if (annexKey !== undefined) entries[position] = { path, type, blob, annexKey };
    else if (target !== undefined) entries[position] = { path, type, blob, target };
  });
  const paths = entries.map(({ path }) => path);
  const keys = { at: (position: number) => entries[position]?.annexKey };
  const files: Files = { entries, treeIds, outline: { paths, keys, spans } };
  if (cache !== undefined && isKeeping && isWorthKeeping(read, cache)) keepTree(cache, commit, files);
  return files;
}

/** What is missing today may be here tomorrow; and a few are read again sooner than all are written. */
function isWorthKeeping({ asked, unknown, missing }: LinksRead, cache: string): boolean {
  if (asked === 0 || missing > 0) return false;
  return unknown > asked * WORTH_KEEPING || isKeptForLong(cache);
}

async function listTree(run: GitRunner, commit: string): Promise<Listing | { failed: CommandResult }> {
  const result = await run(['ls-tree', '-r', '-t', '-l', '-z', '--full-tree', commit], { large: true });
  if (!result.ok) return { failed: result };
  const entries: TreeEntry[] = [];
  const treeIds = new Map<string, string>();
  const spans = new Map<string, Span>();
  /** The directories around the present line, the outermost first. */
  const around: { readonly path: string; readonly span: { readonly from: number; to: number } }[] = [];
  const sizes: number[] = [];
  const text = result.stdout.toString('utf8');
  // `<mode, 6 digits> <blob, tree or commit> <id> <size padded to 7, or ->\t<path>\0`
  for (let start = 0, lines = 1; start < text.length; lines += 1) {
    // An editor has to answer other questions meanwhile.
    if (lines % LINES_A_TURN === 0) await nextTurn();
    const type = typeAt(text, start);
    const id = start + MODE_LENGTH + (type === 'subdataset' ? ' commit '.length : ' blob '.length);
    const size = text.indexOf(' ', id);
    const tab = text.indexOf('\t', size);
    const end = text.indexOf('\0', tab);
    const path = text.slice(tab + 1, end);
    start = end + 1;
    for (let last = around.at(-1); last !== undefined && !path.startsWith(last.path); last = around.at(-1)) {
      last.span.to = entries.length;
      around.pop();
    }
    if (type === 'tree') {
      const span = { from: entries.length, to: entries.length };
      treeIds.set(path, text.slice(id, size));
      spans.set(path, span);
      around.push({ path: `${path}/`, span });
      continue;
    }
    entries.push({ path, type, blob: text.slice(id, size) });
    sizes.push(type === 'subdataset' ? 0 : numberAt(text, size, tab));
  }
  for (const { span } of around) span.to = entries.length;
  return { entries, spans, treeIds, sizes };
}

/** The number between spaces and an end. */
function numberAt(text: string, start: number, end: number): number {
  let number = 0;
  for (let at = start; at < end; at += 1) {
    const digit = text.charCodeAt(at) - ZERO;
    if (digit >= 0) number = number * 10 + digit;
  }
  return number;
}

/** Lines that are read in a few milliseconds. */
const LINES_A_TURN = 10_000;

const ZERO = '0'.charCodeAt(0);

const MODE_LENGTH = 6;

/** What a line is about, by its mode: 040000, 160000, 120000, 100755 or 100644. */
function typeAt(text: string, start: number): TreeEntry['type'] | 'tree' {
  switch (text.charCodeAt(start + 1) - ZERO) {
    case 4:
      return 'tree';
    case 6:
      return 'subdataset';
    case 2:
      return 'symlink';
    default:
      return text.charCodeAt(start + 3) - ZERO === 7 ? 'executable' : 'file';
  }
}
