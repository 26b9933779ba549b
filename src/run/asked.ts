/** What a run was asked for, by the names that it was given. */
import type { PipelineSource } from '../plan/order.ts';
import type { AgainWish } from '../plan/planned.ts';
import { datumName } from '../plan/shown-name.ts';
import type { DatumPlace } from './planner.ts';

/** Whether names ask for a datum; none asks for all. */
export function isNamed({ pipeline: { source }, datum }: DatumPlace, names: readonly string[]): boolean {
  return (
    names.length === 0 || names.some((name) => isPipeline(source, name) || isDatum(source, datum.datum, name))
  );
}

/** Whether a name is that of a whole pipeline: its own, or its directory's as a shell completes it. */
export function isPipeline({ spec, directory }: PipelineSource, name: string): boolean {
  const plain = name.replace(/\/+$/, '');
  return plain === spec.name || plain === directory;
}

function isDatum({ spec }: PipelineSource, datum: string, name: string): boolean {
  return name === datumName(spec.name, datum);
}

/** What `--force` makes of names. Who asks for everything, or for a whole pipeline, does not think of the one result that somebody has mended. */
export function wishOf(
  source: PipelineSource,
  datum: string,
  names: readonly string[],
): AgainWish | undefined {
  if (names.some((name) => isDatum(source, datum, name))) return 'over-edits';
  return names.length === 0 || names.some((name) => isPipeline(source, name)) ? 'keep-edits' : undefined;
}
