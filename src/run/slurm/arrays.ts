/**
 * What runs and tasks know of an array: `runs/<run>/slurm/<array>/` holds what its tasks are to do, written before Slurm is
 * told, and the id that Slurm gave it, written after. Each task has a holder file from the start, which claims its jobs
 * while it is queued.
 */
import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { noteIn, textOf } from '../../project/small-file.ts';
import { type Claim, passClaim } from '../claims/claim.ts';
import { type Holder, type HolderFacts, readHolder } from '../claims/holder.ts';
import { listed } from '../listed.ts';
import type { State } from '../state.ts';

/** What one task is to do. */
export interface TaskPlan {
  /** The holder that claims its jobs while it is queued. */
  readonly token: string;
  /** The keys of its jobs, in the order in which it takes them. */
  readonly jobs: readonly string[];
}

/** What an array is to do. */
export interface ArrayPlan {
  /** What Slurm calls it. */
  readonly name: string;
  readonly run: string;
  /** The holder of the run that submits it, and whose jobs in Slurm these are. */
  readonly submitter: string;
  readonly user: number;
  readonly pipeline: string;
  /** The commit by which the jobs were planned, and the branch that they are for. */
  readonly commit: string;
  readonly branch: string;
  /** What was asked to be computed again; absent where nothing was. */
  readonly again?: readonly string[];
  /** The sibling that results are handed back to, `.` for the project itself; absent where tasks work in the project. */
  readonly store?: string;
  /** Where tasks' words are on their nodes, where these have not the project's files. */
  readonly words?: string;
  readonly tasks: readonly TaskPlan[];
}

/** The folder of an array. */
export function arrayFolder(state: Pick<State, 'runs'>, run: string, name: string): string {
  return join(state.runs, run, 'slurm', name);
}

/** Writes what an array is to do; whole before anybody can know of it. */
export function writeArrayPlan(folder: string, plan: ArrayPlan, script: string): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'script'), script);
  writeFileSync(join(folder, 'array.new'), JSON.stringify(plan));
  renameSync(join(folder, 'array.new'), join(folder, 'array.json'));
}

/** Reads it. */
export function readArrayPlan(folder: string): ArrayPlan | undefined {
  return noteIn(join(folder, 'array.json'));
}

/** Notes under which id Slurm has taken an array. */
export function writeArrayId(folder: string, id: string): void {
  writeFileSync(join(folder, 'id'), id);
}

/** The id under which Slurm has taken an array; `undefined` while that is not known. */
export function readArrayId(folder: string): string | undefined {
  return textOf(join(folder, 'id')).trim() || undefined;
}

/** Every array that runs have left a word of. */
export function knownArrays(state: State): { readonly folder: string; readonly plan: ArrayPlan }[] {
  return listed(state.runs).flatMap((run) =>
    listed(join(state.runs, run, 'slurm')).flatMap((name) => {
      const folder = arrayFolder(state, run, name);
      const plan = readArrayPlan(folder);
      return plan === undefined || basename(folder) !== plan.name ? [] : [{ folder, plan }];
    }),
  );
}

/** The siblings to which tasks hand results back that have not been seen to end. */
export function openStores(state: State): string[] {
  const stores = knownArrays(state).flatMap(({ plan: { store, tasks } }) =>
    store !== undefined && tasks.some(({ token }) => existsSync(join(state.holders, token))) ? [store] : [],
  );
  return [...new Set(stores)];
}

/** The tasks that claim jobs or are about to: those that are queued, and those at work. */
export function taskHolders(state: State): HolderFacts[] {
  return listed(state.holders).flatMap((name) => {
    // Only tasks have a name with this in it, so that nothing else is read.
    if (!name.includes(MARK) || name.includes('.')) return [];
    const facts = readHolder(join(state.holders, name));
    return facts?.task === undefined ? [] : [facts];
  });
}

/** In the names of the holder files of tasks. */
const MARK = '-task';

/** The token of a task while it is queued. */
export function queuedToken(submitter: string, array: string, task: number): string {
  return `${submitter}-${array.split('.').at(-1)}${MARK}${task}`;
}

/** The token of a task at work; none has that of another. */
export function startedToken(queued: string, start: number, unique: string): string {
  return `${queued}${STARTED}${start}-${unique}`;
}

/** Between the token of a queued task and which start of it is at work. */
const STARTED = '-s';

/** Whether a token, or the name of its journal, is that of a start of a queued task. */
export function isStartOf(queued: string, name: string): boolean {
  return name.startsWith(`${queued}${STARTED}`);
}

/**
 * Makes the holder file of a queued task and passes claims on to it. Whole before the first claim of it: claims are links
 * of this very file.
 * @returns The keys that could not be passed on, because whoever held them was declared dead.
 */
export function queueClaims(
  state: State,
  self: Holder,
  token: string,
  task: { readonly array: string; readonly task: number },
  claims: readonly Claim[],
): string[] {
  const file = join(state.holders, token);
  const { run, host } = self.facts;
  const facts: HolderFacts = { token, host, place: 'slurm', pid: 0, started: '', run, task };
  self.files.create(file, JSON.stringify(facts));
  return claims.flatMap((claim) => (passClaim(claim, self, file) ? [] : [claim.key]));
}

/** Removes what is left of a task, all of whose jobs are done for. The holder file goes first: without it nobody is its heir. */
export function forgetTask(state: State, token: string): void {
  for (const name of [token, `${token}.dead`]) rmSync(join(state.holders, name), { force: true });
}
