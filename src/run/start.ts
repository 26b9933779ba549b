/** Setting a run up and taking it down: what it needs, what it must refuse, and what it leaves behind. */
import { join } from 'node:path';
import type { DatumState } from '../plan/report.ts';
import type { RunEvent, RunEventBody } from '../plan/run-event.ts';
import { annexTrouble } from '../project/annex-trouble.ts';
import { readBinds } from '../project/binds.ts';
import { CatFile } from '../project/cat-file.ts';
import { readDatasetId } from '../project/datasets.ts';
import { gitLine } from '../project/git.ts';
import type { Project } from '../project/open.ts';
import { Spawner, type SpawnerProgram } from '../project/spawner.ts';
import { unmergedProblem } from '../project/unmerged.ts';
import { Again } from './again.ts';
import { isNamed, wishOf } from './asked.ts';
import { untilTidied } from './claims/claim-tidying.ts';
import { Holder, Observer } from './claims/holder.ts';
import { hasIncoming, type TakeMeans, takeResults } from './detached/take-results.ts';
import { removeLateRefs } from './housekeeping/late-refs.ts';
import { leaveTrash } from './housekeeping/trash.ts';
import { ImageGate } from './images/image-gate.ts';
import { isStopWished, Journal, newRunName } from './journal.ts';
import { LocalExecutor } from './local-executor.ts';
import { type DatumPlace, Planner, type Planning, planCommit } from './planner.ts';
import { withoutLinksText } from './probe.ts';
import type { RunWishes } from './queue.ts';
import { Recorder } from './recording/recorder.ts';
import { exitOf, type RunResult } from './run-result.ts';
import { Run } from './runner.ts';
import { openStores } from './slurm/arrays.ts';
import { OWN_STORE } from './slurm/scratch.ts';
import { TaskWatch } from './slurm/settle.ts';
import { SlurmExecutor, type SlurmMeans } from './slurm/slurm-executor.ts';
import { prepareState, stateOf } from './state.ts';
import {
  keptEdits,
  keptOld,
  missingSubdatasets,
  undoneTexts,
  waitingPipelines,
  waitingText,
} from './undone.ts';
import { Workspaces } from './workspace.ts';

