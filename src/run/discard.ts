/**
 * What a pipeline's `discard` leaves out of a result: removed before anything looks at the result, so that nothing
 * of it can be an error, and removed again by the line that a replay runs.
 */
import { chmodSync, lstatSync, readdirSync, rmdirSync, rmSync } from 'node:fs';
import { findPatterns, literalPattern, patternMatcher } from '../plan/find-patterns.ts';
import { compileGlob } from '../plan/glob.ts';
import { compareCodePoints, matchTree } from '../plan/match-tree.ts';
import { joinPaths } from '../plan/paths.ts';
import { shellQuote } from '../plan/shell.ts';

/** Bytes of file names in a shell line beyond which it is said in another way; a system takes 128 KiB at most. */
const MANY = 32_768;

/** Bytes that would leave no room for the command itself. */
const TOO_MANY = 98_304;

/** A file below an output directory: its name as text for globs, and as bytes, which need not be text. */
interface Found {
  readonly name: string;
  readonly bytes: Buffer;
}

/**
 * Removes the files that the globs match, and folders that are empty without them.
 * @param output - The directory that the job left; anything else there is nobody's business here.
 * @param keep - Names of files that were there before the job.
 * @returns The removed files, relative to the output directory.
 */
export function discardFiles(
  output: string,
  globs: readonly string[],
  keep: ReadonlySet<string>,
): readonly string[] {
  if (globs.length === 0 || lstatSync(output, { throwIfNoEntry: false })?.isDirectory() !== true) return [];
  const { files, folders } = listAll(Buffer.from(output));
  const candidates = files.filter(({ name }) => !keep.has(name));
  candidates.sort((a, b) => compareCodePoints(a.name, b.name));
  const names = candidates.map(({ name }) => name);
  const gone = new Set<number>();
  for (const pattern of globs) {
    const compiled = compileGlob(pattern);
    if (!compiled.ok) continue;
    for (const { start, end } of matchTree(compiled.glob, names))
      for (let at = start; at < end; at += 1) gone.add(at);
  }
  const removed = candidates.filter((_, position) => gone.has(position));
  for (const { bytes } of removed) rmSync(Buffer.concat([Buffer.from(`${output}/`), bytes]), { force: true });
  // Deepest first, so that a folder of empty folders vanishes as well.
  const touched = new Set(removed.flatMap(({ name }) => foldersAbove(name)));
  for (const { name, bytes } of folders.reverse()) {
    if (!touched.has(name)) continue;
    try {
      rmdirSync(Buffer.concat([Buffer.from(`${output}/`), bytes]));
    } catch {
      // Something else lies in it.
    }
  }
  return [...new Set(removed.map(({ name }) => name))];
}

/** Lists everything, folders before what is in them; makes folders ours to change, as a job may have locked them. */
function listAll(output: Buffer): { files: Found[]; folders: Found[] } {
  const files: Found[] = [];
  const folders: Found[] = [];
  const waiting = [Buffer.alloc(0)];
  for (let folder = waiting.pop(); folder !== undefined; folder = waiting.pop()) {
    const place = folder.length === 0 ? output : Buffer.concat([output, Buffer.from('/'), folder]);
    if ((lstatSync(place).mode & 0o700) !== 0o700) chmodSync(place, 0o755);
    for (const item of readdirSync(place, { withFileTypes: true, encoding: 'buffer' })) {
      const bytes = folder.length === 0 ? item.name : Buffer.concat([folder, Buffer.from('/'), item.name]);
      const found = { name: bytes.toString('utf8'), bytes };
      if (!item.isDirectory()) {
        files.push(found);
        continue;
      }
      folders.push(found);
      waiting.push(bytes);
    }
  }
  return { files, folders };
}

function foldersAbove(name: string): string[] {
  const above: string[] = [];
  for (let slash = name.lastIndexOf('/'); slash > 0; slash = name.lastIndexOf('/', slash - 1))
    above.push(name.slice(0, slash));
  return above;
}

/** What a replay must leave out. */
export interface ReplayDiscard {
  readonly globs: readonly string[];
  /** The output directory, relative to the project's root. */
  readonly output: string;
  /** The path of the dataset that this lies in; empty for the project itself. */
  readonly dataset?: string;
  /** Whether the record owns the whole directory, which a replay makes anew. */
  readonly owned: boolean;
  /** Names of the files that are kept, relative to the output directory. */
  readonly kept: readonly string[];
  /** Names of the files that were discarded; `undefined` when that is not known, as of a copy. */
  readonly discarded: readonly string[] | undefined;
}

