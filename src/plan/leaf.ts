/** What one `pfs` input yields, from the committed tree and from what its upstream has done. */
import { expandCaptures } from '../spec/capture-template.ts';
import type { PfsInput } from '../spec/model.ts';
import { absentHiding, awaited } from './absent.ts';
import { compileGlob, type Glob } from './glob.ts';
import { type DatumInput, inputPath } from './input.ts';
import { compareCodePoints, matchTree } from './match-tree.ts';
import { isWithin } from './paths.ts';
import type { PlannedDatum, PlannedPipeline } from './planned.ts';
import { ownedEntries } from './result.ts';
import type { TreeIndex } from './tree-index.ts';

/** One match of one `pfs` input. */
export interface Part {
  readonly input: DatumInput;
  /** What `join_on` and `group_by` come to for this path. */
  readonly joinKey: string;
  readonly groupKey: string;
  readonly outerJoin: boolean;
  /** The upstream datum that is not done, where there is one. */
  readonly waitsFor: string | undefined;
}

/** The matches of one `pfs` input, in code-point order of their paths. */
export interface Leaf {
  readonly parts: readonly Part[];
  /** What must be done before all matches are known, in a sentence. */
  readonly unknown: string | undefined;
  /** The upstream datum or the subdataset for which all datums wait, because all of the matches are needed. */
  readonly wholeWaitsFor?: string;
  /** Whether more matches can come, although nothing waits for them. */
  readonly isPartial?: boolean;
  /** Why it cannot be read at all, in a sentence. */
  readonly problem?: string;
}

/** A file name that no tracked file can have: it stands for the files that a pending datum will leave. */
const FUTURE = '\0';

/**
 * Finds the matches of an input.
 * @param whole - Whether all of the upstream's results are needed, because what is still to come changes every datum.
 */
export function readLeaf(
  input: PfsInput,
  index: TreeIndex,
  upstream: PlannedPipeline | undefined,
  whole: boolean,
): Leaf {
  const compiled = compileGlob(input.glob);
  if (!compiled.ok) return { parts: [], unknown: undefined, problem: compiled.message };
  const available = input.upstream === 'available';
  if (upstream?.problem !== undefined) {
    const unknown = `${upstream.name}, which cannot be planned`;
    return { parts: [], unknown, ...(whole ? { wholeWaitsFor: unknown } : {}) };
  }
  const offered = offeredBy(input, index, upstream, available);
  const open = wholeOpen(input, upstream, whole);
  const absent = upstream === undefined ? absentHiding(index, input.repo, compiled.glob) : undefined;
  const hidden = absent === undefined ? undefined : awaited(absent);
  const unknown = available
    ? hidden
    : (upstream?.waitsFor ??
      (open === undefined ? undefined : `all results of ${upstream?.name ?? ''}`) ??
      unknownBecauseOf(input, compiled.glob, upstream, offered) ??
      hidden);
  const matches =
    upstream === undefined
      ? index.matches(input.repo, compiled.glob)
      : matchTree(compiled.glob, offered.paths);
  const parts: Part[] = [];
  for (const { path, captures, start, end } of matches) {
    if (path.endsWith(FUTURE)) continue;
    const datumInput: DatumInput = {
      name: input.name,
      repo: input.repo,
      match: path,
      captures,
      ...(upstream === undefined ? {} : { offered: { paths: offered.paths, start, end } }),
      ...(input.emptyFiles ? { emptyFiles: true } : {}),
      ...(input.reference ? { reference: true } : {}),
    };
    parts.push({
      input: datumInput,
      joinKey: input.joinOn === '' ? '' : expandCaptures(input.joinOn, captures),
      groupKey: input.groupBy === '' ? '' : expandCaptures(input.groupBy, captures),
      outerJoin: input.outerJoin,
      waitsFor: available ? undefined : (open ?? offered.waitsFor(inputPath(datumInput))),
    });
  }
  if (available && upstream !== undefined && isOpen(upstream)) {
    // Nothing is there to begin with: that is not the same as nothing to do.
    const first = parts.length > 0 ? undefined : `a first result of ${upstream.name}`;
    return { parts, unknown: unknown ?? first, isPartial: true };
  }
  // What the upstream does not know of itself can be as little left out as what it has not done.
  const wholeWaitsFor = whole ? (open ?? unknown) : undefined;
  return { parts, unknown, ...(wholeWaitsFor === undefined ? {} : { wholeWaitsFor }) };
}

/** The first datum that keeps the whole of an upstream from being done, where the whole is needed. */
function wholeOpen(
  input: PfsInput,
  upstream: PlannedPipeline | undefined,
  whole: boolean,
): string | undefined {
  if (upstream === undefined || input.upstream === 'available') return undefined;
  if (!whole && input.upstream !== 'complete') return undefined;
  const open = upstream.datums.find((datum) => !isSettled(datum) && datum.state !== 'orphaned');
  return open === undefined ? undefined : `${upstream.name}${open.datum === '' ? '' : `/${open.datum}`}`;
}

/**
 * Whether the glob can match something below the place of a result that is still to come: then only the files that
 * the job leaves tell which datums there are.
 */
function unknownBecauseOf(
  input: PfsInput,
  glob: Glob,
  upstream: PlannedPipeline | undefined,
  offered: Offered,
): string | undefined {
  // The whole of a repo is one datum as soon as there is, or will be, a file.
  if (upstream === undefined || (glob.wholeRepo && offered.paths.length > 0)) return undefined;
  const open = upstream.datums.some((datum) => {
    if (isSettled(datum) || datum.state === 'orphaned') return false;
    if (isWithin(input.repo, datum.output)) return true;
    if (!isWithin(datum.output, input.repo)) return false;
    const below = `${input.repo === '' ? datum.output : datum.output.slice(input.repo.length + 1)}/`;
    return !glob.automaton.advance(glob.automaton.start, below, 0, below.length).dead;
  });
  return open ? `the results of ${upstream.name}, whose files decide the datums` : undefined;
}

function isOpen(upstream: PlannedPipeline): boolean {
  if (upstream.waitsFor !== undefined) return true;
  return upstream.datums.some((datum) => !isSettled(datum) && datum.state !== 'orphaned');
}

/** Whether nobody waits for a datum: its result stands, or `err_cmd` has seen to it that there is none. */
function isSettled(datum: PlannedDatum): boolean {
  return datum.state === 'done' || datum.state === 'modified' || datum.state === 'recovered';
}

interface Offered {
  /** Files of the repo, relative to it, sorted; those to come end with `FUTURE`. */
  readonly paths: readonly string[];
  readonly waitsFor: (path: string) => string | undefined;
}

function offeredBy(
  input: PfsInput,
  index: TreeIndex,
  upstream: PlannedPipeline | undefined,
  available: boolean,
): Offered {
  if (upstream === undefined) return { paths: [], waitsFor: () => undefined };
  const cut = input.repo === '' ? 0 : input.repo.length + 1;
  const within = (path: string): boolean => path.length > cut && isWithin(path, input.repo);
  // A pipeline offers the recorded results of its current datums, never its spec, its code or what was left over.
  const paths = new Set<string>();
  const toCome = new Map<string, string>();
  for (const datum of upstream.datums) {
    // What an earlier job of its has left is not what is asked for now.
    if (datum.state === 'recovered') continue;
    if (isSettled(datum) && datum.record !== undefined) {
      for (const entry of ownedEntries(index, datum.record))
        if (within(entry.path)) paths.add(entry.path.slice(cut));
    } else if (datum.state !== 'orphaned' && !available) {
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
