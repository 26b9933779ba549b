/** From a plan to the documents that `plan --json`, `status --json` and the feed print. */
import { sizeOfKey } from '../plan/annex-key.ts';
import { diagnosticOf } from '../plan/findings.ts';
import { inputReports } from '../plan/graph/input-reports.ts';
import { inputKeys, inputPath } from '../plan/input.ts';
import type { PlannedDatum, PlannedPipeline } from '../plan/planned.ts';
import {
  type DatumReport,
  type DatumState,
  type FileDiagnostic,
  type PipelineReport,
  REPORT_VERSION,
  type RunReport,
  type StateCounts,
  type StatusReport,
} from '../plan/report.ts';
import type { TreeIndex } from '../plan/tree-index.ts';
import { Presence } from '../project/annex-content.ts';
import { describeDatasets } from '../project/datasets.ts';
import { unsavedPaths, type WorkTreeChanges, workTreeChanges } from '../project/dirty.ts';
import { type FoundSpec, usableSource } from '../project/found-spec.ts';
import type { Project } from '../project/open.ts';
import { placeOf } from '../project/repository.ts';
import { liveRuns, recorderNow } from '../run/observe.ts';
import type { Planning } from '../run/planner.ts';
import { imageReport } from './image-report.ts';
import type { Session } from './session.ts';
import { withTasks } from './slurm-report.ts';

/** What a report is made from. */
export type ReportMeans = Omit<Session, 'plan'>;

/** The parts of a report that need the work tree, which takes longer to look at than all the rest. */
export type WorkTreeReport = Pick<StatusReport, 'dirty' | 'unmerged' | 'datasets'>;

/** Looks at the work tree. */
export async function workTreeReport(
  means: ReportMeans,
  planning: Planning,
  changes: Promise<WorkTreeChanges> = workTreeChanges(means.project.root),
): Promise<WorkTreeReport> {
  const { project, objects } = means;
  const pipelines = planning.specs.flatMap((found) => found.source ?? []);
  const [dirty, datasets] = await Promise.all([
    unsavedPaths(project.root, pipelines, planning.index.subdatasets, changes),
    describeDatasets(project, planning.index, pipelines, objects),
  ]);
  const { unmerged } = await changes;
  return { dirty, datasets, ...(unmerged.length > 0 ? { unmerged } : {}) };
}

/**
 * Plans and describes everything.
 * @param changes - What git says of the work tree. Looking through it takes as long as all the rest, so that it is begun
 * before the project is opened.
 */
export async function planAndReport(
  means: Session,
  changes: Promise<WorkTreeChanges> = workTreeChanges(means.project.root),
): Promise<{ readonly planning: Planning; readonly report: StatusReport }> {
  const planning = await means.plan();
  const pipelines = pipelineReports(means.project, planning);
  const workTree = await workTreeReport(means, planning, changes);
  return { planning, report: statusReport(means, planning, workTree, pipelines) };
}

/** Describes a plan beside what is known of the work tree. */
export function statusReport(
  { project, state, observer, tasks }: ReportMeans,
  planning: Planning,
  { dirty, unmerged, datasets }: WorkTreeReport,
  pipelines: readonly PipelineReport[] = pipelineReports(project, planning),
): StatusReport {
  return {
    version: REPORT_VERSION,
    kind: 'status',
    head: planning.commit,
    dirty,
    ...(unmerged === undefined ? {} : { unmerged }),
    ...(project.shallow ? { shallow: true as const } : {}),
    pipelines: withTasks(pipelines, tasks),
    datasets,
    runs: runReports(state, observer, planning),
  };
}

/** Live runs with what they hold, as far as the plan knows. */
function runReports(state: Session['state'], observer: Session['observer'], { plan }: Planning): RunReport[] {
  const held = new Map<string, Set<string | null>>();
  for (const { datums } of plan.pipelines)
    for (const { holder, job } of datums)
      if (holder !== undefined) held.set(holder.run, (held.get(holder.run) ?? new Set()).add(job));
  const recorder = recorderNow(state);
  return liveRuns(state, observer).map((run) => ({
    ...run,
    jobs: held.get(run.run)?.size ?? 0,
    ...(recorder?.run === run.run ? { recording: true as const } : {}),
  }));
}

