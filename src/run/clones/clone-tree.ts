/**
 * Cloning a dataset with its subdatasets: each from its own candidates, several at once, at any depth. What is there already
 * stays as it is, so that a clone that was stopped goes on where it was.
 */
import { readdirSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { TEMPLATE_PREFIX } from '../../plan/candidates.ts';
import { type CloneSource, readSources, type UrlRules, urlRulesIn } from '../../plan/clone-source.ts';
import { locationKind } from '../../plan/location.ts';
import { isWithin } from '../../plan/paths.ts';
import { git } from '../../project/git.ts';
import { inParallelWithMore } from '../../project/in-parallel.ts';
import { readCandidates, type SubdatasetSources } from '../../project/read-candidates.ts';
import { checkedOutAt } from '../../project/repository.ts';
import { configIn } from '../../project/repository-config.ts';
import { bringContent, type ContentReport } from './clone-content.ts';
import { type CloneFailure, type CloneOutcome, cloneDataset } from './clone-dataset.ts';
import type { KeyStore } from './key-store.ts';

/** What is to be cloned, and how. */
export interface TreeRequest {
  /** In the order in which they are tried. */
  readonly sources: readonly CloneSource[];
  /** Absolute. */
  readonly destination: string;
  /** Where relative paths start. */
  readonly cwd: string;
  readonly recursive: boolean;
  /** Paths in the dataset whose content is to be there; an empty one stands for all of it. */
  readonly wanted: readonly string[];
  /** What content comes through; absent where none is wanted. */
  readonly store: KeyStore | undefined;
  /** Whether the annexes of clones tell nobody of themselves. */
  readonly isPrivate: boolean;
  /** Whether clones have no more than jobs need. */
  readonly isLean?: boolean;
  /** How many subdatasets at a time. */
  readonly jobs: number;
  readonly signal: AbortSignal;
  /** Hears of each dataset as it is done. */
  readonly report: (dataset: ClonedDataset) => void;
}

/** The same of what is in a dataset that is there. */
export type SubtreeRequest = Omit<TreeRequest, 'sources' | 'cwd'>;

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
  /** What came of the content that was asked for; absent where none was. */
  readonly content?: ContentReport;
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
  const { sources, destination, cwd, isPrivate, signal, report } = request;
  if (sources.some((source) => stateOfDestination(destination, source, cwd) === 'present'))
    report({ ...present(destination), ...(await contentOf(request, destination, request.wanted)) });
  else {
    const beside = dirname(destination);
    const outcome = await cloneDataset({ sources, destination, beside, cwd, isPrivate, signal });
    // In its place already: what has come stays there if this is stopped.
    const content = outcome.cloned === undefined ? {} : await contentOf(request, destination, request.wanted);
    report({ ...reportOf(destination, outcome), ...content });
    if (outcome.cloned === undefined) return;
  }
  await cloneSubdatasets(request);
}

/** Clones the subdatasets that are asked for of a dataset that is there. */
export async function cloneSubdatasets(request: SubtreeRequest): Promise<void> {
  const first = superdataset(request, request.destination, request.wanted);
  await inParallelWithMore([first], (step) => step(), request.jobs);
}

/** A piece of work, which can lead to more. */
type Step = () => Promise<readonly Step[]>;

/**
 * Finds the subdatasets of a dataset that is there, as far as they are asked for.
 * @param wanted - Paths in it whose content is asked for.
 */
function superdataset(request: SubtreeRequest, root: string, wanted: readonly string[]): Step {
  return async () => {
    if (request.signal.aborted || (!request.recursive && wanted.length === 0)) return [];
    const { subdatasets, config } = await readCandidates(root);
    const rules = urlRulesIn(config);
    const register = inTurn();
    return subdatasets.flatMap((one) => {
      const inside = wanted.flatMap((path) => wantedInside(request, path, one.path));
      const isAsked = request.recursive || inside.length > 0;
      return isAsked ? [() => subdataset(request, { root, rules, register, wanted: inside }, one)] : [];
    });
  };
}

/** What a path that is wanted of a dataset wants of a subdataset. A directory around it means it only with all others. */
function wantedInside(
  { recursive }: SubtreeRequest,
  path: string,
  subdatasetPath: string,
): readonly string[] {
  if (path === subdatasetPath || (recursive && isWithin(subdatasetPath, path))) return [''];
  return isWithin(path, subdatasetPath) ? [path.slice(subdatasetPath.length + 1)] : [];
}

/** What is known of the dataset around a subdataset. */
interface Around {
  readonly root: string;
  readonly rules: UrlRules;
  readonly register: InTurn;
  /** Paths in the subdataset whose content is asked for. */
  readonly wanted: readonly string[];
}

async function subdataset(
  request: SubtreeRequest,
  { root, rules, register, wanted }: Around,
  { path, commit, submodule, installed, candidates }: SubdatasetSources,
): Promise<readonly Step[]> {
  const { isPrivate, isLean = false, signal, report } = request;
  const destination = join(root, path);
  if (signal.aborted) return [];
  if (installed) {
    report({ ...present(destination), ...(await contentOf(request, destination, wanted)) });
    return [superdataset(request, destination, wanted)];
  }
  if (wanted.length === 0 && submodule.values.get('datalad-recursiveinstall') === 'skip') {
    report({ ...present(destination), state: 'skipped' });
    return [];
  }
  const around = checkedOutAt(root);
  if (around === undefined) return [];
  const sources: CloneSource[] = [];
  const failures: CloneFailure[] = [];
  for (const read of candidates.flatMap(({ url }) => readSources(url, rules))) {
    if (read.ok) sources.push(read.source);
    else failures.push({ source: read.text, reason: 'clone-failed', message: read.message });
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
  let content: Pick<ClonedDataset, 'content'> = {};
  const need = async (place: string, isLast: boolean): Promise<string | undefined> => {
    // Where there is another source, that one is asked before this one is asked again.
    content = await contentOf(request, place, wanted, isLast ? undefined : 1);
    return content.content?.problem ?? undefined;
  };
  const beside = around.gitDirectory;
  const cloning = {
    sources,
    destination,
    beside,
    commit,
    cwd: root,
    finish,
    isPrivate,
    isLean,
    signal,
    need,
  };
  const outcome = await cloneDataset(cloning);
  if (signal.aborted && outcome.cloned === undefined) return [];
  report({
    ...reportOf(destination, { ...outcome, failures: [...failures, ...outcome.failures] }),
    ...content,
  });
  return outcome.cloned === undefined ? [] : [superdataset(request, destination, wanted)];
}

async function contentOf(
  { store, signal }: SubtreeRequest,
  root: string,
  wanted: readonly string[],
  rounds?: number,
): Promise<Pick<ClonedDataset, 'content'>> {
  if (store === undefined || wanted.length === 0 || signal.aborted) return {};
  // What lies in a subdataset is that one's to bring.
  const options = { signal, ...(rounds === undefined ? {} : { rounds }) };
  return { content: await bringContent(root, wanted, store, options) };
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
