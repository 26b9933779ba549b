/** What symlinks and git-annex's pointer files say: it is in blobs, of which as few are read as can be. */
import type { Entries, TreeEntry } from '../plan/tree.ts';
import { keyOfPointer, POINTER_SIZES } from './annex.ts';
import { catBlobs, type GitRunner } from './blobs.ts';
import type { CatFile } from './cat-file.ts';
import { inParallel } from './in-parallel.ts';
import type { Listed } from './listing.ts';

/** What a blob says about where content is; neither, when it is content itself. */
export type Link = Pick<TreeEntry, 'annexKey' | 'target'>;

/** What each file says, by its position; of most nothing is asked. */
type Links = (Link | undefined)[];

/** Up to this many objects are asked of a process that runs already; more are faster in one of their own. */
const FEW = 1000;

/** Bytes that are read into memory at a time by one process, and so many files: the others are for another one. */
const AT_ONCE = 32 * 2 ** 20;
const FILES_AT_ONCE = 25_000;

/** How many processes read at once. */
const PROCESSES = 2;

/** What content says. */
export const NO_LINK: Link = {};

const POINTER = '/annex/objects/';

/** What was found out about links. */
export interface LinksRead {
  /** As many as files, in their order. */
  readonly links: readonly (Link | undefined)[];
  /** How many files were more than can be asked for one by one; of these so many were not known. */
  readonly asked: number;
  readonly unknown: number;
  /** How many of these are not in the repository. */
  readonly missing: number;
}

/**
 * What files say, where they are symlinks, or pointers by their size.
 * @param known - Files, sorted by path, of which it is known what they say.
 */
export async function readLinks(
  run: GitRunner,
  files: Listed,
  objects: CatFile | undefined,
  known: Entries = [],
): Promise<LinksRead> {
  const links: Links = new Array<Link | undefined>(files.length);
  const candidates: number[] = [];
  for (let at = 0; at < files.length; at += 1) if (isCandidate(files, at)) candidates.push(at);
  if (candidates.length <= FEW && objects !== undefined) {
    await readFew(files, candidates, links, objects);
    return { links, asked: 0, unknown: 0, missing: 0 };
  }
  const knownLinks = new KnownLinks(known);
  const unknown: number[] = [];
  for (const position of candidates) {
    const link = knownLinks.of(files.blobAt(position), files.typeAt(position) === 'symlink');
    if (link === undefined) unknown.push(position);
    else links[position] = link;
  }
  await inParallel([...chunksOf(files, unknown)], (chunk) => readChunk(run, files, chunk, links), PROCESSES);
  let missing = 0;
  for (const position of unknown) {
    if (links[position] !== undefined) continue;
    missing += 1;
    // A link whose text cannot be read leads nowhere.
    if (files.typeAt(position) === 'symlink') links[position] = { target: '' };
  }
  return { links, asked: candidates.length, unknown: unknown.length, missing };
}

function isCandidate(files: Listed, position: number): boolean {
  const type = files.typeAt(position);
  if (type === 'symlink') return true;
  const size = files.sizeAt(position);
  return type !== 'subdataset' && size >= POINTER_SIZES.least && size <= POINTER_SIZES.most;
}

async function readFew(
  files: Listed,
  positions: readonly number[],
  links: Links,
  objects: CatFile,
): Promise<void> {
  const read = positions.map(async (position) => {
    const text = (await objects.read(files.blobAt(position)))?.content.toString('utf8') ?? '';
    links[position] = linkOf(files.typeAt(position) === 'symlink', text);
  });
  await Promise.all(read);
}

/** Stretches of positions whose files are not too much for the memory together. */
function* chunksOf(files: Listed, positions: readonly number[]): Iterable<readonly number[]> {
  let chunk: number[] = [];
  let bytes = 0;
  for (const position of positions) {
    chunk.push(position);
    bytes += files.sizeAt(position);
    if (bytes < AT_ONCE && chunk.length < FILES_AT_ONCE) continue;
    yield chunk;
    chunk = [];
    bytes = 0;
  }
  if (chunk.length > 0) yield chunk;
}

async function readChunk(
  run: GitRunner,
  files: Listed,
  positions: readonly number[],
  links: Links,
): Promise<void> {
  const data = await catBlobs(
    run,
    positions.map((position) => files.blobAt(position)),
  );
  const idLength = files.blobAt(positions[0] ?? 0).length;
  let at = 0;
  for (const position of positions) {
    // `<id> blob <size>\n<content>\n`, or `<id> missing\n`
    const kind = at + idLength + 1;
    if (data[kind] !== BLOB) {
      at = data.indexOf(NEWLINE, kind) + 1;
      continue;
    }
    let start = kind + 'blob '.length;
    let size = 0;
    for (let digit = data[start]; digit !== undefined && digit !== NEWLINE; digit = data[start]) {
      size = size * 10 + digit - ZERO;
      start += 1;
    }
    start += 1;
    const end = start + size;
    at = end + 1;
    const isLink = files.typeAt(position) === 'symlink';
    const says =
      isLink || (data[start] === SLASH && data.toString('latin1', start, start + POINTER.length) === POINTER);
    links[position] = says ? linkOf(isLink, data.toString('utf8', start, end)) : NO_LINK;
  }
}

const ZERO = '0'.charCodeAt(0);
const NEWLINE = '\n'.charCodeAt(0);
const SLASH = '/'.charCodeAt(0);

/** The first letter of `blob`. */
const BLOB = 'b'.charCodeAt(0);

function linkOf(isLink: boolean, text: string): Link {
  const annexKey = isLink || text.startsWith(POINTER) ? keyOfPointer(text) : undefined;
  if (annexKey !== undefined) return { annexKey };
  return isLink ? { target: text } : NO_LINK;
}

/** What is known of blobs from an older tree. A tree is mostly what it was, so the answers are mostly the next ones. */
class KnownLinks {
  readonly #files: Entries;
  #at = 0;
  #places: Map<string, number> | undefined;

  constructor(files: Entries) {
    this.#files = files;
  }

  of(blob: string, isLink: boolean): Link | undefined {
    if (this.#files.length === 0) return undefined;
    for (let skipped = 0; skipped < NEAR; skipped += 1) {
      const next = this.#files.at(this.#at + skipped);
      if (next?.blob !== blob || (next.type === 'symlink') !== isLink) continue;
      this.#at += skipped + 1;
      return knownOf(next);
    }
    const place = this.#place(idOf(blob, isLink));
    if (place === undefined) return undefined;
    this.#at = place + 1;
    return knownOf(this.#files.at(place));
  }

  #place(id: string): number | undefined {
    this.#places ??= new Map(
      Array.from(this.#files, ({ blob, type }, place) => [idOf(blob, type === 'symlink'), place]),
    );
    return this.#places.get(id);
  }
}

/** Files between those that are asked about: large ones, which are no pointers. */
const NEAR = 4;

function knownOf(file: TreeEntry | undefined): Link {
  if (file?.annexKey === undefined && file?.target === undefined) return NO_LINK;
  return file;
}

/** A symlink and a file can have one content, and say different things by it. */
function idOf(blob: string, isLink: boolean): string {
  return isLink ? `L${blob}` : `F${blob}`;
}
