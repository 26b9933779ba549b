/** What live and failed runs have left in the shared state. Takes no lock and never waits. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Holder as PlannedHolder } from '../plan/planned.ts';
import type { RunReport } from '../plan/report.ts';
import { heldClaims } from './claim.ts';
import type { Observer } from './holder.ts';
import { readHolder } from './holder.ts';
import type { State } from './state.ts';

/** How a job failed last. */
export interface FailureFacts {
  readonly job: string;
  readonly pipeline: string;
  readonly datum: string;
  readonly reason: string;
  readonly at: string;
}

/** Live claims and standing failures, by job. */
export interface Observations {
  readonly holders: ReadonlyMap<string, PlannedHolder>;
  readonly failures: ReadonlyMap<string, string>;
}

/** Reads the claims of live runners and the marks of failed jobs. */
export function observe(state: State, observer: Observer): Observations {
  const holders = new Map<string, PlannedHolder>();
  for (const [job, { token: _, ...holder }] of liveClaims(state, observer)) holders.set(job, holder);
  const failures = new Map<string, string>();
  for (const { job, reason } of failedJobs(state)) failures.set(job, reason);
  return { holders, failures };
}

function liveClaims(state: State, observer: Observer) {
  return [...heldClaims(state.claims)]
    .filter(([, holder]) => !observer.isDead(holder))
    .map(([job, { token, host, pid, run }]) => [job, { token, host, pid, run }] as const);
}

/** Every job that failed and has not succeeded since. */
export function failedJobs(state: State): FailureFacts[] {
  const failures: FailureFacts[] = [];
  for (const first of listed(state.failed)) {
    for (const name of listed(join(state.failed, first))) {
      try {
        failures.push(JSON.parse(readFileSync(join(state.failed, first, name), 'utf8')) as FailureFacts);
      } catch {
        // Another runner is tidying up or writing it: the next look sees it.
      }
    }
  }
  return failures;
}

/** The runs whose runner lives. */
export function liveRuns(state: State, observer: Observer): RunReport[] {
  return listed(state.holders)
    .filter((name) => !name.includes('.'))
    .flatMap((name) => readHolder(join(state.holders, name)) ?? [])
    .filter((holder) => holder.run !== '' && !observer.isDead(holder))
    .map(({ run, host, pid }) => ({ run, host, pid }));
}

function listed(directory: string): string[] {
  try {
    return readdirSync(directory);
  } catch {
    return [];
  }
}
