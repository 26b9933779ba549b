/**
 * Claims: the right to run a job, held by one process. A claim is `<aa>/<key>.<n>`, one above the highest
 * generation there, made by `link()`, which is atomic on NFS too. Whoever wants it links the next generation; two
 * that try link the same name, and one of them fails. The highest generation is never deleted, so nobody can
 * mistake an old claim for a new one.
 */
import { join } from 'node:path';
import { errorCode } from '../state.ts';
import { type ClaimFiles, DISK } from './claim-files.ts';
import { type Holder, type HolderFacts, type Observer, readClaim, readHolder } from './holder.ts';

/** A claim that is held. */
export interface Claim {
  readonly folder: string;
  readonly key: string;
  readonly generation: number;
}

/** The claim, or who holds it. */
export type ClaimResult =
  /** `inherited`: it was held without a break since whoever passed it on has looked whether there is a result. */
  | { readonly ok: true; readonly claim: Claim; readonly inherited?: true }
  | { readonly ok: false; readonly holder: HolderFacts | undefined };

/**
 * Takes the claim of a key in a folder of claims, breaking that of a dead holder. Never waits.
 * @param isHeirOf - Whether a holder that lives has claimed it for this one.
 */
export function takeClaim(
  folder: string,
  key: string,
  self: Holder,
  observer: Observer,
  isHeirOf?: (holder: HolderFacts) => boolean,
): ClaimResult {
  const { files } = self;
  const place = join(folder, key.slice(0, 2));
  const highest = highestGeneration(files, place, key);
  // Where there is a claim, there is its folder.
  if (highest === 0) files.makeFolder(place);
  let isUnfinished = false;
  let isInherited = false;
  if (highest > 0) {
    const path = claimPath(place, key, highest);
    const holder = readClaim(path, files);
    if (holder === 'unfinished') {
      if (!observer.isAbandoned(path)) return { ok: false, holder: undefined };
      isUnfinished = true;
    } else if (holder !== undefined && holder !== 'free') {
      isInherited = !observer.isDead(holder);
      if (isInherited && isHeirOf?.(holder) !== true) return { ok: false, holder };
      // The mark comes first: a holder that wakes up between the two finds itself fenced.
      if (!isInherited) observer.markDead(holder, self);
    }
  }
  const claim = { folder, key, generation: highest + 1 };
  const path = claimPath(place, key, claim.generation);
  if (!linkOwn(files, self.file, path)) return { ok: false, holder: readHolder(path, files) };
  // Between our look and our link others may have taken and released this generation and removed it again; the
  // one above it, which they linked before they removed it, tells.
  if (highestGeneration(files, place, key) !== claim.generation) {
    files.remove(path);
    return { ok: false, holder: undefined };
  }
  // Its maker may have finished it before our link came, and not known of us: now it has a name to be fenced by.
  const late = isUnfinished ? readHolder(claimPath(place, key, highest), files) : undefined;
  if (late !== undefined) observer.markDead(late, self);
  removeOlder(files, place, key, highest);
  return { ok: true, claim, ...(isInherited ? { inherited: true } : {}) };
}

/**
 * Passes a claim on to a holder that has a file and perhaps no process yet. The link is its claim from then on; where the
 * generation is taken, this holder was declared dead and has nothing to pass on.
 * @returns Whether it is the other one's now.
 */
export function passClaim({ folder, key, generation }: Claim, self: Holder, heir: string): boolean {
  const { files } = self;
  const place = join(folder, key.slice(0, 2));
  const next = claimPath(place, key, generation + 1);
  if (!linkOwn(files, heir, next)) return false;
  // Taken, given back and removed between our being declared dead and our link: made too late, as in `takeClaim`.
  if (highestGeneration(files, place, key) !== generation + 1) {
    files.remove(next);
    return false;
  }
  removeOlder(files, place, key, generation);
  return true;
}

/**
 * Gives a claim back by linking a free file one generation higher; when somebody has taken that generation, this
 * holder was declared dead, and there is nothing to give back.
 */
export function releaseClaim(claim: Claim, self: Holder): void {
  const { files } = self;
  const place = join(claim.folder, claim.key.slice(0, 2));
  const next = claimPath(place, claim.key, claim.generation + 1);
  try {
    files.link(self.freeFile, next);
  } catch (error) {
    if (errorCode(error) === 'EEXIST') return;
    // The files of a holder that was declared dead long ago are gone, and with them its right to give anything back.
    if (errorCode(error) === 'ENOENT') return;
    if (errorCode(error) !== 'EMLINK') throw error;
    files.link(self.renewFreeFile(), next);
  }
  removeOlder(files, place, claim.key, claim.generation);
}

/** Every key in a folder of claims that somebody holds, with the holder; dead or alive is for an observer. */
export function heldClaims(folder: string, files: ClaimFiles = DISK): Map<string, HolderFacts> {
  const held = new Map<string, HolderFacts>();
  for (const shardName of files.list(folder)) {
    const highest = new Map<string, number>();
    const place = join(folder, shardName);
    for (const name of files.list(place)) {
      const dot = name.lastIndexOf('.');
      const key = name.slice(0, dot);
      highest.set(key, Math.max(highest.get(key) ?? 0, Number(name.slice(dot + 1))));
    }
    for (const [key, generation] of highest) {
      const holder = readHolder(claimPath(place, key, generation), files);
      if (holder !== undefined) held.set(key, holder);
    }
  }
  return held;
}

/** Links, and tells by the file itself whether it was done: an answer lost on NFS may report a failure that was none. */
function linkOwn(files: ClaimFiles, file: string, path: string): boolean {
  try {
    files.link(file, path);
    return true;
  } catch (error) {
    if (errorCode(error) === 'EEXIST' || errorCode(error) === 'ENOENT') return files.isSame(file, path);
    throw error;
  }
}

/** Whether nobody holds a key, so that nothing is to be broken. */
export function isFree(folder: string, key: string, files: ClaimFiles): boolean {
  const place = join(folder, key.slice(0, 2));
  const highest = highestGeneration(files, place, key);
  return highest === 0 || readClaim(claimPath(place, key, highest), files) === 'free';
}

/** A number that grows whenever anybody takes a key or gives it back; 0 where nobody ever has. */
export function generationOf(folder: string, key: string, files: ClaimFiles): number {
  return highestGeneration(files, join(folder, key.slice(0, 2)), key);
}

function highestGeneration(files: ClaimFiles, place: string, key: string): number {
  let highest = 0;
  for (const name of files.list(place)) {
    if (name.startsWith(`${key}.`)) highest = Math.max(highest, Number(name.slice(key.length + 1)));
  }
  return highest;
}

/** Generations below the one above them say nothing any more. */
function removeOlder(files: ClaimFiles, place: string, key: string, upTo: number): void {
  if (upTo >= 1) files.remove(claimPath(place, key, upTo));
}

function claimPath(place: string, key: string, generation: number): string {
  return join(place, `${key}.${generation}`);
}
