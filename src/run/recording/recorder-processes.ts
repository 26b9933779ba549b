/**
 * What a recorder's git is still about when the recorder itself was killed: it goes on to its end, and whoever sees to the
 * dead one must not look at branches and work trees before that.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { environmentOf, processIds } from '../../project/process-table.ts';

/** The variable that tells whose they are, by the recorder's folder. */
const VARIABLE = 'MINIPACH_RECORDER';

/** Milliseconds to wait for them; they need a few, or some hundreds for very many results. */
const PATIENCE = 30_000;

/** Milliseconds between two looks. */
const INTERVAL = 20;

/** The variables for a git command that changes the work tree or a branch. */
export function ofRecorder(folder: string): Readonly<Record<string, string>> {
  return { [VARIABLE]: folder };
}

/** Waits until nothing of a recorder of this host is at work any more. Those of other hosts have had the lease to end. */
export async function untilEnded(folder: string): Promise<void> {
  const sign = `${VARIABLE}=${folder}`;
  const isAtWork = (): boolean => processIds().some((pid) => environmentOf(pid)?.includes(sign) === true);
  for (const start = performance.now(); performance.now() - start < PATIENCE && isAtWork(); )
    await delay(INTERVAL);
}
