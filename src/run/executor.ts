/** Where the jobs of a run are computed: on this machine, or on a cluster. */
import type { Claim } from './claims/claim.ts';
import type { JobOutcome } from './job-outcome.ts';
import type { DatumPlace } from './planner.ts';
import type { PoolRoom } from './pool.ts';

/** How a job ended, and what is held of its claim then. */
export interface Executed {
  readonly outcome: JobOutcome;
  /** To be given back; absent where it was passed on to others. */
  readonly held: Claim | undefined;
}

/** Computes jobs. */
export interface Executor {
  /** How many jobs it takes at once. */
  readonly room: PoolRoom;
  /** How many pipelines it has refused, each told of by a message. */
  readonly refused: number;
  /** Computes a job whose claim is held. Whatever goes wrong with it is its own failure. */
  readonly run: (place: DatumPlace, job: string, signal: AbortSignal, claim: Claim) => Promise<Executed>;
  /** Starts nothing that has not begun, as after a failure that is to be the last. */
  readonly holdBack: () => void;
  /** Tidies up after the last job. */
  readonly end: () => Promise<void>;
}
