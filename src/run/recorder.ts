/**
 * Recording: results become commits on the current branch, in batches, by whichever runner holds the record lock.
 * A result stays in `results/` until the branch names it, so that a kill at any moment loses nothing.
 */
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { joinPaths } from '../plan/paths.ts';
import type { ResultRecord } from '../plan/record.ts';
import type { CatFile } from '../project/cat-file.ts';
import { git, gitLine } from '../project/git.ts';
import type { Project } from '../project/open.ts';
import { readTip } from '../project/refs.ts';
import { releaseClaim, takeClaim } from './claim.ts';
import { Batch } from './commits.ts';
import { importCommits, touches } from './fast-import.ts';
import { FENCED, type Holder, type Observer } from './holder.ts';
import { Ingest, type PlacedFile } from './ingest.ts';
import type { DatumPlace, Planner } from './planner.ts';
import type { HeldBack, TakenResult } from './recording.ts';
import { leftFiles } from './result-files.ts';
import { dropStaged, type StagedFacts, type StagedResult, stagedId, stagedResults } from './staging.ts';
import type { State } from './state.ts';
import { LOCK_FOLDER, recoverForward, stepForward, withIndexLock } from './work-tree.ts';
import { pathsAbove, Written } from './written.ts';

/** How often a batch is built anew because the branch moved or a file was in the way. */
const ATTEMPTS = 20;

/** Results taken into one batch: bounds memory and how long the user's git waits. */
const BATCH = 1000;

/** What a recorder works with. */
export interface RecorderMeans {
  readonly project: Project;
  /** The branch that results go to, such as `refs/heads/main`. */
  readonly branch: string;
  readonly state: State;
  readonly holder: Holder;
  readonly observer: Observer;
  readonly objects: CatFile;
  readonly planner: Planner;
  readonly datasetId: string | null;
  /** `Name <mail> seconds zone`, as `git var GIT_COMMITTER_IDENT` prints it; the time is taken anew for each batch. */
  readonly identity: string;
}

/** One result that is now in the project's history. */
export interface Recorded {
  readonly place: DatumPlace;
  readonly record: ResultRecord;
}

/** What one flush did. */
export interface FlushReport {
  readonly recorded: readonly Recorded[];
  /** Computed again, with the result that was recorded already. */
  readonly unchanged: readonly Recorded[];
  readonly heldBack: readonly HeldBack[];
  /** Why nothing could be recorded; results wait for the next try. */
  readonly problem?: string;
  /** Another runner is recording. */
  readonly busy?: boolean;
}

const NOTHING: FlushReport = { recorded: [], unchanged: [], heldBack: [] };

/** Records results for one runner. */
export class Recorder {
  readonly #means: RecorderMeans;
  readonly #folder: string;
  readonly #ref: string;
  readonly #ingest: Ingest;
  readonly #taken = new Map<string, TakenResult>();
  /** Why the result of a job could not be taken in this time, in a sentence. */
  readonly #refused = new Map<string, string>();
  #written = new Written();
  /** Whether unlocked files in the work tree are to be filled. */
  #hasPointers = false;

