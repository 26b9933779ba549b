/**
 * Where runners keep what they share: one small file a fact under `<git common dir>/minipach`, on any POSIX or
 * NFS file system, without a server. History is the database; this holds only what is under way.
 */
import { lstatSync, mkdirSync, readFileSync, type Stats, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Project } from '../project/open.ts';

/** The version of the layout below; a newer one is refused, because its promises are not known here. */
const STATE_FORMAT = '1';

/** The state of one project: where each kind of fact is. */
export interface State {
  readonly root: string;
  /** `runs/<run>/`: the run's plan, its events, and the wish that it stop. */
  readonly runs: string;
  /** `holders/<token>`: who a runner is; beside it its beat and the mark that fences it. */
  readonly holders: string;
  /** `claims/<aa>/<key>.<n>`: the right to run a job, generation n. */
  readonly claims: string;
  /** `fetching/`: the right to fetch annexed content, a claim like those of jobs. */
  readonly fetching: string;
  /** `results/<aa>/<key>/`: finished and not recorded yet; renamed into place, never edited. */
  readonly results: string;
  /** `failed/<aa>/<key>.json`: how a job failed last. */
  readonly failed: string;
  /** `logs/<aa>/<key>.log`: what a job printed. */
  readonly logs: string;
  /** `record/`: what a recorder is about to do. */
  readonly record: string;
  /** `workspaces/<token>/<n>`: the private folder of a job. */
  readonly workspaces: string;
  /** `images/<digest>`: an image that git keeps, checked out once for all jobs; and marks of what was verified. */
  readonly images: string;
  /** `hooks/`: the marks that git's hooks leave, the right to answer them, and what came of that. */
  readonly hooks: string;
  /** Waste, renamed here because deleting while jobs run is slow; emptied at the end of a run. */
  readonly trash: string;
}

/** Names the places; touches nothing. */
export function stateOf(project: Pick<Project, 'commonDirectory'>): State {
  const root = join(project.commonDirectory, 'minipach');
  const below = (name: string): string => join(root, name);
  return {
    root,
    runs: below('runs'),
    holders: below('holders'),
    claims: below('claims'),
    fetching: below('fetching'),
    results: below('results'),
    failed: below('failed'),
    logs: below('logs'),
    record: below('record'),
    workspaces: below('workspaces'),
    images: below('images'),
    hooks: below('hooks'),
    trash: below('trash'),
  };
}

/** Why the state cannot be used. */
export interface StateProblem {
  readonly reason: 'not-writable' | 'newer-format';
  readonly message: string;
}

/** Makes the folders, or says why it cannot; safe beside others that do the same. */
export function prepareState(state: State): StateProblem | undefined {
  try {
    for (const path of Object.values(state) as string[]) mkdirSync(path, { recursive: true });
    const format = join(state.root, 'format');
    try {
      // Exclusive: whoever comes second reads what the first has written.
      writeFileSync(format, `${STATE_FORMAT}\n`, { flag: 'wx' });
    } catch (error) {
      if (errorCode(error) !== 'EEXIST') throw error;
    }
    return formatProblem(state);
  } catch (error) {
    return {
      reason: 'not-writable',
      message: `Cannot write to ${state.root} (${(error as Error).message}): results could not be recorded. Make the project writable, or clone it and run there.`,
    };
  }
}

/** Says so when the state was written by a newer Minipach. Absent state is fine. */
export function formatProblem(state: State): StateProblem | undefined {
  let format: string;
  try {
    format = readFileSync(join(state.root, 'format'), 'utf8').trim();
  } catch {
    return undefined;
  }
  // Another process may have created the file and not written it yet.
  if (format === STATE_FORMAT || format === '') return undefined;
  return {
    reason: 'newer-format',
    message: `${state.root} has format ${format}, and this Minipach knows format ${STATE_FORMAT}: install the newer Minipach that made it.`,
  };
}

/** `<folder>/<first two digits>/<key>`: no folder grows beyond what file systems like. */
export function shard(folder: string, key: string): string {
  return join(folder, key.slice(0, 2), key);
}

/** The `code` of a failed system call, such as `ENOENT`. */
export function errorCode(error: unknown): string | undefined {
  return typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : undefined;
}

/** What is at a path, links not followed; where it would lie in a file, there is nothing. */
export function lookAt(path: string): Stats | undefined {
  try {
    return lstatSync(path, { throwIfNoEntry: false });
  } catch (error) {
    if (errorCode(error) === 'ENOTDIR') return undefined;
    throw error;
  }
}
