/** How a run ended, and what that is as an exit code. */
import type { PlannedDatum } from '../plan/planned.ts';

/** What became of the datums that were asked for. */
export interface RunCounts {
  done: number;
  reused: number;
  skipped: number;
  failed: number;
  stopped: number;
  recovered: number;
  unchanged: number;
  /** Jobs that were ready and are left for another run, because one has failed and none was to start after that. */
  notStarted: number;
}

/** How a run ended. */
export interface RunResult {
  readonly counts: RunCounts;
  /** Why the run could not go on, if it could not. */
  readonly problem: string | undefined;
  /** Datums that were asked for and wait for something that this run was not asked to do. */
  readonly blocked: readonly PlannedDatum[];
  /** How many results wait because something is in their way; said by a message each. */
  readonly heldBack: number;
  /** How many pipelines could not be started at all; said by a message each. */
  readonly refused: number;
  /** How many of them failed in an earlier run and were not tried again. */
  readonly failedEarlier: number;
  /** How many pipelines have datums that are not known, because of what they wait for; said by a message each. */
  readonly unknown?: number;
  /** Whether a pipeline's `job_timeout` left jobs for another run. */
  readonly timeOver: boolean;
}

/** The exit code of a run: 0 all done, 1 jobs failed or could not run, 3 the run itself could not go on, or not start a pipeline, 130 stopped. */
export function exitOf(result: RunResult, stopped: boolean): number {
  if (result.problem !== undefined) return 3;
  if (stopped) return 130;
  if (result.refused > 0) return 3;
  return result.counts.failed > 0 ||
    result.counts.stopped > 0 ||
    result.heldBack > 0 ||
    result.failedEarlier > 0 ||
    result.timeOver ||
    result.blocked.length > 0 ||
    (result.unknown ?? 0) > 0
    ? 1
    : 0;
}
