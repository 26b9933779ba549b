/**
 * The files of the commit that was read last, with what its links and pointers say, kept in a file: the same commit is
 * not listed again, and of another one only the blobs that are new are read. Blobs and commits never change.
 */
import { hash } from 'node:crypto';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import type { Entries, Outline, Span } from '../plan/tree.ts';
import { readCache, writeCache } from './cache.ts';
import { KeptEntries, textOfEntry } from './kept-entries.ts';
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
  if (text === '') return undefined;
  // `<commit> <directories> <files>\n`, then all of both
  const end = text.indexOf('\n');
  const [commit = '', directories = '', files = ''] = text.slice(0, end).split(' ');
  const spans = new Map<string, Span>();
  const treeIds = new Map<string, string>();
  let start = end + 1;
  for (let left = Number(directories); left > 0; left -= 1) {
    // `<tree id><from> <to> <path>\0`
    const from = start + commit.length;
    const to = text.indexOf(' ', from) + 1;
    const cut = text.indexOf(' ', to) + 1;
    const next = text.indexOf('\0', cut);
    const path = text.slice(cut, next);
    treeIds.set(path, text.slice(start, from));
    spans.set(path, { from: Number(text.slice(from, to)), to: Number(text.slice(to, cut)) });
    start = next + 1;
  }
  const entries = new KeptEntries(text, start, Number(files), commit.length);
  const paths = { length: entries.length, at: (position: number) => entries.pathAt(position) };
  const keys = { at: (position: number) => entries.keyAt(position) };
  return { commit, entries, treeIds, outline: { paths, keys, spans } };
}

/** Whether what is kept is old enough to be replaced though most of it still holds. */
export function isKeptForLong(cache: string): boolean {
  const kept = statSync(cache, { throwIfNoEntry: false });
  return kept === undefined || Math.abs(Date.now() - kept.mtimeMs) > LASTING;
}

/** Keeps the files of a commit. */
export function keepTree(cache: string, commit: string, { entries, treeIds, outline }: Files): void {
  const parts = [`${commit} ${treeIds.size} ${entries.length}\n`];
  for (const [path, id] of treeIds) {
    const { from, to } = outline.spans.get(path) ?? { from: 0, to: 0 };
    parts.push(`${id}${from} ${to} ${path}\0`);
  }
  for (const entry of entries) parts.push(textOfEntry(entry));
  writeCache(cache, parts.join(''));
}
