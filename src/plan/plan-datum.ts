/** One datum's job, state and command. */
import { awaited } from './absent.ts';
import type { ExpandedCommand, Expander, Surroundings } from './expand.ts';
import type { PlanFacts } from './facts.ts';
import type { History } from './history.ts';
import type { DatumInput } from './input.ts';
import { JobKeys, type KeySource, keyParts } from './job-keys.ts';
import { compareCodePoints } from './match-tree.ts';
import type { PipelineSource } from './order.ts';
import type { PlacedDatum } from './outputs.ts';
import { isWithin, joinPaths, parentPath } from './paths.ts';
import type { AgainWish, PlannedDatum } from './planned.ts';
import type { ResultRecord } from './record.ts';
import type { DatumState } from './report.ts';
import { isIntact, namesItsDatum, ownedEntries, ownedFiles, replacedFile } from './result.ts';
import { datumName, shownWord } from './shown-name.ts';
import type { Subdataset } from './tree.ts';
import type { TreeIndex } from './tree-index.ts';

/** What all datums of a pipeline share. */
export interface PipelineFacts extends KeySource {
  readonly facts: PlanFacts;
  readonly expander: Expander;
  /** The subdataset that an input lies in or holds and that is not here. */
  readonly absentIn: (input: DatumInput) => Subdataset | undefined;
  /** What must be here before any of its jobs is known. */
  readonly waitsFor?: string;
}

/** Plans one datum. */
export function planDatum(pipeline: PipelineFacts, placed: PlacedDatum): PlannedDatum {
  const { expander } = pipeline;
  const { datum, output } = placed;
  const { spec, directory } = pipeline.source;
  const { index, history } = pipeline.facts;
  // Making such a directory anew would take the subdataset's repository with it.
  const ownsDirectory = placed.ownsDirectory && !index.leadsToSubdataset(output);
  const base = { datum: datum.name, output, inputs: datum.inputs, ownsDirectory };
  // A datum's name can change where its place does not: what is there then belongs to the datum that has the place now.
  const atPlace = ownsDirectory ? history.atPlace(directory, output) : [];
  const records = [...history.ofDatum(directory, datum.name), ...atPlace];
  const newest = records[0];
  const known = newest === undefined ? {} : { record: newest };
  if (placed.problem !== undefined)
    return { ...base, ...known, job: null, state: 'blocked', reason: placed.problem };
  const waitsFor = datum.waitsFor ?? pipeline.waitsFor ?? absentInput(pipeline, datum.inputs);
  if (waitsFor !== undefined)
    return { ...base, ...known, job: null, state: 'blocked', reason: `Waits for ${waitsFor}.` };
  const obstacle = outOfSight(index, output) ?? inTheWay(index, output, newest);
  if (obstacle !== undefined) return { ...base, ...known, job: null, state: 'blocked', reason: obstacle };
  const resolved = pipeline.image?.resolution;
  if (resolved !== undefined && !('image' in resolved)) {
    const reason = resolved.kind === 'wrong' ? resolved.message : resolved.reason;
    return { ...base, ...known, job: null, state: 'blocked', reason };
  }
  const around = { datum: datum.name, out: output, inputs: datum.inputs };
  const neutral = expander.neutral(around);
  const errCommand = expander.errCommand(around);
  for (const expanded of [neutral, expander.problem(around), errCommand])
    if (expanded !== undefined && 'reason' in expanded)
      return { ...base, ...known, job: null, state: 'blocked', reason: expanded.message };
  if ('reason' in neutral) throw new Error('A problem was overlooked.');
  const keys = new JobKeys(keyParts(pipeline, datum.inputs, neutral), datum.inputs, spec.identity);
  const chosen = chooseJob(index, history, { directory, datum: datum.name, output }, keys);
  const again = pipeline.facts.again?.(pipeline.source, datum.name);
  const has = {
    canRecover: errCommand !== undefined,
    inImage: resolved !== undefined,
    again,
    name: datumName(spec.name, datum.name),
  };
  const found = stateOf(pipeline.facts, records, { job: chosen.job, directory, output }, keys, has);
  const unrecordable = TO_DO.has(found.state) && pipeline.facts.unrecordable?.get(index.datasetOf(output));
  const state = unrecordable ? { ...found, state: 'blocked' as const, reason: unrecordable } : found;
  const recovery = errCommand === undefined || 'reason' in errCommand ? {} : { errCommand };
  // What is to be computed again is not copied from an equal datum.
  const job = state.again === undefined ? chosen : { job: chosen.job };
  const planned = new DatumToRun(expander, around, ownsDirectory);
  return Object.assign(planned, recovery, known, job, state);
}

