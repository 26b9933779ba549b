/**
 * Matches one path exactly and says what each capture took. It walks the program depth first in the order of
 * preference (greedy, branches as written) and never leaves the same fork at the same position twice, so the work
 * is at most instructions × characters whatever the pattern is.
 */
import { isHidden, lookTables } from './glob-looks.ts';
import { consumes, type GlobProgram, type Instruction } from './glob-program.ts';

/** Operations as numbers: the loop below runs for every character of every path. */
const LITERAL = 0;
const OTHER = 1;
const SPLIT = 4;
const JUMP = 5;
const SAVE = 6;
const STAR = 7;
const UNLESS = 8;
const LOOK_END = 9;
const ACCEPT = 10;

/** Numbers for each instruction. */
const WIDTH = 4;

const SLASH = 47;
const DOT = 46;

/** So many looks at single positions are cheaper than the tables for all; more could make the work quadratic. */
const MAXIMUM_SINGLE_LOOKS = 8;

/** Buffers larger than this are not kept for the next path. */
const MAXIMUM_KEPT = 1_000_000;

/** Room to work in. Looks nest in matches, so each has its own. */
interface Scratch {
  /** Forks that were left, by fork and position: the number of the walk that did. */
  left: Int32Array;
  walk: number;
  readonly stack: number[];
}

/** Matches paths against one program; keeps buffers between them and nothing else. */
export class ExactMatcher {
  readonly #program: GlobProgram;
  /** Operation, two arguments and, for a fork, its number. */
  readonly #code: Int32Array;
  readonly #forks: number;
  /** For a star: the text that must follow it, empty for the end of the path. */
  readonly #after: (string | undefined)[] = [];
  readonly #slots: Int32Array;
  readonly #scratches: Scratch[] = [];
  #tables: readonly Uint8Array[] | undefined;
  #singleLooks = 0;

  constructor(program: GlobProgram) {
    this.#program = program;
    this.#code = new Int32Array(program.instructions.length * WIDTH);
    this.#slots = new Int32Array(2 * program.captureCount + 2);
    let forks = 0;
    program.instructions.forEach((instruction, at) => {
      this.#code.set([...encode(program, instruction, at), forks], at * WIDTH);
      if (instruction.op === 'split' || instruction.op === 'not-hidden') forks += 1;
      this.#after.push(instruction.op === 'not-hidden' ? textAfter(program, at + 4) : undefined);
    });
    this.#forks = forks;
  }

  /** `undefined` when `path` does not match; else the whole path and then each capture, empty where it took no part. */
  match(path: string): readonly string[] | undefined {
    this.#tables = undefined;
    this.#singleLooks = 0;
    this.#slots.fill(-1);
    if (!this.#walk(0, path, 0, this.#slots, 0)) return undefined;
    const texts = [path];
    for (let index = 1; index <= this.#program.captureCount; index += 1) {
      const start = this.#slots[2 * index] ?? -1;
      const end = this.#slots[2 * index + 1] ?? -1;
      texts.push(start >= 0 && end >= start ? path.slice(start, end) : '');
    }
    return texts;
  }

  /** @param slots - Where captures are written; none within a look, which captures nothing. */
  #walk(start: number, path: string, from: number, slots: Int32Array | undefined, depth: number): boolean {
    const code = this.#code;
    const width = path.length + 1;
    const { left, walk, stack } = this.#scratch(depth, width);
    stack.length = 0;
    // Triples: an instruction, a position, and for a star the lowest position at which it may still end. A negative
    // instruction restores a slot to the position.
    stack.push(start, from, -1);
    while (stack.length > 0) {
      const lowest = stack.pop() ?? -1;
      let position = stack.pop() ?? 0;
      let at = stack.pop() ?? 0;
      if (at < 0) {
        if (slots !== undefined) slots[-at - 1] = position;
        continue;
      }
      if (lowest >= 0) {
        position = this.#starEnd(at, path, lowest, position);
        if (position < lowest) continue;
        if (position > lowest) stack.push(at, before(path, position), lowest);
        at = code[at * WIDTH + 2] ?? 0;
      }
      walking: for (;;) {
        const argument = code[at * WIDTH + 1] ?? 0;
        switch (code[at * WIDTH]) {
          case STAR: {
            const highest = reach(
              path,
              position,
              argument === 1,
              left,
              walk,
              (code[at * WIDTH + 3] ?? 0) * width,
            );
            if (highest >= position) stack.push(at, highest, position);
            break walking;
          }
          case SPLIT: {
            const fork = (code[at * WIDTH + 3] ?? 0) * width + position;
            if (left[fork] === walk) break walking;
            left[fork] = walk;
            stack.push(code[at * WIDTH + 2] ?? 0, position, -1);
            at = argument;
            continue;
          }
          case JUMP:
            at = argument;
            continue;
          case SAVE:
            if (slots !== undefined) {
              stack.push(-argument - 1, slots[argument] ?? -1, -1);
              slots[argument] = position;
            }
            at += 1;
            continue;
          case UNLESS:
            if (this.#looks(code[at * WIDTH + 2] ?? 0, path, position, depth)) break walking;
            at = argument;
            continue;
          case LOOK_END:
            if (this.#program.negationByPrefix || position === path.length) return true;
            break walking;
          case ACCEPT:
            if (position === path.length) return true;
            break walking;
        }
        if (position >= path.length) break;
        let character = path.charCodeAt(position);
        if (character >= 0xd800 && character <= 0xdbff) character = path.codePointAt(position) ?? character;
        if (code[at * WIDTH] === LITERAL) {
          if (character !== argument) break;
        } else {
          const instruction = this.#program.instructions[at];
          if (instruction === undefined || !consumes(instruction, character, isHidden(path, position))) break;
        }
        position += character > 0xffff ? 2 : 1;
        at += 1;
      }
    }
    return false;
  }

  /** The highest position, not above `position`, at which what follows a star can begin; -1 when there is none. */
  #starEnd(at: number, path: string, lowest: number, position: number): number {
    const next = this.#after[at];
    if (next === undefined) return position;
    if (next === '') return position === path.length ? position : -1;
    const found = path.lastIndexOf(next, position);
    return found < lowest ? -1 : found;
  }

  /** Whether the inside of a negation matches at `position`. */
  #looks(look: number, path: string, position: number, depth: number): boolean {
    if (this.#tables === undefined && this.#singleLooks < MAXIMUM_SINGLE_LOOKS) {
      this.#singleLooks += 1;
      return this.#walk(this.#program.looks[look]?.start ?? 0, path, position, undefined, depth + 1);
    }
    this.#tables ??= lookTables(this.#program, path);
    return this.#tables[look]?.[position] === 1;
  }

