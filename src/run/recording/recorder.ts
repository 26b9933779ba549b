/**
 * Recording: results become commits on the current branch, in batches, by whichever runner holds the record lock.
 * A result stays in `results/` until the branch names it, so that a kill at any moment loses nothing.
 */
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { ResultRecord } from '../../plan/record.ts';
import type { CatFile } from '../../project/cat-file.ts';
import { git, gitLine } from '../../project/git.ts';
import type { Project } from '../../project/open.ts';
import { readTip } from '../../project/refs.ts';
import { releaseClaim, takeClaim } from '../claims/claim.ts';
import { FENCED, type Holder, type HolderFacts, type Observer } from '../claims/holder.ts';
import { LOCK_FOLDER, RECORD } from '../claims/record-lock.ts';
import type { DatumPlace, Planner } from '../planner.ts';
import { dropStaged, hasStaged, type StagedResult, stagedResults } from '../staging.ts';
import type { State } from '../state.ts';
import { commitInDatasets } from './commit-in-datasets.ts';
import { Batch } from './commits.ts';
import { touches } from './fast-import.ts';
import { withIndexLock } from './index-lock.ts';
import { RecordDatasets } from './record-datasets.ts';
import type { HeldBack } from './recording.ts';
import { hasDeadRecorder, recover, recoverAll } from './recover.ts';
import { TakeIn } from './take-in.ts';
import { Written } from './written.ts';

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
  /** What `minipach.bind` shows to containers. */
  readonly binds: readonly string[];
  /** Takes a sentence about what recording waits for. */
  readonly tellWait?: (message: string) => void;
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
  readonly busy?: { readonly holder: HolderFacts | undefined };
}

const NOTHING: FlushReport = { recorded: [], unchanged: [], heldBack: [] };

/** Records results for one runner. */
export class Recorder {
  readonly #means: RecorderMeans;
  readonly #folder: string;
  readonly #ref: string;
  readonly #datasets: RecordDatasets;
  readonly #takeIn: TakeIn;
  #written = new Written();
  /** The datasets in whose work trees unlocked files are to be filled. */
  readonly #pointers = new Set<string>();
  /** Whether branches may have been taken back since the plan was made. */
  #hasRecovered = false;

