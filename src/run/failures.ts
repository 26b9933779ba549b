/** Marks of failed and recovered jobs: `failed/<aa>/<key>.json`, until the job succeeds or its key is asked for no more. */
import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { noteIn } from '../project/small-file.ts';
import { listed } from './listed.ts';
import { type State, shard } from './state.ts';

/** How a job failed last. */
export interface FailureFacts {
  readonly job: string;
  readonly pipeline: string;
  readonly datum: string;
  readonly reason: string;
  readonly at: string;
  /** Whether its `err_cmd` has seen to it; absent where it has not. */
  readonly recovered?: true;
}

/** Every job that failed and has not succeeded since. */
export function failedJobs(state: State): FailureFacts[] {
  return listed(state.failed).flatMap((first) =>
    listed(join(state.failed, first)).flatMap(
      // Another runner may be writing or removing it: the next look sees it.
      (name) => noteIn<FailureFacts>(join(state.failed, first, name)) ?? [],
    ),
  );
}

/** How a job failed last, if it did and has not succeeded since. */
export function readFailure(state: State, job: string): FailureFacts | undefined {
  return noteIn(`${shard(state.failed, job)}.json`);
}

/** Notes that a job failed; whole at once, for those who read beside us. */
export function writeFailure(state: State, failure: FailureFacts): void {
  const path = `${shard(state.failed, failure.job)}.json`;
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(`${path}.${process.pid}`, JSON.stringify(failure));
  renameSync(`${path}.${process.pid}`, path);
}

/** Forgets that a job failed. */
export function clearFailure(state: State, job: string): void {
  rmSync(`${shard(state.failed, job)}.json`, { force: true });
}
