/** Why one datum is in its state: the document that `why PIPELINE/DATUM` prints. */

import { findWaiting } from '../plan/blockers.ts';
import { holderName } from '../plan/holder-name.ts';
import type { PlannedDatum, PlannedPipeline } from '../plan/planned.ts';
import type { ResultRecord } from '../plan/record.ts';
import { type DatumState, REPORT_VERSION, type UpstreamReport, type WhyReport } from '../plan/report.ts';
import { isEdited, outputDigest, ownedEntries, ownedFiles } from '../plan/result.ts';
import { datumName } from '../plan/shown-name.ts';
import { changedAmong } from '../project/dirty.ts';
import { explainChanges } from '../project/explain.ts';
import { brokenSpecs } from '../project/found-spec.ts';
import { recordElsewhere } from '../project/records.ts';
import { describeCommits, lastTouch } from '../project/touches.ts';
import { readFailure } from '../run/failures.ts';
import type { DatumPlace, Planning } from '../run/planner.ts';
import type { Session } from './session.ts';

/** Explains a datum. */
export async function explainDatum(
  session: Session,
  planning: Planning,
  place: DatumPlace,
): Promise<WhyReport> {
  const { project, objects } = session;
  const { pipeline, datum } = place;
  const { record, state, job } = datum;
  const explained = await explainChanges(
    { project, objects, ...planning },
    pipeline,
    state === 'done' ? [] : [datum],
  );
  const { changes = [], reason: about } = explained.get(datum) ?? {};
  const waiting = state === 'blocked' ? waitingOf(planning, pipeline, datum) : undefined;
  const unrecorded = record === undefined ? await explainUnrecorded(session, planning, place) : undefined;
  const reason = [
    unrecorded?.reason ?? reasonOf(session, place, changes.length > 0 || about !== undefined),
    about,
    record === undefined ? '' : await editsText(session, planning, state, record),
  ]
    .filter((text) => text !== undefined && text !== '')
    .join(' ');
  const named = [record?.commit, ...(unrecorded?.commits ?? []), ...changes.map(({ since }) => since)];
  return {
    ...{ version: REPORT_VERSION, kind: 'why', pipeline: pipeline.name, datum: datum.datum, state, job },
    recorded: record === undefined ? null : { commit: record.commit, job: record.job, reused: record.reused },
    changes,
    ...(reason === '' ? {} : { reason }),
    ...waiting,
    commits: await describeCommits(
      objects,
      named.filter((commit) => typeof commit === 'string'),
    ),
  };
}

/** What a datum, or a pipeline whose datums are not known, waits for. */
export function waitingOf(
  { plan, specs }: Planning,
  pipeline: PlannedPipeline,
  datum: PlannedDatum | undefined,
): { readonly waitsFor: readonly UpstreamReport[]; readonly rootCauses: readonly UpstreamReport[] } {
  const broken = brokenSpecs(specs);
  return findWaiting(pipeline, datum, plan.pipelines, broken);
}

/** Why a datum has no record, and the commits that this is about. */
async function explainUnrecorded(
  { project, state }: Session,
  planning: Planning,
  place: DatumPlace,
): Promise<{ readonly reason: string; readonly commits: readonly string[] }> {
  const { pipeline, datum } = place;
  const { job, output, source } = datum;
  const isThere = datum.ownsDirectory && planning.index.isDirectory(output);
  const [commit, elsewhere] = await Promise.all([
    isThere ? lastTouch(project.root, planning.commit, output) : undefined,
    job === null || source !== undefined ? undefined : recordElsewhere(project.root, planning.commit, job),
  ]);
  const moved = commit === undefined ? undefined : recordedAsMoved(planning, output);
  const sentences = [
    datum.state === 'pending'
      ? 'It has never been computed on this branch.'
      : reasonOf({ state }, place, false),
    commit === undefined ? '' : filesText(output, commit, moved),
    elsewhere === undefined
      ? ''
      : `Commit ${elsewhere.commit.slice(0, 8)} of another branch records its result: merge that branch (without --squash), and it counts.`,
    project.shallow
      ? 'This clone is shallow, and its record may have been cut off: `git fetch --unshallow` brings the whole history.'
      : '',
    datum.state === 'pending' ? copyText(pipeline, datum) : '',
  ];
  return {
    reason: sentences.filter((sentence) => sentence !== '').join(' '),
    commits: [commit, moved?.commit, elsewhere?.commit, source?.commit].filter((one) => one !== undefined),
  };
}

