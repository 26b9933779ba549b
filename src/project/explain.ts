/** What changed for datums since their results were recorded, and in which commits. */
import type { Change } from '../plan/change.ts';
import { vanishedInputs } from '../plan/compare-inputs.ts';
import { compareJobs, comparePlaces, inSpec } from '../plan/compare-jobs.ts';
import { compareResults } from '../plan/compare-results.ts';
import type { History } from '../plan/history.ts';
import { type JobView, jobViewer } from '../plan/job-view.ts';
import type { PlannedDatum, PlannedPipeline } from '../plan/planned.ts';
import type { ResultRecord } from '../plan/record.ts';
import type { WhyChange } from '../plan/report.ts';
import type { Subdataset } from '../plan/tree.ts';
import type { TreeIndex } from '../plan/tree-index.ts';
import { valueAt } from '../spec/spec-values.ts';
import type { CatFile } from './cat-file.ts';
import type { FoundSpec } from './found-spec.ts';
import type { Project } from './open.ts';
import { PastReader, type RecordedJob } from './past.ts';
import { findSince } from './since.ts';

/** What there is now. */
export interface Present {
  readonly project: Project;
  readonly objects: CatFile;
  readonly index: TreeIndex;
  readonly history: History;
  readonly specs: readonly FoundSpec[];
}

/** What changed for a datum. */
export interface Explanation {
  readonly changes: readonly WhyChange[];
  /** What is to be said of them, in sentences. */
  readonly reason?: string;
}

/** Changes that came into the project after one commit, before their own commits have been looked for. */
interface Found {
  readonly from: string;
  /** Where the pipeline's spec was and is. */
  readonly specPaths: readonly string[];
  readonly changes: readonly Change[];
  readonly reason?: string;
}

/** One datum with a record. */
interface Recorded {
  readonly datum: PlannedDatum;
  readonly record: ResultRecord;
  /** The datum taken apart; `undefined` for an orphan. */
  readonly now: JobView | undefined;
  /** Whether it asks for another job than that of its record. */
  readonly isOther: boolean;
}

/**
 * Explains those datums of one pipeline that have a record.
 * @returns what was found for each; where one is left out, finding it would have taken too long.
 */
export async function explainChanges(
  present: Present,
  pipeline: PlannedPipeline,
  datums: readonly PlannedDatum[],
): Promise<ReadonlyMap<PlannedDatum, Explanation>> {
  const { project, objects, history, index } = present;
  const past = new PastReader(project, objects, history);
  const view = jobViewer(pipeline, index);
  const recorded = datums.flatMap((datum): Recorded[] => {
    const { record } = datum;
    // What a blocked datum is made of is not known yet, and would be compared in vain.
    if (record === undefined || datum.state === 'blocked') return [];
    const now = view(datum);
    return [{ datum, record, now, isOther: now?.keys.has(record.job) !== true }];
  });
  const isMoved = ({ datum, record }: Recorded): boolean => record.path !== datum.output;
  const compared = recorded.filter((one) => one.isOther || isMoved(one)).map(({ record }) => record);
  const jobs = await past.find(history.newestFirst(compared));
  const found = new Map<PlannedDatum, readonly Found[]>();
  for (const one of recorded) {
    const { datum, record, now, isOther } = one;
    const parts: Found[] = [];
    if (isOther || isMoved(one)) {
      const job = jobs.get(record);
      if (job === undefined) continue;
      const { view } = job;
      const absent = job.isExact ? undefined : absentThen(job, index);
      if (absent !== undefined || view === undefined) parts.push(notFound(job, absent));
      else if (now === undefined) parts.push(explainOrphan(present, pipeline, job, view));
      else parts.push(isOther ? explainJob(job, view, now) : explainPlace(job, view, now));
    }
    const isStanding = datum.state === 'failed' || datum.state === 'running' || datum.state === 'done';
    if (datum.state === 'modified' || !(isOther || isMoved(one) || isStanding)) {
      const then = await past.treeWith(record);
      if (then === undefined) continue;
      parts.push(explainResult(pipeline, record, then, index));
    }
    found.set(datum, parts);
  }
  return withCommits(present, found);
}

const INEXACT =
  'The tree that its result was made for is not found again: history may have been rewritten since, its inputs may have changed while it ran, or another version of Minipach made it. What is named is what differs from the commit that recorded it.';

