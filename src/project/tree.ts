/** The committed files of a project, from one `git ls-tree` and the text of links and pointers. No data is read. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Tree } from '../plan/tree.ts';
import type { GitRunner } from './blobs.ts';
import { writeCache } from './cache.ts';
import type { CatFile } from './cat-file.ts';
import { decoded } from './decoded.ts';
import { GitError, git } from './git.ts';
import { type Files, filesIn, isKeptForLong, readKeptTree, textOfTree } from './kept-tree.ts';
import { type LinksRead, readLinks } from './links.ts';
import { Listing } from './listing.ts';
import type { CommandResult } from './process.ts';

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
  const before = cache === undefined ? undefined : readKeptTree(cache);
  if (before?.commit === commit) return before;
  const listed = await run(['ls-tree', '-r', '-t', '-l', '-z', '--full-tree', commit], { large: true });
  if (!listed.ok) return { failed: listed };
  // Between the steps an editor has to answer other questions.
  const text = decoded(listed.stdout);
  await nextTurn();
  const listing = new Listing(text);
  await nextTurn();
  const read = await readLinks(run, listing, objects, before?.entries);
  await nextTurn();
  const kept = textOfTree(commit, listing, read.links);
  if (cache !== undefined && isKeeping && isWorthKeeping(read, cache)) writeCache(cache, kept);
  await nextTurn();
  return filesIn(kept);
}

/** What is missing today may be here tomorrow; and a few are read again sooner than all are written. */
function isWorthKeeping({ asked, unknown, missing }: LinksRead, cache: string): boolean {
  if (asked === 0 || missing > 0) return false;
  return unknown > asked * WORTH_KEEPING || isKeptForLong(cache);
}
