/** The annexed files of what is checked out, below some paths: what it takes to have their content. */
import { isWithin } from '../plan/paths.ts';
import type { TreeEntry } from '../plan/tree.ts';
import type { GitRunner } from './blobs.ts';
import { GitError, git } from './git.ts';
import { readFiles } from './tree.ts';

/** An annexed file. */
export type AnnexedFile = Pick<TreeEntry, 'path' | 'type'> & { readonly annexKey: string };

/** What was found. */
export interface FilesBelow {
  readonly annexed: readonly AnnexedFile[];
  /** Paths at which nothing is committed. */
  readonly unknown: readonly string[];
}

/**
 * Lists them, from the commit that is checked out.
 * @param paths - Relative to the repository's root; an empty one stands for all of it.
 */
export async function filesBelow(root: string, paths: readonly string[]): Promise<FilesBelow> {
  const isAll = paths.includes('');
  // Only the listing has paths to be narrowed by.
  const run: GitRunner = (args, options) =>
    git(root, args[0] === 'ls-tree' && !isAll ? [...args, '--', ...paths] : args, options);
  const files = await readFiles(run, 'HEAD');
  if ('failed' in files) throw new GitError(`Listing the files of ${root}`, files.failed);
  const annexed: AnnexedFile[] = [];
  const found = new Set<string>();
  for (const { path, type, annexKey } of files.entries) {
    for (let end = path.length; end > 0; end = path.lastIndexOf('/', end - 1)) found.add(path.slice(0, end));
    if (annexKey !== undefined) annexed.push({ path, type, annexKey });
  }
  const missing = paths.filter((path) => path !== '' && !found.has(path));
  const within = missing.length === 0 ? [] : await subdatasetsAbove(root, missing);
  return {
    annexed,
    unknown: missing.filter((path) => !within.some((subdataset) => isWithin(path, subdataset))),
  };
}

/** The subdatasets that paths lie in: what is in these is not listed here. */
async function subdatasetsAbove(root: string, paths: readonly string[]): Promise<readonly string[]> {
  const above = paths.flatMap((path) =>
    path.split('/').map((_, at, parts) => parts.slice(0, at + 1).join('/')),
  );
  const listed = await git(root, ['ls-tree', '-z', '--full-tree', 'HEAD', '--', ...new Set(above)]);
  return listed.stdout
    .toString('utf8')
    .split('\0')
    .flatMap((line) => /^160000 commit \w+\t(.*)$/s.exec(line)?.[1] ?? []);
}
