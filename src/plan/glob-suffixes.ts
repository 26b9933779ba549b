/**
 * Reads a path from its end and says for each position which instructions of a glob's program match all that is
 * behind it. That is a deterministic automaton too, whose states are made when they are first reached: a character
 * costs one table look-up whatever the pattern is. It settles negations, which look ahead, and leaves nothing to
 * try for whoever then walks forward.
 */
import { consumes, type GlobProgram } from './glob-program.ts';

const SLASH = 47;
const DOT = 46;

/** Columns of the table: ASCII, and one for a dot that hides a file. */
const WIDTH = 129;
const HIDDEN_DOT = 128;
/** How many characters there are. */
const CODES = 0x110000;

/** Beyond so many entries all states are forgotten before the next path. */
const MAXIMUM_ENTRIES = 8_000_000;

/** Stands at the second unit of a pair of surrogates. */
export const INSIDE_CHARACTER = -1;

/** The automaton of one program. It caches, and otherwise has no state of its own. */
export class SuffixAutomaton {
  readonly #program: GlobProgram;
  readonly #numbers = new Map<string, number>();
  /** By state and character: the state one character further to the left, or -1 when it is not known yet. */
  #table = new Int32Array(0);
  #others = new Map<number, number>();
  #matching: Uint8Array[] = [];
  #at = new Int32Array(256);
  /** Changes when all states were forgotten. */
  generation = 0;
  /** How many transitions were worked out rather than looked up; tests watch it. */
  computedSteps = 0;

  constructor(program: GlobProgram) {
    this.#program = program;
    this.#forget();
  }

  /**
   * The state at each position of `path`, its end included; `INSIDE_CHARACTER` within a character of two units.
   * The array is good until the next call.
   */
  read(path: string): Int32Array {
    if (this.#matching.length * (WIDTH + this.#program.instructions.length) > MAXIMUM_ENTRIES) this.#forget();
    if (this.#at.length <= path.length) this.#at = new Int32Array(2 * path.length + 2);
    const states = this.#at;
    let table = this.#table;
    let state = 0;
    states[path.length] = 0;
    for (let at = path.length - 1; at >= 0; at -= 1) {
      let code = path.charCodeAt(at);
      if (code === DOT) {
        if (at === 0 || path.charCodeAt(at - 1) === SLASH) code = HIDDEN_DOT;
      } else if (code >= 128) {
        if (code >= 0xdc00 && code <= 0xdfff && at > 0 && (path.codePointAt(at - 1) ?? 0) > 0xffff) {
          states[at] = INSIDE_CHARACTER;
          at -= 1;
          code = path.codePointAt(at) ?? code;
        }
        state = this.#others.get(state * CODES + code) ?? this.#step(state, WIDTH + code);
        table = this.#table;
        states[at] = state;
        continue;
      }
      const known = table[state * WIDTH + code] ?? -1;
      if (known >= 0) state = known;
      else {
        state = this.#step(state, code);
        table = this.#table;
      }
      states[at] = state;
    }
    return states;
  }

  /** How many states there are. */
  get count(): number {
    return this.#matching.length;
  }

  /** For each instruction whether it matches from where the state is to the end of the path. */
  matching(state: number): Uint8Array {
    return this.#matching[state] ?? EMPTY;
  }

  #forget(): void {
    this.generation += 1;
    this.#numbers.clear();
    this.#others = new Map();
    this.#matching = [];
    this.#table = new Int32Array(0);
    this.#number(this.#before(undefined, -1, false));
  }

  /** @param column - Of the table; for other characters, their code behind it. */
  #step(state: number, column: number): number {
    this.computedSteps += 1;
    const hidden = column === HIDDEN_DOT;
    const code = hidden ? DOT : column < WIDTH ? column : column - WIDTH;
    const next = this.#number(this.#before(this.#matching[state], code, hidden));
    if (column < WIDTH) this.#table[state * WIDTH + column] = next;
    else this.#others.set(state * CODES + code, next);
    return next;
  }

  /** What matches in front of `code` when `behind` matches after it; at the end of a path `code` is -1. */
  #before(behind: Uint8Array | undefined, code: number, hidden: boolean): Uint8Array {
    const { instructions, parts } = this.#program;
    const here = new Uint8Array(instructions.length);
    // Inner negations come later, so that they are known where they are asked for.
    for (let part = parts.length - 1; part >= 0; part -= 1) {
      const start = parts[part] ?? 0;
      const end = parts[part + 1] ?? instructions.length;
      // Empty steps can loop, so this repeats until nothing new is found.
      for (let changed = true; changed; ) {
        changed = false;
        for (let at = end - 1; at >= start; at -= 1) {
          if (here[at] === 1 || !this.#matchesAt(at, here, behind, code, hidden)) continue;
          here[at] = 1;
          changed = true;
        }
      }
    }
    return here;
  }

  #matchesAt(
    at: number,
    here: Uint8Array,
    behind: Uint8Array | undefined,
    code: number,
    hidden: boolean,
  ): boolean {
    const instruction = this.#program.instructions[at];
    if (instruction === undefined) return false;
    switch (instruction.op) {
      case 'accept':
        return code === -1;
      case 'look-end':
        return this.#program.negationByPrefix || code === -1;
      case 'split':
        return here[instruction.first] === 1 || here[instruction.second] === 1;
      case 'jump':
        return here[instruction.to] === 1;
      case 'save':
        return here[at + 1] === 1;
      case 'not-hidden':
        return !hidden && here[at + 1] === 1;
      case 'unless':
        return here[instruction.look] !== 1 && here[at + 1] === 1;
      default:
        return behind?.[instruction.next] === 1 && consumes(instruction, code, hidden);
    }
  }

  #number(matching: Uint8Array): number {
    const key = String.fromCharCode(...pack(matching));
    const known = this.#numbers.get(key);
    if (known !== undefined) return known;
    const number = this.#matching.push(matching) - 1;
    this.#numbers.set(key, number);
    if ((number + 1) * WIDTH > this.#table.length) {
      const larger = new Int32Array(Math.max(32 * WIDTH, 2 * this.#table.length)).fill(-1);
      larger.set(this.#table);
      this.#table = larger;
    }
    return number;
  }
}

const EMPTY = new Uint8Array(0);

/** Sixteen flags a number. */
function pack(flags: Uint8Array): number[] {
  const packed: number[] = [];
  for (let at = 0; at < flags.length; at += 1) {
    packed[at >> 4] = (packed[at >> 4] ?? 0) | ((flags[at] ?? 0) << (at & 15));
  }
  return packed;
}
