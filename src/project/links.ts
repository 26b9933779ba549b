/** What symlinks and git-annex's pointer files say: it is in blobs, of which as few are read as can be. */
import { keyWithin, lineEnd, POINTER_SIZES } from './annex.ts';
import { type BlobReader, catContents, type GitRunner } from './blobs.ts';
import type { CatFile } from './cat-file.ts';
import { inParallel } from './in-parallel.ts';
import type { KeptTree } from './kept-tree.ts';
import { type LinkTexts, LinkTextsWriter } from './link-texts.ts';
import type { Listed } from './listing.ts';

/** Up to this many objects are asked of a process that runs already; more are faster in one of their own. */
const FEW = 1000;

/** Bytes that are read into memory at a time by one process: the others are for another one. */
const AT_ONCE = 32 * 2 ** 20;

/** What comes with each blob beside its content. */
const AROUND = 2;

/** How many processes read at once. */
export const READERS = 2;

/** How the content of a pointer file begins. */
const POINTER = Buffer.from('/annex/objects/');

/** What was found out about links. */
export interface LinksRead {
  readonly links: LinkTexts;
  /** How many files were more than can be asked for one by one; of these so many were not known. */
  readonly asked: number;
  readonly unknown: number;
  /** How many of these are not in the repository. */
  readonly missing: number;
}

/**
 * What files say, where they are symlinks, or pointers by their size.
 * @param known - Another commit, of whose files it is known what they say.
 * @param readers - Processes that are ready to read, some of which may remain.
 */
export async function readLinks(
  run: GitRunner,
  files: Listed,
  objects: CatFile | undefined,
  known?: KeptTree,
  readers: BlobReader[] = [],
): Promise<LinksRead> {
  const links = new LinkTextsWriter(files.length);
  const candidates: number[] = [];
  for (let at = 0; at < files.length; at += 1) if (isCandidate(files, at)) candidates.push(at);
  if (candidates.length <= FEW && objects !== undefined) {
    await readFew(files, candidates, links, objects);
    return { links: links.end(), asked: 0, unknown: 0, missing: 0 };
  }
  const unknown = known === undefined ? candidates : addKnown(files, candidates, links, known);
  let missing = 0;
  await inParallel(
    chunksOf(files, unknown),
    async (chunk) => {
      const blobs = chunk.map((position) => files.blobAt(position));
      const data = await (readers.pop()?.read(blobs) ?? catContents(run, blobs));
      missing += addAllSaid(files, chunk, data, links);
    },
    READERS,
  );
  return { links: links.end(), asked: candidates.length, unknown: unknown.length, missing };
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
  links: LinkTextsWriter,
  objects: CatFile,
): Promise<void> {
  const read = positions.map(async (position) => {
    const content = (await objects.read(files.blobAt(position)))?.content ?? Buffer.alloc(0);
    addSaid(links, position, files.typeAt(position) === 'symlink', {
      data: content,
      start: 0,
      end: content.length,
    });
  });
  await Promise.all(read);
}

/** Stretches of positions whose files are not too much for the memory together, about as many for each process. */
function chunksOf(files: Listed, positions: readonly number[]): readonly (readonly number[])[] {
  let all = 0;
  for (const position of positions) all += files.sizeAt(position) + AROUND;
  const rounds = Math.ceil(all / (AT_ONCE * READERS));
  const most = all / (rounds * READERS);
  const chunks: (readonly number[])[] = [];
  let first = 0;
  let bytes = 0;
  for (let at = 0; at < positions.length; at += 1) {
    bytes += files.sizeAt(positions[at] ?? 0) + AROUND;
    if (bytes < most && at + 1 < positions.length) continue;
    chunks.push(positions.slice(first, at + 1));
    first = at + 1;
    bytes = 0;
  }
  return chunks;
}

/**
 * Adds what files say by what git has said of their blobs.
 * @returns how many of them are not in the repository.
 */
function addAllSaid(
  files: Listed,
  positions: readonly number[],
  data: Buffer,
  links: LinkTextsWriter,
): number {
  let missing = 0;
  let at = 0;
  for (const position of positions) {
    const isLink = files.typeAt(position) === 'symlink';
    if (data[at] !== NEWLINE) {
      at = data.indexOf(NEWLINE, at) + 1;
      missing += 1;
      // A link whose text cannot be read leads nowhere.
      if (isLink) links.addTarget(position, data, 0, 0);
      continue;
    }
    const start = at + 1;
    const end = start + files.sizeAt(position);
    at = end + 1;
    addSaid(links, position, isLink, { data, start, end });
  }
  return missing;
}

const NEWLINE = '\n'.charCodeAt(0);
const SLASH = '/'.charCodeAt(0);

/** Adds what a blob says, if it is a link or a pointer. */
function addSaid(
  links: LinkTextsWriter,
  position: number,
  isLink: boolean,
  { data, start, end }: { readonly data: Buffer; readonly start: number; readonly end: number },
): void {
  const isPointer =
    data[start] === SLASH && POINTER.equals(data.subarray(start, Math.min(start + POINTER.length, end)));
  if (!isLink && !isPointer) return;
  const key = keyWithin(data, start, end);
  if (key >= 0) links.addKey(position, data, key, lineEnd(data, key, end));
  else if (isLink) links.addTarget(position, data, start, end);
}

/**
 * Adds what is known from another commit. A tree is mostly what it was, so the answers are mostly the next ones.
 * @returns the files of which nothing is known.
 */
function addKnown(
  files: Listed,
  positions: readonly number[],
  links: LinkTextsWriter,
  known: KeptTree,
): readonly number[] {
  const { listing: before, links: said } = known;
  let next = 0;
  let places: ReadonlyMap<string, number> | undefined;
  const isAt = (place: number, blob: string, isLink: boolean): boolean =>
    place < before.length && before.blobAt(place) === blob && (before.typeAt(place) === 'symlink') === isLink;
  const find = (blob: string, isLink: boolean): number | undefined => {
    for (let place = next; place < next + NEAR; place += 1) if (isAt(place, blob, isLink)) return place;
    places ??= placesById(before);
    return places.get(idOf(blob, isLink));
  };
  return positions.filter((position) => {
    const place = find(files.blobAt(position), files.typeAt(position) === 'symlink');
    if (place === undefined) return true;
    next = place + 1;
    links.copy(position, said, place);
    return false;
  });
}

/** Files between those that are asked about: large ones, which are no pointers. */
const NEAR = 4;

function placesById(files: Listed): ReadonlyMap<string, number> {
  const places = new Map<string, number>();
  for (let place = 0; place < files.length; place += 1)
    places.set(idOf(files.blobAt(place), files.typeAt(place) === 'symlink'), place);
  return places;
}

/** A symlink and a file can have one content, and say different things by it. */
function idOf(blob: string, isLink: boolean): string {
  return isLink ? `L${blob}` : `F${blob}`;
}
