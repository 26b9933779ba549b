/**
 * Tasks that work on nodes' own disks: what is done before they are submitted, so that they find everything where they
 * clone from, and taking in what they hand back there.
 */
import { isAbsolute, join, resolve } from 'node:path';
import type { ScratchWork } from '../../plan/slurm-script.ts';
import { isPresent } from '../../project/annex-content.ts';
import { git, gitLine } from '../../project/git.ts';
import { wordsOf } from '../../project/words-of.ts';
import type { SlurmConfig } from '../../spec/config.ts';
import { contentTarget, sendContent } from '../detached/send-content.ts';
import { hasIncoming, type Taken, takeResults } from '../detached/take-results.ts';
import { jobNeeds } from '../job-needs.ts';
import type { DatumPlace, Planning } from '../planner.ts';
import { pushLocations } from '../push.ts';
import type { RecorderMeans } from '../recording/recorder.ts';

/** The remote that stands for the project itself. */
export const OWN_STORE = '.';

/** Where the commits of runs are in a store, by their ids: tasks get what was planned, whatever branches do meanwhile. */
const COMMIT_REFS = 'refs/minipach/commits/';

/** Milliseconds between two questions to a store on another machine: at first, and at most. */
const FIRST_QUESTION = 2000;
const LONGEST_QUESTION = 20_000;

/** Of the time, taking in takes this share at most. */
const SHARE = 5;

/** What it takes. */
export type StoreMeans = Pick<RecorderMeans, 'project' | 'state' | 'holder' | 'objects'>;

let takes = 0;

/** Takes in what was handed back to a store; what was already there or comes meanwhile, too. */
export function takeFromStore(
  { project, state, holder, objects }: StoreMeans,
  remote: string,
  signal: AbortSignal,
): Promise<Taken> {
  takes += 1;
  // Each has a folder of its own, as several may be under way.
  const folder = join(state.workspaces, holder.facts.token, `taken-${takes}`);
  return takeResults({ project, state, objects, folder, remote, signal });
}

/** A run's dealings with where its tasks clone from. */
export class ScratchStore {
  /** The sibling that results are handed back to. */
  readonly remote: string;
  readonly #means: StoreMeans & Pick<RecorderMeans, 'planner' | 'binds' | 'branch'>;
  readonly #config: SlurmConfig & { readonly scratch: string };
  readonly #signal: AbortSignal;
  readonly #given = new Set<string>();
  #source: string | undefined;
  #pause = FIRST_QUESTION;
  #next = 0;

  constructor(
    means: StoreMeans & Pick<RecorderMeans, 'planner' | 'binds' | 'branch'>,
    config: SlurmConfig & { readonly scratch: string },
    signal: AbortSignal,
  ) {
    this.#means = means;
    this.#config = config;
    this.#signal = signal;
    this.remote = config.store ?? OWN_STORE;
  }

  /** Whether nodes exchange everything with the project itself, so that what is here is where they look for it. */
  get isProject(): boolean {
    return this.remote === OWN_STORE;
  }

  /** Brings what jobs need to where their tasks clone from. Returns why it could not, in a sentence. */
  async prepare(places: readonly DatumPlace[]): Promise<string | undefined> {
    const { project, planner } = this.#means;
    const { root } = project;
    const { commit } = planner.current;
    this.#source = await sourceOf(root, this.#config);
    if (this.isProject) return undefined;
    if (!this.#given.has(commit)) {
      const ref = `${commit}:${COMMIT_REFS}${commit}`;
      const pushed = await git(root, ['push', '--quiet', '--no-verify', this.remote, ref], {
        signal: this.#signal,
      });
      if (!pushed.ok) return `the commit cannot be pushed to ${this.remote}: ${wordsOf(pushed.stderr)}`;
      this.#given.add(commit);
    }
    if (!project.annex) return undefined;
    const keys = this.#keysHere(places);
    const target = await contentTarget(root, this.remote);
    if (typeof target === 'object' && keys.length > 0) {
      const unsent = await sendContent(root, target, keys, this.#signal);
      if (unsent !== undefined) return `content cannot be sent to ${this.remote}: ${unsent}`;
      for (const key of keys) this.#given.add(key);
    }
    // What the store does not know of, no node would look for.
    const told = await pushLocations(root, this.remote, this.#signal);
    return told.ok
      ? undefined
      : `git-annex's branch cannot be pushed to ${this.remote}: ${wordsOf(told.stderr)}`;
  }

  /** Content of the project's own that is here; the rest nodes get from where they can. */
  #keysHere(places: readonly DatumPlace[]): string[] {
    const keys = new Set<string>();
    for (const place of places) {
      const needs = jobNeeds(this.#means, place);
      if ('problem' in needs) continue;
      for (const { annexKey, dataset } of [...needs.needed.files, ...needs.boxed.own])
        if (annexKey !== undefined && dataset === undefined && !this.#given.has(annexKey)) keys.add(annexKey);
    }
    return [...keys].filter((key) => isPresent(this.#means.project, key));
  }

  /** What the tasks of an array are told. */
  work(jobs: readonly (readonly string[])[], again: readonly string[] | undefined): ScratchWork {
    const { planner, branch, binds, holder, project } = this.#means;
    const { run } = holder.facts;
    const source = this.#source ?? project.root;
    return scratchWork(planner.current, this.#config, {
      source,
      branch,
      run,
      binds,
      jobs,
      ...(again && { again }),
    });
  }

  /** Whether it is time to look for what tasks have handed back. A look at the project itself is no more than a list of names. */
  get isDue(): boolean {
    if (performance.now() < this.#next) return false;
    return !this.isProject || hasIncoming(this.#means.project);
  }

  /** Takes it in. */
  async take(): Promise<Taken> {
    const started = performance.now();
    // Also when the run is being stopped: what is finished is recorded.
    const taken = await takeFromStore(this.#means, this.remote, new AbortController().signal);
    const hasCome = taken.results.length + taken.failures.length > 0;
    this.#pause = hasCome ? FIRST_QUESTION : Math.min(2 * this.#pause, LONGEST_QUESTION);
    const now = performance.now();
    this.#next = now + Math.max(this.isProject ? 0 : this.#pause, SHARE * (now - started));
    return taken;
  }
}

/** What tasks are told that work on a commit. */
export function scratchWork(
  { index, plan, commit }: Planning,
  { scratch, store, source }: SlurmConfig & { readonly scratch: string },
  told: Pick<ScratchWork, 'source' | 'branch' | 'run' | 'binds' | 'jobs' | 'again'>,
): ScratchWork {
  const holding = new Set(plan.pipelines.map((pipeline) => index.datasetOf(pipeline.source.directory)));
  return {
    ...told,
    folder: scratch,
    seesProject: store === undefined && source === undefined,
    commit,
    subdatasets: [...holding].filter((path) => path !== ''),
  };
}

/** What nodes clone: the project, or the store by the URL that this machine has for it. */
export async function sourceOf(root: string, { store, source }: SlurmConfig): Promise<string> {
  if (source !== undefined) return source;
  if (store === undefined) return root;
  const url = (await gitLine(root, ['ls-remote', '--get-url', store])) ?? store;
  return isAbsolute(url) || /^[^/]*:/.test(url) ? url : resolve(root, url);
}
