/** `minipach run`: runs what is pending and records every result as a commit. */
import { availableParallelism } from 'node:os';
import type { FileDiagnostic } from '../plan/report.ts';
import { unsavedPaths } from '../project/dirty.ts';
import { openProject } from '../project/open.ts';
import { findProgram } from '../project/programs.ts';
import { readConfig } from '../project/read-config.ts';
import type { Planning } from '../run/planner.ts';
import { pushResults, unknownSibling } from '../run/push.ts';
import { exitOf, type RunResult } from '../run/run-result.ts';
import { saveUnsaved } from '../run/save.ts';
import { programOfThisMachine } from '../run/slurm/program.ts';
import { type RunProblem, type StartedRun, startRun } from '../run/start.ts';
import { startDetached } from './detach.ts';
import { complainOfErrors } from './diagnostics.ts';
import { isKnown, plainNames, unknownText } from './names.ts';
import { jsonView, textView } from './progress.ts';
import type { RunOptions } from './run-options.ts';
import { spawnerProgram } from './spawner-program.ts';
import { stopOnSignals } from './stop-on-signals.ts';
import { complain, complainOf, counted, EXIT, inStateColour, say } from './terminal.ts';
import { warnOfUnsaved } from './unsaved.ts';

/** Runs the command and returns its exit code. */
export async function runCommand(
  directory: string,
  names: readonly string[],
  options: RunOptions,
): Promise<number> {
  let opened = await openProject(directory);
  if (opened.ok && options.save === true) {
    const problem = await saveUnsaved(opened.project);
    if (problem !== undefined) {
      complainOf(problem);
      return EXIT.environment;
    }
    opened = await openProject(directory);
  }
  if (!opened.ok) {
    complainOf(opened.problem.message);
    return EXIT.environment;
  }
  const settings = readConfig(opened.project.root);
  const store = options.executor === 'slurm' ? settings.config?.slurm.store : undefined;
  for (const sibling of [options.push, options.collect, store]) {
    const unknown = sibling === undefined ? undefined : await unknownSibling(opened.project.root, sibling);
    if (unknown === undefined) continue;
    complainOf(unknown);
    return EXIT.usage;
  }
  if (options.executor === 'slurm') {
    if (complainOfErrors(settings.diagnostics)) return EXIT.usage;
    if (findProgram('sbatch') === undefined) {
      complainOf(
        'There is no `sbatch` on the PATH: type this where Slurm takes jobs, such as on a login node, or leave --executor out to run here.',
      );
      return EXIT.environment;
    }
  }
  if (options.detach === true) return startDetached(opened.project, directory, names, options);
  const { project } = opened;
  const config = options.executor === 'slurm' ? settings.config?.slurm : undefined;
  const view = options.json === true ? jsonView() : textView();
  const stop = new AbortController();
  const outputs = new Set<string>();
  let warnOfChanges = (): Promise<void> => Promise.resolve();
  const release = stopOnSignals(stop);
  try {
    const ended = await startRun(project, {
      names,
      jobs: options.jobs ?? availableParallelism(),
      retryFailed: options.retryFailed ?? false,
      failFast: options.failFast ?? false,
      force: options.force ?? false,
      collect: options.collect === undefined ? [] : [options.collect],
      stop,
      ...(config === undefined ? {} : { slurm: { config, program: programOfThisMachine(project.root) } }),
      spawner: spawnerProgram(),
      show: (event) => {
        if (event.event === 'job-recorded') outputs.add(event.output);
        view.show(event);
      },
      nameAll: (planning) => plainNames(planning, { root: project.root, directory }, names),
      examine: (planning, plain) => {
        // A run does not start with files in conflict. Asked at the start, beside the first jobs: a look at the whole work tree is not quick.
        const { index, specs, plan } = planning;
        const sources = specs.flatMap((found) => found.source ?? []);
        const unsaved = unsavedPaths(project.root, sources, index.subdatasets);
        warnOfChanges = async () =>
          warnOfUnsaved(await unsaved, [], index.subdatasets, index.has('.datalad/config'));
        // What an earlier run has recorded may never have got there.
        for (const { datums } of plan.pipelines)
          for (const { state, record } of datums)
            if (state === 'done' && record !== undefined) outputs.add(record.path);
        return examine(planning, plain);
      },
    });
    view.end();
    if ('reason' in ended) {
      complainOf(ended.message);
      return ended.reason === 'spec' ? EXIT.usage : EXIT.environment;
    }
    if (options.json !== true) {
      await warnOfChanges();
      summarise(ended, stop.signal.aborted);
    }
    const exit = exitOf(ended, stop.signal.aborted);
    if (options.push === undefined || stop.signal.aborted) return exit;
    const problem = await pushResults(project, options.push, [...outputs], stop.signal);
    if (problem === undefined) {
      if (options.json !== true) say(`Pushed to ${options.push}.`);
      return exit;
    }
    complainOf(problem);
    return exit === EXIT.ok ? EXIT.failed : exit;
  } finally {
    release();
  }
}

