/** What a plan gives a run to do. */
import type { PlannedDatum } from '../plan/planned.ts';
import { leavesOf } from '../spec/model.ts';
import { isStartable } from './image-refusal.ts';
import type { DatumPlace, Planner } from './planner.ts';

/** What a run is asked to do. */
export interface RunWishes {
  /** How many jobs of one core run at once. */
  readonly jobs: number;
  /** Whether a datum was asked for. */
  readonly isSelected: (place: DatumPlace) => boolean;
  readonly retryFailed: boolean;
  /** Start nothing more after the first failure. */
  readonly failFast: boolean;
}

/** The jobs of a plan, one datum each: equal datums share a job. */
export interface FoundJobs {
  /** Can be started now. */
  readonly ready: DatumPlace[];
  /** Another live runner holds them. */
  readonly foreign: DatumPlace[];
  /** Failed before, and are not to be tried again: their keys. */
  readonly failedEarlier: readonly string[];
}

/** Finds the jobs that were asked for, leaving out those for which `isTaken` holds. */
export function findJobs(planner: Planner, wishes: RunWishes, isTaken: (job: string) => boolean): FoundJobs {
  const ready = new Map<string, DatumPlace>();
  const foreign = new Map<string, DatumPlace>();
  const failedEarlier: string[] = [];
  for (const place of planner.places()) {
    const { job, state, source } = place.datum;
    if (!isStartable(place.pipeline)) continue;
    if (job === null || source !== undefined || !wishes.isSelected(place) || planner.isDone(place)) continue;
    if (isTaken(job) || ready.has(job) || foreign.has(job)) continue;
    if (state === 'running') foreign.set(job, place);
    else if (state === 'pending' || state === 'stale' || state === 'recovered') ready.set(job, place);
    else if (state === 'failed') {
      if (wishes.retryFailed) ready.set(job, place);
      else failedEarlier.push(job);
    }
  }
  return { ready: [...ready.values()], foreign: [...foreign.values()], failedEarlier };
}

/** Datums whose equal is in the tree: recorded without running anything. */
export function copiesWanted(planner: Planner, isSelected: RunWishes['isSelected']): DatumPlace[] {
  return [...planner.places()].filter(
    (place) =>
      place.datum.source !== undefined &&
      isStartable(place.pipeline) &&
      ['pending', 'stale', 'failed', 'recovered'].includes(place.datum.state) &&
      isSelected(place) &&
      !planner.isDone(place),
  );
}

/** Whether new results can make further datums known or ready, or can join a datum that takes what is there. */
export function waitsForResults(planner: Planner): boolean {
  return planner.current.plan.pipelines.some(
    (pipeline) =>
      pipeline.waitsFor !== undefined ||
      pipeline.datums.some((datum) => datum.state === 'blocked') ||
      leavesOf(pipeline.source.spec.input).some((leaf) => leaf.upstream === 'available'),
  );
}

/** Datums that were asked for and wait for something else. */
export function blockedDatums(planner: Planner, isSelected: RunWishes['isSelected']): PlannedDatum[] {
  return [...planner.places()]
    .filter((place) => isSelected(place) && place.datum.state === 'blocked')
    .map((place) => place.datum);
}
