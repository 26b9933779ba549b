/**
 * Reads a glob pattern into a tree of nodes. The language is Pachyderm's (its `ohmyglob`): `*` `?` `**`, classes,
 * `{a,b}`, `\x`, and captures `(a|b)` `@()` `*()` `+()` `?()` `!()`.
 */

import { type CodeRange, complement, POSIX_CLASSES } from './glob-classes.ts';

/** How often a capture may repeat; `!` matches what its branches do not. */
export type Quantifier = '@' | '*' | '+' | '?' | '!';

/** One thing that a pattern asks for. */
export type GlobNode =
  | { readonly kind: 'literal'; readonly code: number }
  | { readonly kind: 'single' }
  | { readonly kind: 'star' }
  | { readonly kind: 'crossing' }
  | {
      readonly kind: 'class';
      readonly negated: boolean;
      readonly ranges: readonly CodeRange[];
      /** Whether it lists the dot by itself, so that it may match the dot that hides a file. */
      readonly namesDot: boolean;
    }
  | { readonly kind: 'either'; readonly branches: readonly GlobSequence[] }
  | {
      readonly kind: 'capture';
      readonly quantifier: Quantifier;
      readonly index: number;
      readonly branches: readonly GlobSequence[];
    };

/** Nodes that follow each other. */
export type GlobSequence = readonly GlobNode[];

/** A pattern that was read. */
export interface GlobSyntax {
  readonly sequence: GlobSequence;
  readonly captureCount: number;
  /**
   * Whether `!(a)` refuses everything that starts with `a`, rather than just `a` itself up to the path's end.
   * Pachyderm decides this once for a pattern: a negation with text or a star somewhere behind it refuses by prefix.
   */
  readonly negationByPrefix: boolean;
}

/** Why a pattern could not be read. */
export interface GlobProblem {
  readonly message: string;
  /** UTF-16 offset in the pattern. */
  readonly offset: number;
}

/** Deeper nesting than this is refused, because reading and compiling a pattern are recursive. */
const MAXIMUM_DEPTH = 100;

class PatternError extends Error {
  readonly offset: number;
  constructor(message: string, offset: number) {
    super(message);
    this.offset = offset;
  }
}

/** Reads one pattern; made anew for each. */
class PatternReader {
  readonly #text: string;
  #at = 0;
  #depth = 0;
  #negationClosed = false;
  captureCount = 0;
  negationByPrefix = false;

  constructor(text: string) {
    this.#text = text;
  }

  readAll(): GlobSequence {
    return this.#sequence('', '');
  }

  /** Reads up to, not including, one of the characters of `stop` that ends or separates the enclosing group. */
  #sequence(separator: string, close: string): GlobSequence {
    const nodes: GlobNode[] = [];
    while (this.#at < this.#text.length) {
      const character = this.#text[this.#at];
      if (character === separator || character === close) break;
      nodes.push(this.#node());
    }
    return nodes;
  }

  #node(): GlobNode {
    const start = this.#at;
    const character = this.#text[start] ?? '';
    const opensCapture = this.#text[start + 1] === '(';
    if (character === '(') return this.#group('@', start, start + 1);
    if (opensCapture && isQuantifier(character)) return this.#group(character, start, start + 2);
    if (character === '{') return this.#either(start);
    if (character === '[') return this.#class(start);
    if (character === '?') {
      this.#at += 1;
      return { kind: 'single' };
    }
    // Text and stars bound a negation that was closed before them; see `negationByPrefix`.
    if (this.#negationClosed) this.negationByPrefix = true;
    if (character === '*') {
      // In `**(a)` the second star belongs to the capture.
      const crossing = this.#text[start + 1] === '*' && this.#text[start + 2] !== '(';
      this.#at += crossing ? 2 : 1;
      return { kind: crossing ? 'crossing' : 'star' };
    }
    return { kind: 'literal', code: this.#literal() };
  }

  #literal(): number {
    const start = this.#at;
    if (this.#text[start] === '\\') {
      this.#at += 1;
      if (this.#at >= this.#text.length) {
        throw new PatternError(
          'The glob ends in a backslash that escapes nothing; write `\\\\` for a backslash.',
          start,
        );
      }
    }
    const code = this.#text.codePointAt(this.#at) ?? 0;
    this.#at += code > 0xffff ? 2 : 1;
    return code;
  }

