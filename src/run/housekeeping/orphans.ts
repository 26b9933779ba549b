/** Results whose datum is gone: which may be removed, and which are kept and why. */
import { join } from 'node:path';
import { sizeOfKey } from '../../plan/annex-key.ts';
import { isWithin } from '../../plan/paths.ts';
import type { PlannedDatum, PlannedPipeline } from '../../plan/planned.ts';
import type { ResultRecord } from '../../plan/record.ts';
import { isEdited, ownedEntries } from '../../plan/result.ts';
import { briefName, datumName } from '../../plan/shown-name.ts';
import type { TreeEntry } from '../../plan/tree.ts';
import { changedAmong } from '../../project/dirty.ts';
import { git } from '../../project/git.ts';
import { leavesOf } from '../../spec/model.ts';
import type { Planning } from '../planner.ts';
import { lookAt } from '../state.ts';

/** An orphaned result that nobody has touched and nothing needs. */
export interface Orphan {
  readonly pipeline: string;
  readonly datum: string;
  readonly record: ResultRecord;
  /** What goes: all that the record owns, but what other results own as well. */
  readonly files: readonly TreeEntry[];
}

/** One that stays, and why, in a sentence. */
export interface KeptOrphan {
  readonly name: string;
  readonly why: string;
}

/** Why one stays whose files a person is changing. */
export const NOT_COMMITTED = 'Its files in the work tree are changed and not committed.';

/** Finds those, besides, that stay because of what is in the work tree: who removes them finds that out for himself. */
export async function foresee(
  root: string,
  planning: Planning,
): Promise<ReturnType<typeof findOrphanResults>> {
  const { orphans, kept } = findOrphanResults(planning);
  const paths = orphans.flatMap(({ files }) => files.map(({ path }) => path));
  const changed = await changedAmong(root, planning.index, paths);
  // What a person has only taken away is in nobody's way.
  const isInTheWay = ({ files }: Orphan): boolean =>
    files.some(({ path }) => changed.has(path) && lookAt(join(root, path)) !== undefined);
  const staying = orphans
    .filter(isInTheWay)
    .map(({ pipeline, datum }) => ({ name: datumName(pipeline, datum), why: NOT_COMMITTED }));
  return { orphans: orphans.filter((orphan) => !isInTheWay(orphan)), kept: [...kept, ...staying] };
}

/** Finds them in a plan, and those of pipelines whose spec is gone, which no plan tells of. */
export function findOrphanResults(planning: Planning): {
  readonly orphans: readonly Orphan[];
  readonly kept: readonly KeptOrphan[];
} {
  const { plan, index, history } = planning;
  const sources = new Map<string, string>();
  const standing = new Set<string>();
  for (const pipeline of plan.pipelines) {
    for (const { datum, state, source, record } of pipeline.datums) {
      if (source !== undefined && state !== 'done') sources.set(source.path, briefName(pipeline.name, datum));
      if (state !== 'orphaned') for (const file of record?.files ?? []) standing.add(file);
    }
  }
  const orphans: Orphan[] = [];
  const kept: KeptOrphan[] = [];
  const why = (record: ResultRecord, entries: readonly TreeEntry[]): string | undefined => {
    if (entries.some(({ type }) => type === 'subdataset')) return 'A subdataset lies in it: remove it there.';
    if (isEdited(index, history, record)) return 'Somebody has edited it.';
    const reader = readerOf(planning, record);
    if (reader !== undefined) return `The pipeline ${reader} reads it.`;
    const taker = sources.get(record.path);
    return taker === undefined ? undefined : `It is going to be copied to ${taker} by the next run.`;
  };
  const ofPlan = plan.pipelines.flatMap(({ name, datums }) =>
    datums.filter(isOrphan).map(({ datum, record }) => ({ name, datum, record })),
  );
  for (const { name, datum, record } of [...ofPlan, ...recordsWithoutSpec(planning)]) {
    if (record === undefined) continue;
    const entries = ownedEntries(index, record);
    const reason = why(record, entries);
    if (reason !== undefined) kept.push({ name: datumName(name, datum), why: reason });
    else {
      const files = entries.filter(({ path }) => !standing.has(path));
      if (files.length > 0) orphans.push({ pipeline: name, datum, record, files });
    }
  }
  return { orphans, kept };
}

/** The newest records of directories that hold no spec any more, not even one with errors. */
function recordsWithoutSpec({ specs, history, index }: Planning) {
  const known = new Set(specs.map(({ directory }) => directory));
  const found = history.newestFirst().filter((record) => {
    const { directory, datum } = record;
    const around = index.subdatasetAround(directory);
    // In a subdataset that is not here there may be one.
    if (known.has(directory) || (around !== undefined && around.state !== 'read')) return false;
    return history.ofDatum(directory, datum)[0] === record && !isWithinAny(record.path, known);
  });
  return found.map((record) => ({ name: record.pipeline, datum: record.datum, record }));
}

/** Whether a path lies in the directory of a pipeline, which may have it as its own by now. */
function isWithinAny(path: string, directories: ReadonlySet<string>): boolean {
  return [...directories].some((directory) => directory !== '' && isWithin(path, directory));
}

/** The pipeline that has what a record owns among its inputs, though its own pipeline is gone. */
function readerOf({ plan, specs }: Planning, { directory, path }: ResultRecord): string | undefined {
  if (specs.some((spec) => spec.directory === directory)) return undefined;
  const reads = ({ source }: PlannedPipeline): boolean =>
    leavesOf(source.spec.input).some(({ repo }) => isWithin(path, repo) || isWithin(repo, path));
  return plan.pipelines.find(reads)?.name;
}

function isOrphan({ state }: PlannedDatum): boolean {
  return state === 'orphaned';
}

/** Results of the tree that are equal to another one: how many, and their files. */
export function findDuplicates({ plan, index }: Planning): {
  readonly count: number;
  readonly files: readonly TreeEntry[];
} {
  const seen = new Map<string, string>();
  const files: TreeEntry[] = [];
  let count = 0;
  for (const { datums } of plan.pipelines) {
    for (const { state, record } of datums) {
      if (record === undefined || (state !== 'done' && state !== 'orphaned')) continue;
      const first = seen.get(record.output);
      seen.set(record.output, first ?? record.path);
      const entries = first === undefined || first === record.path ? [] : ownedEntries(index, record);
      if (entries.length > 0) count += 1;
      files.push(...entries);
    }
  }
  return { count, files };
}

/** Bytes of the content of files, by one question to git for all that it keeps itself. */
export async function bytesOf(root: string, files: readonly TreeEntry[]): Promise<number> {
  const annexed = files.reduce(
    (sum, { annexKey }) => sum + (annexKey === undefined ? 0 : sizeOfKey(annexKey)),
    0,
  );
  const own = files.filter(({ annexKey, type }) => annexKey === undefined && type !== 'subdataset');
  const sizes = await sizesOf(root, own);
  return sizes.reduce((sum, size) => sum + size, annexed);
}

/** The bytes of blobs in git, 0 for one that is not there. */
export async function sizesOf(root: string, files: readonly TreeEntry[]): Promise<number[]> {
  if (files.length === 0) return [];
  const answer = await git(root, ['cat-file', '--batch-check=%(objectsize)'], {
    input: `${files.map(({ blob }) => blob).join('\n')}\n`,
  });
  const lines = answer.stdout.toString('utf8').trimEnd().split('\n');
  return lines.map((line) => (/^\d+$/.test(line) ? Number(line) : 0));
}
