/**
 * Handing jobs to Slurm. The order, so that a kill anywhere loses nothing and runs nothing twice: what the tasks are to do
 * is written; each task's holder file is made and claims are passed on to it; `sbatch` is called; the id is noted. Killed
 * before `sbatch` is through, the claims are those of tasks that Slurm does not know and that nobody hands to it any more,
 * so the next runner has them; killed after it, the tasks are at work, and whoever comes records their results.
 */
import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { RunEventBody } from '../../plan/run-event.ts';
import type { TaskProgram } from '../../plan/slurm-script.ts';
import {
  arrayName,
  arrayOptions,
  arrayScript,
  datumsPerTask,
  recordScript,
  scratchLogs,
} from '../../plan/slurm-script.ts';
import type { SlurmConfig } from '../../spec/config.ts';
import { isForSubdataset } from '../detached/task-jobs.ts';
import type { RecorderMeans } from '../recording/recorder.ts';
import {
  type ArrayPlan,
  arrayFolder,
  queueClaims,
  queuedToken,
  writeArrayId,
  writeArrayPlan,
} from './arrays.ts';
import { askQueue, cancel, type Refusal, submit } from './commands.ts';
import type { LiveArray, LiveTask } from './live-task.ts';
import type { ScratchStore } from './scratch.ts';
import type { WaitingJob } from './waiting-job.ts';

/** Milliseconds between two tries while the controller is away: at first, and at most. */
const FIRST_PAUSE = 2000;
const LONGEST_PAUSE = 60_000;

/** What submitting takes. */
export interface SubmissionMeans
  extends Pick<RecorderMeans, 'project' | 'branch' | 'state' | 'holder' | 'planner'> {
  readonly config: SlurmConfig;
  readonly program: TaskProgram;
  /** What was asked to be computed again; absent where nothing was. */
  readonly againNames: readonly string[] | undefined;
  /** Where tasks work on nodes' own disks, if they do. */
  readonly scratch: ScratchStore | undefined;
  readonly emit: (event: RunEventBody) => void;
  readonly stop: AbortSignal;
}

/** Cuts jobs of one pipeline into as many arrays as it takes. */
export function cutIntoArrays(jobs: readonly WaitingJob[], config: SlurmConfig): WaitingJob[][][] {
  const spec = jobs[0]?.place.pipeline.source.spec;
  if (spec === undefined) return [];
  const per = datumsPerTask(spec, config);
  const tasks: WaitingJob[][] = [];
  for (let at = 0; at < jobs.length; at += per) tasks.push(jobs.slice(at, at + per));
  const arrays: WaitingJob[][][] = [];
  for (let at = 0; at < tasks.length; at += config.arraySize)
    arrays.push(tasks.slice(at, at + config.arraySize));
  return arrays;
}

/** Where the tasks of an array work on nodes' disks. What goes into subdatasets no store takes: such jobs run in the project. */
function scratchFor(
  { scratch, planner }: SubmissionMeans,
  cut: readonly (readonly WaitingJob[])[],
): ScratchStore | undefined {
  const { index } = planner.current;
  return cut.some((jobs) => jobs.some(({ place }) => isForSubdataset(place, index))) ? undefined : scratch;
}

/** Submits one array. Where Slurm refuses it, its jobs were passed on to tasks that will never be. */
export async function submitArray(
  means: SubmissionMeans,
  cut: readonly (readonly WaitingJob[])[],
): Promise<LiveArray | undefined> {
  const { branch, state, holder, planner, config, program } = means;
  const pipeline = cut[0]?.[0]?.place.pipeline;
  if (pipeline === undefined) return undefined;
  const { run, token } = holder.facts;
  const name = arrayName(pipeline.name, randomBytes(5).toString('hex'));
  const folder = arrayFolder(state, run, name);
  const { spec } = pipeline.source;
  const store = scratchFor(means, cut);
  const keys = cut.map((jobs) => jobs.map(({ job }) => job));
  const scratch = store?.work(keys, means.againNames);
  const words = scratch?.seesProject === false ? scratchLogs(scratch) : undefined;
  const array = { ...program, name, spec, config, tasks: cut.length, folder, ...(scratch && { scratch }) };
  const tasks = cut.map((_, number) => ({
    token: queuedToken(token, name, number),
    jobs: keys[number] ?? [],
  }));
  const plan: ArrayPlan = {
    name,
    run,
    submitter: token,
    user: process.getuid?.() ?? 0,
    pipeline: pipeline.name,
    commit: planner.current.commit,
    branch,
    ...(means.againNames === undefined ? {} : { again: means.againNames }),
    ...(store && { store: store.remote }),
    ...(words === undefined ? {} : { words }),
    tasks,
  };
  writeArrayPlan(folder, plan, arrayScript(array));
  const live = new Map<number, LiveTask>();
  for (const [number, jobs] of cut.entries()) {
    const { token: queued = '' } = tasks[number] ?? {};
    const claims = jobs.flatMap(({ claim }) => claim ?? []);
    queueClaims(state, holder, queued, { array: name, task: number }, claims);
    for (const job of jobs) {
      job.claim = undefined;
      job.isStopped = false;
      job.times += 1;
    }
    const own = new Map(jobs.map((job) => [job.job, job]));
    live.set(number, { token: queued, number, jobs: own, lastState: '', endedLooks: 0, endedSince: 0 });
  }
  const taken = await submitSurely(means, join(folder, 'script'), arrayOptions(array), name);
  const made = { name, pipeline: pipeline.name, folder, tasks: live, isScratch: store !== undefined, words };
  if (typeof taken !== 'string') return { ...made, id: undefined, recordId: undefined, refusal: taken };
  writeArrayId(folder, taken);
  // It runs on a node, too, and can do nothing where the project is not.
  const recordId = scratch?.seesProject === false ? undefined : await submitRecorder(means, array, taken);
  return { ...made, id: taken, recordId };
}

/** A controller that is away is waited for. It may have heard what it gave no answer to, and then knows the name. */
async function submitSurely(
  { project, emit, stop }: SubmissionMeans,
  script: string,
  options: readonly string[],
  name: string,
): Promise<string | Refusal> {
  let isTold = false;
  for (let pause = FIRST_PAUSE; ; pause = Math.min(2 * pause, LONGEST_PAUSE)) {
    const taken = await submit(script, options, project.root);
    if (typeof taken === 'string' || !taken.isAway) return taken;
    if (!isTold)
      emit({
        event: 'message',
        severity: 'warning',
        message: `Slurm's controller does not answer, and is asked again: ${taken.words}.`,
      });
    isTold = true;
    await delay(pause, undefined, { signal: stop }).catch(() => undefined);
    const known = (await askQueue([name], project.root))?.get(name)?.values().next().value;
    if (known !== undefined) return known.array;
    if (stop.aborted) {
      await cancel({ name }, project.root);
      return taken;
    }
  }
}

/** Without it nothing is lost: results wait for whoever comes. */
async function submitRecorder(
  { project, holder, emit }: SubmissionMeans,
  array: Parameters<typeof recordScript>[0],
  id: string,
): Promise<string | undefined> {
  const script = join(array.folder, 'record');
  writeFileSync(script, recordScript(array, id, holder.facts.run));
  const taken = await submit(script, [], project.root);
  if (typeof taken === 'string') return taken;
  const message = `Slurm takes no job that records when this run is gone (${taken.words}): should it be, \`minipach run\` records what waits.`;
  emit({ event: 'message', severity: 'information', message });
  return undefined;
}
