/** Setting a run up and taking it down: what it needs, what it must refuse, and what it leaves behind. */
import { awaited } from '../plan/absent.ts';
import type { PipelineSource } from '../plan/order.ts';
import type { AgainWish } from '../plan/planned.ts';
import type { RunEvent } from '../plan/report.ts';
import { shellQuote } from '../plan/shell.ts';
import { annexTrouble } from '../project/annex-trouble.ts';
import { CatFile } from '../project/cat-file.ts';
import { readDatasetId } from '../project/datasets.ts';
import { gitLine } from '../project/git.ts';
import type { Project } from '../project/open.ts';
import { Spawner, type SpawnerProgram } from '../project/spawner.ts';
import { unmergedProblem } from '../project/unmerged.ts';
import { Again } from './again.ts';
import { untilTidied } from './claim-tidying.ts';
import { Holder, Observer } from './holder.ts';
import { ImageRefusals } from './image-refusal.ts';
import { JobRunner } from './job.ts';
import { isStopWished, Journal, newRunName } from './journal.ts';
import { type DatumPlace, Planner, type Planning, planCommit } from './planner.ts';
import { withoutLinksText } from './probe.ts';
import type { RunWishes } from './queue.ts';
import { Recorder } from './recorder.ts';
import { exitOf, type RunResult } from './run-result.ts';
import { Run } from './runner.ts';
import { prepareState, stateOf } from './state.ts';
import { Workspaces } from './workspace.ts';

/** Edited results that are named before the rest is only counted. */
const NAMED = 10;

