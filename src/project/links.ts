/**
 * What symlinks and git-annex's pointer files say. It is in blobs, which never change, so that what has been read once
 * is kept in a file and not read again.
 */
import { hash } from 'node:crypto';
import { join } from 'node:path';
import type { TreeEntry } from '../plan/tree.ts';
import { keyOfPointer, POINTER_SIZES } from './annex.ts';
import { blobsIn, catBlobs, type GitRunner } from './blobs.ts';
import { readCache, writeCache } from './cache.ts';
import type { CatFile } from './cat-file.ts';
import type { Project } from './open.ts';

/** What a blob says about where content is; neither, when it is content itself. */
export type Link = Pick<TreeEntry, 'annexKey' | 'target'>;

/** What each file says, by its position; of most nothing is asked. */
type Links = (Link | undefined)[];

/** Up to this many objects are asked of a process that runs already; more are faster in one of their own. */
const FEW = 1000;

/** Bytes that are read into memory at a time. */
const AT_ONCE = 64 * 2 ** 20;

/** The part of what was asked for that must be new before it is kept. */
const WORTH_KEEPING = 0.05;

/** What content says. */
export const NO_LINK: Link = {};

const POINTER = '/annex/objects/';

/**
 * The file in which a project keeps what links say.
 * @param gitDirectory - Of the subdataset that they are in; absent for the project's own.
 */
export function linkCache(project: Pick<Project, 'commonDirectory'>, gitDirectory?: string): string {
  const name = gitDirectory === undefined ? 'links' : `links-${hash('md5', gitDirectory)}`;
  return join(project.commonDirectory, 'minipach', 'cache', name);
}

/**
 * What files say, where they are symlinks, or pointers by their size: as many answers as files, in their order.
 * @param sizes - The bytes of each file; 0 for what is not a blob.
 * @param cache - The file where it is kept; absent where nothing is.
 */
export async function readLinks(
  run: GitRunner,
  files: readonly TreeEntry[],
  sizes: readonly number[],
  objects: CatFile | undefined,
  cache: string | undefined,
): Promise<readonly (Link | undefined)[]> {
  const links: Links = new Array<Link | undefined>(files.length);
  const candidates: number[] = [];
  for (let at = 0; at < files.length; at += 1)
    if (isCandidate(files[at]?.type, sizes[at] ?? 0)) candidates.push(at);
  if (candidates.length <= FEW && objects !== undefined) {
    await readFew(files, candidates, links, objects);
    return links;
  }
  const kept = new KeptLinks(cache === undefined ? '' : readCache(cache));
  const unknown: number[] = [];
  for (const position of candidates) {
    const file = files[position];
    const link = file === undefined ? NO_LINK : kept.of(file);
    if (link === undefined) unknown.push(position);
    else links[position] = link;
  }
  for (const chunk of chunksOf(sizes, unknown)) await readChunk(run, files, chunk, links);
  // A few are read again sooner than all are written; and a tree of long ago must not take the place of today's.
  if (unknown.length > candidates.length * WORTH_KEEPING && cache !== undefined)
    keep(cache, files, candidates, links);
  // A link whose text cannot be read leads nowhere.
  for (const position of unknown) if (files[position]?.type === 'symlink') links[position] ??= { target: '' };
  return links;
}

function isCandidate(type: TreeEntry['type'] | undefined, size: number): boolean {
  if (type === 'symlink') return true;
  return type !== 'subdataset' && size >= POINTER_SIZES.least && size <= POINTER_SIZES.most;
}

async function readFew(
  files: readonly TreeEntry[],
  positions: readonly number[],
  links: Links,
  objects: CatFile,
): Promise<void> {
  const read = positions.map(async (position) => {
    const file = files[position];
    if (file === undefined) return;
    links[position] = linkOf(file, (await objects.read(file.blob))?.content.toString('utf8') ?? '');
  });
  await Promise.all(read);
}

/** Stretches of positions whose files are not too much for the memory together. */
function* chunksOf(sizes: readonly number[], positions: readonly number[]): Iterable<readonly number[]> {
  let chunk: number[] = [];
  let bytes = 0;
  for (const position of positions) {
    chunk.push(position);
    bytes += sizes[position] ?? 0;
    if (bytes < AT_ONCE) continue;
    yield chunk;
    chunk = [];
    bytes = 0;
  }
  if (chunk.length > 0) yield chunk;
}

async function readChunk(
  run: GitRunner,
  files: readonly TreeEntry[],
  positions: readonly number[],
  links: Links,
): Promise<void> {
  const data = await catBlobs(
    run,
    positions.map((position) => files[position]?.blob ?? ''),
  );
  let next = 0;
  for (const { id, start, end } of blobsIn(data)) {
    // They come in the order in which they were asked for, without those that are missing.
    while (next < positions.length && files[positions[next] ?? -1]?.blob !== id) next += 1;
    const position = positions[next];
    const file = position === undefined ? undefined : files[position];
    if (position === undefined || file === undefined) return;
    next += 1;
    const isPointer = data.toString('latin1', start, start + POINTER.length) === POINTER;
    const says = isPointer || file.type === 'symlink';
    links[position] = says ? linkOf(file, data.toString('utf8', start, end)) : NO_LINK;
  }
}

function linkOf({ type }: TreeEntry, text: string): Link {
  const isLink = type === 'symlink';
  const annexKey = isLink || text.startsWith(POINTER) ? keyOfPointer(text) : undefined;
  if (annexKey !== undefined) return { annexKey };
  return isLink ? { target: text } : NO_LINK;
}

/**
 * What was kept: for each file, in the order of a tree, a letter for its mode, its blob, a letter, a key or target, which
 * may hold newlines but no NUL, and a NUL. A tree is mostly what it was, so the answers are mostly the next ones.
 */
class KeptLinks {
  readonly #text: string;
  #at = 0;
  #places: Map<string, number> | undefined;

  constructor(text: string) {
    this.#text = text;
  }

  of(file: TreeEntry): Link | undefined {
    const id = idOf(file);
    if (!this.#text.startsWith(id, this.#at)) {
      const place = this.#place(id);
      if (place === undefined) return undefined;
      this.#at = place;
    }
    const said = this.#at + id.length;
    const end = this.#text.indexOf('\0', said);
    this.#at = end + 1;
    const letter = this.#text[said];
    if (letter === 'K') return { annexKey: this.#text.slice(said + 1, end) };
    return letter === 'T' ? { target: this.#text.slice(said + 1, end) } : NO_LINK;
  }

  #place(id: string): number | undefined {
    this.#places ??= this.#findPlaces(id.length);
    return this.#places.get(id);
  }

  #findPlaces(length: number): Map<string, number> {
    const places = new Map<string, number>();
    for (let at = 0; at < this.#text.length; at = this.#text.indexOf('\0', at) + 1)
      places.set(this.#text.slice(at, at + length), at);
    return places;
  }
}

/** A symlink and a file can have one content, and say different things by it. */
function idOf({ type, blob }: TreeEntry): string {
  return type === 'symlink' ? `L${blob}` : `F${blob}`;
}

function keep(
  cache: string,
  files: readonly TreeEntry[],
  positions: readonly number[],
  links: Readonly<Links>,
): void {
  const lines: string[] = [];
  for (const position of positions) {
    const file = files[position];
    const link = links[position];
    // What is missing today may be here tomorrow.
    if (file === undefined || link === undefined) continue;
    const { annexKey, target } = link;
    const said = annexKey !== undefined ? `K${annexKey}` : target !== undefined ? `T${target}` : '-';
    lines.push(`${idOf(file)}${said}\0`);
  }
  writeCache(cache, lines.join(''));
}
