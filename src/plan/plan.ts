/**
 * The plan: for every pipeline its datums, for every datum its state, its job and what the job needs. Pure: from
 * the committed tree, history, and what live and failed runs have left; nothing is read or written here.
 */
import { type Datum, findDatums } from './datums.ts';
import { expandCommand, expandText, neutralCommand } from './expand.ts';
import { compileGlob } from './glob.ts';
import type { History } from './history.ts';
import { inputDigest, inputEntries, inputPath } from './input.ts';
import { jobKey } from './key.ts';
import { matchTree } from './match-tree.ts';
import { inOrder, type PipelineSource, upstreamOf } from './order.ts';
import { isWithin, joinPaths, resolvePath } from './paths.ts';
import type { Holder, Plan, PlannedDatum, PlannedPipeline } from './planned.ts';
import type { ResultRecord } from './record.ts';
import { isIntact, namesItsDatum, ownedEntries, ownedFiles } from './result.ts';
import type { TreeEntry } from './tree.ts';
import { identity, type TreeIndex } from './tree-index.ts';

/** What planning looks at. */
export interface PlanFacts {
  readonly index: TreeIndex;
  readonly pipelines: readonly PipelineSource[];
  /** Directories of pipelines whose spec has errors: what their results are is not known. */
  readonly broken: readonly { readonly directory: string }[];
  readonly history: History;
  /** Why a job failed last, by key. */
  readonly failures: ReadonlyMap<string, string>;
  /** Who runs a job now, by key. */
  readonly holders: ReadonlyMap<string, Holder>;
}

/** Makes the plan. Two plans of equal facts are equal. */
export function makePlan(facts: PlanFacts): Plan {
  const { ordered, cyclic } = inOrder(facts.pipelines);
  const planned: PlannedPipeline[] = [];
  for (const source of ordered) planned.push(planPipeline(source, facts, planned));
  for (const source of cyclic) {
    planned.push(unplannable(source, 'It takes input, directly or through others, from its own results.'));
  }
  return { head: facts.index.tree.commit, pipelines: planned };
}

function unplannable(source: PipelineSource, problem: string): PlannedPipeline {
  return { name: source.spec.name, source, datums: [], code: [], context: [], problem };
}

function planPipeline(
  source: PipelineSource,
  facts: PlanFacts,
  planned: readonly PlannedPipeline[],
): PlannedPipeline {
  const { spec, directory } = source;
  const { index, history } = facts;
  const compiled = compileGlob(spec.input.glob);
  if (!compiled.ok) return unplannable(source, compiled.message);
  if (index.inSubdataset(spec.input.repo)) {
    const message = `The repo \`${spec.input.repo}\` is in a subdataset; this version reads only the project's own files.`;
    return unplannable(source, message);
  }
  const upstreamSource = upstreamOf(spec.input.repo, [...facts.pipelines, ...facts.broken]);
  if (upstreamSource !== undefined && facts.broken.includes(upstreamSource)) {
    const waitsFor = `${upstreamSource.directory}, whose spec has errors`;
    return { name: spec.name, source, datums: [], code: [], context: [], waitsFor };
  }
  const upstream = planned.find((pipeline) => pipeline.source === upstreamSource);
  const found = findDatums(spec.input, compiled.glob, index, upstream);
  const unknown =
    upstream?.problem === undefined ? found.unknown : `${upstream.name}, which cannot be planned`;
  const code = codeEntries(source, index);
  const context = spec.transform.context.flatMap((pattern) => globEntries(pattern, index));
  const outputs = outputsOf(source, found.datums);
  const codeKey = code.map((entry) => [entry.path, identity(index.resolve(entry) ?? entry)] as const);
  const datums = found.datums.map((datum, position) => {
    const output = outputs.places[position] ?? directory;
    return planDatum({ source, facts, codeKey }, datum, output, outputs.owns(output));
  });
  const orphans = unknown === undefined ? findOrphans(source, index, history, datums) : [];
  return {
    name: spec.name,
    source,
    datums: [...datums, ...orphans],
    code,
    context,
    ...(unknown === undefined ? {} : { waitsFor: unknown }),
  };
}