/** Refuses a run whose specs have errors: what was asked for could not be done. */
function examine(planning: Planning, names: readonly string[]): RunProblem | undefined {
  const broken = planning.specs.filter(
    (found) =>
      names.length === 0 ||
      names.some((name) => name.split('/')[0] === (found.source?.spec.name ?? found.directory)),
  );
  const diagnostics: FileDiagnostic[] = broken.flatMap((found) => found.diagnostics);
  if (complainOfErrors(diagnostics)) {
    return {
      reason: 'spec',
      message:
        'Nothing was run, because of errors in specs; mend them and commit, or name the pipelines to run.',
    };
  }
  const cyclic = planning.plan.pipelines.find(
    ({ name, problem }) =>
      problem !== undefined && (names.length === 0 || names.some((asked) => asked.split('/')[0] === name)),
  );
  if (cyclic !== undefined)
    return { reason: 'spec', message: `${cyclic.source.specPath}: ${cyclic.problem}` };
  if (planning.specs.length === 0) {
    return {
      reason: 'spec',
      message:
        'No pipeline is committed here. A pipeline is a directory with a spec.yml; commit it, then run again.',
    };
  }
  const unknown = names.find((name) => !isKnown(planning, name));
  return unknown === undefined ? undefined : { reason: 'spec', message: unknownText(planning, unknown) };
}

function summarise(ended: StartedRun & RunResult, stopped: boolean): void {
  const { counts, problem, heldBack, refused } = ended;
  if (problem !== undefined) complainOf(problem);
  const parts = [
    counts.done > 0 ? inStateColour('done', `${counts.done} done`) : '',
    counts.unchanged > 0 ? `${counts.unchanged} came out the same` : '',
    counts.reused > 0 ? inStateColour('done', `${counts.reused} copied from equal results`) : '',
    counts.recovered > 0 ? inStateColour('recovered', `${counts.recovered} recovered`) : '',
    counts.failed > 0 ? inStateColour('failed', `${counts.failed} failed`) : '',
    counts.notStarted > 0 ? `${counts.notStarted} not started after that` : '',
    heldBack > 0 ? inStateColour('failed', `${heldBack} not recorded, see above`) : '',
    refused > 0 ? inStateColour('failed', `${counted(refused, 'pipeline')} not started, see above`) : '',
    counts.skipped > 0 ? `${counts.skipped} ${counts.skipped === 1 ? 'was' : 'were'} done before` : '',
    counts.stopped > 0 ? `${counts.stopped} stopped` : '',
  ].filter((part) => part !== '');
  const nothing = exitOf(ended, stopped) === EXIT.ok ? 'Nothing to do' : 'Nothing was done';
  say(`${stopped ? 'Stopped: ' : ''}${parts.join(', ') || nothing}.`);
  if (counts.failed > 0)
    complain('See why with: minipach logs PIPELINE/DATUM. Try again with: minipach run --retry-failed');
}
