/**
 * Tasks whose run is gone: what Slurm has ended of them is given an end here, as their run would have done it. Whoever
 * acts on a project does so: the next run, one that waits for them, and the job that records when an array has ended.
 */
import { join } from 'node:path';
import { heldClaims, releaseClaim, takeClaim } from '../claims/claim.ts';
import { readHolder } from '../claims/holder.ts';
import { readFailure, writeFailure } from '../failures.ts';
import type { RecorderMeans } from '../recording/recorder.ts';
import { isStaged } from '../staging.ts';
import { Accounting } from './accounting.ts';
import { type ArrayPlan, forgetTask, isStartOf, knownArrays, readArrayId, type TaskPlan } from './arrays.ts';
import type { TaskState } from './commands.ts';
import { endedTask, fateOf } from './fate.ts';
import { lookAtTasks } from './look.ts';
import { type StoreMeans, takeFromStore } from './scratch.ts';

/** What settling takes. */
export type SettleMeans = StoreMeans & Pick<RecorderMeans, 'observer' | 'planner'>;

/** Milliseconds between two questions to Slurm. */
const INTERVAL = 10_000;

/** Asks about tasks now and then, for a run that waits for them. */
export class TaskWatch {
  readonly #means: SettleMeans;
  #next = 0;

  constructor(means: SettleMeans) {
    this.#means = means;
  }

  /** Asks when it is time; returns whether jobs were given an end. */
  async look(): Promise<boolean> {
    if (performance.now() < this.#next) return false;
    const hasSettled = await settleTasks(this.#means);
    this.#next = performance.now() + INTERVAL;
    return hasSettled;
  }
}

/** Gives an end to the jobs of tasks that Slurm has ended and whose run is gone. Returns whether there were any. */
export async function settleTasks(means: SettleMeans): Promise<boolean> {
  const { state, observer, project } = means;
  const look = await lookAtTasks(state, observer, project.root, {
    takeFrom: async (store) =>
      (await takeFromStore(means, store, new AbortController().signal)).problems.length === 0,
  });
  if (look === undefined) return false;
  const accounting = new Accounting(project.root);
  let hasSettled = false;
  for (const { folder, plan } of knownArrays(state)) {
    const submitter = readHolder(join(state.holders, plan.submitter));
    // One that lives does it itself.
    if (submitter !== undefined && !observer.isDead(submitter)) continue;
    for (const [number, task] of plan.tasks.entries()) {
      const holder = readHolder(join(state.holders, task.token));
      if (holder === undefined || !observer.isDead(holder)) continue;
      await settleTask(means, {
        plan,
        task,
        number,
        folder,
        told: look.get(plan.name)?.get(number),
        accounting,
      });
      hasSettled = true;
    }
  }
  return hasSettled;
}

/** A task that has ended. */
interface EndedTask {
  readonly plan: ArrayPlan;
  readonly task: TaskPlan;
  readonly number: number;
  readonly folder: string;
  readonly told: TaskState | undefined;
  readonly accounting: Accounting;
}

async function settleTask(means: SettleMeans, ended: EndedTask): Promise<void> {
  const { project, state, holder: self, observer, planner } = means;
  const { plan, task, number, folder, told } = ended;
  const where = { array: plan.name, id: readArrayId(folder), folder, task: number, words: plan.words };
  const isScratch = plan.store !== undefined;
  const { begun } = fateOf(await endedTask(told, where, ended.accounting, project.root), isScratch);
  const held = heldClaims(state.claims);
  const hasEnd = (job: string): boolean => isStaged(state, job) || readFailure(state, job) !== undefined;
  const left = task.jobs.find((job) => held.get(job)?.token === task.token && !hasEnd(job));
  for (const job of task.jobs) {
    const token = held.get(job)?.token ?? '';
    // On a node's disk it has no claim of its own, and does its jobs in their order.
    const isFirst = isScratch && told?.node !== '' && job === left;
    const wasBegun = isFirst || isStartOf(task.token, token);
    if (!wasBegun && token !== task.token) continue;
    const taken = takeClaim(state.claims, job, self, observer);
    if (!taken.ok) continue;
    const [place] = planner.wanting(job);
    if (wasBegun && begun.fate === 'failed' && place !== undefined && !isStaged(state, job)) {
      const at = new Date().toISOString();
      const { pipeline, datum } = place;
      writeFailure(state, { job, pipeline: pipeline.name, datum: datum.datum, reason: begun.reason, at });
    }
    releaseClaim(taken.claim, self);
  }
  forgetTask(state, task.token);
}
