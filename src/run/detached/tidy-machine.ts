/** Clearing away what tasks have on a machine's own disk: clones, content, and their words. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { SCRATCH_LOGS } from '../../plan/slurm-script.ts';
import { KeyStore } from '../clones/key-store.ts';
import { failedJobs } from '../failures.ts';
import { listed } from '../listed.ts';
import { stagedResults } from '../staging.ts';
import { stateOf } from '../state.ts';
import { PROJECTS } from './detached-project.ts';

/** What is on a machine, and what became of it. */
export interface TidyReport {
  /** Clones of projects. */
  readonly clones: number;
  /** Results and failures that were not handed back; they go with the next task of their project there. */
  readonly waiting: number;
  readonly state: 'absent' | 'removed' | 'in-use' | 'waiting' | 'kept';
}

/**
 * Removes all, unless somebody is at work there or something was not handed back.
 * @param isUnneeded - Asked when nobody is at work there: whether nobody will be soon, for whom it would have to come anew.
 */
export async function tidyMachine(folder: string, isUnneeded: () => Promise<boolean>): Promise<TidyReport> {
  const clones = listed(join(folder, PROJECTS)).map((name) => join(folder, PROJECTS, name, '.git'));
  const waiting = clones.reduce((sum, commonDirectory) => {
    const state = stateOf({ commonDirectory });
    return sum + stagedResults(state).length + failedJobs(state).length;
  }, 0);
  const report = (state: TidyReport['state']): TidyReport => ({ clones: clones.length, waiting, state });
  const hasAny = [PROJECTS, SCRATCH_LOGS, 'annex'].some((name) => existsSync(join(folder, name)));
  if (!hasAny) return report('absent');
  if (waiting > 0) return report('waiting');
  const keys = KeyStore.open(folder);
  if (typeof keys === 'string') return report('in-use');
  try {
    if (keys.isShared) return report('in-use');
    if (!(await isUnneeded())) return report('kept');
    return report(keys.clear([PROJECTS, SCRATCH_LOGS]) ? 'removed' : 'in-use');
  } finally {
    keys.end();
  }
}
