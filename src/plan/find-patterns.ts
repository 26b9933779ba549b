/**
 * Globs as `find -path` understands them, for shell lines that must work where Minipach is not. There, `*` crosses
 * slashes and matches a leading dot, so a pattern may match more than its glob: whoever uses one looks first.
 */
import { type GlobSequence, readGlobSyntax } from './glob-syntax.ts';

/** More alternatives than this make no line that anybody can read. */
const MAXIMUM_PATTERNS = 20;

/** Something in the glob that `find -path` cannot say, or too many alternatives. */
class Untranslatable extends Error {}

/** Patterns of which one matches whatever the glob matches; `undefined` when there are none. */
export function findPatterns(glob: string): readonly string[] | undefined {
  const trimmed = glob.replace(/^\/+/, '').replace(/\/+$/, '');
  if (trimmed === '') return ['*'];
  const syntax = readGlobSyntax(trimmed);
  if ('message' in syntax) return undefined;
  try {
    return ofSequence(syntax.sequence);
  } catch (error) {
    if (error instanceof Untranslatable) return undefined;
    throw error;
  }
}

/** Text that `find -path` takes as it stands. */
export function literalPattern(text: string): string {
  return text.replaceAll(/[*?[\]\\]/g, '\\$&');
}

/** What `find -path` makes of a pattern, for looking before it is used. */
export function patternMatcher(pattern: string): (path: string) => boolean {
  const source = pattern.replaceAll(/\\.|[\s\S]/gu, (part) => {
    if (part === '*') return '.*';
    if (part === '?') return '.';
    const text = part.length > 1 && part.startsWith('\\') ? part.slice(1) : part;
    return text.replaceAll(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
  });
  const expression = new RegExp(`^${source}$`, 'su');
  return (path) => expression.test(path);
}

function ofSequence(sequence: GlobSequence): string[] {
  let patterns = [''];
  for (const node of sequence) {
    const endings = ofNode(node);
    patterns = patterns.flatMap((pattern) => endings.map((ending) => pattern + ending));
    if (patterns.length > MAXIMUM_PATTERNS) throw new Untranslatable();
  }
  return patterns;
}

function ofNode(node: GlobSequence[number]): string[] {
  switch (node.kind) {
    case 'literal':
      return [literalPattern(String.fromCodePoint(node.code))];
    case 'single':
      return ['?'];
    case 'star':
    case 'crossing':
      return ['*'];
    case 'either':
      return node.branches.flatMap(ofSequence);
    case 'capture':
      if (node.quantifier === '@') return node.branches.flatMap(ofSequence);
      if (node.quantifier === '?') return ['', ...node.branches.flatMap(ofSequence)];
      throw new Untranslatable();
    default:
      throw new Untranslatable();
  }
}
