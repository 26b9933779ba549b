/** Setting a run up and taking it down: what it needs, what it must refuse, and what it leaves behind. */
import { awaited } from '../plan/absent.ts';
import type { PlannedPipeline } from '../plan/planned.ts';
import type { RunEvent } from '../plan/report.ts';
import { CatFile } from '../project/cat-file.ts';
import { readDatasetId } from '../project/datasets.ts';
import { gitLine } from '../project/git.ts';
import type { Project } from '../project/open.ts';
import { Spawner, type SpawnerProgram } from '../project/spawner.ts';
import { Holder, Observer } from './holder.ts';
import { ImageRefusals } from './image-refusal.ts';
import { JobRunner } from './job.ts';
import { isStopWished, Journal, newRunName } from './journal.ts';
import { type DatumPlace, Planner, type Planning, planCommit } from './planner.ts';
import type { RunWishes } from './queue.ts';
import { Recorder } from './recorder.ts';
import { exitOf, type RunResult } from './run-result.ts';
import { Run } from './runner.ts';
import { prepareState, stateOf } from './state.ts';
import { Workspaces } from './workspace.ts';

/** What is run and how. */
export interface StartOptions extends Omit<RunWishes, 'isSelected'> {
  /** `PIPELINE` or `PIPELINE/DATUM`; empty for everything. */
  readonly names: readonly string[];
  readonly stop: AbortController;
  /** How a process is started that starts the jobs; absent where the runner does so itself. */
  readonly spawner?: SpawnerProgram;
  readonly show: (event: RunEvent) => void;
  /** Called with the first plan; returns why the run must not start, if it must not. */
  readonly examine: (planning: Planning) => RunProblem | undefined;
}

/** Why a run did not start. */
export interface RunProblem {
  readonly reason: 'environment' | 'spec';
  readonly message: string;
}

/** How a run that started has ended. */
export interface StartedRun extends RunResult {
  readonly run: string;
}

/** Runs what a project asks for. Nothing is written before everything that can be refused has been looked at. */
export async function startRun(project: Project, options: StartOptions): Promise<StartedRun | RunProblem> {
  const { branch } = project;
  if (branch === undefined) {
    return environment(
      `${project.root} has a detached HEAD, and results are committed on a branch: check one out first, for example \`git switch -c results\`.`,
    );
  }
  if (project.shallow) {
    return environment(
      'This is a shallow clone: without its history it cannot be known what has been computed. Run `git fetch --unshallow` first.',
    );
  }
  const state = stateOf(project);
  const observer = new Observer(state);
  const objects = new CatFile(project.root);
  try {
    const make = (commit: string): Promise<Planning> => planCommit(project, state, observer, objects, commit);
    const [identity, datasetId, first] = await Promise.all([
      gitLine(project.root, ['var', 'GIT_COMMITTER_IDENT']),
      readDatasetId(objects, project.head),
      make(project.head),
    ]);
    const refused = options.examine(first) ?? unknownName(first, options.names);
    if (refused !== undefined) return refused;
    if (identity === undefined) {
      return environment(
        'git does not know who you are, and results are commits: set `git config --global user.name` and `user.email`.',
      );
    }
    const unwritable = prepareState(state);
    if (unwritable !== undefined) return environment(unwritable.message);
    const run = newRunName(new Date(), process.pid);
    const holder = new Holder(state, run);
    try {
      const journal = new Journal(state, run, holder.facts.token, options.show);
      journal.writePlan({ head: first.commit, names: options.names });
      const emit = journal.emit.bind(journal);
      const missing = missingSubdatasets(first, options.names);
      for (const message of missing) emit({ event: 'message', severity: 'warning', message });
      const planner = new Planner(first, make);
      const workspaces = new Workspaces(project, state, holder.facts.token, objects);
      const shared = {
        project,
        branch,
        state,
        holder,
        observer,
        objects,
        planner,
        datasetId,
        identity,
      };
      const recorder = new Recorder(shared);
      const spawner = new Spawner(options.spawner);
      try {
        const means = {
          ...shared,
          recorder,
          emit,
          stop: options.stop,
          isStopWished: () => isStopWished(state, run),
        };
        const jobRunner = new JobRunner({ ...means, workspaces, spawner });
        const isSelected = (place: DatumPlace): boolean => isNamed(place, options.names);
        const refusals = new ImageRefusals(planner, isSelected, emit);
        const worked = await new Run({ ...means, jobRunner, refusals }, { ...options, isSelected }).work();
        // Results of this run can have made further datums known.
        const result = { ...worked, refused: refusals.tell(), hidden: missing.length };
        emit({
          event: 'run-finished',
          counts: result.counts,
          exit: exitOf(result, options.stop.signal.aborted),
        });
        return { run, ...result };
      } finally {
        spawner.end();
        await recorder.end();
        workspaces.end(observer);
      }
    } finally {
      holder.end();
    }
  } finally {
    objects.close();
  }
}

/** Pipelines that have no datum because a subdataset is not here: nothing else would tell of them. */
function missingSubdatasets({ plan, index }: Planning, names: readonly string[]): string[] {
  const absent = new Set(index.closed.map(awaited));
  return plan.pipelines.flatMap((pipeline) => {
    const { name, waitsFor } = pipeline;
    if (waitsFor === undefined || !absent.has(waitsFor)) return [];
    const isAsked = names.length === 0 || names.some((asked) => isPipeline(pipeline, asked));
    return isAsked ? [`${name} waits for ${waitsFor}.`] : [];
  });
}

function environment(message: string): RunProblem {
  return { reason: 'environment', message };
}

function isNamed({ pipeline, datum }: DatumPlace, names: readonly string[]): boolean {
  return (
    names.length === 0 ||
    names.some((name) => isPipeline(pipeline, name) || isDatum(pipeline, datum.datum, name))
  );
}

/** By its name, or by its directory as a shell completes it. */
function isPipeline(pipeline: PlannedPipeline, name: string): boolean {
  const plain = name.replace(/\/+$/, '');
  return plain === pipeline.name || plain === pipeline.source.directory;
}

function isDatum(pipeline: PlannedPipeline, datum: string, name: string): boolean {
  return name === `${pipeline.name}/${datum || '(all)'}`;
}

function unknownName(planning: Planning, names: readonly string[]): RunProblem | undefined {
  for (const name of names) {
    const known = planning.plan.pipelines.some(
      (pipeline) =>
        pipeline.name === name || pipeline.datums.some((datum) => `${pipeline.name}/${datum.datum}` === name),
    );
    if (known) continue;
    const pipelines = planning.plan.pipelines.map((pipeline) => pipeline.name).join(', ') || 'none';
    return {
      reason: 'spec',
      message: `There is no pipeline or datum \`${name}\` in the commit that is checked out; its pipelines: ${pipelines}.`,
    };
  }
  return undefined;
}
