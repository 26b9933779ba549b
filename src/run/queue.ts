/** What a plan gives a run to do. */
import { type PipelineSource, upstreamsOf } from '../plan/order.ts';
import type { PlannedDatum, PlannedPipeline } from '../plan/planned.ts';
import { leavesOf } from '../spec/model.ts';
import type { ImageGate } from './images/image-gate.ts';
import type { DatumPlace, Planner } from './planner.ts';

/** What a run is asked to do. */
export interface RunWishes {
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
  /** Whether something is left for when nothing else is to be done. */
  readonly isDeferring: boolean;
}

/**
 * Finds the jobs that were asked for.
 * @param images - Tells of which pipelines jobs can be started now.
 * @param isTaken - Whether this run has begun a job.
 * @param isSettled - Whether nothing runs and nothing waits to be recorded. Before that, a datum that takes what is there
 * of its upstream is left out while this run has work to do on the upstream: it would only be computed again.
 */
export function findJobs(
  planner: Planner,
  wishes: RunWishes,
  images: Pick<ImageGate, 'isOpen' | 'isRefused'>,
  isTaken: (job: string) => boolean,
  isSettled: boolean,
): FoundJobs {
  const ready = new Map<string, DatumPlace>();
  const foreign = new Map<string, DatumPlace>();
  const failedEarlier: string[] = [];
  const atWork = new Set<PipelineSource>();
  let isDeferring = false;
  for (const place of planner.places()) {
    const { job, state, source } = place.datum;
    if (images.isRefused(place.pipeline) || !wishes.isSelected(place) || planner.isDone(place)) continue;
    if (state === 'failed' && !wishes.retryFailed && job !== null && !isTaken(job)) {
      if (source === undefined) failedEarlier.push(job);
      continue;
    }
    if (!['pending', 'stale', 'recovered', 'running', 'failed'].includes(state)) {
      if (state === 'blocked' && atWork.size > 0) atWork.add(place.pipeline.source);
      continue;
    }
    const isDeferred = takesFrom(place.pipeline, planner, atWork);
    isDeferring ||= isDeferred;
    const isBegun = source !== undefined || job === null || isTaken(job);
    if (isDeferred || !isBegun || !isSettled) atWork.add(place.pipeline.source);
    if (isDeferred || isBegun || ready.has(job) || foreign.has(job) || !images.isOpen(place.pipeline))
      continue;
    if (state === 'running') foreign.set(job, place);
    else ready.set(job, place);
  }
  return { ready: [...ready.values()], foreign: [...foreign.values()], failedEarlier, isDeferring };
}

/** Whether a pipeline takes what is there of one of these. */
function takesFrom(
  pipeline: PlannedPipeline,
  planner: Planner,
  atWork: ReadonlySet<PipelineSource>,
): boolean {
  if (atWork.size === 0) return false;
  const taking = leavesOf(pipeline.source.spec.input).filter((leaf) => leaf.upstream === 'available');
  if (taking.length === 0) return false;
  const sources = planner.current.plan.pipelines.map((one) => one.source);
  return taking.some((leaf) => upstreamsOf(leaf, sources).some((upstream) => atWork.has(upstream)));
}

/** Datums whose equal is in the tree: recorded without running anything. */
export function copiesWanted(planner: Planner, isSelected: RunWishes['isSelected']): DatumPlace[] {
  return [...planner.places()].filter(
    (place) =>
      place.datum.source !== undefined &&
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
