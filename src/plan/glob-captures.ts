/**
 * Says what each capture of a glob takes of a path. At every fork it goes the preferred way (greedy, branches as
 * written) among those that match the rest of the path, which `glob-suffixes.ts` knows; so it never turns back,
 * and the work is linear in the path.
 */
import type { GlobProgram } from './glob-program.ts';
import { INSIDE_CHARACTER, SuffixAutomaton } from './glob-suffixes.ts';

/** Matches paths against one program; keeps what it worked out, and nothing else. */
export class ExactMatcher {
  readonly suffixes: SuffixAutomaton;
  readonly #program: GlobProgram;
  readonly #slots: Int32Array;
  readonly #size: number;
  #generation = 0;
  /**
   * By state and instruction, what happens up to and with the next character: the instruction behind it, or below 0
   * the place in `#saving` of one that remembers positions too.
   */
  #moves = new Int32Array(0);
  #saving: { readonly slots: readonly number[]; readonly next: number }[] = [];

  constructor(program: GlobProgram) {
    this.#program = program;
    this.#size = program.instructions.length;
    this.suffixes = new SuffixAutomaton(program);
    this.#slots = new Int32Array(2 * program.captureCount + 2);
  }

  /** Whether `path` matches. */
  matches(path: string): boolean {
    return this.suffixes.matching(this.suffixes.read(path)[0] ?? 0)[0] === 1;
  }

  /** `undefined` when `path` does not match; else the whole path and then each capture, empty where it took no part. */
  match(path: string): readonly string[] | undefined {
    const states = this.suffixes.read(path);
    if (this.suffixes.generation !== this.#generation) {
      this.#generation = this.suffixes.generation;
      this.#moves.fill(UNKNOWN);
      this.#saving = [];
    }
    if (this.suffixes.matching(states[0] ?? 0)[0] !== 1) return undefined;
    const size = this.#size;
    const slots = this.#slots.fill(-1);
    const moves = this.#movesOf(this.suffixes.count);
    let at = 0;
    for (let position = 0; position <= path.length; position += 1) {
      const state = states[position] ?? 0;
      if (state === INSIDE_CHARACTER) continue;
      let move = moves[state * size + at] ?? UNKNOWN;
      if (move >= 0) {
        at = move;
        continue;
      }
      if (move === UNKNOWN) {
        move = this.#move(state, at);
        moves[state * size + at] = move;
        at = move;
        if (move >= 0) continue;
      }
      const saving = this.#saving[-move - 1];
      if (saving === undefined) break;
      for (let index = 0; index < saving.slots.length; index += 1) slots[saving.slots[index] ?? 0] = position;
      at = saving.next;
    }
    const texts = new Array<string>(slots.length / 2);
    texts[0] = path;
    for (let index = 1; index < texts.length; index += 1) {
      const start = slots[2 * index] ?? -1;
      texts[index] = start < 0 ? '' : path.slice(start, slots[2 * index + 1]);
    }
    return texts;
  }

  #move(state: number, from: number): number {
    const { instructions } = this.#program;
    const matching = this.suffixes.matching(state);
    const slots: number[] = [];
    let at = from;
    let next = -1;
    while (next < 0) {
      const instruction = instructions[at];
      if (instruction === undefined) break;
      switch (instruction.op) {
        case 'split':
          at = matching[instruction.first] === 1 ? instruction.first : instruction.second;
          break;
        case 'jump':
          at = instruction.to;
          break;
        case 'save':
          slots.push(instruction.slot);
          at += 1;
          break;
        case 'not-hidden':
        case 'unless':
          at += 1;
          break;
        case 'accept':
        case 'look-end':
          next = at;
          break;
        default:
          next = instruction.next;
      }
    }
    return slots.length === 0 ? next : -this.#saving.push({ slots, next });
  }

  /** The moves, with room for so many states. */
  #movesOf(states: number): Int32Array {
    if (this.#moves.length < states * this.#size) {
      const larger = new Int32Array(2 * states * this.#size).fill(UNKNOWN);
      larger.set(this.#moves);
      this.#moves = larger;
    }
    return this.#moves;
  }
}

const UNKNOWN = -0x8000_0000;
