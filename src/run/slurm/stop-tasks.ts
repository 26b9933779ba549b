/** Ending what a run has left in Slurm that is gone itself. */
import { setTimeout as delay } from 'node:timers/promises';
import type { Observer } from '../claims/holder.ts';
import type { State } from '../state.ts';
import { knownArrays, taskHolders } from './arrays.ts';
import { cancel, type Refusal } from './commands.ts';
import { lookAtTasks } from './look.ts';

/** Milliseconds between two looks at whether tasks have ended. */
const INTERVAL = 1000;

/**
 * Cancels all arrays of a run, and waits until Slurm says that their tasks have ended, so that others can have what they held.
 * @param milliseconds - How long to wait.
 * @returns How many tasks have not ended, or why Slurm did not do it.
 */
export async function stopTasks(
  state: State,
  observer: Observer,
  cwd: string,
  run: string,
  milliseconds: number,
): Promise<number | Refusal> {
  for (const { plan } of knownArrays(state).filter((one) => one.plan.run === run)) {
    const refused = await cancel({ name: plan.name }, cwd);
    if (refused !== undefined) return refused;
    // The job that would record in the place of the run does so: results can be there.
  }
  const left = (): number =>
    taskHolders(state).filter((holder) => holder.run === run && !observer.isDead(holder)).length;
  for (const start = performance.now(); ; await delay(INTERVAL)) {
    await lookAtTasks(state, observer, cwd);
    if (left() === 0 || performance.now() - start > milliseconds) return left();
  }
}
