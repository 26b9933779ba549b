/**
 * Cloning a dataset with its subdatasets: each from its own candidates, several at once, at any depth. What is there already
 * stays as it is, so that a clone that was stopped goes on where it was.
 */
import { readdirSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { TEMPLATE_PREFIX } from '../../plan/candidates.ts';
import { type CloneSource, readSource } from '../../plan/clone-source.ts';
import { locationKind } from '../../plan/location.ts';
import { git } from '../../project/git.ts';
import { inParallelWithMore } from '../../project/in-parallel.ts';
import { readCandidates, type SubdatasetSources } from '../../project/read-candidates.ts';
import { checkedOutAt } from '../../project/repository.ts';
import { configIn } from '../../project/repository-config.ts';
import { type CloneFailure, type CloneOutcome, cloneDataset } from './clone-dataset.ts';

/** What is to be cloned, and how. */
export interface TreeRequest {
  readonly source: CloneSource;
  /** Absolute. */
  readonly destination: string;
  /** Where relative paths start. */
  readonly cwd: string;
  readonly recursive: boolean;
  /** How many subdatasets at a time. */
  readonly jobs: number;
  /** Beginnings of URLs that git's configuration rewrites. */
  readonly rewrites: ReadonlyMap<string, string>;
  readonly signal: AbortSignal;
  /** Hears of each dataset as it is done. */
  readonly report: (dataset: ClonedDataset) => void;
}

/** How it went with one dataset. */
export interface ClonedDataset {
  /** Absolute. */
  readonly path: string;
  /** `skipped`: `.gitmodules` says that it is not installed with others. */
  readonly state: 'cloned' | 'present' | 'failed' | 'skipped';
  /** What it was cloned from now. */
  readonly source: string | null;
  readonly commit: string | null;
  /** Candidates that did not work, those before the one that did included. */
  readonly failures: readonly CloneFailure[];
  /** What a person should know, in sentences. */
  readonly notes: readonly string[];
}

/** Whether the destination is free, holds a clone of this source already, or something else. */
export function stateOfDestination(
  destination: string,
  source: CloneSource,
  cwd: string,
): 'free' | 'present' | 'taken' {
  let names: readonly string[];
  try {
    names = readdirSync(destination);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ENOENT' ? 'free' : 'taken';
  }
  if (names.length === 0) return 'free';
  const url = locationKind(source.url) === 'path' ? resolve(cwd, source.url) : source.url;
  const urls = [...configIn(join(destination, '.git', 'config'))].filter(([key]) =>
    /^remote\..*\.url$/s.test(key),
  );
  return urls.some(([, values]) => values.some((one) => one === url || one === `${url}/.git`))
    ? 'present'
    : 'taken';
}

/** Clones what is not there, and reports every dataset once. */
export async function cloneTree(request: TreeRequest): Promise<void> {
  const { source, destination, cwd, recursive, jobs, signal, report } = request;
  if (stateOfDestination(destination, source, cwd) === 'present') report(present(destination));
  else {
    const outcome = await cloneDataset({
      sources: [source],
      destination,
      beside: dirname(destination),
      cwd,
      signal,
    });
    report(reportOf(destination, outcome));
    if (outcome.cloned === undefined) return;
  }
  if (recursive) await inParallelWithMore([superdataset(request, destination)], (step) => step(), jobs);
}

/** A piece of work, which can lead to more. */
type Step = () => Promise<readonly Step[]>;

/** Finds the subdatasets of a dataset that is there. */
function superdataset(request: TreeRequest, root: string): Step {
  return async () => {
    if (request.signal.aborted) return [];
    const { subdatasets } = await readCandidates(root);
    const register = inTurn();
    return subdatasets.map((one) => () => subdataset(request, root, one, register));
  };
}

async function subdataset(
  request: TreeRequest,
  root: string,
  { path, commit, submodule, installed, candidates }: SubdatasetSources,
  register: InTurn,
): Promise<readonly Step[]> {
  const { rewrites, signal, report } = request;
  const destination = join(root, path);
  if (signal.aborted) return [];
  if (installed) {
    report(present(destination));
    return [superdataset(request, destination)];
  }
  if (submodule.values.get('datalad-recursiveinstall') === 'skip') {
    report({ ...present(destination), state: 'skipped' });
    return [];
  }
  const around = checkedOutAt(root);
  if (around === undefined) return [];
  const sources: CloneSource[] = [];
  const failures: CloneFailure[] = [];
  for (const { url } of candidates) {
    const read = readSource(url, rewrites);
    if (read.ok) sources.push(read.source);
    else failures.push({ source: url, reason: 'clone-failed', message: read.message });
  }
  const finish = async (place: string, source: CloneSource): Promise<void> => {
    await inheritSources(place, root, around.commonDirectory);
    // Registered before the clone is in its place: what is there counts as done, and nobody would look again.
    await register(async () => {
      for (const [key, value] of [
        ['active', 'true'],
        ['url', source.url],
      ] as const)
        await git(root, ['config', `submodule.${submodule.name}.${key}`, value]);
    });
  };
  const beside = around.gitDirectory;
  const outcome = await cloneDataset({ sources, destination, beside, commit, cwd: root, finish, signal });
  if (signal.aborted && outcome.cloned === undefined) return [];
  report(reportOf(destination, { ...outcome, failures: [...failures, ...outcome.failures] }));
  return outcome.cloned === undefined ? [] : [superdataset(request, destination)];
}

/** Sources that the superdataset has configured serve what is in the subdataset as well, unless that one says otherwise. */
async function inheritSources(place: string, root: string, superdatasetGit: string): Promise<void> {
  const own = new Set([
    ...configIn(join(place, '.datalad', 'config')).keys(),
    ...configIn(join(place, '.git', 'config')).keys(),
  ]);
  const inherited = new Map([
    ...configIn(join(root, '.datalad', 'config')),
    ...configIn(join(superdatasetGit, 'config')),
  ]);
  for (const [key, values] of inherited) {
    const value = values.at(-1);
    if (value === undefined || !key.startsWith(TEMPLATE_PREFIX) || own.has(key)) continue;
    await git(place, ['config', key, value]);
  }
}

type InTurn = (work: () => Promise<void>) => Promise<void>;

/** One after the other: git refuses to write a configuration that another process is writing. */
function inTurn(): InTurn {
  let last = Promise.resolve();
  return (work) => {
    last = last.then(work);
    return last;
  };
}

function present(path: string): ClonedDataset {
  return { path, state: 'present', source: null, commit: null, failures: [], notes: [] };
}

function reportOf(path: string, { cloned, failures, notes }: CloneOutcome): ClonedDataset {
  const state = cloned === undefined ? 'failed' : 'cloned';
  return {
    path,
    state,
    source: cloned?.source.text ?? null,
    commit: cloned?.commit ?? null,
    failures,
    notes,
  };
}
