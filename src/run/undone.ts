/** What a run leaves as it is, and the sentences that say so and what to do about it. */
import { awaited } from '../plan/absent.ts';
import type { PlannedPipeline } from '../plan/planned.ts';
import { datumName, shownWord } from '../plan/shown-name.ts';
import { isPipeline } from './asked.ts';
import type { DatumPlace, Planner, Planning } from './planner.ts';
import type { RunWishes } from './queue.ts';
import type { RunResult } from './run-result.ts';

/** Edited results that are named before the rest is only counted. */
const NAMED = 10;

/** What a run leaves undone beside its own failures, in sentences. */
export function undoneTexts({
  failedEarlier,
  blocked,
}: Pick<RunResult, 'failedEarlier' | 'blocked'>): string[] {
  const [first] = blocked;
  return [
    ...(failedEarlier === 0
      ? []
      : [
          `${failedEarlier === 1 ? '1 job failed earlier and was' : `${failedEarlier} jobs failed earlier and were`} not tried again: minipach run --retry-failed`,
        ]),
    ...(first === undefined
      ? []
      : [
          `${blocked.length === 1 ? '1 datum' : `${blocked.length} datums`} could not run. ${first.output}: ${first.reason ?? ''}`,
        ]),
  ];
}

/** Says which results a forced run has left as they are, and how each is run over. */
export function keptEdits(planner: Planner, isSelected: RunWishes['isSelected']): string[] {
  const kept = [...planner.places()].filter((place) => place.datum.state === 'modified' && isSelected(place));
  if (kept.length === 0) return [];
  const { which, first } = naming(kept);
  return [
    `Not what the last recorded job left, and kept as they are: ${which}. To run over an edit name its datum, for example: minipach run --force ${first}`,
  ];
}

/** Says which results a run has left as they are though they ask for another job: they look like done ones else. */
export function keptOld(planner: Planner, isSelected: RunWishes['isSelected']): string[] {
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
  const names = places.map(({ pipeline, datum }) => shownWord(datumName(pipeline.name, datum.datum)));
  const more = names.length > NAMED ? ` and ${names.length - NAMED} more (minipach status)` : '';
  return { which: `${names.slice(0, NAMED).join(' ')}${more}`, first: names[0] ?? '' };
}

/** Pipelines that were asked for as a whole and whose datums are not all known. */
export function waitingPipelines({ plan }: Planning, names: readonly string[]): PlannedPipeline[] {
  return plan.pipelines.filter(
    ({ waitsFor, source }) =>
      waitsFor !== undefined && (names.length === 0 || names.some((asked) => isPipeline(source, asked))),
  );
}

/** What a pipeline waits for, in a sentence. */
export function waitingText({ name, waitsFor }: PlannedPipeline, isAsking = false): string {
  const hint = isAsking ? ` See where the waiting begins with: minipach why ${shownWord(name)}` : '';
  return `${name} waits for ${waitsFor}.${hint}`;
}

/** Pipelines that have no datum because a subdataset is not here: nothing else would tell of them. */
export function missingSubdatasets(planning: Planning, names: readonly string[]): string[] {
  const absent = new Set(planning.index.closed.map(awaited));
  return waitingPipelines(planning, names)
    .filter(({ waitsFor }) => waitsFor !== undefined && absent.has(waitsFor))
    .map((pipeline) => waitingText(pipeline));
}
