/**
 * A run: takes the plan's ready jobs, runs a few at a time, records results as they come, and plans again as
 * results make further datums ready, until nothing is left that it can do. Any number of runs can work on one
 * project: the claims see to it that each job runs once in all.
 */
import type { RunEventBody } from '../plan/report.ts';
import { readTip } from '../project/refs.ts';
import { releaseClaim, takeClaim } from './claim.ts';
import { clearFailure, failedJobs, readFailure, writeFailure } from './failures.ts';
import type { ImageRefusals } from './image-refusal.ts';
import { type JobOutcome, type JobRunner, jobLog } from './job.ts';
import type { DatumPlace, Planner } from './planner.ts';
import { blockedDatums, copiesWanted, findJobs, type RunWishes, waitsForResults } from './queue.ts';
import type { FlushReport, Recorder, RecorderMeans } from './recorder.ts';
import type { RunCounts, RunResult } from './run-result.ts';
import { isStaged } from './staging.ts';

/** Milliseconds between two looks at what others did, and at the wish to stop. */
const TICK = 100;

/** Milliseconds between two recordings, at least; and recording takes at most a tenth of the time. */
const RECORD_INTERVAL = 300;
const RECORD_SHARE = 10;

/** A run's means, besides those of its recorder. */
export interface RunMeans extends RecorderMeans {
  readonly recorder: Recorder;
  readonly jobRunner: JobRunner;
  readonly refusals: ImageRefusals;
  readonly emit: (event: RunEventBody) => void;
  /** Aborted when the run is to stop. */
  readonly stop: AbortController;
  /** Whether somebody has asked for a stop through the shared state. */
  readonly isStopWished: () => boolean;
}

/** One run from its first job to its last record. */
export class Run {
  readonly #means: RunMeans;
  readonly #wishes: RunWishes;
  readonly #planner: Planner;
  readonly #active = new Map<string, Promise<void>>();
  /** Jobs that this run has finished, well or not; they are not started again. */
  readonly #finished = new Set<string>();
  readonly #failedEarlier = new Set<string>();
  readonly #announced = new Set<string>();
  readonly #counts: RunCounts = { done: 0, reused: 0, skipped: 0, failed: 0, stopped: 0 };
  readonly #knownFailures: ReadonlyMap<string, string>;
  #wake: () => void = () => undefined;
  #queue: DatumPlace[] = [];
  #foreign: DatumPlace[] = [];
  #problem: string | undefined;
  #nextRecording = 0;
  #nextLook = 0;
  #generation = 0;
  #heldBack = 0;
  #stuck = false;

  constructor(means: RunMeans, wishes: RunWishes) {
    this.#means = means;
    this.#wishes = wishes;
    this.#planner = means.planner;
    this.#knownFailures = new Map(failedJobs(means.state).map(({ job, at }) => [job, at]));
  }

