/** Computing jobs on this machine. */
import { totalmem } from 'node:os';
import type { Claim } from './claims/claim.ts';
import type { Executed, Executor } from './executor.ts';
import { type JobMeans, JobRunner } from './job.ts';
import type { DatumPlace } from './planner.ts';
import type { PoolRoom } from './pool.ts';

/** Computes jobs here, as many at once as there is room for. */
export class LocalExecutor implements Executor {
  readonly room: PoolRoom;
  /** What this machine cannot run is told by the gate of images. */
  readonly refused = 0;
  readonly #jobs: JobRunner;

  constructor(means: JobMeans, places: number) {
    this.room = { places, memory: totalmem() };
    this.#jobs = new JobRunner(means);
  }

  /** Runs a job; its claim stays where it is. */
  async run(place: DatumPlace, job: string, signal: AbortSignal, claim: Claim): Promise<Executed> {
    return { outcome: await this.#jobs.run(place, job, signal), held: claim };
  }

  /** What has begun goes on, and nothing waits here. */
  holdBack(): void {
    // Jobs that wait are in the pool.
  }

  /** Tidies up after the last job. */
  end(): Promise<void> {
    return this.#jobs.end();
  }
}
