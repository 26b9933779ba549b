/**
 * Results between job and record: `results/<aa>/<key>/` holds `result.json` and `output/`. A result is made ready
 * elsewhere on the same file system and renamed into place whole, so that whoever sees it sees all of it; it is
 * never edited there.
 */
import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { compareCodePoints } from '../plan/match-tree.ts';
import { noteIn } from '../project/small-file.ts';
import type { AgainFor } from './again.ts';
import { type ClaimFiles, DISK } from './claims/claim-files.ts';
import { listed } from './listed.ts';
import { errorCode, type State, shard } from './state.ts';

/** What is known of a finished job. */
export interface StagedFacts {
  readonly job: string;
  readonly pipeline: string;
  /** The datum that it ran on; equal datums are served by the same result. */
  readonly datum: string;
  readonly exit: number;
  readonly milliseconds: number;
  readonly host: string;
  /** The directory that it was left in, in the project; results of older versions do not say. */
  readonly output?: string | undefined;
  /** The branch that it was computed for; work trees of one repository share what is staged. */
  readonly branch?: string | undefined;
  /** Names of files that were left out, relative to the output directory; absent when there were none. */
  readonly discarded?: readonly string[];
  /** The datums that it was computed for again, and the run that did; absent for what was to be computed anyhow. */
  readonly again?: { readonly run: string; readonly datums: readonly AgainFor[] };
}

/** Tells results of one job apart: what it leaves when it is computed again need not be what it left before. */
export function stagedId({ job, again }: StagedFacts): string {
  return `${job} ${again?.run ?? ''}`;
}

/** A result that waits to be recorded. */
export interface StagedResult {
  readonly facts: StagedFacts;
  /** The folder `results/<aa>/<key>`. */
  readonly folder: string;
  /** The folder that holds what the job left. */
  readonly output: string;
}

/**
 * Hands a workspace's output over. The order matters: the facts are written and the output moved into a folder
 * that nobody looks into, and only then one rename makes both visible. Killed before it, the job has not
 * happened; killed after it, nothing is lost.
 */
export function stageResult(state: State, workspace: string, output: string, facts: StagedFacts): void {
  const ready = join(workspace, '.git', 'result');
  mkdirSync(ready);
  renameSync(join(workspace, output), join(ready, 'output'));
  stageReady(state, ready, facts);
}

/** The same for what lies in a folder as it will lie among the results, as `output/` beside which the facts are written. */
export function stageReady(state: State, ready: string, facts: StagedFacts): void {
  writeFileSync(join(ready, 'result.json'), JSON.stringify(facts));
  const target = shard(state.results, facts.job);
  mkdirSync(dirname(target), { recursive: true });
  try {
    renameSync(ready, target);
  } catch (error) {
    // Somebody has handed over an equal result: theirs is as good.
    if (errorCode(error) !== 'ENOTEMPTY' && errorCode(error) !== 'EEXIST') throw error;
  }
}

/** Whether a job's result waits to be recorded. */
export function isStaged(state: State, job: string, files: Pick<ClaimFiles, 'has'> = DISK): boolean {
  return files.has(shard(state.results, job));
}

/** Whether any result is staged; nothing of it is read. */
export function hasStaged(state: State): boolean {
  return listed(state.results).some((first) => listed(join(state.results, first)).length > 0);
}

/** All results that wait to be recorded, sorted by pipeline and datum. */
export function stagedResults(state: State): StagedResult[] {
  const results: StagedResult[] = [];
  for (const first of listed(state.results)) {
    for (const job of listed(join(state.results, first))) {
      const folder = join(state.results, first, job);
      // Another recorder may have moved the folder away since it was listed.
      const facts = noteIn<StagedFacts>(join(folder, 'result.json'));
      if (facts !== undefined) results.push({ facts, folder, output: join(folder, 'output') });
    }
  }
  return results.sort(
    ({ facts: a }, { facts: b }) =>
      compareCodePoints(a.pipeline, b.pipeline) || compareCodePoints(a.datum, b.datum),
  );
}

/** Removes a result from those that wait, once it is recorded. */
export function dropStaged(state: State, result: StagedResult): void {
  try {
    renameSync(result.folder, join(state.trash, `${result.facts.job}-${process.hrtime.bigint()}`));
  } catch (error) {
    if (errorCode(error) !== 'ENOENT') throw error;
  }
}
