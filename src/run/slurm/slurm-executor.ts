/** Computing jobs on a Slurm cluster: what they need is brought here, they are submitted in arrays, and these are followed. */
import { setTimeout as delay } from 'node:timers/promises';
import { shownName } from '../../plan/shown-name.ts';
import type { Claim } from '../claims/claim.ts';
import type { Observer } from '../claims/holder.ts';
import type { Executed, Executor } from '../executor.ts';
import { Fetches } from '../fetches.ts';
import type { ImageGate } from '../images/image-gate.ts';
import { jobNeeds } from '../job-needs.ts';
import { type JobOutcome, notStarted } from '../job-outcome.ts';
import type { DatumPlace } from '../planner.ts';
import type { RecorderMeans } from '../recording/recorder.ts';
import { cancel } from './commands.ts';
import { LiveArrays } from './live-arrays.ts';
import { ScratchStore } from './scratch.ts';
import { cutIntoArrays, type SubmissionMeans, submitArray } from './submission.ts';
import type { WaitingJob } from './waiting-job.ts';

/** Milliseconds in which more jobs may come before those that wait are submitted, at least and at most. */
const GATHERING = 200;
const LONGEST_GATHERING = 10_000;

/** Milliseconds between two looks at journals; looking takes at most a tenth of the time. */
const INTERVAL = 100;
const LOOK_SHARE = 10;

/** What it takes. */
export interface SlurmMeans extends Omit<SubmissionMeans, 'scratch'>, Pick<RecorderMeans, 'objects'> {
  readonly observer: Observer;
  readonly images: ImageGate;
  readonly binds: readonly string[];
}

/** Computes jobs by Slurm. */
export class SlurmExecutor implements Executor {
  readonly room = { places: Number.POSITIVE_INFINITY, memory: Number.POSITIVE_INFINITY };
  readonly #means: SlurmMeans & SubmissionMeans;
  readonly #fetches: Fetches;
  readonly #live: LiveArrays;
  readonly #recorders: string[] = [];
  readonly #refused = new Set<string>();
  /** Jobs that are to be submitted, by pipeline. */
  readonly #waiting = new Map<string, WaitingJob[]>();
  /** How many jobs there are whose content is being brought. */
  #coming = 0;
  #firstCame = 0;
  #lastCame = 0;
  #work: Promise<void> | undefined;
  #submitting: Promise<void> | undefined;

  constructor(means: SlurmMeans) {
    const { config, stop } = means;
    const { scratch: folder } = config;
    const scratch =
      folder === undefined ? undefined : new ScratchStore(means, { ...config, scratch: folder }, stop);
    this.#means = { ...means, scratch };
    this.#fetches = new Fetches(means);
    const refuse = this.#refuse.bind(this);
    this.#live = new LiveArrays({ ...this.#means, again: (job) => this.#enlist(job), refuse });
  }

  /** How many pipelines are not run, each told of by a message. */
  get refused(): number {
    return this.#refused.size;
  }