/** Every pipeline; those whose spec cannot be used come last, with their diagnostics only. */
export function pipelineReports(project: Project, planning: Planning): PipelineReport[] {
  const presence = new Presence();
  const planned = planning.plan.pipelines.map((pipeline) => {
    const found = planning.specs.find((spec) => spec.specPath === pipeline.source.specPath);
    return pipelineReport(project, planning.index, pipeline, found, presence);
  });
  const broken = planning.specs.filter((found) => usableSource(found) === undefined).map(brokenReport);
  return [...planned, ...broken];
}

function pipelineReport(
  project: Project,
  index: TreeIndex,
  pipeline: PlannedPipeline,
  found: FoundSpec | undefined,
  presence: Presence,
): PipelineReport {
  const { source, waitsFor, nothing, problem } = pipeline;
  const diagnostics = [...(found?.diagnostics ?? [])];
  // What only a plan shows, because it is about results of other pipelines; the rest has been found before.
  for (const finding of pipeline.findings) {
    if (found === undefined || diagnostics.some(({ rule }) => rule === finding.rule)) continue;
    diagnostics.push({ ...diagnosticOf(finding, found.parsed.places), file: source.specPath });
  }
  const start = { line: 0, character: 0 };
  const planProblem: FileDiagnostic[] =
    problem === undefined
      ? []
      : [
          {
            rule: 'cannot-plan',
            severity: 'error',
            message: problem,
            range: { start, end: start },
            file: source.specPath,
          },
        ];
  return {
    name: pipeline.name,
    directory: source.directory,
    spec: source.specPath,
    inputs: inputReports(found?.parsed.value),
    counts: countStates(pipeline.datums),
    image: pipeline.image === undefined ? null : imageReport(project, index, pipeline.image),
    datums: pipeline.datums.map((datum) => datumReport(project, index, datum, presence)),
    diagnostics: [...diagnostics, ...planProblem],
    ...(waitsFor === undefined ? {} : { waitsFor: `Waits for ${waitsFor}.` }),
    ...(nothing === undefined ? {} : { nothing }),
  };
}

function brokenReport(found: FoundSpec): PipelineReport {
  return {
    name: found.source?.spec.name ?? (found.directory.split('/').at(-1) || found.specPath),
    directory: found.directory,
    spec: found.specPath,
    inputs: inputReports(found.parsed.value),
    counts: {},
    image: null,
    datums: [],
    diagnostics: found.diagnostics,
  };
}

function datumReport(
  project: Project,
  index: TreeIndex,
  datum: PlannedDatum,
  presence: Presence,
): DatumReport {
  const { state, job, output, reason, holder, record, source } = datum;
  const inputs: Record<string, string[]> = {};
  for (const input of datum.inputs) {
    const known = inputs[input.name];
    if (known === undefined) inputs[input.name] = [inputPath(input)];
    else known.push(inputPath(input));
  }
  const fetches = FETCHING.has(state) && source === undefined;
  return {
    datum: datum.datum,
    state,
    job,
    output,
    inputs,
    bytesToFetch: fetches ? bytesToFetch(project, index, datum, presence) : 0,
    ...(source === undefined || state === 'done' ? {} : { copyOf: source.path }),
    ...(reason === undefined ? {} : { reason }),
    ...(record === undefined || state !== 'done' ? {} : { commit: record.commit }),
    ...(holder === undefined ? {} : { holder }),
  };
}

/** States of datums whose job is still to be run. */
const FETCHING: ReadonlySet<DatumState> = new Set(['pending', 'stale', 'failed', 'recovered']);

function bytesToFetch(project: Project, index: TreeIndex, datum: PlannedDatum, presence: Presence): number {
  let bytes = 0;
  const seen = new Set<string>();
  for (const input of datum.inputs) {
    if (input.emptyFiles) continue;
    for (const { annexKey, dataset } of inputKeys(index, input)) {
      if (annexKey === undefined || presence.has(placeOf(project, index, dataset), annexKey)) continue;
      if (seen.has(annexKey)) continue;
      seen.add(annexKey);
      bytes += sizeOfKey(annexKey);
    }
  }
  return bytes;
}

/** How many datums are in each state. */
export function countStates(datums: readonly { readonly state: DatumState }[]): StateCounts {
  const counts: StateCounts = {};
  for (const { state } of datums) counts[state] = (counts[state] ?? 0) + 1;
  return counts;
}