/** What is run and how. */
export interface StartOptions extends Omit<RunWishes, 'isSelected'> {
  /** What was asked for, as it was written; empty for everything. */
  readonly names: readonly string[];
  /** The same as the first plan has it: `PIPELINE` or `PIPELINE/DATUM`. */
  readonly nameAll: (planning: Planning) => readonly string[];
  /** Compute again what was asked for, though it is done; edits only of datums that are named themselves. */
  readonly force: boolean;
  readonly stop: AbortController;
  /** How a process is started that starts the jobs; absent where the runner does so itself. */
  readonly spawner?: SpawnerProgram;
  readonly show: (event: RunEvent) => void;
  /** Called with the first plan; returns why the run must not start, if it must not. */
  readonly examine: (planning: Planning, names: readonly string[]) => RunProblem | undefined;
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
  if (project.shallow && !options.force) {
    return environment(
      'This is a shallow clone: without its history it cannot be known what has been computed. Run `git fetch --unshallow` first; or compute what you name, done or not, with `minipach run --force PIPELINE/DATUM`.',
    );
  }
  const state = stateOf(project);
  const observer = new Observer(state);
  const objects = new CatFile(project.root);
  try {
    let { names } = options;
    const again = options.force ? new Again((source, datum) => wishOf(source, datum, names)) : undefined;
    const make = (commit: string): Promise<Planning> =>
      planCommit(project, state, observer, objects, commit, again?.wish);
    const [identity, trouble, unmerged, datasetId, planned] = await Promise.all([
      gitLine(project.root, ['var', 'GIT_COMMITTER_IDENT']),
      annexTrouble(project),
      unmergedProblem(project.root),
      readDatasetId(objects, project.head),
      make(project.head),
    ]);
    names = options.nameAll(planned);
    const isOther = names.some((name, position) => name !== options.names[position]);
    // What is computed again is a matter of names, and they were not known yet.
    const first = isOther && again !== undefined ? await make(project.head) : planned;
    const refused = options.examine(first, names);
    if (refused !== undefined) return refused;
    if (identity === undefined) {
      return environment(
        'git does not know who you are, and results are commits: set `git config --global user.name` and `user.email`.',
      );
    }
    if (unmerged !== undefined) return environment(unmerged);
    if (trouble !== undefined) return environment(trouble);
    const unwritable = prepareState(state);
    if (unwritable !== undefined) return environment(unwritable.message);
    const run = newRunName(new Date(), process.pid);
    const holder = new Holder(state, run);
    try {
      await untilTidied(state, observer);
      const journal = new Journal(state, run, holder.facts.token, options.show);
      journal.writePlan({ head: first.commit, names });
      const emit = journal.emit.bind(journal);
      if (!holder.hasLinks)
        emit({ event: 'message', severity: 'information', message: withoutLinksText(state.root) });
      const missing = missingSubdatasets(first, names);
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
        tellWait: (message: string) => emit({ event: 'message', severity: 'information', message }),
      };
      const recorder = new Recorder(shared);
      const spawner = new Spawner(options.spawner);
      try {
        const means = {
          ...shared,
          recorder,
          emit,
          again,
          stop: options.stop,
          isStopWished: () => isStopWished(state, run),
        };
        const jobRunner = new JobRunner({ ...means, workspaces, spawner });
        const isSelected = (place: DatumPlace): boolean => isNamed(place, names);
        const refusals = new ImageRefusals(planner, isSelected, emit);
        const worked = await new Run({ ...means, jobRunner, refusals }, { ...options, isSelected }).work();
        await jobRunner.end();
        // Results of this run can have made further datums known.
        const result = { ...worked, refused: refusals.tell(), hidden: missing.length };
        for (const message of options.force ? keptEdits(planner, isSelected) : keptOld(planner, isSelected))
          emit({ event: 'message', severity: 'warning', message });
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

/** Says which results a forced run has left as they are, and how each is run over. */
function keptEdits(planner: Planner, isSelected: RunWishes['isSelected']): string[] {
  const kept = [...planner.places()].filter((place) => place.datum.state === 'modified' && isSelected(place));
  if (kept.length === 0) return [];
  const { which, first } = naming(kept);
  return [
    `Not what the last recorded job left, and kept as they are: ${which}. To run over an edit name its datum, for example: minipach run --force ${first}`,
  ];
}

/** Says which results a run has left as they are though they ask for another job: they look like done ones else. */
function keptOld(planner: Planner, isSelected: RunWishes['isSelected']): string[] {
  const kept = [...planner.places()].filter(
    (place) => place.datum.isOutdated === true && isSelected(place) && !planner.isDone(place),
  );
  if (kept.length === 0) return [];
  const { which, first } = naming(kept);
  const what = kept.length === 1 ? '1 result is' : `${kept.length} results are`;
  return [
    `${what} out of date and not what the last recorded job left, and kept: ${which}. See what was changed with: minipach why ${first}. To run over it: minipach run --force ${first}`,
  ];
}

/** The names of datums for a command line; where there are many, the first ones and how many more. */
function naming(places: readonly DatumPlace[]): { readonly which: string; readonly first: string } {
  const names = places.map(({ pipeline, datum }) => shellQuote(`${pipeline.name}/${datum.datum || '(all)'}`));
  const more = names.length > NAMED ? ` and ${names.length - NAMED} more (minipach status)` : '';
  return { which: `${names.slice(0, NAMED).join(' ')}${more}`, first: names[0] ?? '' };
}

/** Pipelines that have no datum because a subdataset is not here: nothing else would tell of them. */
function missingSubdatasets({ plan, index }: Planning, names: readonly string[]): string[] {
  const absent = new Set(index.closed.map(awaited));
  return plan.pipelines.flatMap((pipeline) => {
    const { name, waitsFor } = pipeline;
    if (waitsFor === undefined || !absent.has(waitsFor)) return [];
    const isAsked = names.length === 0 || names.some((asked) => isPipeline(pipeline.source, asked));
    return isAsked ? [`${name} waits for ${waitsFor}.`] : [];
  });
}

function environment(message: string): RunProblem {
  return { reason: 'environment', message };
}

function isNamed({ pipeline: { source }, datum }: DatumPlace, names: readonly string[]): boolean {
  return (
    names.length === 0 || names.some((name) => isPipeline(source, name) || isDatum(source, datum.datum, name))
  );
}

/** By its name, or by its directory as a shell completes it. */
function isPipeline({ spec, directory }: PipelineSource, name: string): boolean {
  const plain = name.replace(/\/+$/, '');
  return plain === spec.name || plain === directory;
}

function isDatum({ spec }: PipelineSource, datum: string, name: string): boolean {
  return name === `${spec.name}/${datum || '(all)'}`;
}

/** Who asks for everything, or for a whole pipeline, does not think of the one result that somebody has mended. */
function wishOf(source: PipelineSource, datum: string, names: readonly string[]): AgainWish | undefined {
  if (names.some((name) => isDatum(source, datum, name))) return 'over-edits';
  return names.length === 0 || names.some((name) => isPipeline(source, name)) ? 'keep-edits' : undefined;
}