/** What is known of every datum that could be run. Of most plans nobody asks for the commands. */
class DatumToRun {
  readonly datum: string;
  readonly output: string;
  readonly inputs: readonly DatumInput[];
  readonly ownsDirectory: boolean;
  readonly #expander: Expander;

  constructor(expander: Expander, { datum, out, inputs }: Surroundings, ownsDirectory: boolean) {
    this.datum = datum;
    this.output = out;
    this.inputs = inputs;
    this.ownsDirectory = ownsDirectory;
    this.#expander = expander;
  }

  get command(): ExpandedCommand {
    const { datum, output, inputs } = this;
    const command = this.#expander.command({ datum, out: output, inputs });
    if ('reason' in command) throw new Error('A problem was overlooked.');
    return command;
  }
}

/** Why nothing is known of the subdataset that a place lies in, in a sentence. */
function outOfSight(index: TreeIndex, output: string): string | undefined {
  const around = index.subdatasetAround(output);
  if (around === undefined || around.state === 'read') return undefined;
  if (around.state !== 'unread') return `Its result belongs into ${awaited(around)}.`;
  return `Its result would go into the subdataset ${around.path}, which is not looked into for a pipeline at the top of the project: say the way to it in \`output\`, such as \`${around.path}/{datum}\`.`;
}

/** States in which a result is still to be recorded. */
const TO_DO: ReadonlySet<DatumState> = new Set(['pending', 'stale', 'failed', 'recovered']);

/** Why no result can be kept at a place, whatever it is, in a sentence. */
function inTheWay(index: TreeIndex, output: string, newest: ResultRecord | undefined): string | undefined {
  for (let place = output; place !== ''; place = parentPath(place)) {
    // What the datum itself left there before, when `output` was another, goes when the new result is recorded.
    const isOwn = (): boolean =>
      newest !== undefined && ownedEntries(index, newest).some(({ path }) => path === place);
    if (index.has(place) && !isOwn())
      return `Its result would go to ${output}, and ${place} is a committed file: give it another \`output\`.`;
  }
  return undefined;
}

/** The first subdataset that inputs wait for. */
function absentInput({ facts, absentIn }: PipelineFacts, inputs: readonly DatumInput[]): string | undefined {
  if (facts.index.closed.length === 0) return undefined;
  const holder = inputs.find((input) => absentIn(input) !== undefined);
  const absent = holder === undefined ? undefined : absentIn(holder);
  return absent === undefined ? undefined : awaited(absent);
}

/**
 * The job that a datum asks for: by content, so that an equal result can be copied, unless the results of that
 * job carry the name of the datum they were made for; then by content and path.
 */
function chooseJob(
  index: TreeIndex,
  history: History,
  place: { readonly directory: string; readonly datum: string; readonly output: string },
  keys: JobKeys,
): { readonly job: string; readonly source?: ResultRecord } {
  for (const record of history.computed(keys.byContent)) {
    if (!isIntact(index, record)) continue;
    if (record.path === place.output) return { job: keys.byContent };
    // Another dataset has neither the objects nor the annexed content: there the result is computed once more.
    if (!staysInDataset(index, record, place.output)) continue;
    // A datum's own result moves with `output`, whatever its files are called.
    const isOwn = record.directory === place.directory && record.datum === place.datum;
    if (!isOwn && namesItsDatum(ownedFiles(index, record), [record.datum])) return { job: keys.byPath };
    return { job: keys.byContent, source: record };
  }
  return { job: keys.byContent };
}

/** Whether the files of a result belong to the same datasets where they are and where a copy of them would be. */
function staysInDataset(index: TreeIndex, record: ResultRecord, output: string): boolean {
  if (index.subdatasets.length === 0) return true;
  const from = record.path === '' ? 0 : record.path.length + 1;
  return ownedEntries(index, record).every(
    ({ path, dataset = '' }) => index.datasetOf(joinPaths(output, path.slice(from))) === dataset,
  );
}

/**
 * How a datum stands.
 * @param job - The job that it asks for.
 * @param keys - Those of every job whose result would do.
 */
