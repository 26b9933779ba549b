/** The trash: what is of no use any more is moved there, and deleted when that slows nobody down. */
import { chmodSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { removeInBackground } from '../../project/process.ts';

import { type Observer, readHolder } from '../claims/holder.ts';
import { listed } from '../listed.ts';
import type { State } from '../state.ts';

/** Milliseconds that a run tidies up at its end: of thousands of jobs there is more than anybody would wait for. */
const TIDYING = 250;

/**
 * Empties the trash at the end of a run, with what dead runners left; the last of several runners on a machine does. Deleting makes
 * the file system slow for those who still run jobs, and when all of them delete the same folders they wait for each other.
 * To be called when the runner's own holder file is gone: of two that end at once, one at least sees nobody else. Of those
 * on other machines nobody knows whether they will ever come back.
 */
export function leaveTrash(state: State, observer: Observer): void {
  const isShared = listed(state.holders)
    .filter((name) => !name.includes('.'))
    .flatMap((name) => readHolder(join(state.holders, name)) ?? [])
    .some((holder) => observer.isNear(holder) && !observer.isDead(holder));
  if (!isShared) emptyTrash(state, TIDYING);
}

/**
 * Removes what is in the trash, and not the trash itself, into which others move their waste meanwhile.
 * @param patience - Milliseconds after which the rest is left to a process that outlives this one.
 */
export function emptyTrash({ trash }: Pick<State, 'trash'>, patience = Number.POSITIVE_INFINITY): void {
  const start = performance.now();
  for (const name of listed(trash)) {
    if (performance.now() - start > patience) {
      removeInBackground(trash);
      return;
    }
    removeTree(join(trash, name));
  }
}

/**
 * Removes waste, also where a job has left folders that cannot be written. What is in the way now is for the next
 * run to remove: nobody's work depends on it.
 */
export function removeTree(path: string): void {
  try {
    rmSync(path, { recursive: true, force: true, maxRetries: 3 });
  } catch {
    try {
      makeWritable(path);
      rmSync(path, { recursive: true, force: true, maxRetries: 3 });
    } catch {
      // Another runner may be emptying the same trash.
    }
  }
}

function makeWritable(directory: string): void {
  chmodSync(directory, 0o700);
  for (const item of readdirSync(directory, { withFileTypes: true })) {
    if (item.isDirectory()) makeWritable(join(directory, item.name));
  }
}
