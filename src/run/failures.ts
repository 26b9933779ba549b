/** Marks of failed jobs: `failed/<aa>/<key>.json`, until the job succeeds or its key is asked for no more. */
import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { FailureFacts } from './observe.ts';
import { type State, shard } from './state.ts';

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
