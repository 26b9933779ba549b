/** The jobs of one task in a detached project: each claimed among the tasks of the machine, given its content, and run. */
import { setTimeout as delay } from 'node:timers/promises';
import { isWithin } from '../../plan/paths.ts';
import type { TreeIndex } from '../../plan/tree-index.ts';
import { absentContent } from '../../project/annex-content.ts';
import { inParallel } from '../../project/in-parallel.ts';
import type { Project } from '../../project/open.ts';
import { releaseClaim, takeClaim } from '../claims/claim.ts';
import type { Holder, Observer } from '../claims/holder.ts';
import type { KeyStore } from '../clones/key-store.ts';
import { clearFailure, writeFailure } from '../failures.ts';
import { imageNeeds } from '../images/container-command.ts';
import type { JobRunner } from '../job.ts';
import { neededFiles } from '../job-needs.ts';
import type { JobOutcome } from '../job-outcome.ts';
import type { DatumPlace, Planner } from '../planner.ts';
import { isStaged } from '../staging.ts';
import type { State } from '../state.ts';
import { isHandedBack } from './hand-back.ts';

/** Milliseconds between two looks at a job that another task has. */
const INTERVAL = 200;

/** What running them takes. */
export interface TaskMeans {
  readonly project: Project;
  readonly state: State;
  readonly holder: Holder;
  readonly observer: Observer;
  readonly planner: Planner;
  /** The name of the run. */
  readonly run: string;
  readonly keys: KeyStore;
  readonly jobRunner: JobRunner;
  readonly signal: AbortSignal;
}

/** Runs some jobs, a few at a time. Whatever goes wrong with one is that one's failure. */
export async function runTaskJobs(
  means: TaskMeans,
  jobs: readonly string[],
  atOnce: number,
  onEnd: (job: string, outcome: JobOutcome) => void,
): Promise<void> {
  const places = new Map<string, DatumPlace>();
  for (const place of means.planner.places())
    if (place.datum.job !== null && !places.has(place.datum.job)) places.set(place.datum.job, place);
  const one = async (job: string): Promise<void> => {
    const place = places.get(job);
    const outcome =
      place === undefined
        ? failed(
            `No datum asks for the job ${job} at the commit ${means.project.head}, as this machine sees it: a subdataset that it needs may not be had here.`,
          )
        : await runOne(means, place, job);
    onEnd(job, outcome);
  };
  await inParallel([...new Set(jobs)], one, atOnce);
}

async function runOne(means: TaskMeans, place: DatumPlace, job: string): Promise<JobOutcome> {
  const { project, state, holder, observer, planner, jobRunner, signal } = means;
  const { pipeline, datum } = place;
  const { index } = planner.current;
  if (isForSubdataset(place, index))
    return failed(
      `Its output ${datum.output} has to do with a subdataset, and results for these cannot be handed back by a store: run it where the project is.`,
    );
  while (!signal.aborted) {
    const taken = takeClaim(state.claims, job, holder, observer);
    if (!taken.ok) {
      // A task that was requeued may find the one before it alive for a moment.
      await delay(INTERVAL);
      continue;
    }
    try {
      // Its result goes from the one place to the other, so that it is found in one of them.
      if (isStaged(state, job, holder.files) || isHandedBack(state, means.run, job))
        return { outcome: 'success', milliseconds: 0 };
      const boxed = imageNeeds(project, state, pipeline, index);
      const { files } = neededFiles(place, index, boxed.files);
      // What cannot be had is asked for once more by the job, and told as its failure.
      for (const { dataset, keys } of absentContent(project, index, [...files, ...boxed.own]))
        await means.keys.bring(dataset, keys, { signal });
      const outcome = await jobRunner.run(place, job, signal);
      if (outcome.outcome === 'success') clearFailure(state, job);
      else if (outcome.outcome !== 'stopped')
        writeFailure(state, {
          ...{ job, pipeline: pipeline.name, datum: datum.datum, reason: outcome.reason },
          at: new Date().toISOString(),
          ...(outcome.outcome === 'recovered' ? { recovered: true as const } : {}),
        });
      return outcome;
    } finally {
      releaseClaim(taken.claim, holder);
    }
  }
  return { outcome: 'stopped' };
}

/** Whether a result has to do with a subdataset, so that no commit of the project alone holds it. */
export function isForSubdataset({ datum: { output } }: DatumPlace, index: TreeIndex): boolean {
  return index.datasetOf(output) !== '' || index.subdatasets.some(({ path }) => isWithin(path, output));
}

function failed(reason: string): JobOutcome {
  return { outcome: 'failed', reason };
}
