/** Why the datums of a pipeline are not done, by cause: the document that `why PIPELINE` prints. */
import type { PlannedDatum, PlannedPipeline } from '../plan/planned.ts';
import { REPORT_VERSION, type WhyChange, type WhyGroup, type WhySummary } from '../plan/report.ts';
import { datumName, shownName, shownWord } from '../plan/shown-name.ts';
import { explainChanges } from '../project/explain.ts';
import { describeCommits } from '../project/touches.ts';
import type { Planning } from '../run/planner.ts';
import type { Session } from './session.ts';
import { countStates } from './status-report.ts';
import { faint, headingText, inStateColour, say } from './terminal.ts';
import { waitingOf } from './why-datum.ts';
import { commitText, showWaiting } from './why-text.ts';

/** Explains all datums that are not done. */
export async function explainPipeline(
  { project, objects }: Session,
  planning: Planning,
  pipeline: PlannedPipeline,
): Promise<WhySummary> {
  const open = pipeline.datums.filter(({ state }) => state !== 'done');
  const explained = await explainChanges({ project, objects, ...planning }, pipeline, open);
  const groups = new Map<string, WhyGroup & { readonly datums: string[] }>();
  for (const datum of open) {
    const found = explained.get(datum);
    const changes = found?.changes ?? [];
    const reason = found?.reason ?? (changes.length > 0 ? undefined : reasonOf(datum, found !== undefined));
    const id = JSON.stringify([datum.state, reason, [...new Set(changes.map(causeOf))]]);
    const group = groups.get(id);
    if (group !== undefined) group.datums.push(datum.datum);
    else
      groups.set(id, {
        ...{ state: datum.state, datums: [datum.datum], changes },
        ...(reason === undefined ? {} : { reason }),
      });
  }
  const { problem, waitsFor, nothing } = pipeline;
  const reason = problem ?? (waitsFor === undefined ? nothing : `Waits for ${waitsFor}.`);
  const waiting = waitsFor === undefined ? undefined : waitingOf(planning, pipeline, undefined);
  const commits = [...groups.values()].flatMap(({ changes }) => changes.flatMap(({ since }) => since ?? []));
  return {
    ...{ version: REPORT_VERSION, kind: 'why-summary', pipeline: pipeline.name },
    counts: countStates(pipeline.datums),
    groups: [...groups.values()].sort((a, b) => b.datums.length - a.datums.length),
    ...(reason === undefined ? {} : { reason }),
    ...(waiting === undefined ? {} : { rootCauses: waiting.rootCauses }),
    commits: await describeCommits(objects, commits),
  };
}

/** What datums of one cause have in common: of an input only the commit, of all else what it is now. */
function causeOf({ before: _, ...change }: WhyChange): string {
  const { kind, since, field } = change;
  return kind === 'input' || kind === 'result' ? `${kind} ${field} ${since}` : JSON.stringify(change);
}

function reasonOf(datum: PlannedDatum, wasLookedAt: boolean): string | undefined {
  const { state, record, reason, source } = datum;
  if (state === 'pending' && record === undefined)
    return source === undefined
      ? 'Never computed on this branch.'
      : 'Never computed, and equal to what has been: a copy.';
  if (state === 'stale' && !wasLookedAt) return 'Computed for something else: ask for one of them by name.';
  return reason;
}

/** Writes the summary for people. */
export function showSummary(summary: WhySummary): void {
  const { pipeline, counts, groups, reason, commits } = summary;
  say(headingText(pipeline, counts, reason));
  for (const { state, datums, changes, reason: why } of groups) {
    const names = datums.slice(0, 3).map((name) => shownName(name) || '(all)');
    const more = datums.length > 3 ? ', …' : '';
    say(`${inStateColour(state, `${datums.length} ${state}`)}: ${faint(`${names.join(', ')}${more}`)}`);
    if (why !== undefined) say(`  ${why}`);
    const causes = new Map(changes.map((change) => [causeOf(change), change]));
    for (const change of causes.values()) {
      const isOwn = (change.kind === 'input' || change.kind === 'result') && datums.length > 1;
      const what = isOwn ? `the ${change.kind} of each` : `${change.kind} ${shownName(change.path)}`;
      const field = change.field === undefined ? '' : ` (${change.field})`;
      const by = change.since === null ? '' : ` by ${commitText(change.since, commits)}`;
      say(`  ${what}${field} changed${by}`);
    }
  }
  showWaiting([], summary.rootCauses ?? []);
  const [first] = groups;
  if (first !== undefined) {
    const name = datumName(pipeline, first.datums[0] ?? '');
    say(faint(`More about one: minipach why ${shownWord(name)}`));
  }
}
