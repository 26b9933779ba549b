/**
 * Reads a glob pattern into a tree of nodes. The language is Pachyderm's (its `ohmyglob`): `*` `?` `**`, classes,
 * `{a,b}`, `\x`, and captures `(a|b)` `@()` `*()` `+()` `?()` `!()`.
 */

import { type CharacterClass, readClass } from './glob-classes.ts';

/** How often a capture may repeat; `!` matches what its branches do not. */
export type Quantifier = '@' | '*' | '+' | '?' | '!';

/** One thing that a pattern asks for. */
export type GlobNode =
  | { readonly kind: 'literal'; readonly code: number }
  | { readonly kind: 'single' }
  | { readonly kind: 'star' }
  | { readonly kind: 'crossing' }
  | CharacterClass
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

interface Group {
  readonly separator: '|' | ',';
  readonly close: ')' | '}';
  readonly start: number;
}

/**
 * Reads one pattern; made anew for each. As in Pachyderm, `,` separates in any group within braces and `|` in any
 * within a capture, and one of `@!+^` that opens no capture begins text that ends only at the next wildcard. Unlike
 * there, text ends at what separates or closes its own group too: Pachyderm leaves the capture of `{(a),b}` open.
 */
class PatternReader {
  readonly #text: string;
  readonly #groups: Group[] = [];
  #at = 0;
  #negationClosed = false;
  captureCount = 0;
  negationByPrefix = false;

  constructor(text: string) {
    this.#text = text;
  }

  /** Reads up to, not including, what ends or separates the enclosing group. */
  sequence(): GlobSequence {
    const nodes: GlobNode[] = [];
    while (this.#at < this.#text.length && !this.#delimits(this.#text[this.#at] ?? '')) {
      const node = this.#node();
      if (node !== undefined) nodes.push(node);
      else this.#textRun(nodes);
    }
    return nodes;
  }

  /** Whether `character`, where a node could begin, separates or closes a group. */
  #delimits(character: string): boolean {
    if (character === this.#groups.at(-1)?.close) return true;
    return this.#groups.some(({ separator }) => character === separator);
  }

  /** A node that is not text; `undefined` where text begins. */
  #node(): GlobNode | undefined {
    const start = this.#at;
    const character = this.#text[start] ?? '';
    const opensCapture = this.#text[start + 1] === '(';
    if (character === '(') return this.#capture('@', start, start + 1);
    if (opensCapture && isQuantifier(character)) return this.#capture(character, start, start + 2);
    if (opensCapture && character === '^') {
      throw new PatternError(
        'No capture begins with `^(`; write `!(` for what does not match, or `\\^(` for the character.',
        start,
      );
    }
    switch (character) {
      case '{':
        this.#at += 1;
        return { kind: 'either', branches: this.#branches({ separator: ',', close: '}', start }) };
      case '[':
        return this.#class(start);
      case '?':
        this.#at += 1;
        return { kind: 'single' };
      case '*': {
        // In `**(a)` the second star belongs to the capture.
        const crossing = this.#text[start + 1] === '*' && this.#text[start + 2] !== '(';
        this.#at += crossing ? 2 : 1;
        this.#bound();
        return { kind: crossing ? 'crossing' : 'star' };
      }
      default:
        return undefined;
    }
  }

  /** Text and stars bound a negation that was closed before them; see `negationByPrefix`. */
  #bound(): void {
    if (this.#negationClosed) this.negationByPrefix = true;
  }

  #textRun(nodes: GlobNode[]): void {
    this.#bound();
    const stops = this.#stops();
    do {
      nodes.push({ kind: 'literal', code: this.#literal() });
    } while (this.#at < this.#text.length && !stops.includes(this.#text[this.#at] ?? ''));
  }

  /** Before which characters the text that begins here ends. */
  #stops(): string {
    const innermost = this.#groups.at(-1);
    const own = innermost === undefined ? '' : innermost.separator + innermost.close;
    if (MARKERS.includes(this.#text[this.#at] ?? '')) return WILDCARDS + own;
    const inBraces = this.#groups.some(({ close }) => close === '}');
    return WILDCARDS + MARKERS + own + (inBraces ? ',' : '');
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

  #capture(quantifier: Quantifier, start: number, inside: number): GlobNode {
    this.captureCount += 1;
    const index = this.captureCount;
    this.#at = inside;
    const branches = this.#branches({ separator: '|', close: ')', start });
    if (quantifier === '!') this.#negationClosed = true;
    return { kind: 'capture', quantifier, index, branches };
  }

  #branches(group: Group): GlobSequence[] {
    this.#groups.push(group);
    if (this.#groups.length > MAXIMUM_DEPTH) {
      throw new PatternError('The glob nests its groups too deeply.', group.start);
    }
    const branches = [this.sequence()];
    while (this.#text[this.#at] === ',' || this.#text[this.#at] === '|') {
      this.#at += 1;
      branches.push(this.sequence());
    }
    if (this.#text[this.#at] !== group.close) {
      const opener = group.close === ')' ? '(' : '{';
      throw new PatternError(
        `The \`${opener}\` in the glob is not closed; add \`${group.close}\`, or write \`\\${opener}\` for the character itself.`,
        group.start,
      );
    }
    this.#at += 1;
    this.#groups.pop();
    return branches;
  }

  #class(start: number): GlobNode {
    const read = readClass(this.#text, start);
    if ('message' in read) throw new PatternError(read.message, read.offset);
    this.#at = read.end;
    return read.class;
  }
}

/** Before these any text ends. */
const WILDCARDS = '?*[{(';
/** These open a capture when a parenthesis follows. */
const MARKERS = '@!^+';

function isQuantifier(character: string): character is Quantifier {
  return (
    character === '@' || character === '*' || character === '+' || character === '?' || character === '!'
  );
}

/** Reads `pattern`, which has no leading or trailing slash any more. */
export function readGlobSyntax(pattern: string): GlobSyntax | GlobProblem {
  const reader = new PatternReader(pattern);
  try {
    const sequence = reader.sequence();
    return { sequence, captureCount: reader.captureCount, negationByPrefix: reader.negationByPrefix };
  } catch (problem) {
    // A thrown error unwinds the recursive reader; it never leaves this file.
    if (problem instanceof PatternError) return { message: problem.message, offset: problem.offset };
    throw problem;
  }
}
