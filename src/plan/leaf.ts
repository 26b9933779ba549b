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
  /** Why there is no match and none is to come, in a sentence, where pipelines are read. */
  readonly nothing?: string;
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
  upstreams: readonly PlannedPipeline[],
  whole: boolean,
): Leaf {
  const compiled = compileGlob(input.glob);
  if (!compiled.ok) return { parts: [], unknown: undefined, problem: compiled.message };
  const available = input.upstream === 'available';
  const unplannable = upstreams.find(({ problem }) => problem !== undefined);
  if (unplannable !== undefined) {
    const unknown = `${unplannable.name}, which cannot be planned`;
    return { parts: [], unknown, ...(whole ? { wholeWaitsFor: unknown } : {}) };
  }
  const isRead = upstreams.length > 0;
  const offered = isRead ? offeredBy(input, index, upstreams, available) : NOTHING_OFFERED;
  const open = wholeOpen(input, upstreams, whole);
  const isHeld = upstreams.some(({ source }) => isWithin(input.repo, source.directory));
  const absent = isHeld ? undefined : absentHiding(index, input.repo, compiled.glob);
  const hidden = absent === undefined ? undefined : awaited(absent);
  const unknown = available
    ? hidden
    : (unknownTo(upstreams, index) ??
      (open === undefined ? undefined : `all results of ${open.pipeline}`) ??
      unknownBecauseOf(input, compiled.glob, upstreams, offered) ??
      hidden);
  const matches = isRead ? matchTree(compiled.glob, offered.paths) : index.matches(input.repo, compiled.glob);
  const parts: Part[] = [];
  const { name, repo } = input;
  const wish = {
    ...(input.emptyFiles ? { emptyFiles: true as const } : {}),
    ...(input.reference ? { reference: true as const } : {}),
  };
  const isSpecial = Object.keys(wish).length > 0;
  for (const match of matches) {
    const { path, start, end } = match;
    if (path.endsWith(FUTURE)) continue;
    const plain: DatumInput = { name, repo, match: path, matched: match };
    const offer = isRead ? { offered: { paths: offered.paths, start, end } } : {};
    const datumInput = isRead || isSpecial ? { ...plain, ...wish, ...offer } : plain;
    parts.push({
      input: datumInput,
      joinKey: input.joinOn === '' ? '' : expandCaptures(input.joinOn, match.captures),
      groupKey: input.groupBy === '' ? '' : expandCaptures(input.groupBy, match.captures),
      outerJoin: input.outerJoin,
      waitsFor: available ? undefined : (open?.datum ?? offered.waitsFor(inputPath(datumInput))),
    });
  }
  const stillOpen = available ? upstreams.find(isOpen) : undefined;
  if (stillOpen !== undefined) {
    // Nothing is there to begin with: that is not the same as nothing to do.
    const first = parts.length > 0 ? undefined : `a first result of ${stillOpen.name}`;
    return { parts, unknown: unknown ?? first, isPartial: true };
  }
  // What the upstream does not know of itself can be as little left out as what it has not done.
  const wholeWaitsFor = whole ? (open?.datum ?? unknown) : undefined;
  const left = isRead && parts.length === 0 && unknown === undefined ? nothingLeft(upstreams) : undefined;
  return {
    parts,
    unknown,
    ...(wholeWaitsFor === undefined ? {} : { wholeWaitsFor }),
    ...(left === undefined ? {} : { nothing: left }),
  };
}

function nothingLeft(upstreams: readonly PlannedPipeline[]): string {
  const names = upstreams.map(({ name }) => `\`${name}\``);
  return `${names.join(' and ')} ${names.length > 1 ? 'have' : 'has'} left nothing that its glob matches.`;
}

/** What the first upstream that does not know its own datums is waited for. */
function unknownTo(upstreams: readonly PlannedPipeline[], index: TreeIndex): string | undefined {
  const unsure = upstreams.find(({ waitsFor }) => waitsFor !== undefined);
  if (unsure === undefined) return undefined;
  // What is to be done about a subdataset is the same for all who wait for it.
  const subdataset = index.closed.map(awaited).find((text) => text === unsure.waitsFor);
  return subdataset ?? `all results of ${unsure.name}`;
}

/** The first datum that keeps the whole of what is read from being done, where the whole is needed. */
function wholeOpen(
  input: PfsInput,
  upstreams: readonly PlannedPipeline[],
  whole: boolean,
): { readonly pipeline: string; readonly datum: string } | undefined {
  if (input.upstream === 'available') return undefined;
  if (!whole && input.upstream !== 'complete') return undefined;
  for (const upstream of upstreams) {
    const open = upstream.datums.find(isToCome);
    if (open !== undefined) return { pipeline: upstream.name, datum: fullName(upstream, open) };
  }
  return undefined;
}