  constructor(means: RecorderMeans) {
    const token = means.holder.facts.token;
    this.#means = means;
    this.#folder = join(means.state.record, token);
    this.#ref = `refs/minipach/${token}`;
    mkdirSync(this.#folder, { recursive: true });
    this.#ingest = new Ingest(means.project, this.#folder);
  }

  /** Records what waits in `results/`, and copies for datums whose equal is in the tree. */
  async flush(copies: () => readonly DatumPlace[]): Promise<FlushReport> {
    const { project, state, holder, observer } = this.#means;
    if (stagedResults(state).length === 0 && copies().length === 0) return NOTHING;
    if (holder.isFenced()) return { ...NOTHING, problem: FENCED };
    const claim = takeClaim(join(state.record, LOCK_FOLDER), 'record', holder, observer);
    if (!claim.ok) return { ...NOTHING, busy: true };
    try {
      const means = { ...this.#means, folder: this.#folder };
      // Whoever was killed may have written pointers and not filled them.
      this.#hasPointers ||= (await recoverForward(means)) && project.annex;
      const staged = stagedResults(state).slice(0, BATCH);
      await this.#takeIn(staged);
      const report = await withIndexLock(means, () => this.#record(staged, copies));
      if ('outcome' in report) return { ...NOTHING, problem: report.message };
      if (this.#hasPointers) await this.#fillPointers();
      return report;
    } finally {
      releaseClaim(claim.claim, holder);
    }
  }

  /** Ends the helpers and removes what was only for this runner. */
  async end(): Promise<void> {
    await this.#ingest.end();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  /** Content goes into the annex or through filters before the user's git has to wait for anything. */
  async #takeIn(staged: readonly StagedResult[]): Promise<void> {
    this.#refused.clear();
    let chunk: { readonly facts: StagedFacts; readonly placed: readonly PlacedFile[] }[] = [];
    const files = new Set<string>();
    /** The same files, and the directories that they lie in. */
    const targets = new Set<string>();
    const takeChunk = async (): Promise<void> => {
      const contents = await this.#ingest.take(chunk.flatMap(({ placed }) => placed));
      let next = 0;
      for (const { facts, placed } of chunk) {
        const of = contents.slice(next, next + placed.length);
        next += placed.length;
        const { discarded = [] } = facts;
        const refusal = of.find((content) => typeof content === 'string');
        if (refusal !== undefined) {
          this.#refused.set(stagedId(facts), refusal);
          continue;
        }
        const files = placed.flatMap(({ file: { name } }, position) => {
          const content = of[position];
          return content === undefined || typeof content === 'string' ? [] : [{ name, content }];
        });
        this.#taken.set(stagedId(facts), { ...facts, files, discarded });
      }
      chunk = [];
      files.clear();
      targets.clear();
    };
    for (const { facts, output } of staged) {
      if (this.#taken.has(stagedId(facts))) continue;
      const left = leftFiles(output);
      const [first] = this.#means.planner.wanting(facts.job, facts.again?.datums);
      if (!left.ok) this.#refused.set(stagedId(facts), left.message);
      if (!left.ok || first === undefined) continue;
      const placed = left.files.map((file) => ({ file, target: joinPaths(first.datum.output, file.name) }));
      // Two results that wrote one file are told apart later; here the one must not be taken for the other.
      const isTaken = (target: string): boolean =>
        targets.has(target) || pathsAbove(target).some((above) => files.has(above));
      if (placed.some(({ target }) => isTaken(target))) await takeChunk();
      for (const { target } of placed) {
        files.add(target);
        for (const part of [target, ...pathsAbove(target)]) targets.add(part);
      }
      chunk.push({ facts, placed });
    }
    await takeChunk();
  }

  /** Builds on the branch's tip as it is now, under the index lock; a file in the way holds back its own datum only. */
  async #record(staged: readonly StagedResult[], copies: () => readonly DatumPlace[]): Promise<FlushReport> {
    const { project, branch, planner, holder } = this.#means;
    const inTheWay = new Map<string, string>();
    for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
      if (holder.isFenced()) return { ...NOTHING, problem: FENCED };
      const present = await gitLine(project.root, ['symbolic-ref', '-q', 'HEAD']);
      if (present !== branch) {
        const where = present?.replace('refs/heads/', '') ?? 'a detached HEAD';
        const from = branch.replace('refs/heads/', '');
        const problem = `The work tree was switched from ${from} to ${where} during the run: results for ${from} wait; go back with \`git switch ${from}\` and run again.`;
        return { ...NOTHING, problem };
      }
      const tip = await gitLine(project.root, ['rev-parse', '-q', '--verify', `${branch}^{commit}`]);
      if (tip === undefined)
        return { ...NOTHING, problem: `${branch} is gone; results wait in ${this.#means.state.results}.` };
      if (tip !== planner.tip) {
        await planner.renew(tip);
        this.#written = new Written();
      }
      const batch = this.#collect(staged, copies);
      const recordings = batch.recordings.filter(({ place }) => !inTheWay.has(idOf(place)));
      const heldBack = [
        ...batch.heldBack,
        ...batch.recordings.flatMap(({ place }) => {
          const message = inTheWay.get(idOf(place));
          return message === undefined ? [] : [{ place, message }];
        }),
      ];
      const { unchanged } = batch;
      planner.noteUnchanged(unchanged.map(({ record }) => record));
      if (recordings.length === 0) {
        await this.#drop(staged, heldBack);
        return { recorded: [], unchanged, heldBack };
      }
      const commits = await importCommits(
        {
          root: project.root,
          folder: this.#folder,
          ref: this.#ref,
          base: tip,
          identity: identityNow(this.#means.identity),
        },
        recordings.map(({ commit }) => commit),
      );
      const last = commits.at(-1) ?? tip;
      const step = await stepForward({ ...this.#means, folder: this.#folder }, branch, tip, last, this.#ref);
      if (step.outcome === 'tip-moved') continue;
      if (step.outcome === 'conflict') {
        const culprits = recordings.flatMap(({ place, commit }) => {
          const path = step.paths.find((one) => touches(commit, one));
          return path === undefined ? [] : [{ place, path }];
        });
        if (culprits.length === 0)
          return { ...NOTHING, problem: `The work tree could not be brought forward: ${step.message}` };
        for (const { place, path } of culprits)
          inTheWay.set(
            idOf(place),
            `${path} in the work tree is yours, changed or not committed, and recording would overwrite it: commit or move it, then run again; the result waits.`,
          );
        continue;
      }
      const recorded = recordings.map(({ place, record }, position) => ({
        place,
        record: { ...record, commit: commits[position] ?? '' },
      }));
      planner.noteRecorded(
        last,
        recorded.map(({ record }) => record),
      );
      this.#written = batch.written;
      this.#hasPointers ||= batch.hasPointers;
      await this.#drop(staged, heldBack);
      return { recorded, unchanged, heldBack };
    }
    return {
      ...NOTHING,
      problem: 'The branch kept moving while results were recorded; they wait for the next try.',
    };
  }

  #collect(staged: readonly StagedResult[], copies: () => readonly DatumPlace[]): Batch {
    const { planner, datasetId } = this.#means;
    const batch = new Batch(planner, datasetId, this.#written);
    const copied = copies();
    batch.announce([...staged.flatMap(({ facts }) => [...planner.wanting(facts.job)]), ...copied]);
    for (const { facts } of staged) {
      const taken = this.#taken.get(stagedId(facts));
      if (taken !== undefined) batch.addResult(taken);
      const refusal = this.#refused.get(stagedId(facts));
      if (refusal !== undefined) batch.refuse(facts, refusal);
    }
    for (const place of copied) {
      const { source } = place.datum;
      if (source !== undefined && !planner.isDone(place)) batch.addCopy(place, source);
    }
    return batch;
  }

  /** Fills unlocked files in the work tree and tells the index; needs the index lock, so it comes after it. */
  async #fillPointers(): Promise<void> {
    const { root } = this.#means.project;
    await git(root, ['annex', 'smudge', '--update']);
    await git(root, ['annex', 'restage']);
    this.#hasPointers = false;
  }

  /** Lets go of staged results that history has; one that was held back stays for the next try. */
  async #drop(staged: readonly StagedResult[], heldBack: readonly HeldBack[]): Promise<void> {
    const { planner, state, project, branch } = this.#means;
    const waiting = new Set(heldBack.map(({ place }) => place.datum.job));
    for (const result of staged) {
      const { job, again } = result.facts;
      if (waiting.has(job) || planner.current.history.ofJob(job).length === 0) continue;
      // By another run's plan it may be wanted.
      if (again?.datums.some((one) => planner.isUnclear(one))) continue;
      // A run in another work tree has computed it for its own branch, and has not recorded it yet.
      const owner = result.facts.branch ?? branch;
      if (owner !== branch && (await readTip(project, owner)) !== undefined) continue;
      dropStaged(state, result);
      this.#taken.delete(stagedId(result.facts));
    }
  }
}

function idOf({ pipeline, datum }: DatumPlace): string {
  return `${pipeline.source.directory}\0${datum.datum}`;
}

function identityNow(identity: string): string {
  return identity.replace(/ \d+ (\S+)$/, ` ${Math.floor(Date.now() / 1000)} $1`);
}
