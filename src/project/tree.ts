/** The committed files of a project, from one `git ls-tree` and the text of links and pointers. No data is read. */
import type { Tree, TreeEntry } from '../plan/tree.ts';
import type { GitRunner } from './blobs.ts';
import type { CatFile } from './cat-file.ts';
import { GitError, git } from './git.ts';
import { NO_LINK, readLinks } from './links.ts';
import type { CommandResult } from './process.ts';

/** The files of a commit as git lists them. */
interface Listing {
  readonly entries: TreeEntry[];
  /** The bytes of each; 0 for what is not a blob. */
  readonly sizes: number[];
}

/**
 * Reads all tracked files of a commit, with the annex key of those whose content git-annex keeps.
 * @param cache - A file that keeps what links say; absent where nothing is kept.
 */
export async function readTree(
  root: string,
  commit: string,
  objects?: CatFile,
  cache?: string,
): Promise<Tree> {
  const run: GitRunner = (args, options) => git(root, args, options);
  const entries = await readEntries(run, commit, objects, cache);
  if (!Array.isArray(entries)) throw new GitError(`Listing the files of ${commit}`, entries.failed);
  return { commit, entries };
}

/** The files of a commit of any repository, with paths in it; or how listing them failed. */
export async function readEntries(
  run: GitRunner,
  commit: string,
  objects?: CatFile,
  cache?: string,
): Promise<TreeEntry[] | { readonly failed: CommandResult }> {
  const listing = await listTree(run, commit);
  if ('failed' in listing) return listing;
  const { entries, sizes } = listing;
  const links = await readLinks(run, entries, sizes, objects, cache);
  links.forEach((link, position) => {
    const entry = entries[position];
    if (entry !== undefined && link !== undefined && link !== NO_LINK)
      entries[position] = { ...entry, ...link };
  });
  return entries;
}

async function listTree(run: GitRunner, commit: string): Promise<Listing | { failed: CommandResult }> {
  const result = await run(['ls-tree', '-r', '-l', '-z', '--full-tree', commit], { large: true });
  if (!result.ok) return { failed: result };
  const entries: TreeEntry[] = [];
  const sizes: number[] = [];
  const text = result.stdout.toString('utf8');
  // `<mode, 6 digits> <type> <id> <size padded to 7, or ->\t<path>\0`
  for (let start = 0; start < text.length; ) {
    const kind = text.indexOf(' ', start + MODE_LENGTH + 1);
    const id = text.indexOf(' ', kind + 1);
    const tab = text.indexOf('\t', id);
    const end = text.indexOf('\0', tab);
    const type = TYPES[text.slice(start, start + MODE_LENGTH)] ?? 'file';
    entries.push({ path: text.slice(tab + 1, end), type, blob: text.slice(kind + 1, id) });
    sizes.push(Number.parseInt(text.slice(id + 1, tab), 10) || 0);
    start = end + 1;
  }
  return { entries, sizes };
}

const MODE_LENGTH = 6;

const TYPES: Readonly<Record<string, TreeEntry['type']>> = {
  '160000': 'subdataset',
  '120000': 'symlink',
  '100755': 'executable',
};