/**
 * Whether the glob can match something below the place of a result that is still to come: then only the files that
 * the job leaves tell which datums there are.
 */
function unknownBecauseOf(
  input: PfsInput,
  glob: Glob,
  upstreams: readonly PlannedPipeline[],
  offered: Offered,
): string | undefined {
  // The whole of a repo is one datum as soon as there is, or will be, a file.
  if (glob.wholeRepo && offered.paths.length > 0) return undefined;
  const decides = (datum: PlannedDatum): boolean => {
    if (!isToCome(datum)) return false;
    if (isWithin(input.repo, datum.output)) return true;
    if (!isWithin(datum.output, input.repo)) return false;
    const below = `${input.repo === '' ? datum.output : datum.output.slice(input.repo.length + 1)}/`;
    return !glob.automaton.advance(glob.automaton.start, below, 0, below.length).dead;
  };
  const open = upstreams.find(({ datums }) => datums.some(decides));
  return open === undefined ? undefined : `the results of ${open.name}, whose files decide the datums`;
}

function isOpen(upstream: PlannedPipeline): boolean {
  if (upstream.waitsFor !== undefined) return true;
  return upstream.datums.some(isToCome);
}

/** Whether a datum's result is still to come. */
export function isToCome(datum: PlannedDatum): boolean {
  return !isSettled(datum) && datum.state !== 'orphaned';
}

function fullName(upstream: PlannedPipeline, { datum }: PlannedDatum): string {
  return `${upstream.name}${datum === '' ? '' : `/${datum}`}`;
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

const NOTHING_OFFERED: Offered = { paths: [], waitsFor: () => undefined };

/**
 * What there is to match where pipelines are read: their recorded results of current datums, never their specs, their
 * code or what was left over, and what the repo holds beside their directories.
 */
function offeredBy(
  input: PfsInput,
  index: TreeIndex,
  upstreams: readonly PlannedPipeline[],
  available: boolean,
): Offered {
  const { repo } = input;
  const cut = repo === '' ? 0 : repo.length + 1;
  const within = (path: string): boolean => path.length > cut && isWithin(path, repo);
  const paths = new Set(
    upstreams.some(({ source }) => isWithin(repo, source.directory)) ? [] : besides(index, repo, upstreams),
  );
  const toCome = new Map<string, string>();
  for (const upstream of upstreams) {
    for (const datum of upstream.datums) {
      // What an earlier job of its has left is not what is asked for now.
      if (datum.state === 'recovered') continue;
      if (isSettled(datum) && datum.record !== undefined) {
        for (const entry of ownedEntries(index, datum.record))
          if (within(entry.path)) paths.add(entry.path.slice(cut));
      } else if (isToCome(datum) && !available) {
        toCome.set(datum.output, fullName(upstream, datum));
        const future = `${datum.output}/${FUTURE}`;
        if (within(future)) paths.add(future.slice(cut));
      }
    }
  }
  return { paths: [...paths].sort(compareCodePoints), waitsFor: waiter(toCome, upstreams) };
}

/** The files of a repo, relative to it, that lie in no pipeline's directory. */
function besides(index: TreeIndex, repo: string, upstreams: readonly PlannedPipeline[]): readonly string[] {
  const around = repo === '' ? '' : `${repo}/`;
  const inside = upstreams.map(({ source }) => `${source.directory}/`.slice(around.length));
  return index.below(repo).filter((path) => !inside.some((directory) => path.startsWith(directory)));
}

/** Tells whether a path can still be touched by an upstream datum: one that lies above, at or below it. */
function waiter(
  toCome: ReadonlyMap<string, string>,
  upstreams: readonly PlannedPipeline[],
): (path: string) => string | undefined {
  const unsure = upstreams.filter(({ waitsFor }) => waitsFor !== undefined);
  const ancestors = new Map<string, string>();
  for (const [output, name] of toCome) {
    for (let slash = output.length; slash > 0; slash = output.lastIndexOf('/', slash - 1)) {
      ancestors.set(output.slice(0, slash), name);
    }
    ancestors.set('', name);
  }
  return (path) => {
    for (const { name, source } of unsure)
      if (isWithin(path, source.directory) || isWithin(source.directory, path)) return name;
    const below = ancestors.get(path);
    if (below !== undefined) return below;
    for (let slash = path.lastIndexOf('/'); slash > 0; slash = path.lastIndexOf('/', slash - 1)) {
      const above = toCome.get(path.slice(0, slash));
      if (above !== undefined) return above;
    }
    return undefined;
  };
}
