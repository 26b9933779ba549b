/** What live and failed runs have left in the shared state. Takes no lock and never waits. */
import { join } from 'node:path';
import type { Holder as PlannedHolder } from '../plan/planned.ts';
import type { RunReport } from '../plan/report.ts';
import { heldClaims } from './claims/claim.ts';
import { type HolderFacts, type Observer, readHolder } from './claims/holder.ts';
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
  for (const [job, { token: _, ...holder }] of liveClaims(state, observer)) holders.set(job, holder);
  const failures = new Map<string, string>();
  const recovered = new Map<string, string>();
  for (const facts of failedJobs(state)) {
    (facts.recovered === true ? recovered : failures).set(facts.job, facts.reason);
  }
  return { holders, failures, recovered };
}

function liveClaims(state: State, observer: Observer) {
  return [...heldClaims(state.claims)]
    .filter(([, holder]) => !observer.isDead(holder))
    .map(([job, { token, host, pid, run }]) => [job, { token, host, pid, run }] as const);
}

/** Who records results just now, or last did and was killed over it. */
export function recorderNow(state: State): HolderFacts | undefined {
  return heldClaims(join(state.record, LOCK_FOLDER)).get(RECORD);
}

/** The runs whose runner lives. */
export function liveRuns(state: State, observer: Observer): RunReport[] {
  return (
    listed(state.holders)
      .filter((name) => !name.includes('.'))
      .flatMap((name) => readHolder(join(state.holders, name)) ?? [])
      // The tasks of a run in Slurm are not the run.
      .filter((holder) => holder.run !== '' && holder.task === undefined && !observer.isDead(holder))
      .map((holder) => {
        const { run, host, pid } = holder;
        return { run, host, pid, ...(observer.isStopped(holder) ? { stopped: true as const } : {}) };
      })
  );
}
