/**
 * The files of the commit that was read last, with what its links and pointers say, kept in a file: the same commit is
 * not listed again, and of another one only the blobs that are new are read. Blobs and commits never change.
 */
import { hash } from 'node:crypto';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import type { Entries, Outline, Span } from '../plan/tree.ts';
import { readCache } from './cache.ts';
import { KeptEntries, textOfEntry } from './kept-entries.ts';
import { type LinksRead, NO_LINK } from './links.ts';
import type { Listing } from './listing.ts';
import type { Project } from './open.ts';

/** The files of a commit, and the tree id of each directory by its path. */
export interface Files {
  readonly entries: Entries;
  readonly outline: Outline;
  readonly treeIds: ReadonlyMap<string, string>;
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
export function readKeptTree(cache: string): (Files & { readonly commit: string }) | undefined {
  const text = readCache(cache);
  return text === '' ? undefined : filesIn(text);
}

/** The files of a commit as one text, which is what is kept, and what they are looked up in. */
export function textOfTree(commit: string, listing: Listing, links: LinksRead['links']): string {
  const { length, spans, treeIds } = listing;
  const idLength = listing.length === 0 ? 0 : listing.blobAt(0).length;
  const parts = [`${commit} ${idLength} ${treeIds.size} ${length}\n`];
  for (const [path, id] of treeIds) {
    const { from, to } = spans.get(path) ?? { from: 0, to: 0 };
    parts.push(`${id}${from} ${to} ${path}\0`);
  }
  for (let position = 0; position < length; position += 1) {
    const { annexKey, target } = links[position] ?? NO_LINK;
    const type = listing.typeAt(position);
    parts.push(textOfEntry(type, listing.blobAt(position), listing.pathAt(position), annexKey, target));
  }
  return parts.join('');
}

/** The files in such a text. */
export function filesIn(text: string): Files & { readonly commit: string } {
  // `<commit> <characters of an id> <directories> <files>\n`, then all of both
  const end = text.indexOf('\n');
  const [commit = '', ...counts] = text.slice(0, end).split(' ');
  const [idLength = 0, directories = 0, length = 0] = counts.map(Number);
  const spans = new Map<string, Span>();
  const treeIds = new Map<string, string>();
  let start = end + 1;
  for (let left = directories; left > 0; left -= 1) {
    // `<tree id><from> <to> <path>\0`
    const from = start + idLength;
    const to = text.indexOf(' ', from) + 1;
    const cut = text.indexOf(' ', to) + 1;
    const next = text.indexOf('\0', cut);
    const path = text.slice(cut, next);
    treeIds.set(path, text.slice(start, from));
    spans.set(path, { from: Number(text.slice(from, to)), to: Number(text.slice(to, cut)) });
    start = next + 1;
  }
  const entries = new KeptEntries(text, start, length, idLength);
  const paths = { length: entries.length, at: (position: number) => entries.pathAt(position) };
  const keys = { at: (position: number) => entries.keyAt(position) };
  return { commit, entries, treeIds, outline: { paths, keys, spans } };
}

/** Whether what is kept is old enough to be replaced though most of it still holds. */
export function isKeptForLong(cache: string): boolean {
  const kept = statSync(cache, { throwIfNoEntry: false });
  return kept === undefined || Math.abs(Date.now() - kept.mtimeMs) > LASTING;
}