function explainJob({ record, commit, isExact }: RecordedJob, view: JobView, now: JobView): Found {
  const changes = compareJobs(view, now, record.job);
  const specPaths = pathsOfSpecs(view, now.pipeline);
  if (!isExact) return { from: commit, specPaths, changes, reason: INEXACT };
  if (changes.length > 0) return { from: commit, specPaths, changes };
  // Both keys are made of what has been compared.
  const reason =
    'Its job is another one, and no difference was found: this is a mistake of Minipach, please report it.';
  return { from: commit, specPaths, changes, reason };
}

function pathsOfSpecs({ pipeline }: JobView, now: PlannedPipeline): readonly string[] {
  return [...new Set([pipeline.source.specPath, now.source.specPath])];
}

/** A subdataset that is here at its present commit, and not at the one that it had then. */
function absentThen({ index: then }: RecordedJob, now: TreeIndex): Subdataset | undefined {
  return then.closed.find(
    ({ path, state }) => state === 'outdated' && now.subdataset(path)?.state === 'read',
  );
}

function notFound({ record: { datum }, commit, index }: RecordedJob, absent: Subdataset | undefined): Found {
  const none = { from: index.tree.commit, specPaths: [], changes: [] };
  if (absent !== undefined) {
    const { path, commit: recorded, remedy } = absent;
    const reason = `What its result was made for cannot be looked at, because the subdataset ${path} does not have the commit ${recorded.slice(0, 8)} any more that it had then: run \`${remedy}\`, and ask again.`;
    return { ...none, reason };
  }
  const name = datum === '' ? 'its datum' : `the datum \`${datum}\``;
  const reason = `What its result was made for is not found again: the project as ${commit.slice(0, 8)} recorded it does not hold ${name}, as after history was rewritten.`;
  return { ...none, reason };
}

/** A result that is wanted in another place. */
function explainPlace({ commit }: RecordedJob, view: JobView, now: JobView): Found {
  return { from: commit, specPaths: pathsOfSpecs(view, now.pipeline), changes: comparePlaces(view, now) };
}

function explainOrphan(
  present: Present,
  pipeline: PlannedPipeline,
  { record, commit, specs }: RecordedJob,
  view: JobView,
): Found {
  const specPaths = pathsOfSpecs(view, pipeline);
  const twin = pipeline.datums.find(({ job, state }) => job === record.job && state !== 'orphaned');
  const about = twin === undefined ? {} : { reason: `The datum \`${twin.datum}\` has the same content now.` };
  const vanished = vanishedInputs(view, present.index);
  if (vanished.length > 0) return { from: commit, specPaths, changes: vanished, ...about };
  const inputIn = (all: readonly FoundSpec[], path: string): string =>
    JSON.stringify(valueAt(all.find(({ specPath }) => specPath === path)?.parsed.value, ['input']) ?? null);
  const before = inputIn(specs, view.pipeline.source.specPath);
  const after = inputIn(present.specs, pipeline.source.specPath);
  const changes = inSpec({ pipeline }, 'command', ['input'], before, after);
  if (changes.length > 0) return { from: commit, specPaths, changes, ...about };
  const reason =
    'Its files are still there and are no input any more: what they were results of, or what they were put together with, is gone.';
  return { from: commit, specPaths, changes, reason, ...about };
}

function explainResult(
  pipeline: PlannedPipeline,
  record: ResultRecord,
  then: TreeIndex,
  index: TreeIndex,
): Found {
  const from = then.tree.commit;
  return { from, specPaths: [pipeline.source.specPath], changes: compareResults(record, then, index) };
}

/** Looks for all commits at once where changes came after the same one. */
async function withCommits(
  { project, objects, index }: Present,
  found: ReadonlyMap<PlannedDatum, readonly Found[]>,
): Promise<Map<PlannedDatum, Explanation>> {
  const stretches = new Map<string, { specPaths: Set<string>; changes: Change[] }>();
  for (const { from, specPaths, changes } of [...found.values()].flat()) {
    const stretch = stretches.get(from) ?? { specPaths: new Set(), changes: [] };
    for (const path of specPaths) stretch.specPaths.add(path);
    stretch.changes.push(...changes);
    stretches.set(from, stretch);
  }
  const dated = new Map<Change, WhyChange>();
  for (const [from, { specPaths, changes }] of stretches) {
    const since = await findSince({ project, objects, from, index, specPaths: [...specPaths] }, changes);
    for (const [position, change] of changes.entries()) {
      const one = since[position];
      if (one !== undefined) dated.set(change, one);
    }
  }
  return new Map(
    [...found].map(([datum, parts]) => {
      const changes = parts.flatMap((part) => part.changes.flatMap((change) => dated.get(change) ?? []));
      const reason = parts.flatMap((part) => part.reason ?? []).join(' ');
      return [datum, { changes, ...(reason === '' ? {} : { reason }) }];
    }),
  );
}
