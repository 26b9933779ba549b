/**
 * What earlier runs have left in the shared state and nobody needs any more. Only looks; what goes when, and under
 * which lock, is the business of `gc.ts`.
 */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { gitLines } from '../../project/git.ts';
import type { Project } from '../../project/open.ts';
import { LEASE } from '../claims/claim-world.ts';
import { type HolderFacts, isQueued, type Observer, readHolder } from '../claims/holder.ts';
import { FAILURE_REFS, RESULT_REFS } from '../detached/description.ts';
import { listed } from '../listed.ts';
import { Planner, type Planning } from '../planner.ts';
import { stagedResults } from '../staging.ts';
import { lookAt, type State } from '../state.ts';
import { unusedImages } from './unused-images.ts';

/** Kinds of waste, in the order in which they are told. */
export type WasteKind =
  | 'results'
  | 'failures'
  | 'logs'
  | 'images'
  | 'runs'
  | 'workspaces'
  | 'trash'
  | 'holders'
  | 'refs';

/** Waste of one kind. */
export interface Waste {
  readonly kind: WasteKind;
  /** How many things that people would count. */
  readonly count: number;
  readonly bytes: number;
  /** What is removed, in this order: files, folders, or names of refs. */
  readonly paths: readonly string[];
}

/** What finding it takes. */
export interface WasteMeans {
  readonly project: Project;
  readonly state: State;
  readonly observer: Observer;
  readonly planning: Planning;
  /** The token of the runner that asks, where it has one. */
  readonly self?: string;
  /** Milliseconds since 1970; logs, marks, journals and results that are younger are kept. */
  readonly before: number;
}

/** Finds everything. */
export async function findWaste(means: WasteMeans): Promise<Waste[]> {
  const { state, before } = means;
  const known = new Set(
    means.planning.plan.pipelines.flatMap(({ datums }) => datums.flatMap(({ job }) => job ?? [])),
  );
  const isOld = (path: string): boolean => (lookAt(path)?.mtimeMs ?? before) < before;
  const unknown = (folder: string): string[] =>
    sharded(folder)
      .filter(({ key, path }) => !known.has(key) && isOld(path))
      .map(({ path }) => path);
  const detached = listed(state.logs).filter((name) => name.startsWith('detached-'));
  const live = liveNames(means);
  const kinds: Record<Exclude<WasteKind, 'holders' | 'refs'>, string[]> = {
    results: unwantedResults(means).filter(isOld),
    failures: unknown(state.failed),
    logs: [...unknown(state.logs), ...detached.map((name) => join(state.logs, name)).filter(isOld)],
    // Who runs may do so by an older commit, with an image that is not asked for now.
    images: [...live.tokens].some((token) => token !== means.self)
      ? []
      : unusedImages(state, means.planning).filter(isOld),
    runs: inFolder(state.runs).filter((path) => !live.runs.has(nameOf(path)) && isOld(path)),
    workspaces: inFolder(state.workspaces).filter((path) => !live.tokens.has(nameOf(path))),
    trash: inFolder(state.trash),
  };
  const { tokens, paths } = deadHolders(means);
  const refs = await danglingRefs(means, live.tokens);
  return [
    ...Object.entries(kinds).map(([kind, paths]) => ({
      kind: kind as WasteKind,
      count: paths.length,
      bytes: sum(paths),
      paths,
    })),
    { kind: 'holders' as const, count: tokens, bytes: sum(paths), paths },
    { kind: 'refs' as const, count: refs.length, bytes: 0, paths: refs },
  ].filter(({ paths }) => paths.length > 0);
}

/** Milliseconds without a beat after which a runner elsewhere counts as gone; those who sleep longer find that out. */
const SILENCE = 86_400_000;

/**
 * Runners on other machines that nobody has known to be dead, as nobody has needed what they held for as long as the lease,
 * and that have given no sign of life for a day. What waits in a queue of Slurm's gives none.
 */
export function silentHolders({ state, observer }: Pick<WasteMeans, 'state' | 'observer'>): HolderFacts[] {
  return holdersIn(state).filter((holder) => {
    const beat = lookAt(join(state.holders, `${holder.token}.beat`));
    const isSilent = beat !== undefined && beat.mtimeMs < Date.now() - SILENCE;
    return isSilent && !isQueued(holder) && !observer.isNear(holder) && !observer.isDead(holder);
  });
}

function holdersIn(state: State): HolderFacts[] {
  return listed(state.holders)
    .filter((name) => !name.includes('.'))
    .flatMap((name) => readHolder(join(state.holders, name)) ?? []);
}