/** Files named by `code`, and every word of the command that is the path of a tracked file. */
function codeEntries(source: PipelineSource, index: TreeIndex): TreeEntry[] {
  const { transform } = source.spec;
  const entries = new Map<string, TreeEntry>();
  for (const pattern of transform.code)
    for (const entry of globEntries(pattern, index)) entries.set(entry.path, entry);
  const words =
    typeof transform.cmd === 'string' ? transform.cmd.split(/[\s;&|<>()"'`]+/) : transform.cmd.flat();
  for (const word of words) {
    const path = resolvePath(transform.workingDir, word);
    const entry = path === undefined ? undefined : index.file(path);
    if (entry !== undefined) entries.set(entry.path, entry);
  }
  return [...entries.values()].sort((a, b) => (a.path < b.path ? -1 : 1));
}

function globEntries(pattern: string, index: TreeIndex): TreeEntry[] {
  const compiled = compileGlob(pattern);
  if (!compiled.ok) return [];

  return matchTree(compiled.glob, index.paths).flatMap(({ path }) => index.under(path));
}

/** Where each datum's result goes, and whether a place belongs to one datum alone. */
function outputsOf(
  source: PipelineSource,
  datums: readonly Datum[],
): { readonly places: readonly string[]; readonly owns: (place: string) => boolean } {
  const { spec, directory } = source;
  const places = datums.map((datum) => {
    const around = { pipeline: spec.name, datum: datum.name, inputs: datum.inputs };
    const below = normalise(expandText(spec.output, around));
    return joinPaths(directory, below);
  });
  const shared = new Set<string>([directory]);
  const seen = new Set<string>();
  for (const place of places) {
    if (seen.has(place)) shared.add(place);
    seen.add(place);
    for (let slash = place.lastIndexOf('/'); slash > 0; slash = place.lastIndexOf('/', slash - 1)) {
      shared.add(place.slice(0, slash));
    }
  }
  return { places, owns: (place) => !shared.has(place) };
}

/** A path under a directory with `.` and `..` resolved; what would leave the directory stays in it. */
function normalise(path: string): string {
  const parts: string[] = [];
  for (const part of path.split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '' && part !== '.') parts.push(part);
  }
  return parts.join('/');
}

interface PipelineFacts {
  readonly source: PipelineSource;
  readonly facts: PlanFacts;
  readonly codeKey: readonly (readonly [string, string])[];
}

function planDatum(
  pipeline: PipelineFacts,
  datum: Datum,
  output: string,
  ownsDirectory: boolean,
): PlannedDatum {
  const { spec, directory } = pipeline.source;
  const { index, history } = pipeline.facts;
  const base = { datum: datum.name, output, inputs: datum.inputs, ownsDirectory };
  const newest = history.ofDatum(directory, datum.name)[0];
  const known = newest === undefined ? {} : { record: newest };
  if (datum.waitsFor !== undefined) {
    return { ...base, ...known, job: null, state: 'blocked', reason: `Waits for ${datum.waitsFor}.` };
  }
  const subdataset =
    index.subdatasets.length === 0
      ? undefined
      : datum.inputs
          .flatMap((input) => inputEntries(index, input))
          .find((entry) => entry.type === 'subdataset');
  if (subdataset !== undefined) {
    const reason = `It holds the subdataset ${subdataset.path}; this version reads only the project's own files.`;
    return { ...base, ...known, job: null, state: 'blocked', reason };
  }
  const around = { pipeline: spec.name, datum: datum.name, out: output, inputs: datum.inputs };
  const command = expandCommand(spec.transform, around);
  const neutral = neutralCommand(spec.transform, around);
  if ('reason' in command || 'reason' in neutral) {
    const message = 'reason' in command ? command.message : '';
    return { ...base, ...known, job: null, state: 'blocked', reason: message };
  }
  const parts = {
    command: neutral,
    inputs: datum.inputs.map((input) => [input.name, inputDigest(index, input)] as const),
    code: pipeline.codeKey,
    acceptReturnCode: spec.transform.acceptReturnCode,
    salt: spec.salt,
  };
  const paths = datum.inputs.map(inputPath);
  const byPath = jobKey({ ...parts, paths });
  const byContent = spec.identity === 'path' ? byPath : jobKey(parts);
  const chosen = chooseJob(index, history, output, { byContent, byPath });
  const state = stateOf(pipeline.facts, directory, datum.name, chosen.job, [byContent, byPath]);
  return { ...base, command, ...known, ...chosen, ...state };
}

/**
 * The job that a datum asks for: by content, so that an equal result can be copied, unless the results of that
 * job carry the name of the datum they were made for; then by content and path.
 */
function chooseJob(
  index: TreeIndex,
  history: History,
  output: string,
  keys: { readonly byContent: string; readonly byPath: string },
): { readonly job: string; readonly source?: ResultRecord } {
  for (const record of history.ofJob(keys.byContent)) {
    if (record.reused || !isIntact(index, record)) continue;
    if (record.path === output) return { job: keys.byContent };
    if (namesItsDatum(ownedFiles(index, record), [record.datum])) return { job: keys.byPath };
    return { job: keys.byContent, source: record };
  }
  return { job: keys.byContent };
}

function stateOf(
  facts: PlanFacts,
  directory: string,
  datum: string,
  job: string,
  jobs: readonly string[],
): Pick<PlannedDatum, 'state' | 'reason' | 'holder' | 'record'> {
  const { index, history } = facts;
  const records = history.ofDatum(directory, datum);
  // After a merge of two people's work the newest record need not be the one whose result the tree holds.
  const standing = records.find((record) => jobs.includes(record.job) && isIntact(index, record));
  if (standing !== undefined) return { state: 'done', record: standing };
  const holder = facts.holders.get(job);
  if (holder !== undefined) return { state: 'running', holder };
  const [newest] = records;
  if (newest !== undefined && ownedEntries(index, newest).length > 0 && !isIntact(index, newest)) {
    return {
      state: 'modified',
      reason: `The files in ${newest.path} are not what the job left, and are kept; to have them computed again, remove them and commit.`,
    };
  }
  const failure = facts.failures.get(job);
  if (failure !== undefined) return { state: 'failed', reason: failure };
  if (newest === undefined) return { state: 'pending' };
  if (jobs.includes(newest.job)) return { state: 'pending', reason: 'Its result was removed.' };
  return { state: 'stale', reason: `Its input, code or command changed since ${newest.commit.slice(0, 8)}.` };
}

/** Results in the tree that no datum asks for any more. */
function findOrphans(
  source: PipelineSource,
  index: TreeIndex,
  history: History,
  datums: readonly PlannedDatum[],
): PlannedDatum[] {
  const current = new Set(datums.map((datum) => datum.datum));
  const orphans: PlannedDatum[] = [];
  for (const record of history.newestIn(source.directory)) {
    if (current.has(record.datum) || !isWithin(record.path, source.directory)) continue;
    if (ownedEntries(index, record).length === 0) continue;
    orphans.push({
      datum: record.datum,
      state: 'orphaned',
      job: record.job,
      output: record.path,
      inputs: [],
      reason: 'Its datum is gone.',
      record,
      ownsDirectory: record.files === undefined,
    });
  }
  return orphans;
}
