/**
 * Runs a glob program over text one character at a time, as a deterministic automaton whose states are made when
 * they are first reached. Each character costs one table look-up, so a hundred thousand paths cost milliseconds,
 * and a state from which nothing can match lets a whole directory be left out.
 *
 * Negations are taken for "anything" here: the automaton then accepts a little too much. It follows what they refuse
 * as well, and when all of that has come to nothing there is no doubt; else `glob-captures.ts` has the last word.
 */
import { consumes, type GlobProgram } from './glob-program.ts';

/** Where the automaton is. Made by an automaton and only good with that one. */
export interface AutomatonState {
  /** Nothing that begins with what was read can match. */
  readonly dead: boolean;
}

interface State extends AutomatonState {
  /** Instructions to go on from, before empty steps are followed; sorted. */
  readonly kernel: readonly number[];
  /** Whether the next character is the first of a path segment. */
  readonly segmentStart: boolean;
  /** Whether something that a negation refuses was found on the way. */
  readonly refused: boolean;
  accepting: boolean | undefined;
  doubtful: boolean | undefined;
  readonly ascii: (State | undefined)[];
  readonly others: Map<number, State>;
}

const SLASH = 47;
const DOT = 46;

/** A pattern can have exponentially many states; beyond this number they are forgotten and made again. */
const MAXIMUM_STATES = 2_000;

/** The automaton of one program. It caches, and otherwise has no state of its own. */
export class GlobAutomaton {
  readonly #program: GlobProgram;
  readonly #states = new Map<string, State>();
  /** Where the insides of negations begin. */
  readonly #looks: number;
  readonly start: AutomatonState;
  /** How many transitions were worked out rather than looked up; tests watch it. */
  computedSteps = 0;

  constructor(program: GlobProgram) {
    this.#program = program;
    this.#looks = program.parts[1] ?? program.instructions.length;
    this.start = this.#state([0], true, false);
  }

  /** The state after the characters of `text` from `from` up to `to`. */
  advance(state: AutomatonState, text: string, from: number, to: number): AutomatonState {
    let current = state as State;
    for (let at = from; at < to; at += 1) {
      let code = text.charCodeAt(at);
      if (code < 128) {
        current = current.ascii[code] ?? this.#step(current, code);
      } else {
        if (code >= 0xd800 && code <= 0xdbff) {
          code = text.codePointAt(at) ?? code;
          if (code > 0xffff) at += 1;
        }
        current = current.others.get(code) ?? this.#step(current, code);
      }
      if (current.dead) return current;
    }
    return current;
  }

  /** Whether what was read so far matches as a whole. */
  accepts(state: AutomatonState): boolean {
    const known = state as State;
    if (known.accepting === undefined) {
      known.accepting = this.#closure(known.kernel, false).some(
        (at) => this.#program.instructions[at]?.op === 'accept',
      );
    }
    return known.accepting;
  }

  /** Whether an accepted text may fail for a negation after all. */
  doubts(state: AutomatonState): boolean {
    const known = state as State;
    known.doubtful ??= known.refused || this.#closure(known.kernel, false).some((at) => at >= this.#looks);
    return known.doubtful;
  }

  #step(state: State, code: number): State {
    this.computedSteps += 1;
    const hidden = state.segmentStart && code === DOT;
    const reached: number[] = [];
    let refused = state.refused;
    for (const at of this.#closure(state.kernel, hidden)) {
      const instruction = this.#program.instructions[at];
      if (instruction !== undefined && 'next' in instruction && consumes(instruction, code, hidden)) {
        reached.push(instruction.next);
      }
      if (instruction?.op === 'look-end' && this.#program.negationByPrefix) refused = true;
    }
    const next = this.#state(
      [...new Set(reached)].sort((a, b) => a - b),
      code === SLASH,
      refused,
    );
    if (code < 128) state.ascii[code] = next;
    else state.others.set(code, next);
    return next;
  }

  /** Follows empty steps. `hidden` says whether a dot that hides a file comes next. */
  #closure(kernel: readonly number[], hidden: boolean): number[] {
    const seen = new Set<number>();
    const waiting = [...kernel];
    while (waiting.length > 0) {
      const at = waiting.pop();
      if (at === undefined || seen.has(at)) continue;
      seen.add(at);
      const instruction = this.#program.instructions[at];
      switch (instruction?.op) {
        case 'split':
          waiting.push(instruction.second, instruction.first);
          break;
        case 'jump':
          waiting.push(instruction.to);
          break;
        case 'unless':
          waiting.push(at + 1, instruction.look);
          break;
        case 'save':
          waiting.push(at + 1);
          break;
        case 'not-hidden':
          if (!hidden) waiting.push(at + 1);
          break;
      }
    }
    return [...seen];
  }

  #state(kernel: readonly number[], segmentStart: boolean, refused: boolean): State {
    const key = `${segmentStart ? '/' : ''}${refused ? '!' : ''}${kernel.join(',')}`;
    const known = this.#states.get(key);
    if (known !== undefined) return known;
    if (this.#states.size >= MAXIMUM_STATES) {
      // States in use stay valid, but must not keep the forgotten ones alive through their tables.
      for (const state of this.#states.values()) {
        state.ascii.length = 0;
        state.others.clear();
      }
      this.#states.clear();
    }
    const state: State = {
      kernel,
      segmentStart,
      dead: (kernel[0] ?? this.#looks) >= this.#looks,
      refused,
      accepting: undefined,
      doubtful: undefined,
      ascii: [],
      others: new Map(),
    };
    this.#states.set(key, state);
    return state;
  }
}
