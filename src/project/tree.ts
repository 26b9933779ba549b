/** The committed files of a project, from one `git ls-tree` and the text of links and pointers. No data is read. */
import type { Tree, TreeEntry } from '../plan/tree.ts';
import type { GitRunner } from './blobs.ts';
import type { CatFile } from './cat-file.ts';
import { GitError, git } from './git.ts';
import { type Link, type ListedFile, readLinks } from './links.ts';
import type { CommandResult } from './process.ts';

interface RawEntry extends ListedFile {
  readonly path: string;
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
  const raw = await listTree(run, commit);
  if (!Array.isArray(raw)) return raw;
  const links = await readLinks(run, raw, objects, cache);
  return raw.map((entry, position): TreeEntry => describe(entry, links[position]));
}

async function listTree(run: GitRunner, commit: string): Promise<RawEntry[] | { failed: CommandResult }> {
  const result = await run(['ls-tree', '-r', '-l', '-z', '--full-tree', commit], { large: true });
  if (!result.ok) return { failed: result };
  const entries: RawEntry[] = [];
  const text = result.stdout.toString('utf8');
  // `<mode> <type> <id> <size padded to 7, or ->\t<path>\0`
  for (let start = 0; start < text.length; ) {
    const end = text.indexOf('\0', start);
    const tab = text.indexOf('\t', start);
    const fields = text.slice(start, tab);
    const type = fields.indexOf(' ', 7);
    const id = fields.indexOf(' ', type + 1);
    entries.push({
      mode: fields.slice(0, 6),
      blob: fields.slice(type + 1, id),
      size: Number.parseInt(fields.slice(id + 1), 10) || 0,
      path: text.slice(tab + 1, end),
    });
    start = end + 1;
  }
  return entries;
}

const TYPES: Readonly<Record<string, TreeEntry['type']>> = {
  '160000': 'subdataset',
  '120000': 'symlink',
  '100755': 'executable',
};

function describe({ path, blob, mode }: RawEntry, link: Link | undefined): TreeEntry {
  const type = TYPES[mode] ?? 'file';
  if (link?.annexKey !== undefined) return { path, type, blob, annexKey: link.annexKey };
  // A link whose text cannot be read leads nowhere.
  if (type === 'symlink') return { path, type, blob, target: link?.target ?? '' };
  return { path, type, blob };
}
