/** A run's account: what became of each job, on disk for those who plan and as events for those who watch. */

import { holderName } from '../plan/holder-name.ts';
import { outputDigest } from '../plan/result.ts';
import type { RunEventBody } from '../plan/run-event.ts';
import { briefName } from '../plan/shown-name.ts';
import type { Observer } from './claims/holder.ts';
import { recordWaitText } from './claims/record-lock.ts';
import { clearFailure, type FailureFacts, failedJobs, readFailure, writeFailure } from './failures.ts';
import type { ImageGate } from './images/image-gate.ts';
import { type JobOutcome, jobLog } from './job-outcome.ts';
import type { DatumPlace, Planner } from './planner.ts';
import type { TimeOver } from './pool.ts';
import { findJobs, type RunWishes } from './queue.ts';
import { WAIT_NOTICE } from './recording/index-lock.ts';
import type { FlushReport } from './recording/recorder.ts';
import type { RunCounts } from './run-result.ts';
import type { State } from './state.ts';

/** What a result without a file has for a digest. */
const EMPTY = outputDigest([]);

/** Datums that a message names before the rest is only counted. */
const NAMED = 5;

/** Counts and tells. */
export class Tally {
  readonly counts: RunCounts = {
    done: 0,
    reused: 0,
    skipped: 0,
    failed: 0,
    stopped: 0,
    recovered: 0,
    unchanged: 0,
    notStarted: 0,
  };
  /** Whether a pipeline's time was over before its jobs were done. */
  timeOver = false;
  readonly #state: State;
  readonly #emit: (event: RunEventBody) => void;
  readonly #isSelected: (place: DatumPlace) => boolean;
  /** Jobs that this run has finished, well or not; they are not started again. */
  readonly #finished = new Set<string>();
  /** Jobs that were stopped, and are left for another run. */
  readonly #left = new Set<string>();
  readonly #announced = new Set<string>();
  readonly #heldBack = new Set<string>();
  /** Datums whose command left nothing, by pipeline. */
  readonly #empty = new Map<string, readonly string[]>();
  /** When each job was first found to be another runner's, by this process's clock. */
  readonly #waitingSince = new Map<string, number>();
  /** Since when recording has waited for another runner. */
  #busySince: number | undefined;
  readonly #knownFailures: ReadonlyMap<string, string>;

  /** @param isSelected - Whether a datum was asked for: a run records what waits for others, and answers for its own. */
  constructor(state: State, emit: (event: RunEventBody) => void, isSelected: (place: DatumPlace) => boolean) {
    this.#isSelected = isSelected;
    this.#state = state;
    this.#emit = emit;
    this.#knownFailures = new Map(failedJobs(state).map(({ job, at }) => [job, at]));
  }

  /** How many results that were asked for wait because something is in their way. */
  get heldBack(): number {
    return this.#heldBack.size;
  }

  /** Whether this run is through with a job. */
  isFinished(job: string): boolean {
    return this.#finished.has(job);
  }

  /** Whether a job was stopped, so that this run does not start it again. */
  isLeft(job: string): boolean {
    return this.#left.has(job);
  }

