/**
 * Git's own lock of an index, as a hard link of the holder file: the user's git waits while it is there, and a dead
 * runner's lock is known for what it is. It is linked from the recorder's own folder and let go of by a rename into it:
 * a recorder that was declared dead has that folder no more, and so can neither take a lock nor remove somebody else's.
 */
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Project } from '../../project/open.ts';
import { type Holder, type Observer, readHolder } from '../claims/holder.ts';
import { errorCode } from '../state.ts';

/** Milliseconds to wait for the user's own git command to let go of the index. */
export const INDEX_PATIENCE = 60_000;

/** Milliseconds after which people are told what is waited for. */
export const WAIT_NOTICE = 2500;

/** Who takes a lock. */
export interface LockMeans {
  /** Takes a sentence about what is waited for, where that takes its time. */
  readonly tellWait?: (message: string) => void;
  readonly holder: Holder;
  readonly observer: Observer;
  /** `record/<token>`, private to this recorder. */
  readonly folder: string;
}

/** What it takes to let go of one. */
type OwnMeans = Pick<LockMeans, 'holder' | 'folder'>;

/** Another git command has held the index for too long. */
export interface IndexLocked {
  readonly outcome: 'index-locked';
  readonly message: string;
}

/** A repository, by what holds its index. */
type IndexPlace = Pick<Project, 'gitDirectory'>;

/** The index of a work tree. */
export function indexOf({ gitDirectory }: IndexPlace): string {
  return join(gitDirectory, 'index');
}

function lockOf(place: IndexPlace): string {
  return `${indexOf(place)}.lock`;
}

/** Does something while the lock of an index is held, so that the user's git waits and the tip stands still. */
export async function withIndexLock<T>(
  place: IndexPlace,
  means: LockMeans,
  action: () => Promise<T>,
): Promise<T | IndexLocked> {
  const locked = await lockIndex(place, means, INDEX_PATIENCE);
  if (locked !== undefined) return { outcome: 'index-locked', message: locked };
  try {
    return await action();
  } finally {
    unlockIndex(place, means);
  }
}

/**
 * Takes the lock of an index; ended with `unlockIndex`.
 * @param patience - Milliseconds to wait for somebody else's.
 * @returns why it could not be taken, in a sentence.
 */
export async function lockIndex(
  place: IndexPlace,
  means: LockMeans,
  patience: number,
): Promise<string | undefined> {
  const lock = lockOf(place);
  let isTold = false;
  for (const start = performance.now(); ; ) {
    if (tryLockIndex(place, means)) return undefined;
    if (breakDeadLock(place, means)) continue;
    const waited = performance.now() - start;
    if (waited > patience) {
      const since = patience < INDEX_PATIENCE ? 'is there' : 'has been there for a minute';
      return `${lock} ${since}: another git command works on the project, or one was killed. End it, or remove the file if none runs.`;
    }
    if (waited > WAIT_NOTICE && !isTold) {
      isTold = true;
      means.tellWait?.(
        `Waiting for ${lock}: another git command works on the project, or one was killed and has left it; remove the file if none runs.`,
      );
    }
    await delay(50);
  }
}

/** Takes the lock where it is free, and says whether it was. */
export function tryLockIndex(place: IndexPlace, { holder, folder }: OwnMeans): boolean {
  const { files } = holder;
  const own = join(folder, 'lock');
  if (!files.has(own)) files.link(holder.file, own);
  try {
    files.link(own, lockOf(place));
    return true;
  } catch (error) {
    if (errorCode(error) === 'EEXIST') return false;
    throw error;
  }
}

/** Lets go of a lock, unless it was broken meanwhile: what is there then is somebody else's. */
export function unlockIndex(place: IndexPlace, means: OwnMeans): void {
  const { files, facts } = means.holder;
  if (readHolder(lockOf(place), files)?.token === facts.token) takeAway(place, means);
}

/** Removes the lock of a dead runner; returns whether there was one. Called with the record lock held. */
export function breakDeadLock(place: IndexPlace, means: LockMeans): boolean {
  const { holder, observer, folder } = means;
  const owner = readHolder(lockOf(place), holder.files);
  if (owner === undefined || !observer.isDead(owner)) return false;
  observer.markDead(owner, holder);
  takeAway(place, means);
  // One that was declared dead itself leaves it, and what it was about to see to, to the next one: were the dead one's
  // folder taken for seen to, nobody would look for its lock.
  if (!holder.files.has(folder)) throw new Gone(folder);
  return true;
}

/** A folder of a recorder that was declared dead is gone, as if something in it had been asked for. */
class Gone extends Error {
  readonly code = 'ENOENT';

  constructor(folder: string) {
    super(`${folder} is gone: this recorder was declared dead, and its work was given to others.`);
    this.name = 'Gone';
  }
}

function takeAway(place: IndexPlace, { holder: { files }, folder }: OwnMeans): void {
  const away = join(folder, 'unlocked');
  // A rename onto another name of the same file would do nothing.
  files.remove(away);
  try {
    files.rename(lockOf(place), away);
  } catch (error) {
    // The folder is gone and this recorder with it, or the lock is: by hand.
    if (errorCode(error) === 'ENOENT') return;
    throw error;
  }
}
