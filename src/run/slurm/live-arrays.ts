/**
 * Arrays that were submitted: their tasks' journals are followed, and Slurm is asked now and then which tasks have ended
 * without saying so. Every job has an end here, however its task had one.
 */
import { setTimeout as delay } from 'node:timers/promises';
import type { RunEvent, RunEventBody } from '../../plan/run-event.ts';
import { type Claim, takeClaim } from '../claims/claim.ts';
import type { Observer } from '../claims/holder.ts';
import { readFailure } from '../failures.ts';
import type { JobOutcome } from '../job-outcome.ts';
import { wishStop } from '../journal.ts';
import { isStaged } from '../staging.ts';
import { Accounting } from './accounting.ts';
import { forgetTask } from './arrays.ts';
import { askQueue, cancel, type TaskState, type TaskStates } from './commands.ts';
import { cannotBegin, endedTask, fateOf } from './fate.ts';
import { TaskJournals } from './journals.ts';
import { handedBackOutcome, isCertain, isOver, type LiveArray, type LiveTask } from './live-task.ts';
import type { SubmissionMeans } from './submission.ts';
import type { WaitingJob } from './waiting-job.ts';

/** Milliseconds between two questions to Slurm: at first, and at most. Journals tell all that goes well. */
const FIRST_QUESTION = 1000;
const LONGEST_QUESTION = 20_000;

/** How often a job is submitted whose tasks end while nothing is known against it. */
const TIMES = 3;

/** Milliseconds that cancelled tasks have to end, and between two looks meanwhile. */
const ENDING = 12_000;
const ENDING_INTERVAL = 500;

/** What following takes. */
export interface LiveMeans extends Omit<SubmissionMeans, 'stop' | 'config' | 'againNames'> {
  readonly observer: Observer;
  /** Takes a job that is to be submitted once more; its claim is held again. */
  readonly again: (job: WaitingJob) => void;
  /** Takes why none of a pipeline's jobs can be run. */
  readonly refuse: (pipeline: string, message: string) => void;
}

/** All arrays of one run. */
export class LiveArrays {
  readonly #means: LiveMeans;
  readonly #journals: TaskJournals;
  readonly #accounting: Accounting;
  readonly #told = new Set<string>();
  #arrays: LiveArray[] = [];
  readonly #end = new AbortController();
  #question: Promise<void> | undefined;
  #taking: Promise<void> | undefined;
  #nextQuestion = 0;
  #pause = FIRST_QUESTION;
  #isHeldBack = false;

  constructor(means: LiveMeans) {
    this.#means = means;
    this.#accounting = new Accounting(means.project.root);
    this.#journals = new TaskJournals(means.state, means.holder.facts.run);
  }

  /** Whether none is left with jobs that have no end. */
  get isEmpty(): boolean {
    return this.#arrays.length === 0;
  }

  /** Follows one more. */
  add(array: LiveArray): void {
    this.#arrays.push(array);
    this.#askSoon();
  }

  /** Takes in what has come of journals, and asks Slurm when it is time. Nothing waits for its answer, which may take a minute. */
  follow(): void {
    this.#readJournals();
    if (this.#hasScratch && this.#means.scratch?.isDue === true) void this.#takeIn();
    if (this.isEmpty || performance.now() < this.#nextQuestion) return;
    this.#question ??= this.#takeAnswer().finally(() => {
      this.#question = undefined;
    });
  }

  /** Waits until nothing is at work any more. */
  async end(): Promise<void> {
    this.#end.abort();
    await this.#question;
    await this.#taking;
  }

