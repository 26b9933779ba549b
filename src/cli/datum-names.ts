/** What people call a datum on the command line, and what they may have meant. */
import { distance } from 'fastest-levenshtein';
import { nearestText } from '../plan/nearest-text.ts';
import { isWithin } from '../plan/paths.ts';
import type { PlannedDatum, PlannedPipeline } from '../plan/planned.ts';
import { ownedEntries } from '../plan/result.ts';
import { datumName } from '../plan/shown-name.ts';
import type { DatumPlace, Planning } from '../run/planner.ts';

/** The datum of a name; that of a pipeline without further names is called by the pipeline alone, too. */
export function findDatum({ plan }: Planning, name: string): DatumPlace | undefined {
  for (const pipeline of plan.pipelines) {
    for (const datum of pipeline.datums) {
      if (datumName(pipeline.name, datum.datum) === name || (datum.datum === '' && pipeline.name === name))
        return { pipeline, datum };
    }
  }
  return undefined;
}

/** The datum whose result a path is, or lies in. */
export function findByPath({ plan, index }: Planning, written: string): DatumPlace | undefined {
  const path = written.replace(/^\.\//, '').replace(/\/+$/, '');
  for (const pipeline of plan.pipelines) {
    for (const datum of pipeline.datums) {
      const { output, ownsDirectory, record } = datum;
      const isOwn =
        ownsDirectory && path !== '' ? isWithin(path, output) : output === path && !isShared(pipeline, datum);
      const isLeft = !ownsDirectory && record !== undefined && isOneOf(path, ownedEntries(index, record));
      if (isOwn || isLeft) return { pipeline, datum };
    }
  }
  return undefined;
}

function isShared({ datums }: PlannedPipeline, { output }: PlannedDatum): boolean {
  return datums.filter((other) => other.output === output).length > 1;
}

function isOneOf(path: string, entries: readonly { readonly path: string }[]): boolean {
  return entries.some((entry) => entry.path === path);
}

/** The datums and pipelines whose names are nearest to one that is none. */
export function nearestNames({ plan, specs }: Planning, name: string): readonly string[] {
  const pipelines = plan.pipelines.map((pipeline) => pipeline.name);
  const broken = specs.flatMap(({ source, directory }) => source?.spec.name ?? directory);
  const pipeline = nearestText(name, new Set([...pipelines, ...broken]), distance);
  const datums = plan.pipelines.flatMap((one) => one.datums.map((datum) => datumName(one.name, datum.datum)));
  const datum = nearestText(name, datums, distance);
  // What is right up to the slash is most likely meant there.
  const within = plan.pipelines.find((one) => name.startsWith(`${one.name}/`));
  const rest = within === undefined ? '' : name.slice(within.name.length + 1);
  const near =
    within &&
    nearestText(
      rest,
      within.datums.map((one) => one.datum),
      distance,
    );
  const own = within === undefined || near === undefined ? undefined : `${within.name}/${near}`;
  return [...new Set([own, datum, pipeline])].filter((one) => one !== undefined);
}
