/** Which datums a pipeline's input yields, from the committed tree and from what its upstream has done. */

import type { PfsInput } from '../spec/model.ts';
import type { Glob } from './glob.ts';
import { type DatumInput, inputPath } from './input.ts';
import { compareCodePoints, matchTree } from './match-tree.ts';
import { isWithin } from './paths.ts';
import type { PlannedDatum, PlannedPipeline } from './planned.ts';
import { ownedEntries } from './result.ts';
import type { TreeIndex } from './tree-index.ts';

/** One unit of input. */
export interface Datum {
  readonly name: string;
  readonly inputs: readonly DatumInput[];
  /** The upstream datum that is not done, where there is one. */
  readonly waitsFor: string | undefined;
}

/** The datums of an input; `unknown` says, in a sentence, what must be done before all of them are known. */
export interface DatumList {
  readonly datums: readonly Datum[];
  readonly unknown: string | undefined;
}

/** A file name that no tracked file can have: it stands for the files that a pending datum will leave. */
const FUTURE = '\0';

/** Finds the datums of an input. */
export function findDatums(
  input: PfsInput,
  glob: Glob,
  index: TreeIndex,
  upstream: PlannedPipeline | undefined,
): DatumList {
  const offered = offeredBy(input, index, upstream);
  const unknown = upstream?.waitsFor ?? unknownBecauseOf(input, glob, upstream);
  const datums: Datum[] = [];
  for (const { path, captures, start, end } of matchTree(glob, offered.paths)) {
    if (path.endsWith(FUTURE)) continue;
    const datumInput: DatumInput = {
      name: input.name,
      repo: input.repo,
      match: path,
      captures,
      ...(upstream === undefined ? {} : { offered: { paths: offered.paths, start, end } }),
    };
    datums.push({ name: path, inputs: [datumInput], waitsFor: offered.waitsFor(inputPath(datumInput)) });
  }
  return { datums, unknown };
}

/**
 * Whether the glob can match something below the place of a result that is still to come: then only the files that
 * the job leaves tell which datums there are.
 */
function unknownBecauseOf(
  input: PfsInput,
  glob: Glob,
  upstream: PlannedPipeline | undefined,
): string | undefined {
  if (upstream === undefined || glob.wholeRepo) return undefined;
  const open = upstream.datums.some((datum) => {
    if (isSettled(datum) || datum.state === 'orphaned') return false;
    if (isWithin(input.repo, datum.output)) return true;
    if (!isWithin(datum.output, input.repo)) return false;
    const below = `${input.repo === '' ? datum.output : datum.output.slice(input.repo.length + 1)}/`;
    return !glob.automaton.advance(glob.automaton.start, below, 0, below.length).dead;
  });
  return open ? `the results of ${upstream.name}, whose files decide the datums` : undefined;
}

/** Whether a datum's result stands as it is. */
function isSettled(datum: PlannedDatum): boolean {
  return datum.state === 'done' || datum.state === 'modified';
}

interface Offered {
  /** Files of the repo, relative to it, sorted; those to come end with `FUTURE`. */
  readonly paths: readonly string[];
  readonly waitsFor: (path: string) => string | undefined;
}

function offeredBy(input: PfsInput, index: TreeIndex, upstream: PlannedPipeline | undefined): Offered {
  const cut = input.repo === '' ? 0 : input.repo.length + 1;
  const within = (path: string): boolean => path.length > cut && isWithin(path, input.repo);
  if (upstream === undefined) {
    const paths = index.under(input.repo).map((entry) => entry.path);
    return { paths: paths.filter(within).map((path) => path.slice(cut)), waitsFor: () => undefined };
  }
  // A pipeline offers the recorded results of its current datums, never its spec, its code or what was left over.
  const paths = new Set<string>();
  const toCome = new Map<string, string>();
  for (const datum of upstream.datums) {
    if (isSettled(datum) && datum.record !== undefined) {
      for (const entry of ownedEntries(index, datum.record))
        if (within(entry.path)) paths.add(entry.path.slice(cut));
    } else if (datum.state !== 'orphaned') {
      toCome.set(datum.output, `${upstream.name}${datum.datum === '' ? '' : `/${datum.datum}`}`);
      const future = `${datum.output}/${FUTURE}`;
      if (within(future)) paths.add(future.slice(cut));
    }
  }
  return { paths: [...paths].sort(compareCodePoints), waitsFor: waiter(toCome, upstream) };
}

/** Tells whether a path can still be touched by an upstream datum: one that lies above, at or below it. */
function waiter(
  toCome: ReadonlyMap<string, string>,
  upstream: PlannedPipeline,
): (path: string) => string | undefined {
  const ancestors = new Map<string, string>();
  for (const [output, name] of toCome) {
    for (let slash = output.length; slash > 0; slash = output.lastIndexOf('/', slash - 1)) {
      ancestors.set(output.slice(0, slash), name);
    }
    ancestors.set('', name);
  }
  return (path) => {
    if (upstream.waitsFor !== undefined) return upstream.name;
    const below = ancestors.get(path);
    if (below !== undefined) return below;
    for (let slash = path.lastIndexOf('/'); slash > 0; slash = path.lastIndexOf('/', slash - 1)) {
      const above = toCome.get(path.slice(0, slash));
      if (above !== undefined) return above;
    }
    return undefined;
  };
}
