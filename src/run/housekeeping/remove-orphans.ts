/**
 * Removing results whose datum is gone: a commit a pipeline, made as results are recorded, so that a change of the
 * user's is never overwritten and a kill at any moment leaves nothing half done. History keeps what goes.
 */

import { datumName } from '../../plan/shown-name.ts';
import { gitLine } from '../../project/git.ts';
import { FENCED } from '../claims/holder.ts';
import type { Planning } from '../planner.ts';
import { commitInDatasets } from '../recording/commit-in-datasets.ts';
import { type NewCommit, touches } from '../recording/fast-import.ts';
import { withIndexLock } from '../recording/index-lock.ts';
import { RecordDatasets } from '../recording/record-datasets.ts';
import type { RecoveryMeans } from '../recording/recover.ts';
import { findOrphanResults, type KeptOrphan, NOT_COMMITTED, type Orphan } from './orphans.ts';

/** How often it is begun anew because the branch moved or a file was in the way. */
const ATTEMPTS = 20;

/** Datums that a commit's message names before the rest is only counted. */
const NAMED = 1000;

/** What was removed. */
export interface Removal {
  readonly removed: readonly Orphan[];
  readonly commits: readonly string[];
  readonly kept: readonly KeptOrphan[];
  /** Why nothing was, in a sentence. */
  readonly problem?: string;
}

/** What it takes; the record lock must be held. */
export interface RemovalMeans extends RecoveryMeans {
  /** The branch that is checked out, such as `refs/heads/main`. */
  readonly branch: string;
  /** `Name <mail> seconds zone`. */
  readonly identity: string;
  readonly plan: (commit: string) => Promise<Planning>;
}

/** Removes every orphan that may go. */
export async function removeOrphans(means: RemovalMeans): Promise<Removal> {
  const datasets = new RecordDatasets(means, means.folder);
  const result = await withIndexLock(means.project, means, () => remove(means, datasets));
  await datasets.end();
  return 'outcome' in result ? { removed: [], commits: [], kept: [], problem: result.message } : result;
}

async function remove(means: RemovalMeans, datasets: RecordDatasets): Promise<Removal> {
  const { project, branch } = means;
  const { root } = project;
  const ref = `refs/minipach/${means.holder.facts.token}`;
  const inTheWay: KeptOrphan[] = [];
  const none = { removed: [], commits: [] };
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    if (means.holder.isFenced()) return { ...none, kept: [], problem: FENCED };
    // The index lock is held: the branch stands still, unless somebody goes past git.
    const [present, base] = await Promise.all([
      gitLine(root, ['symbolic-ref', '-q', 'HEAD']),
      gitLine(root, ['rev-parse', '-q', '--verify', `${branch}^{commit}`]),
    ]);
    if (present !== branch || base === undefined)
      return { ...none, kept: [], problem: 'Another branch was checked out meanwhile: nothing was removed.' };
    const planning = await means.plan(base);
    const found = findOrphanResults(planning);
    const kept = [...found.kept, ...inTheWay];
    const orphans = found.orphans.filter(
      (orphan) => !inTheWay.some(({ name }) => name === datumName(orphan.pipeline, orphan.datum)),
    );
    if (orphans.length === 0) return { ...none, kept };
    const commits = commitsFor(orphans);
    const on = { tip: base, branch, index: planning.index, ref };
    const step = await commitInDatasets(datasets, commits, on);
    if (step.outcome === 'moved') return { removed: orphans, commits: step.commits, kept };
    if (step.outcome === 'tip-moved') continue;
    if (step.outcome === 'refused') {
      for (const orphan of orphans) {
        const position = commits.findIndex((commit) =>
          orphan.files.some(({ path }) => touches(commit, path)),
        );
        const why = step.refused.get(position);
        if (why !== undefined) inTheWay.push({ name: datumName(orphan.pipeline, orphan.datum), why });
      }
      continue;
    }
    const culprits = orphans.filter(({ files }) => files.some(({ path }) => step.paths.includes(path)));
    for (const culprit of culprits)
      inTheWay.push({ name: datumName(culprit.pipeline, culprit.datum), why: NOT_COMMITTED });
    if (culprits.length === 0) return { ...none, kept, problem: `Nothing was removed: ${step.message}` };
  }
  return {
    ...none,
    kept: inTheWay,
    problem: 'Nothing was removed, because the branch kept moving: try again.',
  };
}

function commitsFor(orphans: readonly Orphan[]): NewCommit[] {
  return [...new Set(orphans.map(({ pipeline }) => pipeline))].map((pipeline) => {
    const own = orphans.filter((orphan) => orphan.pipeline === pipeline);
    const names = own.slice(0, NAMED).map(({ datum, record }) => `${datum || '(all)'}: ${record.commit}`);
    const more = own.length > NAMED ? [`and ${own.length - NAMED} more`] : [];
    const what = own.length === 1 ? 'an orphaned result' : `${own.length} orphaned results`;
    const title = `Remove ${what} of ${pipeline}`.replaceAll(/\s+/g, ' ');
    const body = [...names, ...more].map((line) => line.replaceAll(/\s+/g, ' ')).join('\n');
    return {
      message: `${title}\n\nTheir datums are gone. What recorded them:\n\n${body}\n`,
      removed: own.flatMap(({ files }) => files.map(({ path }) => path)),
      files: [],
    };
  });
}