/** Runners that are not known to be dead, by token and by run. */
export function liveNames(means: Pick<WasteMeans, 'state' | 'observer'>): {
  readonly tokens: ReadonlySet<string>;
  readonly runs: ReadonlySet<string>;
} {
  const silent = new Set(silentHolders(means).map(({ token }) => token));
  const facts = holdersIn(means.state).filter(
    (holder) => !means.observer.isDead(holder) && !silent.has(holder.token),
  );
  return { tokens: new Set(facts.map(({ token }) => token)), runs: new Set(facts.map(({ run }) => run)) };
}

/**
 * The files of runners that cannot come back: whose process is gone from this machine, or which were declared dead so
 * long ago that nobody waits for them. The holder file goes first, for without it a runner is fenced as well; the
 * mark goes last.
 */
function deadHolders({ state, observer, before }: WasteMeans): { tokens: number; paths: string[] } {
  const names = listed(state.holders);
  const of = new Map<string, string[]>();
  for (const name of names) {
    const [token = ''] = name.split('.');
    const known = of.get(token);
    if (known === undefined) of.set(token, [name]);
    else known.push(name);
  }
  const paths: string[] = [];
  let tokens = 0;
  for (const [token, own] of of) {
    const file = join(state.holders, token);
    const facts = readHolder(file);
    const age = Math.max(...own.map((name) => lookAt(join(state.holders, name))?.mtimeMs ?? 0));
    // A runner that is about to begin has a beat before it has a holder file.
    const isGone = facts === undefined && age < Date.now() - LEASE;
    const isDead = facts !== undefined && observer.isDead(facts);
    if (!isGone && !(isDead && (observer.isNear(facts) || age < before))) continue;
    tokens += 1;
    const rank = (name: string): number => (name === token ? 0 : name.endsWith('.dead') ? 2 : 1);
    own.sort((a, b) => rank(a) - rank(b));
    paths.push(...own.map((name) => join(state.holders, name)));
  }
  return { tokens, paths };
}

/** Staged results that no datum of the plan asks for, and none can whose job is not known yet. */
function unwantedResults({ state, planning }: WasteMeans): string[] {
  const planner = new Planner(planning, () => Promise.reject(new Error('This plan is not made anew.')));
  const { pipelines } = planning.plan;
  const isOpen = (name: string): boolean => {
    const pipeline = pipelines.find((one) => one.name === name);
    // A pipeline whose spec has errors is in no plan; mended, it may ask for it.
    if (pipeline === undefined) return planning.specs.some(({ source }) => source?.spec.name === name);
    const { waitsFor, problem, datums } = pipeline;
    return waitsFor !== undefined || problem !== undefined || datums.some(({ job }) => job === null);
  };
  return stagedResults(state).flatMap(({ facts, folder }) => {
    const [wanted] = planner.wanting(facts.job, facts.again?.datums);
    return wanted !== undefined || isOpen(facts.pipeline) ? [] : [folder];
  });
}

async function danglingRefs({ project }: WasteMeans, live: ReadonlySet<string>): Promise<string[]> {
  const refs = await gitLines(project.root, ['for-each-ref', '--format=%(refname)', 'refs/minipach']);
  // What other machines have handed back waits for the next run.
  const isHandedBack = (ref: string): boolean =>
    [RESULT_REFS, FAILURE_REFS].some((start) => ref.startsWith(start));
  return refs.filter((ref) => !live.has(nameOf(ref)) && !isHandedBack(ref));
}

/** `<folder>/<aa>/<key>…` */
function sharded(folder: string): { readonly key: string; readonly path: string }[] {
  return listed(folder).flatMap((first) =>
    listed(join(folder, first)).map((name) => ({
      key: name.split('.')[0] ?? '',
      path: join(folder, first, name),
    })),
  );
}

function inFolder(folder: string): string[] {
  return listed(folder).map((name) => join(folder, name));
}

function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

/** Bytes of files and of all that is in folders; what vanishes meanwhile counts nothing. */
function sum(paths: readonly string[]): number {
  let bytes = 0;
  for (const path of paths) {
    const stat = lookAt(path);
    if (stat?.isDirectory() !== true) bytes += stat?.size ?? 0;
    else for (const file of filesBelow(path)) bytes += lookAt(file)?.size ?? 0;
  }
  return bytes;
}

/** None where a job has left folders that cannot be read. */
function filesBelow(folder: string): string[] {
  try {
    return readdirSync(folder, { withFileTypes: true, recursive: true }).flatMap((item) =>
      item.isFile() ? [join(item.parentPath, item.name)] : [],
    );
  } catch {
    return [];
  }
}
