/**
 * Pachyderm's globs: they match whole paths of a repo, files and directories. A leading slash is implied and a
 * trailing one dropped; `/` is the whole repo. Unlike Pachyderm, a path with a segment that begins with a dot
 * matches only where the pattern names that dot: a git repository has `.datalad` and its like everywhere.
 * Matching takes time linear in the path for any pattern.
 */
import { GlobAutomaton } from './glob-automaton.ts';
import { ExactMatcher } from './glob-captures.ts';
import { compileProgram, MAXIMUM_INSTRUCTIONS } from './glob-program.ts';
import { readGlobSyntax } from './glob-syntax.ts';

/** A compiled pattern. */
export interface Glob {
  /** As it was written. */
  readonly pattern: string;
  /** Whether it is `/`, which matches the repo itself (the empty path) and nothing else. */
  readonly wholeRepo: boolean;
  /** How many captures it has. */
  readonly captureCount: number;
  /** For walking a tree; it accepts every path that matches, and perhaps more where the pattern has a negation. */
  readonly automaton: GlobAutomaton;
  /**
   * What `path` gives, or `undefined` when it does not match.
   * @param path - Relative to the repo, without leading or trailing slash.
   * @returns The whole path, then each capture; one that took no part is empty.
   */
  match(path: string): readonly string[] | undefined;
  /** As `match`, for a path that the automaton has accepted already. */
  matchAccepted(path: string): readonly string[] | undefined;
  /** How many steps were worked out rather than looked up so far; tests watch it, for it bounds the work. */
  computedSteps(): number;
  /** Whether a path that the automaton has accepted, in doubt, does match; only negations leave a doubt. */
  confirms(path: string): boolean;
}

/** A pattern compiled, or one plain sentence and the UTF-16 offset in the pattern it is about. */
export type CompiledGlob =
  | { readonly ok: true; readonly glob: Glob }
  | { readonly ok: false; readonly message: string; readonly offset: number };

/** Compiles a pattern; never throws. */
export function compileGlob(pattern: string): CompiledGlob {
  if (pattern === '') {
    return {
      ok: false,
      message: 'The glob is empty; write `/` for the whole repo or `/*` for each entry.',
      offset: 0,
    };
  }
  const clean = cleanPattern(pattern);
  const syntax = readGlobSyntax(clean.text);
  if ('message' in syntax) {
    return { ok: false, message: syntax.message, offset: clean.originalOffset(syntax.offset) };
  }
  const program = compileProgram(syntax);
  if (program.instructions.length > MAXIMUM_INSTRUCTIONS) {
    return {
      ok: false,
      message: 'The glob is too long, or nests too many repetitions; match more with wildcards.',
      offset: 0,
    };
  }
  const wholeRepo = clean.text === '';
  const automaton = new GlobAutomaton(program);
  const exact = program.captureCount > 0 ? new ExactMatcher(program) : undefined;
  const matchAccepted = (path: string): readonly string[] | undefined =>
    path === '' || exact === undefined ? [path] : exact.match(path);
  const confirms = (path: string): boolean => exact === undefined || exact.matches(path);
  const computedSteps = (): number => automaton.computedSteps + (exact?.suffixes.computedSteps ?? 0);
  const match = (path: string): readonly string[] | undefined => {
    if (wholeRepo || path === '') return wholeRepo && path === '' ? [''] : undefined;
    const state = automaton.advance(automaton.start, path, 0, path.length);
    return automaton.accepts(state) ? matchAccepted(path) : undefined;
  };
  return {
    ok: true,
    glob: {
      pattern,
      wholeRepo,
      captureCount: program.captureCount,
      automaton,
      match,
      matchAccepted,
      confirms,
      computedSteps,
    },
  };
}

/**
 * The pattern with its slashes and dots resolved as those of a path: no slash leads, trails or stands beside another,
 * and `.` and `..` between slashes are gone. That is done before anything else is read, as in Pachyderm.
 */
function cleanPattern(pattern: string): { text: string; originalOffset: (offset: number) => number } {
  const rooted = pattern.startsWith('/');
  const segments: { text: string; offset: number }[] = [];
  let offset = 0;
  for (const text of pattern.split('/')) {
    const above = segments.at(-1)?.text;
    const isUp = text === '..' && (above === undefined ? rooted : above !== '..');
    if (isUp) segments.pop();
    else if (text !== '' && text !== '.') segments.push({ text, offset });
    offset += text.length + 1;
  }
  const last = segments.at(-1);
  // A slash that was dropped takes the backslash that escapes it along.
  if (last !== undefined && pattern.endsWith('/'))
    last.text = last.text.replace(/(?<!\\)((?:\\\\)*)\\$/, '$1');
  const originalOffset = (at: number): number => {
    let from = 0;
    for (const segment of segments) {
      if (at <= from + segment.text.length) return segment.offset + at - from;
      from += segment.text.length + 1;
    }
    return 0;
  };
  return { text: segments.map(({ text }) => text).join('/'), originalOffset };
}