function stateOf(
  facts: PlanFacts,
  records: readonly ResultRecord[],
  { job, directory, output }: { readonly job: string; readonly directory: string; readonly output: string },
  keys: JobKeys,
  has: {
    /** As it is named on a command line. */
    readonly name: string;
    readonly canRecover: boolean;
    readonly inImage: boolean;
    readonly again: AgainWish | undefined;
  },
): Pick<PlannedDatum, 'state' | 'reason' | 'holder' | 'record' | 'again' | 'isOutdated'> {
  const { canRecover, inImage, again, name } = has;
  const { index, history } = facts;
  // After a merge of two people's work the newest record need not be the one whose result the tree holds.
  const standing = records.find(
    (record) => keys.has(record.job) && record.path === output && isIntact(index, record),
  );
  const own = standing === undefined ? {} : { record: standing };
  if (standing !== undefined && again === undefined) return { state: 'done', ...own };
  const asked = again === undefined ? {} : { again, ...own };
  const holder = facts.holders.get(job);
  if (holder !== undefined) return { state: 'running', holder, ...asked };
  const [newest] = records;
  const parts = inImage ? 'input, code, command or image' : 'input, code or command';
  const replaced = newest === undefined ? undefined : replacedFile(index, history, newest);
  const isKept = newest === undefined || replaced !== undefined || isIntact(index, newest);
  // Nobody has edited it where an older result is back, for example by `git revert`.
  const older = isKept ? undefined : records.find((record) => isStanding(index, record));
  const mixed = newest === undefined ? undefined : facts.mixed?.get(newest);
  const isEdited =
    mixed === undefined &&
    standing === undefined &&
    !isKept &&
    older === undefined &&
    ownedEntries(index, newest).length > 0;
  if (isEdited && again !== 'over-edits') {
    const isOutdated = !keys.has(newest.job);
    const since = isOutdated ? ` Its ${parts} changed since ${newest.commit.slice(0, 8)}.` : '';
    return {
      state: 'modified',
      ...(isOutdated ? { isOutdated } : {}),
      reason: `The files in ${newest.path} are not what the last recorded job left: somebody has edited them, a merge has mixed them, or the record of what made them is lost, as after a squash.${since} They are kept; to have them computed again: minipach run --force ${shownWord(name)}`,
    };
  }
  if (again !== undefined) return { state: 'pending', reason: 'It is to be computed again.', ...asked };
  const recovery = facts.recovered?.get(job);
  if (recovery !== undefined && canRecover) return { state: 'recovered', reason: recovery };
  const failure = facts.failures.get(job) ?? recovery;
  if (failure !== undefined) return { state: 'failed', reason: failure };
  if (older !== undefined) {
    const reason = `Its files are those of an older result, of ${older.commit.slice(0, 8)}.`;
    return { state: 'stale', record: older, reason };
  }
  if (mixed !== undefined) {
    const [one, other] = mixed.map((commit) => commit.slice(0, 8));
    const reason = `A merge has mixed the results of ${one} and ${other} into files that no job has left.`;
    return { state: 'stale', reason };
  }
  if (newest === undefined) return unrecorded(index, directory, output);
  if (keys.has(newest.job) && replaced !== undefined)
    return { state: 'stale', reason: `Another datum has left ${replaced} with other content since.` };
  if (keys.has(newest.job) && newest.path !== output)
    return { state: 'stale', reason: `Its result is in ${newest.path}, and \`output\` is another now.` };
  if (keys.has(newest.job)) return { state: 'pending', reason: 'Its result was removed.' };
  return { state: 'stale', reason: `Its ${parts} changed since ${newest.commit.slice(0, 8)}.` };
}

/** Whether the tree holds what a job left, and the job has left something. */
function isStanding(index: TreeIndex, record: ResultRecord): boolean {
  return ownedEntries(index, record).length > 0 && isIntact(index, record);
}

/** A datum without a record. Where history was rewritten, its files may be there all the same. */
function unrecorded(
  index: TreeIndex,
  directory: string,
  output: string,
): Pick<PlannedDatum, 'state' | 'reason'> {
  if (output === directory || !index.isDirectory(output)) return { state: 'pending' };
  const reason = `Its files are in ${output}, and no commit of this branch records them, as after a squash: it is computed again, and what comes out the same stays.`;
  return { state: 'pending', reason };
}

/** Results in the tree that no datum asks for any more. */
export function findOrphans(
  source: PipelineSource,
  index: TreeIndex,
  history: History,
  datums: readonly PlannedDatum[],
): PlannedDatum[] {
  const records = [...history.newestIn(source.directory)];
  if (records.length === 0) return [];
  const current = new Set(datums.map((datum) => datum.datum));
  const places = new Set(datums.map((datum) => datum.output));
  const shared = new Set(datums.flatMap(({ record }) => record?.files ?? []));
  const orphans: PlannedDatum[] = [];
  for (const record of records) {
    if (current.has(record.datum) || !isWithin(record.path, source.directory)) continue;
    // A datum that was called otherwise has the place now.
    if (record.files === undefined && places.has(record.path)) continue;
    // What other datums have left as well is theirs now.
    const isGone = (path: string): boolean => record.files !== undefined && shared.has(path);
    if (ownedEntries(index, record).every(({ path }) => isGone(path))) continue;
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
  return orphans.sort((a, b) => compareCodePoints(a.datum, b.datum));
}