  /** How a job failed that another run has tried since this one began; trying again is for the next run. */
  failedMeanwhile(job: string): JobOutcome | undefined {
    const failure = readFailure(this.#state, job);
    if (failure === undefined || failure.at === this.#knownFailures.get(job)) return undefined;
    return { outcome: failure.recovered === true ? 'recovered' : 'failed', reason: failure.reason };
  }

  /** Takes in how a job ended; its mark is on disk before its claim is given back. */
  finish(place: DatumPlace, job: string, outcome: JobOutcome): void {
    const where = { pipeline: place.pipeline.name, datum: place.datum.datum, job };
    if (outcome.outcome === 'stopped') {
      this.counts.stopped += 1;
      this.#left.add(job);
      this.#emit({ event: 'job-stopped', ...where });
      return;
    }
    this.#finished.add(job);
    if (outcome.outcome === 'success') {
      clearFailure(this.#state, job);
      this.#emit({ event: 'job-finished', ...where, milliseconds: outcome.milliseconds });
      return;
    }
    const { reason } = outcome;
    const recovered = outcome.outcome === 'recovered';
    const facts: FailureFacts = { ...where, reason, at: new Date().toISOString() };
    writeFailure(this.#state, recovered ? { ...facts, recovered } : facts);
    this.counts[outcome.outcome] += 1;
    const event = recovered ? 'job-recovered' : 'job-failed';
    this.#emit({ event, ...where, reason, log: jobLog(this.#state, job) });
  }

  /** Says at the end of a run what else is worth a look, and counts what a failure has kept from starting. */
  close(planner: Planner, wishes: RunWishes, images: ImageGate): void {
    for (const [pipeline, datums] of this.#empty) {
      const what = datums.length === 1 ? '1 result' : `${datums.length} results`;
      const names = datums.slice(0, NAMED).map((datum) => datum || '(all)');
      const more = datums.length > NAMED ? ` and ${datums.length - NAMED} more` : '';
      const message = `${what} of ${pipeline} ${datums.length === 1 ? 'is' : 'are'} empty: the command succeeded and left no file in {out} for ${names.join(', ')}${more}.`;
      this.#emit({ event: 'message', severity: 'warning', message });
    }
    if (!wishes.failFast || this.counts.failed === 0) return;
    // Nothing is sent for any more.
    const gate = { isOpen: () => true, isRefused: images.isRefused.bind(images) };
    const isTaken = (job: string): boolean => this.isFinished(job);
    this.counts.notStarted = findJobs(planner, wishes, gate, isTaken, true).ready.length;
  }

  /** Takes in what was recorded and what was not. */
  noteRecorded({ recorded, unchanged, heldBack }: FlushReport): void {
    for (const { place, record } of recorded) {
      if (record.reused) this.counts.reused += 1;
      else this.counts.done += 1;
      if (record.output === EMPTY && !record.reused)
        this.#empty.set(place.pipeline.name, [
          ...(this.#empty.get(place.pipeline.name) ?? []),
          place.datum.datum,
        ]);
      // What was in its way may have gone meanwhile.
      this.#heldBack.delete(briefName(place.pipeline.name, place.datum.datum));
      const { job, commit, path, reused } = record;
      const where = { pipeline: place.pipeline.name, datum: place.datum.datum, job };
      this.#emit({ event: 'job-recorded', ...where, commit, output: path, reused });
    }
    for (const { place, record } of unchanged) {
      this.counts.unchanged += 1;
      const where = { pipeline: place.pipeline.name, datum: place.datum.datum, job: record.job };
      this.#emit({ event: 'job-unchanged', ...where, commit: record.commit, output: record.path });
    }
    for (const { place, message } of heldBack) {
      const name = briefName(place.pipeline.name, place.datum.datum);
      const isAsked = this.#isSelected(place);
      if (isAsked) this.#heldBack.add(name);
      if (!this.#isNew(name)) continue;
      const severity = isAsked ? 'error' : 'warning';
      this.#emit({ event: 'message', severity, message: `${name} was not recorded. ${message}` });
    }
  }

  /** Says that another runner does a job, once for each and when that takes its time. */
  tellWaiting({ pipeline, datum }: DatumPlace): void {
    if (datum.job === null) return;
    const since = this.#waitingSince.get(datum.job) ?? performance.now();
    this.#waitingSince.set(datum.job, since);
    if (performance.now() - since < WAIT_NOTICE || !this.#isNew(`${datum.job} waits`)) return;
    const reason =
      datum.holder === undefined
        ? 'Another run does it.'
        : `${capitalised(holderName(datum.holder))} does it.`;
    const where = { pipeline: pipeline.name, datum: datum.datum, job: datum.job };
    this.#emit({ event: 'job-waiting', ...where, reason });
  }

  /** Says who keeps results from being recorded, when that takes its time, and again when it is stopped. */
  tellBusy(busy: FlushReport['busy'], observer: Observer): void {
    if (busy === undefined) {
      this.#busySince = undefined;
      return;
    }
    this.#busySince ??= performance.now();
    if (performance.now() - this.#busySince < WAIT_NOTICE) return;
    const message = recordWaitText(busy.holder, observer);
    if (this.#isNew(message)) this.#emit({ event: 'message', severity: 'information', message });
  }

  /** Says that a pipeline has used up its time. */
  tellTimeOver({ pipeline, limit, ended, waiting }: TimeOver): void {
    this.timeOver = true;
    const left = [
      ...(ended > 0 ? [`${ended} running ${ended === 1 ? 'job is' : 'jobs are'} ended`] : []),
      ...(waiting > 0 ? [`${waiting} ${waiting === 1 ? 'is' : 'are'} not started`] : []),
    ];
    const message = `${pipeline} has used up its job_timeout of ${limit / 1000} s: ${left.join(' and ')}; what is left stays pending for the next run.`;
    this.#emit({ event: 'message', severity: 'warning', message });
  }

  /** Says that a stop waits for jobs that do not end. */
  tellSlowStop(jobs: number, milliseconds: number): void {
    const those = jobs === 1 ? 'job to end; it is' : 'jobs to end; they are';
    const message = `Waiting for ${jobs} ${those} killed in ${milliseconds / 1000} s.`;
    this.#emit({ event: 'message', severity: 'information', message });
  }

  #isNew(what: string): boolean {
    const isNew = !this.#announced.has(what);
    this.#announced.add(what);
    return isNew;
  }
}

function capitalised(words: string): string {
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** Whether datums stand that did not before. */
export function hasSettled({ recorded, unchanged }: FlushReport): boolean {
  return recorded.length + unchanged.length > 0;
}
