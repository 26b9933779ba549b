/** A job between its claim and its end, while others compute it. */
import type { Claim } from '../claims/claim.ts';
import type { Executed } from '../executor.ts';
import type { DatumPlace } from '../planner.ts';

/** One that waits to be submitted, or is. */
export interface WaitingJob {
  readonly place: DatumPlace;
  readonly job: string;
  /** What this run holds of its claim; none while it is passed on. */
  claim: Claim | undefined;
  /** Whether a task has begun it and not ended it. */
  isBegun: boolean;
  /** Whether a task has said that it does not do it. */
  isStopped: boolean;
  /** How often it was submitted. */
  times: number;
  readonly resolve: (executed: Executed) => void;
}
