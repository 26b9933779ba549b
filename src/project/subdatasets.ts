/**
 * Subdatasets: submodules at any depth, each read at the commit that is recorded for it, whatever is checked out in it.
 * Only those are read that specs can need, with two short processes each.
 */
import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { compareCodePoints } from '../plan/match-tree.ts';
import { isWithin } from '../plan/paths.ts';
import { shownWord } from '../plan/shown-name.ts';
import { SubdatasetNeeds } from '../plan/subdataset-needs.ts';
import { submodulesIn } from '../plan/submodules.ts';
import type { Entries, Subdataset, Tree, TreeEntry } from '../plan/tree.ts';
import { type GitRunner, readBlobs } from './blobs.ts';
import type { CatFile } from './cat-file.ts';
import { git } from './git.ts';
import { inParallel } from './in-parallel.ts';
import { treeCache } from './kept-tree.ts';
import type { Project } from './open.ts';
import { findGitDirectory, gitIn } from './repository.ts';
import { SpecSearch } from './spec-search.ts';
import { readFiles } from './tree.ts';

/** The files of one commit of a subdataset, with paths in it, and the text of its `.gitmodules`. */
interface Listing {
  readonly entries: Entries;
  readonly modules: string;
}

/** How far to look for subdatasets that nothing names as an input. */
export interface SubdatasetSearch {
  /** Files that are needed besides what specs name. */
  readonly paths?: readonly string[];
  /** Directories into which results go. */
  readonly places?: readonly string[];
  /** Whether those that are installed are opened when they hold a spec, or a subdataset that could. */
  readonly forSpecs?: boolean;
}

/** A commit's files never change, so that a session lists them once; it is known by its helper. */
const listings = new WeakMap<CatFile, Map<string, Listing>>();

/**
 * The tree with the files of all subdatasets that specs can need and that are here. One without subdatasets, or in which
 * they have been read already, is returned as it is, and nothing is asked of git.
 * @param specs - The plain values of the specs, which may have errors.
 * @param search - What is opened besides what specs name.
 */
export async function withSubdatasets(
  project: Pick<Project, 'root' | 'gitDirectory' | 'commonDirectory'>,
  tree: Tree,
  specs: readonly unknown[],
  objects?: CatFile,
  search: SubdatasetSearch = {},
): Promise<Tree> {
  const links = linksAmong(tree.entries);
  if (links.length === 0) return tree;
  const known = new Map(tree.subdatasets?.map((subdataset) => [subdataset.path, subdataset]));
  const isDataset = tree.entries.some(({ path }) => path === '.datalad/config');
  if (known.size === 0) {
    const modules = await ownModules(project.root, tree, objects);
    for (const one of describeLinks(links, modules, undefined, isDataset)) known.set(one.path, one);
  }
  const needs = new SubdatasetNeeds(specs, search.paths, search.places);
  const specSearch = search.forSpecs === true ? new SpecSearch(project) : undefined;
  const looked = new Set<string>();
  const holdingSpecs = async (found: SpecSearch): Promise<readonly Subdataset[]> => {
    const unread = [...known.values()].filter(({ path, state }) => state === 'unread' && !looked.has(path));
    for (const { path } of unread) looked.add(path);
    const held = await inParallel(unread, async (one) => {
      const before = found.known(one.commit);
      if (before === false) return false;
      const gitDirectory = installedAt(project, one, [...known.values()]);
      return gitDirectory !== undefined && (before ?? (await found.look(gitIn(gitDirectory), one.commit)));
    });
    return unread.filter((_, position) => held[position] === true);
  };
  let entries: Entries = tree.entries;
  let isChanged = tree.subdatasets === undefined;
  for (;;) {
    let isMore = true;
    // A link can lead to a link.
    while (isMore) isMore = needs.follow(entries);
    const needed = [...known.values()].filter(
      ({ path, state }) => (state === 'unread' || state === 'absent') && needs.has(path),
    );
    const wanted = [
      ...new Set([...needed, ...(specSearch === undefined ? [] : await holdingSpecs(specSearch))]),
    ];
    const found = await inParallel(wanted, (one) => open(project, one, [...known.values()], objects));
    const read = new Map<string, readonly TreeEntry[]>();
    for (const [position, { subdataset, listing }] of found.entries()) {
      if (subdataset.state !== known.get(subdataset.path)?.state) isChanged = true;
      known.set(subdataset.path, subdataset);
      if (listing === undefined || wanted[position] === undefined) continue;
      const { path } = subdataset;
      const inside = Array.from(listing.entries, (entry) => ({
        ...entry,
        path: `${path}/${entry.path}`,
        dataset: path,
      }));
      read.set(path, inside);
      const nested = inside.filter(({ type }) => type === 'subdataset');
      for (const one of describeLinks(nested, listing.modules, path, isDataset)) known.set(one.path, one);
    }
    if (read.size === 0) break;
    // Sorting finds the runs that are in order already, so this costs little more than merging them.
    entries = [...entries.filter(({ path }) => !read.has(path)), ...[...read.values()].flat()].sort((a, b) =>
      compareCodePoints(a.path, b.path),
    );
  }
  specSearch?.keep();
  if (!isChanged) return tree;
  const subdatasets = [...known.values()].sort((a, b) => compareCodePoints(a.path, b.path));
  const { commit, treeIds } = tree;
  // Their places in the list are others now; where nothing was read, they are not.
  if (entries === tree.entries) return { ...tree, subdatasets };
  return { commit, entries, subdatasets, ...(treeIds === undefined ? {} : { treeIds }) };
}

