/**
 * Compiles a glob's nodes to a small program for an abstract machine, after Thompson. The program never runs as
 * a regular expression of the host, because that one backtracks: `*(*(a))b` on forty letters would not end.
 *
 * Captures are those of Pachyderm's engine, in which a repetition whose inside may be empty ends with the first
 * empty round. So the inside of such a repetition is there several times over: once for the middle of a round, and
 * once for its beginning, where nothing is consumed yet; reaching the end of that one is the empty round.
 */
import type { CharacterClass } from './glob-classes.ts';
import type { GlobNode, GlobSequence, GlobSyntax } from './glob-syntax.ts';

/** One instruction. Those that consume a character go on at `next`, all others that name no way at the following. */
export type Instruction =
  /** Consumes exactly this code point. */
  | { readonly op: 'literal'; readonly code: number; next: number }
  /** Consumes any character but the slash. */
  | { readonly op: 'any'; next: number }
  /** Consumes any character. */
  | { readonly op: 'any-crossing'; next: number }
  | { readonly op: 'class'; readonly class: CharacterClass; next: number }
  /** Goes on at both, the first one preferred. */
  | { readonly op: 'split'; first: number; second: number }
  | { readonly op: 'jump'; to: number }
  /** Remembers the position; slots 2n and 2n+1 are the start and end of capture n. */
  | { readonly op: 'save'; readonly slot: number }
  /** Fails in front of a dot that hides a file: no wildcard may stand there, not even for nothing. */
  | { readonly op: 'not-hidden' }
  /** Goes on unless the instructions from `look` match here; they end in `look-end`. */
  | { readonly op: 'unless'; look: number }
  | { readonly op: 'look-end' }
  | { readonly op: 'accept' };

/** A compiled pattern. */
export interface GlobProgram {
  readonly instructions: readonly Instruction[];
  readonly captureCount: number;
  readonly negationByPrefix: boolean;
  /** Where the parts begin: the pattern itself at 0, then insides of negations, each before those within it. */
  readonly parts: readonly number[];
}

/** A pattern that compiles to more than this is refused, so that matching stays cheap. */
export const MAXIMUM_INSTRUCTIONS = 10_000;

type Capture = Extract<GlobNode, { kind: 'capture' }>;

class Compiler {
  readonly instructions: Instruction[] = [];
  readonly parts: number[] = [];
  /** Where each node that consumes goes on; it is where its copy at depth 0 does. */
  readonly #after = new Map<GlobNode, number>();
  readonly #consuming: { node: GlobNode; instruction: { next: number } }[] = [];
  readonly #negations = new Map<Capture, { look: number }[]>();

  compile(nodes: GlobSequence): void {
    this.parts.push(0);
    this.#sequence(nodes, 0);
    this.instructions.push({ op: 'accept' });
    // The map grows while the insides of negations are compiled.
    for (const [node, users] of this.#negations) {
      const look = this.instructions.length;
      this.parts.push(look);
      this.#branches(node.branches, 0);
      this.instructions.push({ op: 'look-end' });
      for (const user of users) user.look = look;
    }
    for (const { node, instruction } of this.#consuming) instruction.next = this.#after.get(node) ?? 0;
  }

  /**
   * @param empty - How many repetitions around have consumed nothing in their present round. What consumes goes on
   * in the copy where that is none.
   */
  #sequence(nodes: GlobSequence, empty: number): void {
    for (const node of nodes) this.#node(node, empty);
  }

