/**
 * Compiles a glob's nodes to a small program for an abstract machine, after Thompson. The program never runs as
 * a regular expression of the host, because that one backtracks: `*(*(a))b` on forty letters would not end.
 */
import type { CodeRange } from './glob-classes.ts';
import type { GlobNode, GlobSequence, GlobSyntax } from './glob-syntax.ts';

/** One instruction. Those that consume a character go on at the next instruction. */
export type Instruction =
  /** Consumes exactly this code point. */
  | { readonly op: 'literal'; readonly code: number }
  /** Consumes any character but the slash. */
  | { readonly op: 'any' }
  /** Consumes any character. */
  | { readonly op: 'any-crossing' }
  | {
      readonly op: 'class';
      readonly negated: boolean;
      readonly ranges: readonly CodeRange[];
      readonly namesDot: boolean;
    }
  /** Goes on at both, the first one preferred. */
  | { readonly op: 'split'; first: number; second: number }
  | { readonly op: 'jump'; to: number }
  /** Remembers the position; slots 2n and 2n+1 are the start and end of capture n. */
  | { readonly op: 'save'; readonly slot: number }
  /** Fails in front of a dot that hides a file: no wildcard may stand there, not even for nothing. */
  | { readonly op: 'not-hidden' }
  /** Goes on at `to` unless the instructions behind this one match here; they end in `look-end`. */
  | { readonly op: 'unless'; readonly look: number; readonly to: number }
  | { readonly op: 'look-end' }
  | { readonly op: 'accept' };

/** A compiled pattern. */
export interface GlobProgram {
  readonly instructions: readonly Instruction[];
  readonly captureCount: number;
  readonly negationByPrefix: boolean;
  /** For each negation the range of its instructions; an inner one comes before the one around it. */
  readonly looks: readonly { readonly start: number; readonly end: number }[];
}

/** A pattern that compiles to more than this is refused, so that matching stays cheap. */
export const MAXIMUM_INSTRUCTIONS = 10_000;

class Compiler {
  readonly instructions: Instruction[] = [];
  readonly looks: { start: number; end: number }[] = [];
  #lookCount = 0;

  sequence(nodes: GlobSequence): void {
    for (const node of nodes) this.#node(node);
  }

  #node(node: GlobNode): void {
    switch (node.kind) {
      case 'literal':
        this.instructions.push({ op: 'literal', code: node.code });
        return;
      case 'single':
        this.instructions.push({ op: 'any' });
        return;
      case 'star':
        this.#star({ op: 'any' });
        return;
      case 'crossing':
        this.#star({ op: 'any-crossing' });
        return;
      case 'class':
        this.instructions.push({
          op: 'class',
          negated: node.negated,
          ranges: node.ranges,
          namesDot: node.namesDot,
        });
        return;
      case 'either':
        this.#branches(node.branches);
        return;
      case 'capture':
        this.instructions.push({ op: 'save', slot: 2 * node.index });
        this.#quantified(node);
        this.instructions.push({ op: 'save', slot: 2 * node.index + 1 });
        return;
    }
  }

  #star(consume: Instruction): void {
    const loop = this.instructions.length;
    this.instructions.push({ op: 'not-hidden' });
    const split = this.#split();
    this.instructions.push(consume, { op: 'jump', to: loop });
    split.second = this.instructions.length;
  }

  #quantified(node: Extract<GlobNode, { kind: 'capture' }>): void {
    switch (node.quantifier) {
      case '@':
        this.#branches(node.branches);
        return;
      case '?': {
        const split = this.#split();
        this.#branches(node.branches);
        split.second = this.instructions.length;
        return;
      }
      case '*': {
        const loop = this.instructions.length;
        const split = this.#split();
        this.#branches(node.branches);
        this.instructions.push({ op: 'jump', to: loop });
        split.second = this.instructions.length;
        return;
      }
      case '+': {
        const loop = this.instructions.length;
        this.#branches(node.branches);
        const split = this.#split();
        split.first = loop;
        return;
      }
      case '!': {
        const at = this.instructions.push({ op: 'unless', look: 0, to: 0 }) - 1;
        const start = at + 1;
        this.#branches(node.branches);
        this.instructions.push({ op: 'look-end' });
        // Numbered when its inside is complete, so that inner negations come first.
        this.instructions[at] = { op: 'unless', look: this.#lookCount, to: this.instructions.length };
        this.#lookCount += 1;
        this.looks.push({ start, end: this.instructions.length });
        this.#star({ op: 'any' });
        return;
      }
    }
  }

  /** Tries the branches in the order they are written. */
  #branches(branches: readonly GlobSequence[]): void {
    const jumps: { to: number }[] = [];
    branches.forEach((branch, index) => {
      if (index === branches.length - 1) {
        this.sequence(branch);
        return;
      }
      const split = this.#split();
      this.sequence(branch);
      const jump = { op: 'jump' as const, to: 0 };
      this.instructions.push(jump);
      jumps.push(jump);
      split.second = this.instructions.length;
    });
    for (const jump of jumps) jump.to = this.instructions.length;
  }

  /** A split whose two ways are the next instruction, until its maker says otherwise. */
  #split(): { first: number; second: number } {
    const next = this.instructions.length + 1;
    const split = { op: 'split' as const, first: next, second: next };
    this.instructions.push(split);
    return split;
  }
}

/** Compiles what `readGlobSyntax` gave. */
export function compileProgram(syntax: GlobSyntax): GlobProgram {
  const compiler = new Compiler();
  compiler.sequence(syntax.sequence);
  compiler.instructions.push({ op: 'accept' });
  return {
    instructions: compiler.instructions,
    captureCount: syntax.captureCount,
    negationByPrefix: syntax.negationByPrefix,
    looks: compiler.looks,
  };
}

const SLASH = 47;
const DOT = 46;

/**
 * Whether a consuming instruction takes `code`.
 * @param hidden - Whether `code` is the dot at the start of a path segment, which only a pattern that names it takes.
 */
export function consumes(instruction: Instruction, code: number, hidden: boolean): boolean {
  switch (instruction.op) {
    case 'literal':
      return instruction.code === code;
    case 'any':
      return code !== SLASH && !hidden;
    case 'any-crossing':
      return !hidden;
    case 'class': {
      if (code === SLASH) return false;
      if (hidden && code === DOT) return instruction.namesDot;
      return instruction.ranges.some(([low, high]) => low <= code && code <= high) !== instruction.negated;
    }
    default:
      return false;
  }
}
