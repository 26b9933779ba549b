/**
 * Claims: the right to run a job, held by one process. A claim is `<aa>/<key>.<n>`, one above the highest
 * generation there, made by `link()`, which is atomic on NFS too. Whoever wants it links the next generation; two
 * that try link the same name, and one of them fails. The highest generation is never deleted, so nobody can
 * mistake an old claim for a new one.
 */
import { linkSync, mkdirSync, statSync, unlinkSync } from 'node:fs';
import { join } from 'node:path';
import { type Holder, type HolderFacts, type Observer, readHolder } from './holder.ts';
import { listed } from './listed.ts';
import { errorCode } from './state.ts';

/** A claim that is held. */
export interface Claim {
  readonly folder: string;
  readonly key: string;
  readonly generation: number;
}

/** The claim, or who holds it. */
export type ClaimResult =
  | { readonly ok: true; readonly claim: Claim }
  | { readonly ok: false; readonly holder: HolderFacts | undefined };

/** Takes the claim of a key in a folder of claims, breaking that of a dead holder. Never waits. */
export function takeClaim(folder: string, key: string, self: Holder, observer: Observer): ClaimResult {
  const place = join(folder, key.slice(0, 2));
  mkdirSync(place, { recursive: true });
  const highest = highestGeneration(place, key);
  if (highest > 0) {
    const holder = readHolder(claimPath(place, key, highest));
    if (holder !== undefined) {
      if (!observer.isDead(holder)) return { ok: false, holder };
      // The mark comes first: a holder that wakes up between the two finds itself fenced.
      observer.markDead(holder, self);
    }
  }
  const claim = { folder, key, generation: highest + 1 };
  if (!linkOwn(self.file, claimPath(place, key, claim.generation))) {
    return { ok: false, holder: readHolder(claimPath(place, key, claim.generation)) };
  }
  // Between our look and our link others may have taken and released this generation and removed it again; the
  // one above it, which they linked before they removed it, tells.
  if (highestGeneration(place, key) !== claim.generation) {
    removeOlder(place, key, claim.generation);
    return { ok: false, holder: undefined };
  }
  removeOlder(place, key, highest);
  return { ok: true, claim };
}

/**
 * Gives a claim back by linking a free file one generation higher; when somebody has taken that generation, this
 * holder was declared dead, and there is nothing to give back.
 */
export function releaseClaim(claim: Claim, self: Holder): void {
  const place = join(claim.folder, claim.key.slice(0, 2));
  const next = claimPath(place, claim.key, claim.generation + 1);
  try {
    linkSync(self.freeFile, next);
  } catch (error) {
    if (errorCode(error) === 'EEXIST') return;
    // The files of a holder that was declared dead long ago are gone, and with them its right to give anything back.
    if (errorCode(error) === 'ENOENT') return;
    if (errorCode(error) !== 'EMLINK') throw error;
    linkSync(self.renewFreeFile(), next);
  }
  removeOlder(place, claim.key, claim.generation);
}

/** Every key in a folder of claims that somebody holds, with the holder; dead or alive is for an observer. */
export function heldClaims(folder: string): Map<string, HolderFacts> {
  const held = new Map<string, HolderFacts>();
  for (const shardName of listed(folder)) {
    const highest = new Map<string, number>();
    const place = join(folder, shardName);
    for (const name of listed(place)) {
      const dot = name.lastIndexOf('.');
      const key = name.slice(0, dot);
      highest.set(key, Math.max(highest.get(key) ?? 0, Number(name.slice(dot + 1))));
    }
    for (const [key, generation] of highest) {
      const holder = readHolder(claimPath(place, key, generation));
      if (holder !== undefined) held.set(key, holder);
    }
  }
  return held;
}

/** Links, and tells by the inode whether it was done: an answer lost on NFS may report a failure that was none. */
function linkOwn(file: string, path: string): boolean {
  try {
    linkSync(file, path);
    return true;
  } catch (error) {
    if (errorCode(error) === 'EEXIST' || errorCode(error) === 'ENOENT') return isSameFile(file, path);
    throw error;
  }
}

function isSameFile(a: string, b: string): boolean {
  try {
    const [left, right] = [statSync(a), statSync(b)];
    return left.ino === right.ino && left.dev === right.dev;
  } catch {
    return false;
  }
}

function highestGeneration(place: string, key: string): number {
  let highest = 0;
  for (const name of listed(place)) {
    if (name.startsWith(`${key}.`)) highest = Math.max(highest, Number(name.slice(key.length + 1)));
  }
  return highest;
}

/** Generations below the one above them say nothing any more. */
function removeOlder(place: string, key: string, upTo: number): void {
  if (upTo < 1) return;
  try {
    unlinkSync(claimPath(place, key, upTo));
  } catch (error) {
    if (errorCode(error) !== 'ENOENT') throw error;
  }
}

function claimPath(place: string, key: string, generation: number): string {
  return join(place, `${key}.${generation}`);
}