  #node(node: GlobNode, empty: number): void {
    if (this.instructions.length > MAXIMUM_INSTRUCTIONS) return;
    switch (node.kind) {
      case 'literal':
        this.#consume(node, { op: 'literal', code: node.code, next: 0 }, empty);
        return;
      case 'single':
        this.#consume(node, { op: 'any', next: 0 }, empty);
        return;
      case 'class':
        this.#consume(node, { op: 'class', class: node, next: 0 }, empty);
        return;
      case 'star':
      case 'crossing':
        this.#star(node, node.kind === 'star' ? 'any' : 'any-crossing', empty);
        return;
      case 'either':
        this.#branches(node.branches, empty);
        return;
      case 'capture':
        this.instructions.push({ op: 'save', slot: 2 * node.index });
        this.#quantified(node, empty);
        this.instructions.push({ op: 'save', slot: 2 * node.index + 1 });
        return;
    }
  }

  #consume(node: GlobNode, instruction: Instruction & { next: number }, empty: number): void {
    this.instructions.push(instruction);
    this.#consuming.push({ node, instruction });
    if (empty === 0 && !this.#after.has(node)) this.#after.set(node, this.instructions.length);
  }

  #star(node: GlobNode, op: 'any' | 'any-crossing', empty: number): void {
    if (empty === 0) this.#after.set(node, this.instructions.length);
    this.instructions.push({ op: 'not-hidden' });
    const split = this.#split();
    this.#consume(node, { op, next: 0 }, empty);
    split.second = this.instructions.length;
  }

  #quantified(node: Capture, empty: number): void {
    switch (node.quantifier) {
      case '@':
        this.#branches(node.branches, empty);
        return;
      case '?': {
        const split = this.#split();
        this.#branches(node.branches, empty);
        split.second = this.instructions.length;
        return;
      }
      case '*':
      case '+':
        this.#repeat(node, empty);
        return;
      case '!': {
        const unless = { op: 'unless' as const, look: 0 };
        this.instructions.push(unless);
        const users = this.#negations.get(node);
        if (users === undefined) this.#negations.set(node, [unless]);
        else users.push(unless);
        this.#star(node, 'any', empty);
        return;
      }
    }
  }

  #repeat(node: Capture, empty: number): void {
    const skip = node.quantifier === '*' ? this.#split() : undefined;
    const round = this.instructions.length;
    const ways: { to: number }[] = [];
    if (node.branches.some(mayBeEmpty)) {
      this.#branches(node.branches, empty + 1);
      ways.push(this.#jump());
    }
    // Whoever consumes in a copy goes on in the one at depth 0, so the others need no end.
    const middle = this.instructions.length;
    if (empty === 0 || ways.length === 0) {
      this.#branches(node.branches, empty);
      const again = this.#split();
      again.first = ways.length > 0 ? round : middle;
      again.second = this.instructions.length;
    }
    const end = this.instructions.length;
    for (const way of ways) way.to = end;
    if (skip !== undefined) skip.second = end;
  }

  /** Tries the branches in the order they are written. */
  #branches(branches: readonly GlobSequence[], empty: number): void {
    const jumps: { to: number }[] = [];
    branches.forEach((branch, index) => {
      if (index === branches.length - 1) {
        this.#sequence(branch, empty);
        return;
      }
      const split = this.#split();
      this.#sequence(branch, empty);
      jumps.push(this.#jump());
      split.second = this.instructions.length;
    });
    for (const jump of jumps) jump.to = this.instructions.length;
  }

  #jump(): { to: number } {
    const jump = { op: 'jump' as const, to: 0 };
    this.instructions.push(jump);
    return jump;
  }

  /** A split whose two ways are the next instruction, until its maker says otherwise. */
  #split(): { first: number; second: number } {
    const next = this.instructions.length + 1;
    const split = { op: 'split' as const, first: next, second: next };
    this.instructions.push(split);
    return split;
  }
}

function mayBeEmpty(nodes: GlobSequence): boolean {
  return nodes.every((node) => {
    if (node.kind === 'star' || node.kind === 'crossing') return true;
    if (node.kind === 'either') return node.branches.some(mayBeEmpty);
    if (node.kind !== 'capture') return false;
    return /[*?!]/.test(node.quantifier) || node.branches.some(mayBeEmpty);
  });
}

/** Compiles what `readGlobSyntax` gave. */
export function compileProgram(syntax: GlobSyntax): GlobProgram {
  const compiler = new Compiler();
  compiler.compile(syntax.sequence);
  return {
    instructions: compiler.instructions,
    captureCount: syntax.captureCount,
    negationByPrefix: syntax.negationByPrefix,
    parts: compiler.parts,
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
      const { negated, ranges, namesDot } = instruction.class;
      if (hidden && code === DOT) return namesDot;
      return ranges.some(([low, high]) => low <= code && code <= high) !== negated;
    }
    default:
      return false;
  }
}