  get #hasScratch(): boolean {
    return this.#arrays.some(({ isScratch }) => isScratch);
  }

  /** Gives an end to the jobs of which something was handed back. Returns whether all could be taken in that there is. */
  #takeIn(): Promise<boolean> {
    const last = this.#taking ?? Promise.resolve();
    const next = last.then(() => this.#takeFromStore());
    this.#taking = next.then(() => undefined);
    return next;
  }

  async #takeFromStore(): Promise<boolean> {
    const { scratch, state, holder, observer } = this.#means;
    if (scratch === undefined || !this.#hasScratch) return true;
    const taken = await scratch.take();
    for (const problem of taken.problems) this.#say('warning', problem);
    const failures = new Set(taken.failures);
    for (const { tasks } of this.#arrays.filter(({ isScratch }) => isScratch))
      for (const task of tasks.values())
        for (const waiting of [...task.jobs.values()]) {
          const { job } = waiting;
          const failure = failures.has(job) ? readFailure(state, job) : undefined;
          if (failure === undefined && !isStaged(state, job)) continue;
          // Its task goes on with others, and what it has claimed for this one is for this run to give back.
          const inherited = takeClaim(state.claims, job, holder, observer, (one) => one.token === task.token);
          if (inherited.ok) waiting.claim = inherited.claim;
          this.#finish(task, waiting, handedBackOutcome(failure));
        }
    this.#sweep();
    return taken.problems.length === 0;
  }

  async #takeAnswer(): Promise<void> {
    const states = await this.#ask();
    // What they had left when Slurm was asked is taken in before what it says is believed.
    this.#readJournals();
    const isOverSomewhere = this.#arrays.some(
      ({ name, isScratch, tasks }) =>
        isScratch && [...tasks.keys()].some((number) => isOver(states?.get(name)?.get(number))),
    );
    const isTaken = states === undefined || !isOverSomewhere || (await this.#takeIn());
    let hasChanged = false;
    for (const array of states === undefined ? [] : this.#arrays)
      for (const task of array.tasks.values()) {
        const told = states?.get(array.name)?.get(task.number);
        hasChanged ||= told?.state !== task.lastState || isOver(told);
        task.lastState = told?.state ?? '';
        if (task.endedLooks === 0) task.endedSince = performance.now();
        task.endedLooks = isOver(told) ? task.endedLooks + 1 : 0;
        if (isCertain(task, told) && (isTaken || !array.isScratch)) await this.#bury(array, task, told);
      }
    this.#accounting.forget();
    this.#sweep();
    this.#pause = hasChanged ? FIRST_QUESTION : Math.min(2 * this.#pause, LONGEST_QUESTION);
    this.#nextQuestion = performance.now() + this.#pause;
  }

  /** Cancels what has not begun. */
  holdBack(): void {
    if (this.#isHeldBack || this.isEmpty) return;
    this.#isHeldBack = true;
    void cancel({ ids: this.#ids(), onlyWaiting: true }, this.#means.project.root);
    this.#askSoon();
  }

  /** Ends everything: tasks look for the wish to stop themselves, should Slurm not be there to tell them. */
  async cancelAll(): Promise<void> {
    if (this.isEmpty) return;
    const { project, state, holder } = this.#means;
    wishStop(state, holder.facts.run);
    await cancel({ ids: this.#ids() }, project.root);
    for (const start = performance.now(); performance.now() - start < ENDING; await delay(ENDING_INTERVAL)) {
      const states = await this.#ask();
      this.#readJournals();
      await this.#takeIn();
      for (const array of states === undefined ? [] : this.#arrays)
        for (const task of array.tasks.values())
          if (isOver(states?.get(array.name)?.get(task.number))) this.giveUp(array, task);
      this.#sweep();
      if (this.isEmpty) return;
    }
    // Nobody knows how they are: they keep what they have claimed until somebody does.
    for (const { tasks } of this.#arrays)
      for (const task of tasks.values())
        for (const job of [...task.jobs.values()]) this.#finish(task, job, { outcome: 'stopped' });
    this.#sweep(false);
  }

  /** Leaves all jobs of a task that will not run for another run. */
  giveUp(array: LiveArray, task: LiveTask): void {
    for (const job of [...task.jobs.values()]) {
      job.claim = this.#takeBack(array, task, job.job);
      this.#finish(task, job, { outcome: 'stopped' });
    }
    forgetTask(this.#means.state, task.token);
  }

  #ids(): string[] {
    return this.#arrays.flatMap(({ id }) => id ?? []);
  }

  #ask(): Promise<TaskStates | undefined> {
    const names = this.#arrays.map(({ name }) => name);
    return askQueue(names, this.#means.project.root, { signal: this.#end.signal });
  }

  #askSoon(): void {
    this.#pause = FIRST_QUESTION;
    this.#nextQuestion = performance.now() + this.#pause;
  }

  #readJournals(): void {
    const tasks = new Map<string, LiveTask>();
    for (const array of this.#arrays) for (const task of array.tasks.values()) tasks.set(task.token, task);
    for (const [token, events] of this.#journals.news(tasks.keys())) {
      const task = tasks.get(token);
      if (task !== undefined) for (const event of events) this.#note(task, event);
    }
    this.#sweep();
  }

  #note(task: LiveTask, { version: _, run: __, seq: ___, at: ____, ...event }: RunEvent): void {
    const body = event as RunEventBody;
    if (body.event === 'message') this.#say(body.severity, body.message);
    const waiting = 'job' in body ? task.jobs.get(body.job) : undefined;
    if (waiting === undefined) return;
    if (body.event === 'job-stopped') waiting.isStopped = true;
    else if (body.event === 'job-started') {
      waiting.isBegun = true;
      this.#means.emit(body);
    } else if (body.event === 'job-finished')
      this.#finish(task, waiting, { outcome: 'success', milliseconds: body.milliseconds });
    else if (body.event === 'job-failed')
      this.#finish(task, waiting, { outcome: 'failed', reason: body.reason });
    else if (body.event === 'job-recovered')
      this.#finish(task, waiting, { outcome: 'recovered', reason: body.reason });
  }

  #finish(task: LiveTask, waiting: WaitingJob, outcome: JobOutcome): void {
    task.jobs.delete(waiting.job);
    waiting.resolve({ outcome, held: waiting.claim });
  }

  #say(severity: 'warning' | 'error' | 'information', message: string): void {
    if (this.#told.has(message)) return;
    this.#told.add(message);
    this.#means.emit({ event: 'message', severity, message });
  }

  /** Lets go of tasks all of whose jobs have ended. */
  #sweep(isKnown = true): void {
    for (const array of this.#arrays)
      for (const [number, task] of array.tasks) {
        if (task.jobs.size > 0) continue;
        array.tasks.delete(number);
        if (isKnown) forgetTask(this.#means.state, task.token);
      }
    this.#arrays = this.#arrays.filter(({ tasks }) => tasks.size > 0);
  }

  /** A task has ended and has not told the end of all its jobs. */
  async #bury(array: LiveArray, task: LiveTask, told: TaskState | undefined): Promise<void> {
    const { project, program, state, planner } = this.#means;
    const { name, id, folder, words } = array;
    const where = { array: name, id, folder, task: task.number, words };
    const ended = await endedTask(told, where, this.#accounting, project.root);
    const unable = cannotBegin(ended, program.node, program.program);
    if (unable !== undefined) {
      this.#means.refuse(array.pipeline, unable);
      // The others would end in the same way.
      await cancel({ ids: array.id === undefined ? [] : [array.id] }, project.root);
      return this.giveUp(array, task);
    }
    const { begun, waiting } = fateOf(ended, array.isScratch);
    // Which job it was at a node's disk alone knows: the first of which it has handed nothing back.
    if (array.isScratch && told?.node)
      for (const job of [...task.jobs.values()].slice(0, 1)) job.isBegun = true;
    for (const job of [...task.jobs.values()]) {
      job.claim = this.#takeBack(array, task, job.job);
      const fate = job.isBegun ? begun : waiting;
      job.isBegun = false;
      const isLast = job.isStopped || job.times >= TIMES || job.claim === undefined || this.#isHeldBack;
      // Killed between its result and its word; by now the result may be recorded.
      const hasResult = isStaged(state, job.job) || !planner.wants(job.place, job.job);
      if (hasResult) this.#finish(task, job, { outcome: 'success', milliseconds: 0 });
      else if (fate.fate === 'failed') this.#finish(task, job, { outcome: 'failed', reason: fate.reason });
      else {
        // Why a task does not do a job it has said itself.
        if (!job.isStopped || told?.state !== 'COMPLETED') this.#say('warning', fate.message);
        if (fate.fate === 'stopped' || isLast) this.#finish(task, job, { outcome: 'stopped' });
        else {
          task.jobs.delete(job.job);
          this.#means.again(job);
        }
      }
    }
  }

  /** The claim of a job whose task has ended; none where somebody else has it by now. */
  #takeBack(array: LiveArray, task: LiveTask, job: string): Claim | undefined {
    const { state, holder, observer } = this.#means;
    observer.noteEnded({ array: array.name, task: task.number });
    const taken = takeClaim(state.claims, job, holder, observer);
    return taken.ok ? taken.claim : undefined;
  }
}