/** The record of a result that is in a directory of another name now. */
function recordedAsMoved({ index, history }: Planning, output: string): ResultRecord | undefined {
  const digest = outputDigest(ownedFiles(index, { path: output }));
  return history.newestFirst().find((record) => record.output === digest && !index.has(record.path));
}

function filesText(output: string, commit: string, moved: ResultRecord | undefined): string {
  const brought = `There are files at ${output}, last changed by ${commit.slice(0, 8)}`;
  return moved === undefined
    ? `${brought}, but no commit of this branch records what made them, as after a squash merge.`
    : `${brought}, that ${moved.commit.slice(0, 8)} recorded at ${moved.path}: a record counts where it was made, so that a pipeline whose directory is another begins anew.`;
}

/** What people have made of a result, as far as its state does not say so. */
async function editsText(
  { project }: Session,
  { index, history }: Planning,
  state: DatumState,
  record: ResultRecord,
): Promise<string> {
  const few = 3;
  const paths = ownedEntries(index, record).map(({ path }) => path);
  const changed = [...(await changedAmong(project.root, index, paths))];
  const more = changed.length > few ? ` and ${changed.length - few} more` : '';
  const sentences = [
    state === 'orphaned' && isEdited(index, history, record)
      ? 'Somebody has edited its result, which `minipach gc` keeps.'
      : '',
    changed.length === 0
      ? ''
      : `Changed in the work tree and not committed, so that it does not count here: ${changed.slice(0, few).join(', ')}${more}.`,
  ];
  return sentences.filter((sentence) => sentence !== '').join(' ');
}

/** What is to be said of a datum that will be a copy. */
function copyText(pipeline: PlannedPipeline, datum: PlannedDatum): string {
  const { source, job } = datum;
  if (source !== undefined)
    return `An equal result is in ${source.path}, recorded by ${source.commit.slice(0, 8)}: it will be copied, and nothing is computed.`;
  const twin = pipeline.datums.find((other) => other.job === job && other !== datum && job !== null);
  if (twin === undefined || twin.state === 'orphaned') return '';
  return `\`${datumName(pipeline.name, twin.datum)}\` has the same content: one of the two is computed, and the other is a copy.`;
}

/** What is said beside the changes. */
function reasonOf(
  { state }: Pick<Session, 'state'>,
  { pipeline, datum }: DatumPlace,
  isExplained: boolean,
): string {
  const { reason = '', holder, job } = datum;
  switch (datum.state) {
    case 'done':
      return datum.record?.reused === true ? 'Its result was copied from an equal one.' : '';
    case 'orphaned':
      return isExplained ? '' : reason;
    case 'stale': {
      // That something changed is then told piece by piece.
      const isTold = isExplained && / changed since [0-9a-f]{8}\.$/.test(reason);
      return `${isTold ? '' : reason} ${copyText(pipeline, datum)}`.trim();
    }
    case 'running':
      return holder === undefined ? '' : `Run ${holder.run} is at it: ${holderName(holder)}.`;
    case 'failed':
    case 'recovered': {
      const failure = job === null ? undefined : readFailure(state, job);
      const { datumTries } = pipeline.source.spec;
      const tries = datumTries > 1 ? ` (\`datum_tries\` allows ${datumTries} tries a run)` : '';
      const who =
        failure === undefined || failure.datum === datum.datum
          ? ''
          : ` It was tried for \`${failure.pipeline}/${failure.datum}\`, which has the same content.`;
      const at = failure === undefined ? '' : ` at ${failure.at}`;
      const seen = datum.state === 'recovered' ? ' Its `err_cmd` has seen to it.' : '';
      return `Its job failed${at}${tries}: ${reason}${seen}${who}`;
    }
    case 'blocked':
      return reason;
    default:
      return `${reason} ${copyText(pipeline, datum)}`.trim();
  }
}