  #group(quantifier: Quantifier, start: number, inside: number): GlobNode {
    this.captureCount += 1;
    const index = this.captureCount;
    this.#at = inside;
    const branches = this.#branches('|', ')', start);
    if (quantifier === '!') this.#negationClosed = true;
    return { kind: 'capture', quantifier, index, branches };
  }

  #either(start: number): GlobNode {
    this.#at = start + 1;
    return { kind: 'either', branches: this.#branches(',', '}', start) };
  }

  #branches(separator: string, close: string, start: number): GlobSequence[] {
    this.#depth += 1;
    if (this.#depth > MAXIMUM_DEPTH) throw new PatternError('The glob nests its groups too deeply.', start);
    const branches = [this.#sequence(separator, close)];
    while (this.#text[this.#at] === separator) {
      this.#at += 1;
      branches.push(this.#sequence(separator, close));
    }
    if (this.#text[this.#at] !== close) {
      const opener = close === ')' ? '(' : '{';
      throw new PatternError(
        `The \`${opener}\` in the glob is not closed; add \`${close}\`, or write \`\\${opener}\` for the character itself.`,
        start,
      );
    }
    this.#at += 1;
    this.#depth -= 1;
    return branches;
  }

  #class(start: number): GlobNode {
    this.#at = start + 1;
    const sign = this.#text[this.#at];
    const negated = sign === '!' || sign === '^';
    if (negated) this.#at += 1;
    const ranges: CodeRange[] = [];
    let namesDot = false;
    while (this.#at < this.#text.length && this.#text[this.#at] !== ']') {
      const named = this.#posixClass();
      if (named !== undefined) {
        ranges.push(...named);
        continue;
      }
      const from = this.#at;
      const low = this.#literal();
      let high = low;
      const next = this.#text[this.#at + 1];
      if (this.#text[this.#at] === '-' && next !== undefined && next !== ']') {
        this.#at += 1;
        high = this.#literal();
        if (high < low) {
          throw new PatternError('The range in the glob runs backwards; write its lower end first.', from);
        }
      }
      if (low === high && low === 46) namesDot = true;
      ranges.push([low, high]);
    }
    if (this.#at >= this.#text.length) {
      throw new PatternError(
        'The `[` in the glob is not closed; add `]`, or write `\\[` for the character itself.',
        start,
      );
    }
    if (ranges.length === 0) {
      throw new PatternError(
        'The `[]` in the glob lists no character; put some between the brackets.',
        start,
      );
    }
    this.#at += 1;
    return { kind: 'class', negated, ranges, namesDot: namesDot && !negated };
  }

  /** `[:alpha:]` and its like, within brackets; `[:^alpha:]` is everything else. */
  #posixClass(): readonly CodeRange[] | undefined {
    if (!this.#text.startsWith('[:', this.#at)) return undefined;
    const end = this.#text.indexOf(':]', this.#at + 2);
    if (end === -1) return undefined;
    const written = this.#text.slice(this.#at + 2, end);
    const name = written.replace(/^\^/, '');
    const ranges = Object.hasOwn(POSIX_CLASSES, name) ? POSIX_CLASSES[name] : undefined;
    if (ranges === undefined) {
      throw new PatternError(
        `The glob has no character class \`[:${name}:]\`; there are ${Object.keys(POSIX_CLASSES).join(', ')}.`,
        this.#at,
      );
    }
    this.#at = end + 2;
    return written === name ? ranges : complement(ranges);
  }
}

function isQuantifier(character: string): character is Quantifier {
  return (
    character === '@' || character === '*' || character === '+' || character === '?' || character === '!'
  );
}

/** Reads `pattern`, which has no leading or trailing slash any more. */
export function readGlobSyntax(pattern: string): GlobSyntax | GlobProblem {
  const reader = new PatternReader(pattern);
  try {
    const sequence = reader.readAll();
    return { sequence, captureCount: reader.captureCount, negationByPrefix: reader.negationByPrefix };
  } catch (problem) {
    // A thrown error unwinds the recursive reader; it never leaves this file.
    if (problem instanceof PatternError) return { message: problem.message, offset: problem.offset };
    throw problem;
  }
}
