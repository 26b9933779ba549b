/**
 * A task of an array, on its node: takes its jobs one after the other, computes each as a run does, and hands its result
 * over. It records nothing. Its claims come from the queued task, which has held them since the run that submitted it
 * has looked whether there were results.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { RunEventBody } from '../../plan/run-event.ts';
import { readBinds } from '../../project/binds.ts';
import { CatFile } from '../../project/cat-file.ts';
import type { Project } from '../../project/open.ts';
import { readTip } from '../../project/refs.ts';
import { Spawner, type SpawnerProgram } from '../../project/spawner.ts';
import { Again } from '../again.ts';
import { wishOf } from '../asked.ts';
import { untilTidied } from '../claims/claim-tidying.ts';
import { thisMachine } from '../claims/claim-world.ts';
import { computeOnce } from '../claims/claimed-job.ts';
import { Holder, Observer } from '../claims/holder.ts';
import { ImageGate } from '../images/image-gate.ts';
import { JobRunner } from '../job.ts';
import { isStopWished, Journal } from '../journal.ts';
import { type DatumPlace, Planner, planCommit } from '../planner.ts';
import { SincePlan } from '../since-plan.ts';
import { type State, stateOf } from '../state.ts';
import { Tally } from '../tally.ts';
import { Workspaces } from '../workspace.ts';
import { type ArrayPlan, readArrayPlan, startedToken, type TaskPlan } from './arrays.ts';

/** Milliseconds between two looks at whether it is to stop. */
const INTERVAL = 500;

/** Which task of an array this process is. */
export interface TaskWishes {
  /** The folder of the array. */
  readonly folder: string;
  readonly task: number;
  /** Which start of it. */
  readonly start: number;
  readonly stop: AbortController;
  readonly spawner?: SpawnerProgram;
  readonly show: (event: RunEventBody) => void;
}

/** Runs the jobs of a task. Returns why it could not, in a sentence. */
export async function runTask(opened: Project, wishes: TaskWishes): Promise<string | undefined> {
  const plan = readArrayPlan(wishes.folder);
  const own = plan?.tasks[wishes.task];
  if (plan === undefined || own === undefined)
    return `There is no task ${wishes.task} in ${wishes.folder}: it was cleared away.`;
  const project: Project = { ...opened, head: plan.commit, branch: plan.branch };
  const state = stateOf(project);
  const objects = new CatFile(project.root);
  const world = thisMachine();
  const token = startedToken(own.token, wishes.start, world.token());
  const facts = { array: plan.name, task: wishes.task, start: wishes.start };
  const holder = new Holder(state, plan.run, { ...world, token: () => token }, facts);
  const spawner = new Spawner(wishes.spawner);
  try {
    const observer = new Observer(state);
    // Slurm starts nothing anew before it has given up what it started before.
    observer.noteEnded(facts, wishes.start);
    spawner.begin();
    await untilTidied(state, observer);
    return await workOff({ project, state, objects, holder, observer, spawner }, plan, own, wishes);
  } finally {
    spawner.end();
    holder.end();
    objects.close();
  }
}

/** What working a task off takes. */
interface TaskMeans {
  readonly project: Project;
  readonly state: State;
  readonly objects: CatFile;
  readonly holder: Holder;
  readonly observer: Observer;
  readonly spawner: Spawner;
}

async function workOff(
  task: TaskMeans,
  plan: ArrayPlan,
  own: TaskPlan,
  wishes: TaskWishes,
): Promise<undefined> {
  const { project, state, objects, holder, observer } = task;
  const { stop } = wishes;
  const { again: names } = plan;
  const again = names && new Again((source, datum) => wishOf(source, datum, names));
  const make = (commit: string) => planCommit(project, state, observer, objects, commit, again?.wish);
  const [first, binds] = await Promise.all([make(plan.commit), readBinds(project.root)]);
  const planner = new Planner(first, make);
  const journal = new Journal(state, plan.run, holder.facts.token, wishes.show);
  const emit = journal.emit.bind(journal);
  const workspaces = new Workspaces(project, state, holder.facts.token, objects);
  const means = { ...task, planner, binds, workspaces, emit, branch: plan.branch };
  const images = new ImageGate(means, stop.signal);
  const jobRunner = new JobRunner({ ...means, images });
  const tally = new Tally(state, emit, () => true);
  const since = new SincePlan(means);
  const places = new Map([...planner.places()].map((place) => [place.datum.job, place]));
  const isCalledOff = (): boolean => !existsSync(join(state.holders, own.token));
  const clock = setInterval(() => {
    if (isStopWished(state, plan.run) || holder.isFenced()) stop.abort();
  }, INTERVAL);
  const compute = async (place: DatumPlace, job: string): Promise<void> => {
    const look = {
      // By then another start of this task may have left results that others have recorded.
      isCurrent: async () => {
        if (await since.holdsFor(place, job)) return true;
        await planner.renew((await readTip(project, plan.branch)) ?? planner.tip);
        return true;
      },
      isWanted: () => planner.wants(place, job),
    };
    const isHeirOf = (other: { readonly token: string }): boolean => other.token === own.token;
    await computeOnce({ ...means, isHeirOf }, job, look, async (claim) => {
      const outcome = tally.failedMeanwhile(job) ?? (await jobRunner.run(place, job, stop.signal));
      tally.finish(place, job, outcome);
      // Why a task is ended only Slurm knows: whoever asks it decides what becomes of the job, and has its claim then.
      return outcome.outcome === 'stopped' && !isStopWished(state, plan.run) ? undefined : claim;
    });
  };
  try {
    for (const job of own.jobs) {
      const place = places.get(job);
      if (stop.signal.aborted || isCalledOff()) break;
      if (place !== undefined) await compute(place, job);
    }
    await jobRunner.end();
  } finally {
    clearInterval(clock);
    await images.end();
    workspaces.end(observer);
  }
}
