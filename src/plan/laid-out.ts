/** The datums of a spec with their names and places; those of one that reads no pipeline are found once for a tree. */
import type { Spec } from '../spec/model.ts';
import { codeEntries } from './code-files.ts';
import { type DatumList, findDatums } from './datums.ts';
import { Expander } from './expand.ts';
import type { Finding } from './findings.ts';
import { type PlacedDatum, placeDatums } from './outputs.ts';
import { takenPlaces } from './taken-places.ts';
import type { TreeEntry } from './tree.ts';
import type { TreeIndex } from './tree-index.ts';

/** Datums with their places, and what finding them has needed. */
export interface LaidOut {
  readonly found: DatumList;
  readonly placed: readonly PlacedDatum[];
  readonly findings: readonly Finding[];
  readonly code: readonly TreeEntry[];
  readonly expander: Expander;
}

/** What is known of a spec beside one set of other specs. */
interface Remembered {
  readonly specPaths: string;
  readonly laidOut: LaidOut;
}

const remembered = new WeakMap<TreeIndex, WeakMap<Spec, Remembered>>();

/** Gives the datums that were found for a spec their names and places. */
export function layOut(
  spec: Spec,
  directory: string,
  specPaths: readonly string[],
  index: TreeIndex,
  found: DatumList,
): LaidOut {
  const code = codeEntries(spec, index);
  const expander = new Expander(spec);
  const taken = takenPlaces(directory, specPaths, code);
  return { found, code, expander, ...placeDatums(spec, directory, found.datums, expander, taken) };
}

/**
 * The same for a spec whose inputs are no results: checks and plans, which come one after the other, both need it.
 * @param specPaths - Of all specs of the project, in any order.
 */
export function layOutAlone(
  spec: Spec,
  directory: string,
  specPaths: readonly string[],
  index: TreeIndex,
): LaidOut {
  const known = remembered.get(index) ?? new WeakMap<Spec, Remembered>();
  remembered.set(index, known);
  // A pipeline that comes or goes takes or leaves places.
  const beside = [...specPaths].sort().join('\0');
  const before = known.get(spec);
  if (before?.specPaths === beside) return before.laidOut;
  const laidOut = layOut(
    spec,
    directory,
    specPaths,
    index,
    findDatums(spec.input, index, () => []),
  );
  known.set(spec, { specPaths: beside, laidOut });
  return laidOut;
}
