/** Finds all files and directories of a repo that a glob matches. */

import type { Glob } from './glob.ts';
import type { AutomatonState } from './glob-automaton.ts';

/** One match. Its files are those of the paths that were looked through, from `start` up to, not including, `end`. */
export interface TreeMatch {
  /** Relative to the repo; empty for the repo itself. */
  readonly path: string;
  readonly kind: 'file' | 'directory';
  /** The whole path, then each capture; one that took no part is empty. Worked out when it is first asked for. */
  readonly captures: readonly string[];
  readonly start: number;
  readonly end: number;
}

class Found implements TreeMatch {
  readonly path: string;
  readonly kind: 'file' | 'directory';
  readonly start: number;
  readonly end: number;
  readonly #glob: Glob;
  #captures: readonly string[] | undefined;

  constructor(glob: Glob, path: string, kind: 'file' | 'directory', start: number, end: number) {
    this.path = path;
    this.kind = kind;
    this.start = start;
    this.end = end;
    this.#glob = glob;
  }

  get captures(): readonly string[] {
    this.#captures ??= this.#glob.matchAccepted(this.path) ?? [this.path];
    return this.#captures;
  }
}

/** The part of a list of paths that lies in a repo. */
export interface RepoSpan {
  readonly start: number;
  readonly end: number;
  /** Characters of the repo's own path, with its slash, at the start of each. */
  readonly cut: number;
  /** The place behind the last path of a directory, where that is known. */
  readonly endOf?: (directory: string) => number | undefined;
}

/** Paths in an order, such as an array of them. */
type Paths = { readonly length: number; at(position: number): string | undefined };

/**
 * All matches in code-point order of their paths. A directory is any proper prefix of a path.
 * @param paths - File paths, sorted in code-point order, each once.
 * @param repo - Where the repo lies among them; all of them are relative to it when absent.
 */
export function matchTree(
  glob: Glob,
  paths: Paths,
  repo: RepoSpan = { start: 0, end: paths.length, cut: 0 },
): readonly TreeMatch[] {
  const files: TreeMatch[] = [];
  const directories: Directory[] = [];
  walkTree(glob, paths, repo, (match) => {
    if (match.kind === 'file') files.push(match);
    else directories.push({ match, filesBefore: files.length });
    return true;
  });
  return merge(files, directories);
}

/** Whether anything matches; stops at the first. */
export function matchesAny(glob: Glob, paths: readonly string[]): boolean {
  let found = false;
  walkTree(glob, paths, { start: 0, end: paths.length, cut: 0 }, () => {
    found = true;
    return false;
  });
  return found;
}

/** Calls `visit` for each match, until it answers `false`. */
function walkTree(
  glob: Glob,
  paths: Paths,
  { start: first, end: last, cut, endOf }: RepoSpan,
  visit: (match: TreeMatch) => boolean,
): void {
  if (glob.wholeRepo) {
    if (last > first) visit(new Found(glob, '', 'directory', first, last));
    return;
  }
  const { automaton } = glob;
  const waiting: { at: number; end: number; from: number; state: AutomatonState }[] = [
    { at: first, end: last, from: cut, state: automaton.start },
  ];
  for (let level = waiting.at(-1); level !== undefined; level = waiting.at(-1)) {
    const start = level.at;
    const path = paths.at(start);
    if (start >= level.end || path === undefined) {
      waiting.pop();
      continue;
    }
    const slash = path.indexOf('/', level.from);
    if (slash === -1) {
      level.at += 1;
      const state = automaton.advance(level.state, path, level.from, path.length);
      if (!automaton.accepts(state)) continue;
      const file = path.slice(cut);
      if (automaton.doubts(state) && !glob.confirms(file)) continue;
      if (!visit(new Found(glob, file, 'file', start, start + 1))) return;
      continue;
    }
    const end =
      endOf?.(path.slice(0, slash)) ?? endOfPrefix(paths, path.slice(0, slash + 1), start, level.end);
    level.at = end;
    const state = automaton.advance(level.state, path, level.from, slash);
    if (automaton.accepts(state)) {
      const directory = path.slice(cut, slash);
      const matches = !automaton.doubts(state) || glob.confirms(directory);
      if (matches && !visit(new Found(glob, directory, 'directory', start, end))) return;
    }
    const inside = automaton.advance(state, path, slash, slash + 1);
    if (!inside.dead) waiting.push({ at: start, end, from: slash + 1, state: inside });
  }
}

/** The index behind the last path that starts with `prefix`; they follow each other, so it gallops. */
function endOfPrefix(paths: Paths, prefix: string, start: number, end: number): number {
  let known = start;
  let step = 1;
  while (known + step < end && paths.at(known + step)?.startsWith(prefix)) {
    known += step;
    step *= 2;
  }
  while (step >= 1) {
    if (known + step < end && paths.at(known + step)?.startsWith(prefix)) known += step;
    step = Math.floor(step / 2);
  }
  return known + 1;
}

/** A directory, and how many files the walk found before it. */
interface Directory {
  readonly match: TreeMatch;
  readonly filesBefore: number;
}

/** Files come sorted; a directory `a` is met only after `a-b/c`, so directories are sorted in here. */
function merge(files: readonly TreeMatch[], directories: Directory[]): readonly TreeMatch[] {
  if (directories.length === 0) return files;
  directories.sort((a, b) => compareCodePoints(a.match.path, b.match.path));
  const merged: TreeMatch[] = [];
  let next = 0;
  for (const { match, filesBefore } of directories) {
    const end = placeOf(match.path, files, next, filesBefore);
    while (next < end) {
      const file = files[next];
      if (file !== undefined) merged.push(file);
      next += 1;
    }
    merged.push(match);
  }
  for (; next < files.length; next += 1) {
    const file = files[next];
    if (file !== undefined) merged.push(file);
  }
  return merged;
}

/** How many of the files come before `directory`: at most `high`, and nearly always that many. */
function placeOf(directory: string, files: readonly TreeMatch[], low: number, high: number): number {
  const comesBefore = (at: number): boolean => compareCodePoints(files[at]?.path ?? '', directory) < 0;
  if (high <= low || comesBefore(high - 1)) return high;
  let from = low;
  let to = high;
  while (from < to) {
    const middle = (from + to) >> 1;
    if (comesBefore(middle)) from = middle + 1;
    else to = middle;
  }
  return from;
}

/** Orders as git does (bytes of UTF-8), which JavaScript's own order of UTF-16 units is not beyond U+FFFF. */
export function compareCodePoints(a: string, b: string): number {
  const shorter = Math.min(a.length, b.length);
  for (let at = 0; at < shorter; at += 1) {
    const left = a.charCodeAt(at);
    const right = b.charCodeAt(at);
    if (left === right) continue;
    const surrogates = Number(isSurrogate(left)) - Number(isSurrogate(right));
    return surrogates !== 0 ? surrogates : left - right;
  }
  return a.length - b.length;
}

function isSurrogate(unit: number): boolean {
  return unit >= 0xd800 && unit <= 0xdfff;
}
