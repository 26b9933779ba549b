/** Tasks that were submitted and have not all ended, and what is known of one from outside. */
import type { FailureFacts } from '../failures.ts';
import type { JobOutcome } from '../job-outcome.ts';
import { hasEnded, type Refusal, type TaskState } from './commands.ts';
import type { WaitingJob } from './waiting-job.ts';

/** How often a task must be found to have ended: what it wrote last may be seen later than that. */
const ENDED_LOOKS = 2;

/** Milliseconds that words of a task that has ended well may be on their way, as on network file systems. */
const ON_THEIR_WAY = 30_000;

/** A task that was submitted. */
export interface LiveTask {
  readonly token: string;
  readonly number: number;
  /** Its jobs that have not ended, by key. */
  readonly jobs: Map<string, WaitingJob>;
  /** What Slurm said of it last. */
  lastState: string;
  /** How often it was found to have ended, with jobs that are not known to have, and since when. */
  endedLooks: number;
  endedSince: number;
}

/** An array that was submitted. */
export interface LiveArray {
  readonly name: string;
  readonly pipeline: string;
  readonly folder: string;
  /** What Slurm calls it; none where it was refused. */
  readonly id: string | undefined;
  /** Why it was refused. */
  readonly refusal?: Refusal;
  /** The job that records when nobody else has. */
  readonly recordId: string | undefined;
  /** Whether its tasks work on their nodes' disks, and hand back what they leave. */
  readonly isScratch: boolean;
  /** Where their words are on their nodes, where they are not in the folder. */
  readonly words: string | undefined;
  readonly tasks: Map<number, LiveTask>;
}

/** How a job has ended of which something was handed back. */
export function handedBackOutcome(failure: FailureFacts | undefined): JobOutcome {
  if (failure === undefined) return { outcome: 'success', milliseconds: 0 };
  return { outcome: failure.recovered === true ? 'recovered' : 'failed', reason: failure.reason };
}

/** Whether it is certain that a task has ended and will tell nothing more. */
export function isCertain(task: LiveTask, told: TaskState | undefined): boolean {
  if (task.endedLooks < ENDED_LOOKS) return false;
  if (told?.state !== 'COMPLETED') return true;
  const isAll = [...task.jobs.values()].every((job) => job.isStopped);
  return isAll || performance.now() - task.endedSince > ON_THEIR_WAY;
}

/** Whether a task has ended; one that Slurm has forgotten has. */
export function isOver(told: TaskState | undefined): boolean {
  return told === undefined || hasEnded(told.state);
}
