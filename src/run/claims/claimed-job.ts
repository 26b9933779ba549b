/** The one order in which a job is computed: claim it, then look again whether it still is to be computed, then compute. */

import { isStaged } from '../staging.ts';
import type { State } from '../state.ts';
import { type Claim, isFree, releaseClaim, takeClaim } from './claim.ts';
import type { Holder, HolderFacts, Observer } from './holder.ts';

/** What became of a job: computed, or why not. */
export type Claimed =
  /** Another runner has the claim. */
  | 'held'
  /** Its result waits to be recorded. */
  | 'staged'
  /** The branch is not where the plan was made: somebody has committed, perhaps this very result. */
  | 'moved'
  /** This run has recorded it meanwhile, for others. */
  | 'unwanted'
  | 'computed';

/** What is asked once the claim is held. */
export interface SecondLook {
  /** Whether the branch still is where the plan was made. */
  readonly isCurrent: () => Promise<boolean>;
  /** Whether the plan still asks for it. */
  readonly isWanted: () => boolean;
}

/**
 * Computes a job that nobody else computes or has computed. Staged results are looked at first, then history at the
 * branch's present tip: a recorder moves a result from the one to the other, and the other way round it could be
 * missed in both. The claim comes before both looks: without it another runner could finish between look and claim. One
 * that was inherited has been held since those looks.
 * @param compute - Returns the claim that is to be given back; none where it was passed on.
 */
export async function computeOnce(
  means: {
    readonly state: State;
    readonly holder: Holder;
    readonly observer: Observer;
    readonly isHeirOf?: (holder: HolderFacts) => boolean;
  },
  job: string,
  look: SecondLook,
  compute: (claim: Claim) => Promise<Claim | undefined>,
): Promise<Claimed> {
  const { state, holder, observer } = means;
  // What another runner has left ready is not claimed for nothing; that nothing is there yet says nothing. Who was killed
  // before it gave its claim back has left the claim, too, which is broken like any other one.
  if (isStaged(state, job, holder.files) && isFree(state.claims, job, holder.files)) return 'staged';
  const taken = takeClaim(state.claims, job, holder, observer, means.isHeirOf);
  if (!taken.ok) return 'held';
  let held: Claim | undefined = taken.claim;
  try {
    if (taken.inherited !== true) {
      if (isStaged(state, job, holder.files)) return 'staged';
      if (!(await look.isCurrent())) return 'moved';
      if (!look.isWanted()) return 'unwanted';
    }
    held = await compute(taken.claim);
    return 'computed';
  } finally {
    if (held !== undefined) releaseClaim(held, holder);
  }
}
