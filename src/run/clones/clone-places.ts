/**
 * Folders in which clones are made before they are renamed into their places. A name says whose folder it is, so that what a
 * killed process has left is known for what it is, and nobody removes what another one is making.
 */
import { hash, randomBytes } from 'node:crypto';
import { mkdirSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { CloneSource } from '../../plan/clone-source.ts';
import { readProcess } from '../../project/process-table.ts';
import { thisMachine } from '../claims/claim-world.ts';
import { listed } from '../listed.ts';
import { errorCode } from '../state.ts';

/** A clone that is not in its place yet. */
export interface FreshClone {
  readonly place: string;
  /** Where it will be. */
  readonly destination: string;
  /** The remote that it was cloned from. */
  readonly remote: string;
  readonly source: CloneSource;
  /** Whether it has no more than jobs need. */
  readonly isLean: boolean;
  readonly signal: AbortSignal;
}

const PREFIX = '.minipach-clone-';

/** A new folder in a directory, which is made where it is missing; what dead processes have left there is removed. */
export function newClonePlace(directory: string): string {
  mkdirSync(directory, { recursive: true });
  removeDeadClones(directory);
  const started = readProcess(process.pid)?.started ?? '';
  const name = [hostMark(), process.pid, started, randomBytes(4).toString('hex')].join('-');
  return join(directory, `${PREFIX}${name}`);
}

/** Removes a clone that is not wanted, or what is left of one. */
export function discardClone(place: string): void {
  rmSync(place, { recursive: true, force: true, maxRetries: 3 });
}

/**
 * Puts a finished clone in its place, which may be an empty directory: one step, which either happens or does not.
 * @returns Why it could not be done, in a word of the system's.
 */
export function settleClone(place: string, destination: string): string | undefined {
  try {
    mkdirSync(dirname(destination), { recursive: true });
    renameSync(place, destination);
    return undefined;
  } catch (error) {
    return errorCode(error) ?? String(error);
  }
}

function removeDeadClones(directory: string): void {
  for (const name of listed(directory)) {
    if (!name.startsWith(PREFIX)) continue;
    const [mark, pid, started = ''] = name.slice(PREFIX.length).split('-');
    // Only where its process would be seen here is its absence a proof.
    if (mark === hostMark() && thisMachine().isAlive(Number(pid), started) === false)
      discardClone(join(directory, name));
  }
}

function hostMark(): string {
  return hash('sha256', thisMachine().place).slice(0, 12);
}