  /** Works until nothing is left to do, or until it is stopped. */
  async work(): Promise<Omit<RunResult, 'refused'>> {
    for (const place of this.#planner.places()) {
      if (place.datum.state === 'done' && this.#wishes.isSelected(place)) this.#counts.skipped += 1;
    }
    this.#refill();
    this.#means.emit({
      event: 'run-started',
      head: this.#planner.tip,
      jobs: this.#queue.length + this.#foreign.length,
      pid: process.pid,
    });
    this.#means.refusals.tell();
    // Recording and planning go on beside the jobs, one at a time; nothing waits for them but the end.
    let upkeep: Promise<void> | undefined;
    while (!this.#isOver()) {
      this.#startJobs();
      upkeep ??= this.#keepUp().finally(() => {
        upkeep = undefined;
        if (this.#isOver() || (this.#queue.length > 0 && this.#active.size < this.#wishes.jobs)) this.#wake();
      });
      await this.#nap();
      if (this.#means.isStopWished()) this.#means.stop.abort();
    }
    await Promise.all([upkeep, ...this.#active.values()]);
    if (this.#problem === undefined) await this.#orProblem(async () => void (await this.#record()));
    return {
      counts: this.#counts,
      problem: this.#problem,
      blocked: blockedDatums(this.#planner, this.#wishes.isSelected),
      heldBack: this.#heldBack,
      failedEarlier: this.#failedEarlier.size,
    };
  }

  #isOver(): boolean {
    return this.#stuck || this.#problem !== undefined || this.#means.stop.signal.aborted;
  }

  /**
   * Sleeps until there is something to do, at most a tick. It is woken by way of the event loop: a claim that another
   * runner holds is refused at once, and asking again and again must not keep signals and child processes waiting.
   */
  #nap(): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, TICK);
      this.#wake = () => {
        clearTimeout(timer);
        setImmediate(resolve);
      };
    });
  }

  /** One round of what is not running jobs. */
  #keepUp(): Promise<void> {
    return this.#orProblem(async () => {
      if (performance.now() >= this.#nextRecording) await this.#record();
      await this.#lookAtOthers();
      if (this.#active.size === 0 && this.#queue.length === 0) await this.#settle();
    });
  }

  /** Turns what nobody foresaw into the reason why the run ends: staged results stay for the next one. */
  async #orProblem(action: () => Promise<void>): Promise<void> {
    try {
      await action();
    } catch (error) {
      this.#problem ??= error instanceof Error ? error.message : String(error);
    }
  }

  /** Takes from the plan what is to be done and not yet taken. */
  #refill(): void {
    this.#generation = this.#planner.generation;
    const found = findJobs(
      this.#planner,
      this.#wishes,
      (job) => this.#finished.has(job) || this.#active.has(job),
    );
    this.#queue = found.ready;
    this.#foreign = found.foreign;
    for (const job of found.failedEarlier) this.#failedEarlier.add(job);
  }

  #startJobs(): void {
    // A recorder that finds the branch moved plans anew; what was queued before may be done by now.
    if (this.#generation !== this.#planner.generation) this.#refill();
    while (this.#active.size < this.#wishes.jobs && !this.#means.stop.signal.aborted) {
      if (this.#wishes.failFast && this.#counts.failed > 0) this.#queue = [];
      const place = this.#queue.shift();
      if (place === undefined) return;
      const { job } = place.datum;
      if (job === null) continue;
      const running = this.#orProblem(() => this.#runJob(place, job)).finally(() => {
        this.#active.delete(job);
        this.#wake();
      });
      this.#active.set(job, running);
    }
  }

  /**
   * Claim, then look again, in this order: staged results first, then history at the branch's present tip. A
   * recorder moves a result from the first to the second; the other way round it could be missed in both.
   */
  async #runJob(place: DatumPlace, job: string): Promise<void> {
    const { state, holder, observer } = this.#means;
    const taken = takeClaim(state.claims, job, holder, observer);
    if (!taken.ok) {
      this.#foreign.push(place);
      return;
    }
    try {
      if (isStaged(state, job)) return;
      const tip = await readTip(this.#means.project, this.#means.branch);
      if (tip !== this.#planner.tip) {
        // Somebody has committed, perhaps this very result. Plan again before anything is computed.
        this.#foreign.push(place);
        return;
      }
      // At our own tip, what this run has recorded for others counts, too.
      if (!this.#planner.wants(place, job)) return;
      const failure = readFailure(state, job);
      const since = failure !== undefined && failure.at !== this.#knownFailures.get(job);
      // Another run has tried it in the meantime; trying again is for the next run to be asked for.
      if (since) this.#finish(place, job, { outcome: 'failed', reason: failure.reason });
      else this.#finish(place, job, await this.#means.jobRunner.run(place, job));
    } finally {
      releaseClaim(taken.claim, holder);
    }
  }

  #finish(place: DatumPlace, job: string, outcome: JobOutcome): void {
    const { state, emit } = this.#means;
    const where = { pipeline: place.pipeline.name, datum: place.datum.datum, job };
    if (outcome.outcome === 'stopped') {
      this.#counts.stopped += 1;
      return;
    }
    this.#finished.add(job);
    if (outcome.outcome === 'success') {
      clearFailure(state, job);
      emit({ event: 'job-finished', ...where, milliseconds: outcome.milliseconds });
      return;
    }
    this.#counts.failed += 1;
    writeFailure(state, { ...where, reason: outcome.reason, at: new Date().toISOString() });
    emit({ event: 'job-failed', ...where, reason: outcome.reason, log: jobLog(state, job) });
  }

  async #record(): Promise<FlushReport> {
    const started = performance.now();
    const report = await this.#means.recorder.flush(() =>
      copiesWanted(this.#planner, this.#wishes.isSelected),
    );
    const spent = performance.now() - started;
    this.#nextRecording = performance.now() + Math.max(RECORD_INTERVAL, RECORD_SHARE * spent);
    for (const { place, record } of report.recorded) {
      if (record.reused) this.#counts.reused += 1;
      else this.#counts.done += 1;
      const { job, commit, path, reused } = record;
      const where = { pipeline: place.pipeline.name, datum: place.datum.datum, job };
      this.#means.emit({ event: 'job-recorded', ...where, commit, output: path, reused });
    }
    for (const { place, message } of report.heldBack) this.#announceHeldBack(place, message);
    this.#problem ??= report.problem;
    if (report.recorded.length > 0 && waitsForResults(this.#planner)) await this.#planAgain();
    return report;
  }

  #announceHeldBack(place: DatumPlace, message: string): void {
    const name = `${place.pipeline.name}/${place.datum.datum}`;
    if (this.#announced.has(name)) return;
    this.#announced.add(name);
    this.#heldBack += 1;
    this.#means.emit({
      event: 'message',
      severity: 'error',
      message: `${name} was not recorded. ${message}`,
    });
  }

  async #planAgain(): Promise<void> {
    await this.#planner.renew((await readTip(this.#means.project, this.#means.branch)) ?? this.#planner.tip);
    this.#refill();
  }

  /** Jobs that another runner held: done by now, given back, or held still. */
  async #lookAtOthers(): Promise<void> {
    if (this.#foreign.length === 0 || performance.now() < this.#nextLook) return;
    this.#nextLook = performance.now() + TICK;
    const waiting = this.#foreign;
    const tip = await readTip(this.#means.project, this.#means.branch);
    if (tip !== this.#planner.tip) {
      await this.#planAgain();
    } else {
      const { state } = this.#means;
      this.#foreign = waiting.filter((place) => isStaged(state, place.datum.job ?? ''));
      this.#queue.push(...waiting.filter((place) => !isStaged(state, place.datum.job ?? '')));
    }
    for (const { pipeline, datum } of this.#foreign) {
      const name = `${pipeline.name}/${datum.datum} waits`;
      if (this.#announced.has(name) || datum.job === null) continue;
      this.#announced.add(name);
      const reason =
        datum.holder === undefined
          ? 'Another run does it.'
          : `Process ${datum.holder.pid} on ${datum.holder.host} does it.`;
      this.#means.emit({
        event: 'job-waiting',
        pipeline: pipeline.name,
        datum: datum.datum,
        job: datum.job,
        reason,
      });
    }
  }

  /** Nothing runs and nothing waits: record the rest, plan once more, and be done if that brings nothing new. */
  async #settle(): Promise<void> {
    const report = await this.#record();
    if (report.busy === true || this.#foreign.length > 0) return;
    if (this.#queue.length > 0 || report.recorded.length > 0) {
      if (this.#queue.length === 0) await this.#planAgain();
      return;
    }
    this.#stuck = true;
  }
}
