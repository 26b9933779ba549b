/**
 * The files of the commit that was read last, with what its links and pointers say, kept in a file as git said it: the
 * same commit is not listed again, and of another one only the blobs that are new are read. Blobs and commits never change.
 */
import { hash } from 'node:crypto';
import { statSync } from 'node:fs';
import { endianness } from 'node:os';
import { join } from 'node:path';
import type { Entries, Outline } from '../plan/tree.ts';
import { readCacheBytes, writeCacheBytes } from './cache.ts';
import { LinkTexts } from './link-texts.ts';
import { ListedEntries } from './listed-entries.ts';
import { Listing } from './listing.ts';
import type { Project } from './open.ts';

/** The files of a commit, and the tree id of each directory by its path. */
export interface Files {
  readonly entries: Entries;
  readonly outline: Outline;
  readonly treeIds: ReadonlyMap<string, string>;
}

/** What is kept of a commit. */
export interface KeptTree {
  readonly commit: string;
  readonly listing: Listing;
  readonly links: LinkTexts;
}

/** Milliseconds for which what is kept is not replaced by what is nearly the same: commits can come many a second. */
const LASTING = 60_000;

/**
 * The file in which a project keeps its tree.
 * @param gitDirectory - Of the subdataset whose tree it is; absent for the project's own.
 */
export function treeCache(project: Pick<Project, 'commonDirectory'>, gitDirectory?: string): string {
  const name = gitDirectory === undefined ? 'tree' : `tree-${hash('md5', gitDirectory)}`;
  return join(project.commonDirectory, 'minipach', 'cache', name);
}

/** What was kept, if it can be trusted. */
export function readKeptTree(cache: string): KeptTree | undefined {
  const bytes = readCacheBytes(cache);
  if (bytes === undefined) return undefined;
  const end = bytes.indexOf(10);
  const [commit = '', order, ...lengths] = bytes.toString('latin1', 0, end).split(' ');
  // A cache can be on a disk that machines of another kind use as well.
  if (order !== endianness()) return undefined;
  let at = end + 1;
  const [listing, links, files, directories, linkPlaces] = lengths.map((length) => {
    const from = at;
    at += Number(length);
    return bytes.subarray(from, at);
  });
  if (!listing || !links || !files || !directories || !linkPlaces) return undefined;
  return {
    commit,
    listing: new Listing(listing, { files: numbers(files), directories: numbers(directories) }),
    links: new LinkTexts(links, numbers(linkPlaces)),
  };
}

/** Keeps it: `<commit> <order of bytes> <lengths>\n`, and as many bytes of each. */
export function writeKeptTree(cache: string, { commit, listing, links }: KeptTree): void {
  const { files, directories } = listing.places;
  const parts = [listing.bytes, links.bytes, bytesOf(files), bytesOf(directories), bytesOf(links.places)];
  const lengths = parts.map(({ length }) => length);
  writeCacheBytes(cache, [Buffer.from(`${[commit, endianness(), ...lengths].join(' ')}\n`), ...parts]);
}

function bytesOf({ buffer, byteOffset, byteLength }: Int32Array): Buffer {
  return Buffer.from(buffer, byteOffset, byteLength);
}

function numbers(bytes: Buffer): Int32Array {
  // A copy, which begins where numbers may begin.
  return new Int32Array(new Uint8Array(bytes).buffer);
}

/** The files in it. */
export function filesIn({ listing, links }: Omit<KeptTree, 'commit'>): Files {
  const { spans, treeIds } = listing.directories();
  const paths = { length: listing.length, at: (position: number) => listing.pathAt(position) };
  const keys = { at: (position: number) => links.keyAt(position) };
  return { entries: new ListedEntries(listing, links), treeIds, outline: { paths, keys, spans } };
}

/** Whether what is kept is old enough to be replaced though most of it still holds. */
export function isKeptForLong(cache: string): boolean {
  const kept = statSync(cache, { throwIfNoEntry: false });
  return kept === undefined || Math.abs(Date.now() - kept.mtimeMs) > LASTING;
}
