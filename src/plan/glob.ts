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
  const leading = pattern.length - pattern.replace(/^\/+/, '').length;
  const trimmed = withoutTrailingSlashes(pattern.slice(leading));
  const syntax = readGlobSyntax(trimmed);
  if ('message' in syntax) return { ok: false, message: syntax.message, offset: syntax.offset + leading };
  const program = compileProgram(syntax);
  if (program.instructions.length > MAXIMUM_INSTRUCTIONS) {
    return { ok: false, message: 'The glob is too long; match more with wildcards.', offset: 0 };
  }
  const wholeRepo = trimmed === '';
  const automaton = new GlobAutomaton(program);
  const exact = program.captureCount > 0 ? new ExactMatcher(program) : undefined;
  const matchAccepted = (path: string): readonly string[] | undefined =>
    exact === undefined ? [path] : exact.match(path);
  const match = (path: string): readonly string[] | undefined => {
    if (wholeRepo || path === '') return wholeRepo && path === '' ? [''] : undefined;
    const state = automaton.advance(automaton.start, path, 0, path.length);
    return automaton.accepts(state) ? matchAccepted(path) : undefined;
  };
  return {
    ok: true,
    glob: { pattern, wholeRepo, captureCount: program.captureCount, automaton, match, matchAccepted },
  };
}

/** A slash behind an odd number of backslashes is escaped, but still a slash: nothing ends in one, so all go. */
function withoutTrailingSlashes(pattern: string): string {
  let end = pattern.length;
  while (end > 0 && pattern[end - 1] === '/') {
    end -= 1;
    if (pattern[end - 1] === '\\' && pattern[end - 2] !== '\\') end -= 1;
  }
  return pattern.slice(0, end);
}
