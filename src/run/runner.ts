/**
 * A run: takes the plan's ready jobs, runs a few at a time, records results as they come, and plans again as
 * results make further datums ready, until nothing is left that it can do. Any number of runs can work on one
 * project: the claims see to it that each job runs once in all.
 */
import { readTip } from '../project/refs.ts';
import { Alarm } from './alarm.ts';
import { computeOnce } from './claims/claimed-job.ts';
import { FENCED } from './claims/holder.ts';
import { GRACE } from './execute.ts';
import type { DatumPlace, Planner } from './planner.ts';
import { type Admission, Pool } from './pool.ts';
import { blockedDatums, copiesWanted, findJobs, type RunWishes, waitsForResults } from './queue.ts';
import { RecordTurn } from './recording/record-turn.ts';
import type { FlushReport } from './recording/recorder.ts';
import type { RunMeans } from './run-means.ts';
import type { RunResult } from './run-result.ts';
import { SincePlan } from './since-plan.ts';
import { isStaged } from './staging.ts';
import { hasSettled, Tally } from './tally.ts';

/** Milliseconds between two looks at what others did, and at the wish to stop. */
const TICK = 100;

/** Milliseconds after which it is said that a stop waits for jobs to end. */
const STOP_NOTICE = 1000;

/** Planning anew takes at most a tenth of the time, looking at what others did a quarter. */
const PLAN_SHARE = 10;
const LOOK_SHARE = 3;

/** One run from its first job to its last record. */
export class Run {
  readonly #means: RunMeans;
  readonly #wishes: RunWishes;
  readonly #planner: Planner;
  readonly #pool: Pool;
  readonly #alarm = new Alarm();
  readonly #since: SincePlan;
  readonly #turn: RecordTurn;
  readonly #active = new Map<string, Promise<void>>();
  readonly #failedEarlier = new Set<string>();
  readonly #tally: Tally;
  #foreign: DatumPlace[] = [];
  /** Jobs whose result stood ready, by this run's account to be recorded. */
  #staged: DatumPlace[] = [];
  #problem: string | undefined;
  #nextLook = 0;
  #nextPlanning = 0;
  #generation = 0;
  #stuck = false;
  /** Whether jobs are left for when nothing else is to be done. */
  #isDeferring = false;
  /** Whether a job was recovered, or a result recorded, since the plan was made. */
  #isOutdated = false;
  #hasNews = false;