const linksFound = new WeakMap<Entries, readonly TreeEntry[]>();

/** The places of subdatasets, looked for once in each list of files. */
function linksAmong(entries: Entries): readonly TreeEntry[] {
  const links = linksFound.get(entries) ?? entries.filter(({ type }) => type === 'subdataset');
  linksFound.set(entries, links);
  return links;
}

/** Whether a subdataset has come or gone since a tree was read; one look each, no process. */
export function isInstalledOtherwise(root: string, { path, state, gitDirectory }: Subdataset): boolean {
  if (state === 'unread') return false;
  return existsSync(gitDirectory ?? join(root, path, '.git')) === (state === 'absent');
}

/** When something was fetched into a subdataset last, which may be the commit that it lacks; in milliseconds. */
export function fetchTime({ gitDirectory }: Subdataset): number | undefined {
  if (gitDirectory === undefined) return undefined;
  return statSync(join(gitDirectory, 'FETCH_HEAD'), { throwIfNoEntry: false })?.mtimeMs;
}

async function open(
  project: Pick<Project, 'root' | 'gitDirectory' | 'commonDirectory'>,
  subdataset: Subdataset,
  known: readonly Subdataset[],
  objects: CatFile | undefined,
): Promise<{ subdataset: Subdataset; listing?: Listing }> {
  const { path, commit } = subdataset;
  const gitDirectory = installedAt(project, subdataset, known);
  if (gitDirectory === undefined) return { subdataset: { ...subdataset, state: 'absent', gitDirectory } };
  const listing = await list(gitDirectory, commit, objects, treeCache(project, gitDirectory));
  if (listing !== undefined) return { subdataset: { ...subdataset, state: 'read', gitDirectory }, listing };
  const isCheckedOut = existsSync(join(project.root, path, '.git'));
  const remedy = isCheckedOut ? `git -C ${shownWord(path)} fetch --all` : subdataset.remedy;
  return { subdataset: { ...subdataset, state: 'outdated', gitDirectory, remedy } };
}

/** The git directory of a subdataset, where it is installed. */
function installedAt(
  project: Pick<Project, 'root' | 'gitDirectory' | 'commonDirectory'>,
  { path, name }: Subdataset,
  known: readonly Subdataset[],
): string | undefined {
  const around = known.filter((one) => one.path !== path && isWithin(path, one.path));
  const parent = around.sort((a, b) => b.path.length - a.path.length)[0]?.gitDirectory;
  // git keeps those of a linked work tree beside its index.
  const keepers = parent === undefined ? [project.gitDirectory, project.commonDirectory] : [parent];
  const kept = name === undefined ? [] : keepers.map((keeper) => join(keeper, 'modules', name));
  return findGitDirectory(join(project.root, path), kept);
}

async function list(
  gitDirectory: string,
  commit: string,
  objects: CatFile | undefined,
  cache: string,
): Promise<Listing | undefined> {
  const kept = objects === undefined ? undefined : (listings.get(objects) ?? new Map<string, Listing>());
  if (objects !== undefined && kept !== undefined) listings.set(objects, kept);
  const id = `${gitDirectory}\0${commit}`;
  const before = kept?.get(id);
  if (before !== undefined) return before;
  const run = gitIn(gitDirectory);
  const files = await readFiles(run, commit, { cache });
  if ('failed' in files) return undefined;
  const { entries } = files;
  const listing = { entries, modules: await modulesAmong(entries, run) };
  kept?.set(id, listing);
  return listing;
}

async function ownModules(root: string, tree: Tree, objects: CatFile | undefined): Promise<string> {
  const blob = tree.entries.find(({ path }) => path === '.gitmodules')?.blob;
  if (blob === undefined) return '';
  if (objects !== undefined) return (await objects.read(blob))?.content.toString('utf8') ?? '';
  return modulesAmong(tree.entries, (args, options) => git(root, args, options));
}

async function modulesAmong(entries: Entries, run: GitRunner): Promise<string> {
  const blob = entries.find(({ path }) => path === '.gitmodules')?.blob;
  // Only one that holds subdatasets can say anything about them.
  if (blob === undefined || linksAmong(entries).length === 0) return '';
  return (await readBlobs(run, [blob])).get(blob)?.toString('utf8') ?? '';
}

/** What is known of subdatasets before anybody has looked for them. */
function describeLinks(
  links: readonly TreeEntry[],
  modules: string,
  parent: string | undefined,
  isDataset: boolean,
): Subdataset[] {
  const described = submodulesIn(modules);
  return links.map(({ path, blob }) => {
    const within = parent === undefined ? path : path.slice(parent.length + 1);
    const submodule = described.get(within);
    const where = parent === undefined ? '' : ` -C ${shownWord(parent)}`;
    const remedy = isDataset
      ? `datalad get -n ${shownWord(path)}`
      : `git${where} submodule update --init -- ${shownWord(within)}`;
    const id = submodule?.values.get('datalad-id') ?? null;
    return {
      path,
      name: submodule?.name,
      commit: blob,
      id,
      state: 'unread',
      gitDirectory: undefined,
      remedy,
    };
  });
}