/**
 * The shell command that removes what was discarded. In a directory that a replay makes anew the globs themselves are
 * used where `find` can say them without touching what is kept: names of logs differ from run to run. Elsewhere
 * somebody else's files lie there, and only what git does not know is removed: `datalad rerun` starts from a clean work
 * tree, so the command has left it.
 */
export function discardStep(what: ReplayDiscard): string | undefined {
  const { globs, output, dataset = '', owned, kept, discarded } = what;
  if (globs.length === 0 || discarded?.length === 0) return undefined;
  if (owned && output !== '') {
    const tests = patternTests(what);
    if (tests !== undefined && tests.length <= MANY) return find(output, tests);
  }
  if (!owned && output !== '') {
    const patterns = patternsOf(what);
    if (patterns !== undefined && !kept.some(matchedBy(patterns))) {
      // Git cleans a subdataset from within.
      const clean = dataset === '' ? 'git clean' : `git -C ${shellQuote(dataset)} clean`;
      const place = dataset === '' ? output : output.slice(dataset.length + 1);
      const words = patterns.map((pattern) => shellQuote(joinPaths(literalPattern(place), pattern)));
      const step = `${clean} -dfq -- ${words.join(' ')}`;
      if (step.length <= MANY) return step;
    }
  }
  const names = discarded === undefined ? undefined : byName(output, discarded, owned ? kept : undefined);
  if (names !== undefined && names.length <= MANY) return names;
  if (owned && output !== '') {
    const step = find(output, notThese(output, kept));
    if (names === undefined || step.length < names.length) return step;
  }
  // Files that a replay leaves behind are better than a line that cannot be run.
  return names !== undefined && names.length > TOO_MANY ? undefined : names;
}

/** Patterns of `find`, which are git's as well, that match all that was discarded, if there are such. */
function patternsOf({ globs, discarded }: ReplayDiscard): readonly string[] | undefined {
  const patterns: string[] = [];
  for (const glob of globs) {
    const found = findPatterns(glob);
    if (found === undefined) return undefined;
    // A glob that matches a directory means all that is in it.
    for (const pattern of found) patterns.push(pattern, `${pattern}/*`);
  }
  if (discarded?.every(matchedBy(patterns)) === false) return undefined;
  return patterns.filter(
    (pattern, position) =>
      discarded === undefined || position % 2 === 0 || discarded.some(matchedBy([pattern])),
  );
}

function matchedBy(patterns: readonly string[]): (name: string) => boolean {
  const matchers = patterns.map(patternMatcher);
  return (name) => matchers.some((matches) => matches(name));
}

/** Tests of `find` that hold for all that was discarded and for nothing that is kept, if there are such. */
function patternTests(what: ReplayDiscard): string | undefined {
  const { output, kept } = what;
  const used = patternsOf(what);
  if (used === undefined) return undefined;
  const any = used.map((pattern) => `-path ${shellQuote(`${literalPattern(safe(output))}/${pattern}`)}`);
  // `find` goes beyond a glob where a name begins with a dot.
  return `\\( ${any.join(' -o ')} \\) ${notThese(output, kept.filter(matchedBy(used)))}`;
}

function notThese(output: string, names: readonly string[]): string {
  const tests = names.map((name) => `! -path ${shellQuote(literalPattern(`${safe(output)}/${name}`))} `);
  return tests.join('');
}

/** @param tests - Empty, or with a space at its end. */
function find(output: string, tests: string): string {
  return `find ${shellQuote(safe(output))} ! -type d ${tests}-exec rm -f -- {} +`;
}

/** Files by their names; a folder in which nothing is kept, by its own. */
function byName(output: string, discarded: readonly string[], kept: readonly string[] | undefined): string {
  const holding = kept === undefined ? undefined : new Set(kept.flatMap(foldersAbove));
  const files = new Set<string>();
  const folders = new Set<string>();
  for (const name of discarded) {
    const free = holding && foldersAbove(name).findLast((folder) => !holding.has(folder));
    if (free === undefined) files.add(name);
    else folders.add(free);
  }
  const list = (names: ReadonlySet<string>): string =>
    [...names].map((name) => shellQuote(joinPaths(output, name))).join(' ');
  const steps = [
    ...(files.size === 0 ? [] : [`rm -f -- ${list(files)}`]),
    ...(folders.size === 0 ? [] : [`rm -rf -- ${list(folders)}`]),
  ];
  return steps.join(' && ');
}

/** A path that `find` does not take for an option. */
function safe(path: string): string {
  return /^[-(!]/.test(path) ? `./${path}` : path;
}