  constructor(means: RunMeans, wishes: RunWishes) {
    this.#means = means;
    this.#wishes = wishes;
    this.#planner = means.planner;
    this.#since = new SincePlan(means);
    this.#turn = new RecordTurn(means);
    this.#tally = new Tally(means.state, means.emit, wishes.isSelected);
    this.#pool = new Pool({
      ...means.executor.room,
      stop: means.stop.signal,
      onTimeOver: (left) => this.#tally.tellTimeOver(left),
    });
  }

  /** Works until nothing is left to do, or until it is stopped. */
  async work(): Promise<Omit<RunResult, 'refused'>> {
    for (const place of this.#planner.places())
      if (place.datum.state === 'done' && this.#wishes.isSelected(place)) this.#tally.counts.skipped += 1;
    this.#refill();
    this.#means.emit({
      event: 'run-started',
      head: this.#planner.tip,
      jobs: this.#pool.waiting + this.#foreign.length,
      pid: process.pid,
    });
    // Recording and planning go on beside the jobs, one at a time; nothing waits for them but the end.
    let upkeep: Promise<void> | undefined;
    while (!this.#isOver()) {
      this.#startJobs();
      upkeep ??= this.#keepUp().finally(() => {
        upkeep = undefined;
        if (this.#isOver() || this.#pool.canAdmit) this.#alarm.ring();
      });
      await this.#alarm.sleep(TICK);
      if (this.#means.isStopWished()) this.#means.stop.abort();
    }
    const notice = setTimeout(() => {
      if (this.#active.size > 0 && this.#means.stop.signal.aborted)
        this.#tally.tellSlowStop(this.#active.size, GRACE - STOP_NOTICE);
    }, STOP_NOTICE);
    await Promise.all([upkeep, ...this.#active.values()]);
    clearTimeout(notice);
    this.#pool.end();
    if (this.#problem === undefined) await this.#orProblem(async () => void (await this.#record()));
    this.#tally.close(this.#planner, this.#wishes, this.#means.images);
    return {
      counts: this.#tally.counts,
      problem: this.#problem,
      blocked: blockedDatums(this.#planner, this.#wishes.isSelected),
      heldBack: this.#tally.heldBack,
      failedEarlier: this.#failedEarlier.size,
      timeOver: this.#tally.timeOver,
    };
  }

  #isOver(): boolean {
    return this.#stuck || this.#problem !== undefined || this.#means.stop.signal.aborted;
  }

  #isIdle(): boolean {
    return this.#active.size === 0 && this.#pool.waiting === 0 && !this.#means.images.isBusy;
  }

  /** One round of what is not running jobs. */
  #keepUp(): Promise<void> {
    return this.#orProblem(async () => {
      this.#lookForFence();
      if (this.#turn.isNow()) await this.#record();
      await this.#lookAtOthers();
      await this.#lookAtRecovered();
      if (this.#isIdle()) await this.#settle();
    });
  }

  /** Whatever a fenced runner's jobs leave is thrown away, so that they need not go on. */
  #lookForFence(): void {
    if (!this.#means.holder.isFenced()) return;
    this.#problem ??= FENCED;
    this.#means.stop.abort();
  }

  /** Turns what nobody foresaw into the reason why the run ends: staged results stay for the next one. */
  async #orProblem(action: () => Promise<void>): Promise<void> {
    try {
      await action();
    } catch (error) {
      // What one finds that was declared dead is that its files are gone.
      const isFenced = this.#means.holder.isFenced();
      this.#problem ??= isFenced ? FENCED : error instanceof Error ? error.message : String(error);
    }
  }

  /** Takes from the plan what is to be done and not yet taken. */
  #refill(isSettled = false): void {
    this.#generation = this.#planner.generation;
    const found = findJobs(
      this.#planner,
      this.#wishes,
      this.#means.images,
      (job) => this.#tally.isFinished(job) || this.#tally.isLeft(job) || this.#active.has(job),
      isSettled,
    );
    this.#isDeferring = found.isDeferring;
    this.#pool.refill(found.ready);
    this.#foreign = found.foreign;
    for (const job of found.failedEarlier) this.#failedEarlier.add(job);
  }

  #startJobs(): void {
    // A recorder that finds the branch moved plans anew; what was queued before may be done by now.
    if (this.#generation !== this.#planner.generation) this.#refill();
    if (this.#wishes.failFast && this.#tally.counts.failed > 0) {
      this.#pool.clear();
      this.#means.executor.holdBack();
    }
    for (let next = this.#pool.admit(); next !== undefined; next = this.#pool.admit()) this.#start(next);
  }

  #start(admission: Admission): void {
    const { job } = admission.place.datum;
    if (job === null) return;
    const running = this.#orProblem(() => this.#runJob(admission, job)).finally(() => {
      this.#active.delete(job);
      admission.release();
      this.#alarm.ring();
    });
    this.#active.set(job, running);
  }

  async #runJob({ place, signal }: Admission, job: string): Promise<void> {
    const look = {
      isCurrent: () => this.#since.holdsFor(place, job),
      // At our own tip, what this run has recorded for others counts, too.
      isWanted: () => this.#planner.wants(place, job),
    };
    const claimed = await computeOnce(this.#means, job, look, async (claim) => {
      const known = this.#tally.failedMeanwhile(job);
      const { outcome, held } =
        known === undefined
          ? await this.#means.executor.run(place, job, signal, claim)
          : { outcome: known, held: claim };
      this.#tally.finish(place, job, outcome);
      // Others may wait for it no longer.
      if (outcome.outcome === 'recovered') this.#isOutdated = true;
      return held;
    });
    if (claimed === 'staged') this.#staged.push(place);
    if (claimed === 'held') this.#tally.tellWaiting(place);
    if (claimed === 'held') this.#pool.scatter(Math.random());
    // Held by another runner, or to be planned again before anything is computed.
    if (claimed === 'held' || claimed === 'moved') this.#foreign.push(place);
  }

  async #record(): Promise<FlushReport> {
    const started = performance.now();
    const report = await this.#means.recorder.flush(() =>
      copiesWanted(this.#planner, this.#wishes.isSelected),
    );
    this.#turn.noteEnd(started);
    this.#tally.noteRecorded(report);
    this.#tally.tellBusy(report.busy, this.#means.observer);
    this.#problem ??= report.problem;
    this.#hasNews ||= hasSettled(report);
    if (hasSettled(report) && waitsForResults(this.#planner)) await this.#planAgain();
    return report;
  }

  async #planAgain(): Promise<void> {
    this.#isOutdated = false;
    this.#hasNews = false;
    this.#settleAgain();
    await this.#planner.renew((await readTip(this.#means.project, this.#means.branch)) ?? this.#planner.tip);
    this.#refill();
  }

  /** What was computed again stands once its job has ended and no result of it waits; says whether that is new. */
  #settleAgain(): boolean {
    const { again, state } = this.#means;
    const isThrough = (job: string): boolean => this.#tally.isFinished(job) && !isStaged(state, job);
    return again?.settle(this.#planner.places(), isThrough) ?? false;
  }

  /** Those who waited for what was recovered wait no longer; finding that out takes a tenth of the time at most. */
  async #lookAtRecovered(): Promise<void> {
    const started = performance.now();
    if (!this.#isOutdated || (started < this.#nextPlanning && !this.#isIdle())) return;
    this.#isOutdated = false;
    if (waitsForResults(this.#planner)) await this.#planAgain();
    this.#nextPlanning = performance.now() + PLAN_SHARE * (performance.now() - started);
  }

  /** Jobs that another runner held: done by now, given back, or held still. */
  async #lookAtOthers(): Promise<void> {
    if (this.#foreign.length === 0 || performance.now() < this.#nextLook) return;
    const started = performance.now();
    await this.#means.tasks.look();
    const waiting = this.#foreign;
    const tip = await readTip(this.#means.project, this.#means.branch);
    if (tip !== this.#planner.tip) {
      await this.#planAgain();
    } else {
      const { state } = this.#means;
      // What this run itself has recorded for others may be claimed still: by a task of Slurm's, until that has ended.
      const wanted = waiting.filter((place) => this.#planner.wants(place, place.datum.job ?? ''));
      this.#foreign = wanted.filter((place) => isStaged(state, place.datum.job ?? ''));
      this.#pool.add(wanted.filter((place) => !isStaged(state, place.datum.job ?? '')));
    }
    for (const place of this.#foreign) this.#tally.tellWaiting(place);
    // Many runners that plan anew at each other's every step would do nothing else.
    const now = performance.now();
    this.#nextLook = now + Math.max(TICK, LOOK_SHARE * (now - started));
  }

  /** Nothing runs and nothing waits: record the rest, plan once more, and be done if that brings nothing new. */
  async #settle(): Promise<void> {
    const report = await this.#record();
    if (report.busy !== undefined || this.#foreign.length > 0 || this.#pool.waiting > 0) return;
    // A result that was recorded since the plan was made can be equal to that of a datum, and yet not be for it.
    if (this.#hasNews) return this.#planAgain();
    // What stood ready to be recorded a moment ago may have been recorded by another runner.
    const tip = await readTip(this.#means.project, this.#means.branch);
    const isOld = tip !== undefined && tip !== this.#planner.tip;
    const isOther = isOld || this.#generation !== this.#planner.generation;
    if (this.#settleAgain() || isOther) return this.#planAgain();
    // A run in another work tree may have recorded it on its own branch, and for that one only.
    const taken = this.#staged.filter(({ datum }) => !isStaged(this.#means.state, datum.job ?? ''));
    this.#staged = [];
    this.#pool.add(taken.filter((place) => this.#planner.wants(place, place.datum.job ?? '')));
    const isEnding = this.#wishes.failFast && this.#tally.counts.failed > 0;
    if (this.#isDeferring && !isEnding) this.#refill(true);
    this.#stuck = this.#pool.waiting === 0 && this.#foreign.length === 0;
  }
}
