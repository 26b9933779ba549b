/** How many datums a spec yields, and how many matches each of its globs has, as far as the committed files tell. */
import { inputOf, writtenInputs } from '../spec/input-values.ts';
import type { SpecPath } from '../spec/places.ts';
import { findDatums } from './datums.ts';
import { compileGlob } from './glob.ts';
import { upstreamsOf } from './order.ts';
import type { ProjectSpec } from './project-spec.ts';
import type { TreeIndex } from './tree-index.ts';

/** One count, and the field that it is about. */
export interface Yield {
  readonly path: SpecPath;
  /** Matches of one glob among several, or the datums of the whole spec. */
  readonly of: 'matches' | 'datums';
  readonly count: number;
  /** The first ten names, in order. */
  readonly first: readonly string[];
}

/** How many names a count comes with. */
const FIRST = 10;

/**
 * Every count that can be known: not where another pipeline's results are read, or a subdataset that may not be
 * installed, and not where the spec is not that far yet.
 */
export function yieldsOf(
  spec: ProjectSpec,
  specs: readonly ProjectSpec[],
  index: TreeIndex,
): readonly Yield[] {
  const inputs = writtenInputs(spec.parsed.value);
  const found = inputs.flatMap(({ repo, glob, path }): Yield[] => {
    if (repo === undefined || glob === undefined) return [];
    if (upstreamsOf({ repo, glob }, specs).length > 0 || !index.isDirectory(repo)) return [];
    const compiled = compileGlob(glob);
    if (!compiled.ok || index.holdsSubdataset(repo, compiled.glob)) return [];
    const matches = index.matches(repo, compiled.glob);
    const first = matches.slice(0, FIRST).map((match) => match.path);
    return [{ path: [...path, 'glob'], of: 'matches', count: matches.length, first }];
  });
  const [only] = found;
  const input = inputOf(spec.parsed.value);
  if (input === undefined || only === undefined || found.length < inputs.length) return found;
  if (input.kind === 'pfs') return [{ ...only, of: 'datums' }];
  const { datums, problem } = findDatums(input, index, () => []);
  // More than there can be are not none.
  if (problem !== undefined) return found;
  const first = datums.slice(0, FIRST).map((datum) => datum.name);
  return [{ path: ['input', input.kind], of: 'datums', count: datums.length, first }, ...found];
}