  constructor(means: RecorderMeans) {
    const token = means.holder.facts.token;
    this.#means = means;
    this.#folder = join(means.state.record, token);
    this.#ref = `refs/minipach/${token}`;
    mkdirSync(this.#folder, { recursive: true });
    this.#datasets = new RecordDatasets(means, this.#folder);
    this.#takeIn = new TakeIn(this.#datasets, means.planner);
  }

  /** Records what waits in `results/`, and copies for datums whose equal is in the tree. */
  async flush(copies: () => readonly DatumPlace[]): Promise<FlushReport> {
    const { project, state, holder, observer } = this.#means;
    const means = { ...this.#means, folder: this.#folder };
    // One that was killed at the very end has left nothing but its locks. What is staged is read by the one who records it.
    if (!hasStaged(state) && copies().length === 0 && !hasDeadRecorder(means)) return NOTHING;
    if (holder.isFenced()) return { ...NOTHING, problem: FENCED };
    const claim = takeClaim(join(state.record, LOCK_FOLDER), RECORD, holder, observer);
    if (!claim.ok) return { ...NOTHING, busy: { holder: claim.holder } };
    try {
      const recovered = await recoverAll(means, recover);
      this.#hasRecovered ||= recovered.hadBegun;
      // Whoever was killed may have written pointers and not filled them.
      for (const path of recovered.datasets) this.#pointers.add(path);
      const staged = stagedResults(state).slice(0, BATCH);
      if (staged.length === 0 && copies().length === 0) return NOTHING;
      // Content goes into the annex or through filters before the user's git has to wait for anything.
      await this.#takeIn.take(staged);
      const report = await withIndexLock(project, means, () => this.#record(staged, copies));
      if ('outcome' in report) return { ...NOTHING, problem: report.message };
      await this.#fillPointers();
      return report;
    } finally {
      releaseClaim(claim.claim, holder);
    }
  }

  /** Ends the helpers and removes what was only for this runner. */
  async end(): Promise<void> {
    await this.#datasets.end();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  /** Builds on the branch's tip as it is now, under the index lock; a file in the way holds back its own datum only. */
  async #record(staged: readonly StagedResult[], copies: () => readonly DatumPlace[]): Promise<FlushReport> {
    const { planner, holder } = this.#means;
    const inTheWay = new Map<string, string>();
    for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
      if (holder.isFenced()) return { ...NOTHING, problem: FENCED };
      const tip = await this.#presentTip();
      if (typeof tip !== 'string') return { ...NOTHING, ...tip };
      if (tip !== planner.tip || this.#hasRecovered) {
        await planner.renew(tip);
        this.#written = new Written();
        this.#hasRecovered = false;
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
      const step = await commitInDatasets(
        this.#datasets,
        recordings.map(({ commit }) => commit),
        { tip, branch: this.#means.branch, index: planner.current.index, ref: this.#ref },
      );
      // One that has woken up could do nothing, whatever that looked like.
      if (step.outcome !== 'moved' && holder.isFenced()) return { ...NOTHING, problem: FENCED };
      if (step.outcome === 'tip-moved') continue;
      if (step.outcome === 'refused') {
        for (const [position, { place }] of recordings.entries()) {
          const message = step.refused.get(position);
          if (message !== undefined) inTheWay.set(idOf(place), `${message} The result waits.`);
        }
        continue;
      }
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
        record: { ...record, commit: step.commits[position] ?? '' },
      }));
      planner.noteRecorded(
        step.commits.at(-1) ?? tip,
        recorded.map(({ record }) => record),
      );
      this.#written = batch.written;
      for (const path of batch.pointers) this.#pointers.add(path);
      await this.#drop(staged, heldBack);
      return { recorded, unchanged, heldBack };
    }
    return {
      ...NOTHING,
      problem: 'The branch kept moving while results were recorded; they wait for the next try.',
    };
  }

  /** The tip of the branch that results go to, or why nothing can be recorded on it. */
  async #presentTip(): Promise<string | { readonly problem: string }> {
    const { project, branch, state } = this.#means;
    const present = await gitLine(project.root, ['symbolic-ref', '-q', 'HEAD']);
    if (present !== branch) {
      const where = present?.replace('refs/heads/', '') ?? 'a detached HEAD';
      const from = branch.replace('refs/heads/', '');
      const problem = `The work tree was switched from ${from} to ${where} during the run: results for ${from} wait; go back with \`git switch ${from}\` and run again.`;
      return { problem };
    }
    const tip = await gitLine(project.root, ['rev-parse', '-q', '--verify', `${branch}^{commit}`]);
    return tip ?? { problem: `${branch} is gone; results wait in ${state.results}.` };
  }

  #collect(staged: readonly StagedResult[], copies: () => readonly DatumPlace[]): Batch {
    const { planner, datasetId } = this.#means;
    const batch = new Batch(planner, datasetId, this.#written, this.#means.binds);
    const copied = copies();
    batch.announce([...staged.flatMap(({ facts }) => [...planner.wanting(facts.job)]), ...copied]);
    for (const { facts } of staged) batch.addResult(facts, (place) => this.#takeIn.for(facts, place));
    for (const place of copied) {
      const { source } = place.datum;
      if (source !== undefined && !planner.isDone(place)) batch.addCopy(place, source);
    }
    return batch;
  }

  /** Fills unlocked files in the work tree and tells the index; needs the index lock, so it comes after it. */
  async #fillPointers(): Promise<void> {
    for (const path of this.#pointers) {
      const dataset = await this.#datasets.open(path);
      if (dataset?.repository.annex !== true) continue;
      const { root } = dataset.repository;
      await git(root, ['annex', 'smudge', '--update']);
      await git(root, ['annex', 'restage']);
    }
    this.#pointers.clear();
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
      this.#takeIn.forget(result.facts);
    }
  }
}

function idOf({ pipeline, datum }: DatumPlace): string {
  return `${pipeline.source.directory}\0${datum.datum}`;
}
