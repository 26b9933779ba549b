/** Finding out which tasks Slurm has ended, so that what they claimed can be had by others. Gentle: one question for all. */
import { join } from 'node:path';
import { type Observer, readHolder } from '../claims/holder.ts';
import type { State } from '../state.ts';
import { arrayFolder, readArrayId, readArrayPlan, taskHolders } from './arrays.ts';
import { askQueue, hasEnded, type TaskStates } from './commands.ts';

/**
 * Asks Slurm about the tasks that hold claims, and tells the observer which have ended. What is known of an array is read
 * before Slurm is asked: one that was submitted by then and is not known to Slurm has ended so long ago that it forgot.
 * @param milliseconds - How long to wait for an answer; as long as a busy controller takes by default.
 * @returns What Slurm said; `undefined` where there was nothing to ask, or nobody who answered.
 */
export async function lookAtTasks(
  state: State,
  observer: Observer,
  cwd: string,
  milliseconds?: number,
): Promise<TaskStates | undefined> {
  const holders = taskHolders(state).filter((holder) => !observer.isDead(holder));
  const isForgettable = new Map<string, boolean>();
  for (const { run, task } of holders) {
    if (task === undefined || isForgettable.has(task.array)) continue;
    const folder = arrayFolder(state, run, task.array);
    const plan = readArrayPlan(folder);
    const submitter = plan === undefined ? undefined : readHolder(join(state.holders, plan.submitter));
    // Nobody but its submitter would still hand it to Slurm; what comes of a request that outlives him finds itself fenced.
    const isGivenUp = submitter === undefined || observer.isDead(submitter);
    // Some clusters show nobody else's jobs, so that not to be shown means nothing there.
    const isOurs = plan?.user === process.getuid?.();
    isForgettable.set(task.array, isOurs && (readArrayId(folder) !== undefined || isGivenUp));
  }
  if (isForgettable.size === 0) return undefined;
  const patience = milliseconds === undefined ? {} : { milliseconds };
  const states = await askQueue([...isForgettable.keys()], cwd, patience);
  if (states === undefined) return undefined;
  for (const { task } of holders) {
    if (task === undefined) continue;
    const told = states.get(task.array)?.get(task.task);
    const isGone = told === undefined && isForgettable.get(task.array) === true;
    if (isGone || (told !== undefined && hasEnded(told.state))) observer.noteEnded(task);
  }
  return states;
}
