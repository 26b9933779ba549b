/** What live and failed runs have left in the shared state. Takes no lock and never waits. */
import { join } from 'node:path';
import type { Holder as PlannedHolder } from '../plan/planned.ts';
import type { RunReport } from '../plan/report.ts';
import { heldClaims } from './claims/claim.ts';
import { type HolderFacts, isQueued, type Observer, readHolder } from './claims/holder.ts';
import { LOCK_FOLDER, RECORD } from './claims/record-lock.ts';
import { failedJobs } from './failures.ts';
import { listed } from './listed.ts';
import type { State } from './state.ts';

/** Live claims, and why jobs failed that have not succeeded since, by job. */
export interface Observations {
  readonly holders: ReadonlyMap<string, PlannedHolder>;
  readonly failures: ReadonlyMap<string, string>;
  /** Those that `err_cmd` has seen to. */
  readonly recovered: ReadonlyMap<string, string>;
}

/** Reads the claims of live runners and the marks of failed jobs. */
export function observe(state: State, observer: Observer): Observations {
  const holders = new Map<string, PlannedHolder>();
  for (const [job, holder] of liveClaims(state, observer)) holders.set(job, holder);
  const failures = new Map<string, string>();
  const recovered = new Map<string, string>();
  for (const facts of failedJobs(state)) {
    (facts.recovered === true ? recovered : failures).set(facts.job, facts.reason);
  }
  return { holders, failures, recovered };
}

function liveClaims(state: State, observer: Observer): (readonly [string, PlannedHolder])[] {
  return [...heldClaims(state.claims)]
    .filter(([, holder]) => !observer.isDead(holder))
    .map(([job, { host, pid, run, task }]) => {
      if (task === undefined) return [job, { host, pid, run }];
      return [job, { host, pid, run, task: { array: task.array, task: task.task } }];
    });
}

/** Who records results just now, or last did and was killed over it. */
export function recorderNow(state: State): HolderFacts | undefined {
  return heldClaims(join(state.record, LOCK_FOLDER)).get(RECORD);
}

/** The runs whose runner lives, and those that live on in Slurm alone. */
export function liveRuns(state: State, observer: Observer): RunReport[] {
  const live = listed(state.holders)
    .filter((name) => !name.includes('.'))
    .flatMap((name) => readHolder(join(state.holders, name)) ?? [])
    .filter((holder) => holder.run !== '' && !observer.isDead(holder));
  const runs = live
    .filter(({ task }) => task === undefined)
    .map((holder): RunReport => {
      const { run, host, pid } = holder;
      return { run, host, pid, ...(observer.isStopped(holder) ? { stopped: true as const } : {}) };
    });
  const alone = new Map<string, RunReport>();
  for (const holder of live) {
    const { run, host } = holder;
    if (!isQueued(holder) || runs.some((one) => one.run === run)) continue;
    alone.set(run, { run, host, pid: 0, tasks: (alone.get(run)?.tasks ?? 0) + 1 });
  }
  return [...runs, ...alone.values()];
}
