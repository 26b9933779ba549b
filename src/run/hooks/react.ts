/**
 * Answering hooks: any number of commits, one answer at a time, and the last commit is never missed.
 *
 * A hook leaves its mark and then sees to it that somebody answers. Who answers has the claim, removes the mark, and only
 * then looks at the project; a mark that is there afterwards is answered by another round. Once the claim is given back
 * the mark is looked for once more: a hook that came too late to be heard before that finds the claim free, or is seen here.
 */
import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { releaseClaim, takeClaim } from '../claims/claim.ts';
import { untilTidied } from '../claims/claim-tidying.ts';
import { LEASE } from '../claims/claim-world.ts';
import { Holder, type HolderFacts, type Observer } from '../claims/holder.ts';
import { errorCode, type State } from '../state.ts';

/** Where in `hooks/` the claims are. */
const LOCK_FOLDER = 'lock';

/** Milliseconds between two looks at who answers elsewhere. */
const INTERVAL = 500;

/** What it takes to answer. */
export interface ReactMeans {
  readonly state: State;
  readonly observer: Observer;
  /** The mark's name, which is that of the claim as well. */
  readonly mark: string;
  /** One answer to all commits that are there when it begins; whether marks of later ones are to be answered. */
  readonly answer: () => Promise<boolean>;
}

/** Answers until no mark is left. Returns who else does, where somebody does. */
export async function react(means: ReactMeans): Promise<HolderFacts | undefined> {
  const { state, observer, mark, answer } = means;
  const path = join(state.hooks, mark);
  const holder = new Holder(state, '');
  const known = performance.now() + 2 * LEASE;
  try {
    await untilTidied(state, observer);
    for (;;) {
      const taken = takeClaim(join(state.hooks, LOCK_FOLDER), mark, holder, observer);
      if (!taken.ok) {
        const { holder: other } = taken;
        if (other !== undefined && (observer.isNear(other) || performance.now() > known)) return other;
        // Two came at once; or it is on another machine, and whether it lives is seen by watching it alone.
        await delay(INTERVAL);
        continue;
      }
      let goesOn = true;
      try {
        while (goesOn && removeMark(path)) goesOn = await answer();
      } finally {
        releaseClaim(taken.claim, holder);
      }
      if (!goesOn || !existsSync(path)) return undefined;
    }
  } finally {
    holder.end();
  }
}

/** Removes the mark, and with it the wish; whether there was one. */
function removeMark(path: string): boolean {
  try {
    rmSync(path);
    return true;
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return false;
    throw error;
  }
}
