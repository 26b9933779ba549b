/**
 * Fetching annexed content that is not here: once in all, whoever asks. git-annex refuses a second transfer of a key,
 * so all runners of a project fetch in turn, and what one has fetched is there for the others.
 */
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { RunEventBody } from '../plan/run-event.ts';
import type { TreeEntry } from '../plan/tree.ts';
import {
  type AbsentContent,
  absentContent,
  cannotFetch,
  type FetchProblem,
  fetchContent,
} from '../project/annex-content.ts';
import { fetchWarnings } from '../project/annex-sources.ts';
import { git } from '../project/git.ts';
import { releaseClaim, takeClaim } from './claims/claim.ts';
import { LOCK_FOLDER, RECORD } from './claims/record-lock.ts';
import type { RecorderMeans } from './recording/recorder.ts';

/** The claim that whoever fetches holds. */
const CLAIM = 'annex';

/** Milliseconds between two looks at whether it is our turn. */
const INTERVAL = 100;

/** Milliseconds to wait for a recorder at the end: what is left undone is no more than a file that looks changed. */
const PATIENCE = 5000;

/** What fetching takes. */
export interface FetchMeans
  extends Pick<RecorderMeans, 'project' | 'state' | 'holder' | 'observer' | 'planner'> {
  readonly emit: (event: RunEventBody) => void;
}

/** Fetches for the jobs of one runner. */
export class Fetches {
  readonly #means: FetchMeans;
  /** Keys that could not be fetched in this run, and why: a remote that is away is asked once, not by every job. */
  readonly #failed = new Map<string, string>();
  #last: Promise<unknown> = Promise.resolve();
  #hasFetched = false;
  #warning: Promise<void> | undefined;

  constructor(means: FetchMeans) {
    this.#means = means;
  }

  /** Brings the content of files here. Returns why it could not, in a sentence; nothing where it was stopped. */
  async bring(files: readonly TreeEntry[], signal: AbortSignal): Promise<string | undefined> {
    if (this.#absent(files).length === 0) return undefined;
    this.#warning ??= this.#warnOfAnnex();
    const turn = this.#last.then(() => this.#fetch(files, signal));
    // The next one waits for this one and does not share its fate.
    this.#last = turn.catch(() => undefined);
    return turn;
  }

  /** At the end of a run: tells the index of unlocked inputs that came while a recorder had locked it. */
  async end(): Promise<void> {
    const { project, state, holder, observer } = this.#means;
    if (!this.#hasFetched) return;
    for (const start = performance.now(); performance.now() - start < PATIENCE; await delay(INTERVAL)) {
      const taken = takeClaim(join(state.record, LOCK_FOLDER), RECORD, holder, observer);
      if (!taken.ok) continue;
      await git(project.root, ['annex', 'restage']);
      releaseClaim(taken.claim, holder);
      return;
    }
  }

  /** Says once, where something is to be fetched, what may make it fail. */
  async #warnOfAnnex(): Promise<void> {
    for (const message of await fetchWarnings(this.#means.project.root))
      this.#means.emit({ event: 'message', severity: 'warning', message });
  }

  #absent(files: readonly TreeEntry[]): AbsentContent[] {
    return absentContent(this.#means.project, this.#means.planner.current.index, files);
  }

  async #fetch(files: readonly TreeEntry[], signal: AbortSignal): Promise<string | undefined> {
    const { state, holder, observer } = this.#means;
    while (!signal.aborted) {
      if (this.#absent(files).length === 0) return undefined;
      const taken = takeClaim(state.fetching, CLAIM, holder, observer);
      if (taken.ok) {
        try {
          const problem = await this.#ask(this.#absent(files), signal);
          if (problem !== 'busy') return problem;
        } finally {
          releaseClaim(taken.claim, holder);
        }
      }
      await delay(INTERVAL);
    }
    return undefined;
  }

  async #ask(absent: readonly AbsentContent[], signal: AbortSignal): Promise<string | 'busy' | undefined> {
    for (const content of absent) {
      const known = content.keys.find((key) => this.#failed.has(key));
      const problem: FetchProblem | undefined =
        known === undefined
          ? await fetchContent(content, { signal })
          : { keys: [known], why: this.#failed.get(known) ?? '', isBusy: false };
      if (known === undefined) this.#hasFetched = true;
      if (problem === undefined) continue;
      if (problem.isBusy || signal.aborted) return 'busy';
      for (const key of problem.keys) this.#failed.set(key, problem.why);
      return cannotFetch(content, problem);
    }
    return undefined;
  }
}