/** What is run and how. */
export interface StartOptions extends Omit<RunWishes, 'isSelected'> {
  /** How many jobs of one core this machine runs at once. */
  readonly jobs: number;
  /** What was asked for, as it was written; empty for everything. */
  readonly names: readonly string[];
  /** The same as the first plan has it: `PIPELINE` or `PIPELINE/DATUM`. */
  readonly nameAll: (planning: Planning) => readonly string[];
  /** Compute nothing: record what waits. */
  readonly onlyRecords?: boolean;
  /** Compute again what was asked for, though it is done; edits only of datums that are named themselves. */
  readonly force: boolean;
  /** Siblings that results were handed back to, which are taken in first. */
  readonly collect: readonly string[];
  readonly stop: AbortController;
  /** How jobs go to Slurm; absent where this machine runs them. */
  readonly slurm?: Pick<SlurmMeans, 'config' | 'program'>;
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
    const [identity, trouble, unmerged, datasetId, binds, planned] = await Promise.all([
      gitLine(project.root, ['var', 'GIT_COMMITTER_IDENT']),
      annexTrouble(project),
      unmergedProblem(project.root),
      readDatasetId(objects, project.head),
      readBinds(project.root),
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
    const spawner = new Spawner(options.spawner);
    try {
      // It gets ready beside what else has to be done before the first job.
      if (hasJobs(first, options.retryFailed) && options.slurm === undefined) spawner.begin();
      await untilTidied(state, observer);
      const journal = new Journal(state, run, holder.facts.token, options.show);
      journal.writePlan({ head: first.commit, names });
      const emit = journal.emit.bind(journal);
      if (!holder.hasLinks)
        emit({ event: 'message', severity: 'information', message: withoutLinksText(state.root) });
      // Said at once, for it can be mended while the rest runs.
      const missing = missingSubdatasets(first, names);
      for (const message of missing) emit({ event: 'message', severity: 'warning', message });
      const taken = await takeFromAll(
        { project, state, objects, folder: join(state.workspaces, holder.facts.token, 'taken') },
        options,
        emit,
      );
      // What has failed elsewhere is not to be tried again here.
      const planner = new Planner(taken.failures > 0 ? await make(first.commit) : first, make);
      const tasks = new TaskWatch({ project, state, holder, observer, objects, planner });
      if (await tasks.look()) await planner.renew(first.commit);
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
        binds,
        tellWait: (message: string) => emit({ event: 'message', severity: 'information', message }),
      };
      const recorder = new Recorder(shared);
      const images = new ImageGate(
        { ...shared, workspaces, emit, isElsewhere: options.slurm !== undefined },
        options.stop.signal,
      );
      try {
        const { slurm, stop } = options;
        const means = {
          ...shared,
          recorder,
          emit,
          again,
          images,
          tasks,
          stop,
          isStopWished: () => isStopWished(state, run),
        };
        const againNames = again && names;
        const executor =
          slurm === undefined
            ? new LocalExecutor({ ...means, workspaces, spawner }, options.jobs)
            : new SlurmExecutor({ ...means, ...slurm, againNames, stop: stop.signal });
        const isSelected = (place: DatumPlace): boolean =>
          options.onlyRecords !== true && isNamed(place, names);
        const worked = await new Run({ ...means, executor }, { ...options, isSelected }).work();
        await executor.end();
        // Results of this run can have made further datums known.
        const unknown = waitingPipelines(planner.current, names);
        const result = { ...worked, refused: images.refused + executor.refused, unknown: unknown.length };
        const isCut = result.problem !== undefined || options.stop.signal.aborted;
        const waiting = unknown.filter((one) => !missing.includes(waitingText(one)));
        for (const message of [
          ...(isCut ? [] : waiting.map((one) => waitingText(one, true))),
          ...(options.force ? keptEdits(planner, isSelected) : keptOld(planner, isSelected)),
          ...undoneTexts({ ...result, blocked: isCut ? [] : result.blocked }),
        ])
          emit({ event: 'message', severity: 'warning', message });
        emit({
          event: 'run-finished',
          counts: result.counts,
          exit: exitOf(result, options.stop.signal.aborted),
        });
        return { run, ...result };
      } finally {
        await images.end();
        await recorder.end();
        await removeLateRefs(project, state, observer);
        workspaces.end(observer);
      }
    } finally {
      spawner.end();
      holder.end();
      leaveTrash(state, observer);
    }
  } finally {
    objects.close();
  }
}

/** Takes in what other machines have handed back, to siblings or to this project itself. */
async function takeFromAll(
  means: Omit<TakeMeans, 'remote' | 'signal'>,
  { collect, stop }: Pick<StartOptions, 'collect' | 'stop'>,
  emit: (event: RunEventBody) => void,
): Promise<{ readonly failures: number }> {
  let failures = 0;
  const own = hasIncoming(means.project) ? [OWN_STORE] : [];
  const others = openStores(means.state).filter((store) => store !== OWN_STORE);
  for (const remote of new Set([...own, ...others, ...collect])) {
    const taken = await takeResults({ ...means, remote, signal: stop.signal });
    failures += taken.failures.length;
    for (const message of taken.problems) emit({ event: 'message', severity: 'warning', message });
  }
  return { failures };
}

/** Whether it looks as if a job were to be started; one more or less does no harm. */
function hasJobs({ plan }: Planning, retryFailed: boolean): boolean {
  const states = new Set<DatumState>([
    'pending',
    'stale',
    'recovered',
    ...(retryFailed ? (['failed'] as const) : []),
  ]);
  return plan.pipelines.some(({ datums }) =>
    datums.some(({ state, source }) => states.has(state) && source === undefined),
  );
}

function environment(message: string): RunProblem {
  return { reason: 'environment', message };
}
