/** Finding out which tasks Slurm has ended, so that what they claimed can be had by others. Gentle: one question for all. */
import { join } from 'node:path';
import { type Observer, readHolder } from '../claims/holder.ts';
import type { State } from '../state.ts';
import { arrayFolder, readArrayId, readArrayPlan, taskHolders } from './arrays.ts';
import { askQueue, hasEnded, type TaskStates } from './commands.ts';

/**
 * Asks Slurm about the tasks that hold claims, and tells the observer which have ended. What is known of an array is read
 * before Slurm is asked: one that was submitted by then and is not known to Slurm has ended so long ago that it forgot.
 * @param options.milliseconds - How long to wait for an answer; as long as a busy controller takes by default.
 * @param options.takeFrom - Takes in what tasks have handed back to a sibling, which is done before they count as ended: a
 *   result goes from there to where whoever has their claims next looks for it. Says whether it could; absent for who only looks.
 * @returns What Slurm said; `undefined` where there was nothing to ask, or nobody who answered.
 */
export async function lookAtTasks(
  state: State,
  observer: Observer,
  cwd: string,
  options: {
    readonly milliseconds?: number;
    readonly takeFrom?: (store: string) => Promise<boolean>;
  } = {},
): Promise<TaskStates | undefined> {
  const holders = taskHolders(state).filter((holder) => !observer.isDead(holder));
  const isForgettable = new Map<string, boolean>();
  const stores = new Map<string, string>();
  for (const { run, task } of holders) {
    if (task === undefined || isForgettable.has(task.array)) continue;
    const folder = arrayFolder(state, run, task.array);
    const plan = readArrayPlan(folder);
    if (plan?.store !== undefined) stores.set(task.array, plan.store);
    const submitter = plan === undefined ? undefined : readHolder(join(state.holders, plan.submitter));
    // Nobody but its submitter would still hand it to Slurm; what comes of a request that outlives him finds itself fenced.
    const isGivenUp = submitter === undefined || observer.isDead(submitter);
    // Some clusters show nobody else's jobs, so that not to be shown means nothing there.
    const isOurs = plan?.user === process.getuid?.();
    isForgettable.set(task.array, isOurs && (readArrayId(folder) !== undefined || isGivenUp));
  }
  if (isForgettable.size === 0) return undefined;
  const { milliseconds, takeFrom } = options;
  const patience = milliseconds === undefined ? {} : { milliseconds };
  const states = await askQueue([...isForgettable.keys()], cwd, patience);
  if (states === undefined) return undefined;
  const ended = holders.flatMap(({ task }) => {
    if (task === undefined) return [];
    const told = states.get(task.array)?.get(task.task);
    const isGone = told === undefined && isForgettable.get(task.array) === true;
    return isGone || (told !== undefined && hasEnded(told.state)) ? [task] : [];
  });
  const unread = new Set<string>();
  for (const store of new Set(ended.flatMap(({ array }) => stores.get(array) ?? [])))
    if ((await takeFrom?.(store)) === false) unread.add(store);
  for (const task of ended) if (!unread.has(stores.get(task.array) ?? '')) observer.noteEnded(task);
  return states;
}