  #scratch(depth: number, width: number): Scratch {
    const size = this.#forks * width;
    const kept = this.#scratches[depth];
    if (kept !== undefined && kept.left.length >= size && kept.walk < 0x7fff_ffff) {
      kept.walk += 1;
      return kept;
    }
    const scratch = { left: new Int32Array(Math.max(size, 1_024)), walk: 1, stack: [] };
    if (size <= MAXIMUM_KEPT) this.#scratches[depth] = scratch;
    return scratch;
  }
}

/**
 * How far a star reaches from `position`; below `position` when it cannot even be empty. Every position is marked
 * as left, and one that was marked before ends the reach, because what follows it has been tried from there.
 */
function reach(
  path: string,
  position: number,
  crossing: boolean,
  left: Int32Array,
  walk: number,
  offset: number,
): number {
  let highest = -1;
  for (let at = position; ; ) {
    const code = path.charCodeAt(at);
    if (left[offset + at] === walk || (code === DOT && isHidden(path, at))) return highest;
    left[offset + at] = walk;
    highest = at;
    if (at >= path.length || (code === SLASH && !crossing)) return highest;
    at += code >= 0xd800 && code <= 0xdbff && (path.codePointAt(at) ?? 0) > 0xffff ? 2 : 1;
  }
}

/** The position one character before `position`. */
function before(path: string, position: number): number {
  const code = path.charCodeAt(position - 1);
  const isPair = code >= 0xdc00 && code <= 0xdfff && (path.codePointAt(position - 2) ?? 0) > 0xffff;
  return position - (isPair ? 2 : 1);
}

/** The character that must come at an instruction, where there is just one; empty for the end of the path. */
function textAfter(program: GlobProgram, start: number): string | undefined {
  let at = start;
  while (program.instructions[at]?.op === 'save') at += 1;
  const instruction = program.instructions[at];
  if (instruction?.op === 'literal') return String.fromCodePoint(instruction.code);
  return instruction?.op === 'accept' ? '' : undefined;
}

/** An instruction as its operation and two arguments. */
function encode(program: GlobProgram, instruction: Instruction, at: number): [number, number, number] {
  switch (instruction.op) {
    case 'literal':
      return [LITERAL, instruction.code, 0];
    case 'any':
      return [OTHER, 0, 0];
    case 'any-crossing':
      return [OTHER, 0, 0];
    case 'class':
      return [OTHER, 0, 0];
    case 'split':
      return [SPLIT, instruction.first, instruction.second];
    case 'jump':
      return [JUMP, instruction.to, 0];
    case 'save':
      return [SAVE, instruction.slot, 0];
    case 'not-hidden':
      // It only stands at the head of a star, which is four instructions; see `glob-program.ts`.
      return [STAR, program.instructions[at + 2]?.op === 'any-crossing' ? 1 : 0, at + 4];
    case 'unless':
      return [UNLESS, instruction.to, instruction.look];
    case 'look-end':
      return [LOOK_END, 0, 0];
    case 'accept':
      return [ACCEPT, 0, 0];
  }
}