  /** Runs a job whose claim is held, which is passed on to its task. */
  async run(place: DatumPlace, job: string, signal: AbortSignal, claim: Claim): Promise<Executed> {
    const early = await this.#bring(place, job, signal);
    if (early !== undefined) return { outcome: early, held: claim };
    return new Promise((resolve) => {
      this.#enlist({ place, job, claim, isBegun: false, isStopped: false, times: 0, resolve });
      this.#work ??= this.#keepWorking().finally(() => {
        this.#work = undefined;
      });
    });
  }

  /** Cancels what Slurm has not begun. */
  holdBack(): void {
    this.#live.holdBack();
  }

  /** Waits for the last job. */
  async end(): Promise<void> {
    await this.#work;
    await this.#live.end();
    await this.#fetches.end();
    // This run records what there is to be recorded.
    if (this.#recorders.length > 0) await cancel({ ids: this.#recorders }, this.#means.project.root);
  }

  /** What a job needs is fetched by this run: nodes may have no network, and tasks would all ask at once. */
  async #bring(place: DatumPlace, job: string, signal: AbortSignal): Promise<JobOutcome | undefined> {
    const { images, state } = this.#means;
    this.#coming += 1;
    try {
      if (!(await images.opens(place.pipeline)) || this.#refused.has(place.pipeline.name))
        return { outcome: 'stopped' };
      const needs = jobNeeds(this.#means, place);
      if ('problem' in needs) return notStarted(state, job, needs.problem);
      // Nodes that do not come to the project for content get it where it is.
      const isElsewhere = this.#means.scratch?.isProject === false;
      const missing = isElsewhere ? undefined : await this.#fetches.bring(needs.needed.files, signal);
      if (signal.aborted) return { outcome: 'stopped' };
      return missing === undefined ? undefined : notStarted(state, job, missing);
    } finally {
      this.#coming -= 1;
    }
  }

  #enlist(job: WaitingJob): void {
    this.#lastCame = performance.now();
    if (this.#waiting.size === 0) this.#firstCame = this.#lastCame;
    const { name } = job.place.pipeline;
    const known = this.#waiting.get(name);
    if (known === undefined) this.#waiting.set(name, [job]);
    else known.push(job);
  }

  /** Goes on until no job waits or is under way. */
  async #keepWorking(): Promise<void> {
    const { stop } = this.#means;
    while (this.#waiting.size > 0 || this.#submitting !== undefined || !this.#live.isEmpty) {
      const started = performance.now();
      if (stop.aborted) {
        this.#dropWaiting();
        // What is being handed over is cancelled when that is through.
        await this.#submitting;
        await this.#live.cancelAll();
        continue;
      }
      // A controller that is away is waited for beside what goes on.
      if (this.#isTimeToSubmit(started))
        this.#submitting ??= this.#submitAll().finally(() => {
          this.#submitting = undefined;
        });
      this.#live.follow();
      const pause = Math.max(INTERVAL, LOOK_SHARE * (performance.now() - started));
      await delay(pause, undefined, { signal: stop }).catch(() => undefined);
    }
  }

  #isTimeToSubmit(now: number): boolean {
    if (this.#waiting.size === 0) return false;
    if (now - this.#firstCame > LONGEST_GATHERING) return true;
    return this.#coming === 0 && now - this.#lastCame > GATHERING;
  }

  #dropWaiting(): void {
    for (const jobs of this.#waiting.values())
      for (const job of jobs) job.resolve({ outcome: { outcome: 'stopped' }, held: job.claim });
    this.#waiting.clear();
  }

  async #submitAll(): Promise<void> {
    for (const [name, jobs] of [...this.#waiting]) {
      this.#waiting.delete(name);
      for (const cut of cutIntoArrays(jobs, this.#means.config)) await this.#submit(cut);
    }
  }

  async #submit(cut: readonly (readonly WaitingJob[])[]): Promise<void> {
    const { scratch } = this.#means;
    const jobs = cut.flat();
    const unready = await scratch?.prepare(jobs.map(({ place }) => place));
    if (unready !== undefined) {
      const name = jobs[0]?.place.pipeline.name ?? '';
      this.#refuse(name, `The jobs of ${shownName(name)} are not submitted: ${unready}`);
      for (const job of jobs) job.resolve({ outcome: { outcome: 'stopped' }, held: job.claim });
      return;
    }
    const array = await submitArray(this.#means, cut);
    if (array === undefined) return;
    const { id, pipeline, refusal, recordId } = array;
    if (id === undefined) {
      const words = refusal?.words ?? 'it does not say why';
      this.#refuse(
        pipeline,
        `Slurm does not take the jobs of ${shownName(pipeline)} (${words}): see what its spec and .minipach/config.yml ask for.`,
      );
      for (const task of array.tasks.values()) this.#live.giveUp(array, task);
      return;
    }
    if (recordId !== undefined) this.#recorders.push(recordId);
    this.#live.add(array);
    this.#means.emit({ event: 'jobs-submitted', pipeline, slurm: id, tasks: cut.length, jobs: jobs.length });
  }

  /** Says once why none of the jobs of a pipeline is submitted any more in this run. */
  #refuse(pipeline: string, message: string): void {
    if (this.#refused.has(pipeline)) return;
    this.#refused.add(pipeline);
    this.#means.emit({ event: 'message', severity: 'error', message });
  }
}
