/** The committed files of a project, from one `git ls-tree` and the text of links and pointers. No data is read. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Tree } from '../plan/tree.ts';
import { type BlobReader, type GitRunner, startBlobReader } from './blobs.ts';
import type { CatFile } from './cat-file.ts';
import { GitError, git } from './git.ts';
import { type Files, filesIn, isKeptForLong, readKeptTree, writeKeptTree } from './kept-tree.ts';
import { LinkTextsWriter } from './link-texts.ts';
import { type LinksRead, READERS, readLinks } from './links.ts';
import { Listing } from './listing.ts';
import type { CommandResult } from './process.ts';

/** Milliseconds after which a listing is one of many files. */
const LONG = 15;

/** The part of what was asked for that must be new before it is kept. */
const WORTH_KEEPING = 0.05;

/** What reading a commit may use. */
export interface TreeOptions {
  /** Answers for few blobs without a process of their own. */
  readonly objects?: CatFile | undefined;
  /** A file that keeps the tree, where the commit is told by its id; absent where nothing is kept. */
  readonly cache?: string;
  /** Whether it is written as well, as is done by default; who must answer at all times leaves that to others. */
  readonly isKeeping?: boolean;
  /** Is given what git has listed while links are still read, of which each is then a mere symlink: not where it was kept. */
  readonly onListed?: (files: Files) => void;
}

/** Reads all tracked files of a commit, with the annex key of those whose content git-annex keeps. */
export async function readTree(root: string, commit: string, options: TreeOptions = {}): Promise<Tree> {
  const run: GitRunner = (args, more) => git(root, args, more);
  const files = await readFiles(run, commit, options);
  if ('failed' in files) throw new GitError(`Listing the files of ${commit}`, files.failed);
  return { commit, ...files };
}

/** The files of a commit of any repository, with paths in it; or how listing them failed. */
export async function readFiles(
  run: GitRunner,
  commit: string,
  { objects, cache, isKeeping = true, onListed }: TreeOptions = {},
): Promise<Files | { readonly failed: CommandResult }> {
  const before = cache === undefined ? undefined : readKeptTree(cache);
  if (before?.commit === commit) return filesIn(before);
  const readers: BlobReader[] = [];
  // What takes long to list is long, and its links will have to be read as soon as it is listed.
  const isLong = setTimeout(() => {
    for (let count = 0; before === undefined && count < READERS; count += 1)
      readers.push(startBlobReader(run));
  }, LONG);
  try {
    const listed = await run(['ls-tree', '-r', '-t', '-l', '-z', '--full-tree', commit], { large: true });
    clearTimeout(isLong);
    if (!listed.ok) return { failed: listed };
    // Between the steps an editor has to answer other questions.
    await nextTurn();
    const listing = new Listing(listed.stdout);
    await nextTurn();
    onListed?.(filesIn({ listing, links: new LinkTextsWriter(listing.length).end() }));
    const read = await readLinks(run, listing, objects, before, readers);
    return await keptFiles(commit, listing, read, isKeeping ? cache : undefined);
  } finally {
    clearTimeout(isLong);
    for (const reader of readers) void reader.read([]);
  }
}

async function keptFiles(
  commit: string,
  listing: Listing,
  read: LinksRead,
  cache: string | undefined,
): Promise<Files> {
  const { links } = read;
  await nextTurn();
  if (cache !== undefined && isWorthKeeping(read, cache)) writeKeptTree(cache, { commit, listing, links });
  await nextTurn();
  return filesIn({ listing, links });
}

/** What is missing today may be here tomorrow; and a few are read again sooner than all are written. */
function isWorthKeeping({ asked, unknown, missing }: LinksRead, cache: string): boolean {
  if (asked === 0 || missing > 0) return false;
  return unknown > asked * WORTH_KEEPING || isKeptForLong(cache);
}
