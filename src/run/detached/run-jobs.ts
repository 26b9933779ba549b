/**
 * Running jobs on a machine that does not share the project's file system: in the machine's clone of it, with content
 * through the machine's store, and with results handed back as they come. This is what a task of a cluster does on a node.
 */
import { join } from 'node:path';
import type { RunEventBody } from '../../plan/run-event.ts';
import { CatFile } from '../../project/cat-file.ts';
import type { Project } from '../../project/open.ts';
import { Spawner, type SpawnerProgram } from '../../project/spawner.ts';
import { Again } from '../again.ts';
import { wishOf } from '../asked.ts';
import { untilTidied } from '../claims/claim-tidying.ts';
import { Holder, Observer } from '../claims/holder.ts';
import { KeyStore } from '../clones/key-store.ts';
import { LEAN_REMOTE } from '../clones/lean-clone.ts';
import { leaveTrash } from '../housekeeping/trash.ts';
import { ImageGate } from '../images/image-gate.ts';
import { JobRunner } from '../job.ts';
import type { JobOutcome } from '../job-outcome.ts';
import { Planner, planCommit } from '../planner.ts';
import { prepareState, stateOf } from '../state.ts';
import { Workspaces } from '../workspace.ts';
import { type DetachedRequest, openDetached, planDetached } from './detached-project.ts';
import { handBack, isHandedBack } from './hand-back.ts';
import { runTaskJobs } from './task-jobs.ts';

/** Milliseconds in which a task that is being ended hands back what is done; clusters give it half a minute. */
const LAST_SENDING = 15_000;

/** Jobs for one task. */
export interface DetachedTask extends DetachedRequest {
  /** Their keys. */
  readonly jobs: readonly string[];
  /** How many at once. */
  readonly atOnce: number;
  /** The name of the run that asks for them; another run can ask for the same anew. */
  readonly run: string;
  /** The branch that results are for, such as `refs/heads/main`. */
  readonly branch: string;
  /** Subdatasets that are needed besides what specs name, such as those that hold pipelines. */
  readonly subdatasets: readonly string[];
  /** What is computed again, though it is done: names, or all where there is none; absent where nothing is. */
  readonly again?: readonly string[];
  /** What `minipach.bind` shows to containers on this machine. */
  readonly binds: readonly string[];
  /** How a process is started that starts the jobs; absent where this one does so itself. */
  readonly spawner?: SpawnerProgram;
  readonly emit: (event: RunEventBody) => void;
}

/** How it ended. */
export interface DetachedReport {
  /** How each job ended here; those that were stopped, or that nothing is known of, are to be run by somebody else. */
  readonly outcomes: ReadonlyMap<string, JobOutcome>;
  /** The jobs whose results or failures the store has. */
  readonly handedBack: ReadonlySet<string>;
  /** Whether there was a project here to work in. */
  readonly hasBegun: boolean;
  /** What went wrong besides, in sentences. */
  readonly problems: readonly string[];
}

/**
 * Runs jobs that the project holds the claims of, and hands back what comes of them, and what tasks that were killed on this
 * machine have left. Can be called again with the same jobs: what is computed is not computed again.
 */
export async function runDetached(task: DetachedTask): Promise<DetachedReport> {
  const keys = KeyStore.open(task.scratch);
  if (typeof keys === 'string') return nothing(keys);
  try {
    await keys.untilTidied();
    const opened = await openDetached(task, keys);
    return opened.ok ? await work(task, keys, opened.project) : nothing(opened.message);
  } finally {
    keys.end();
  }
}

async function work(task: DetachedTask, keys: KeyStore, opened: Project): Promise<DetachedReport> {
  const { signal, emit, binds } = task;
  const project = { ...opened, branch: task.branch };
  const state = stateOf(project);
  const unusable = prepareState(state);
  if (unusable !== undefined) return nothing(unusable.message);
  const observer = new Observer(state);
  const holder = new Holder(state, task.run);
  const objects = new CatFile(project.root);
  const spawner = new Spawner(task.spawner);
  const workspaces = new Workspaces(project, state, holder.facts.token, objects);
  const problems: string[] = [];
  const outcomes = new Map<string, JobOutcome>();
  try {
    await untilTidied(state, observer);
    const { subdatasets, again: names } = task;
    const { planning, failed } = await planDetached({
      project,
      keys,
      observer,
      objects,
      signal,
      subdatasets,
      ...(names && { again: new Again((source, datum) => wishOf(source, datum, names)) }),
    });
    for (const { path, failures } of failed)
      problems.push(
        `The subdataset ${path} could not be cloned: ${failures.map(({ source, message }) => `${source}: ${message}`).join('; ')}`,
      );
    const planner = new Planner(planning, (commit) => planCommit(project, state, observer, objects, commit));
    const means = {
      project,
      state,
      holder,
      observer,
      objects,
      planner,
      keys,
      workspaces,
      spawner,
      binds,
      emit,
      signal,
    };
    const images = new ImageGate(means, signal);
    const jobRunner = new JobRunner({ ...means, images });
    const folder = join(state.workspaces, holder.facts.token, 'hand-back');
    const sending = new AbortController();
    signal.addEventListener('abort', () => setTimeout(() => sending.abort(), LAST_SENDING).unref());
    const send = inBatches(async () => {
      try {
        const sent = await keys.alone(`hand back ${project.root}`, sending.signal, () =>
          handBack({ project, state, folder, run: task.run, remote: LEAN_REMOTE, signal: sending.signal }),
        );
        return sent ?? [];
      } catch (error) {
        // What is staged stays for the next try.
        return [error instanceof Error ? error.message : String(error)];
      }
    });
    // What a task that was killed here has computed is handed back before anything takes time.
    void send();
    await runTaskJobs({ ...means, jobRunner, run: task.run }, task.jobs, task.atOnce, (job, outcome) => {
      outcomes.set(job, outcome);
      void send();
    });
    problems.push(...(await send()));
    await images.end();
    const handedBack = task.jobs.filter((job) => isHandedBack(state, task.run, job));
    return { outcomes, handedBack: new Set(handedBack), hasBegun: true, problems };
  } finally {
    spawner.end();
    workspaces.end(observer);
    holder.end();
    leaveTrash(state, observer);
    objects.close();
  }
}

/** Does a piece of work, one time after the other, each asked for however often before it has begun; the answer is that of a time that began after the question. */
function inBatches<T>(work: () => Promise<T>): () => Promise<T> {
  let last: Promise<unknown> = Promise.resolve();
  let coming: Promise<T> | undefined;
  return () => {
    coming ??= last.then(() => {
      coming = undefined;
      return work();
    });
    last = coming;
    return coming;
  };
}

function nothing(problem: string): DetachedReport {
  return { outcomes: new Map(), handedBack: new Set(), hasBegun: false, problems: [problem] };
}
