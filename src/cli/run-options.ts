/** The options of `minipach run`. */

/** Where jobs are run. */
export type ExecutorName = 'local' | 'slurm';

/** What can be chosen about a run. */
export interface RunOptions {
  readonly jobs?: number;
  readonly executor?: ExecutorName;
  readonly json?: boolean;
  readonly retryFailed?: boolean;
  readonly failFast?: boolean;
  readonly force?: boolean;
  /** The sibling that new results are pushed to. */
  readonly push?: string;
  /** The sibling that results were handed back to, which are taken in first. */
  readonly collect?: string;
  readonly save?: boolean;
  readonly detach?: boolean;
}
