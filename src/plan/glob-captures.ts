/**
 * Matches one path exactly and says what each capture took. It walks the program depth first in the order of
 * preference (greedy, branches as written) and never enters the same instruction at the same position twice, so
 * the work is at most instructions × characters whatever the pattern is.
 */
import { consumes, type GlobProgram } from './glob-program.ts';

const SLASH = 47;
const DOT = 46;

/** `undefined` when `path` does not match; else the whole path and then each capture, empty where it took no part. */
export function captureExactly(program: GlobProgram, path: string): readonly string[] | undefined {
  const refused = lookTables(program, path);
  const { instructions } = program;
  const width = path.length + 1;
  const visited = new Uint8Array(instructions.length * width);
  const slots = new Int32Array(2 * program.captureCount + 2).fill(-1);
  // Pairs of instruction and position; a negative instruction is a note to restore a slot to that position.
  const stack: number[] = [0, 0];
  while (stack.length > 0) {
    let position = stack.pop() ?? 0;
    let at = stack.pop() ?? 0;
    if (at < 0) {
      slots[-at - 1] = position;
      continue;
    }
    for (;;) {
      const mark = at * width + position;
      if (visited[mark] === 1) break;
      visited[mark] = 1;
      const instruction = instructions[at];
      if (instruction === undefined) break;
      if (instruction.op === 'split') {
        stack.push(instruction.second, position);
        at = instruction.first;
      } else if (instruction.op === 'jump') {
        at = instruction.to;
      } else if (instruction.op === 'save') {
        stack.push(-instruction.slot - 1, slots[instruction.slot] ?? -1);
        slots[instruction.slot] = position;
        at += 1;
      } else if (instruction.op === 'unless') {
        if (refused[instruction.look]?.[position] === 1) break;
        at = instruction.to;
      } else if (instruction.op === 'not-hidden') {
        if (isHidden(path, position)) break;
        at += 1;
      } else if (instruction.op === 'accept') {
        if (position < path.length) break;
        return capturedTexts(program, path, slots);
      } else {
        if (position >= path.length) break;
        const code = path.codePointAt(position) ?? 0;
        if (!consumes(instruction, code, isHidden(path, position))) break;
        position += code > 0xffff ? 2 : 1;
        at += 1;
      }
    }
  }
  return undefined;
}

function capturedTexts(program: GlobProgram, path: string, slots: Int32Array): readonly string[] {
  const texts = [path];
  for (let index = 1; index <= program.captureCount; index += 1) {
    const start = slots[2 * index] ?? -1;
    const end = slots[2 * index + 1] ?? -1;
    texts.push(start >= 0 && end >= start ? path.slice(start, end) : '');
  }
  return texts;
}

/** Whether a dot that hides a file or directory stands at `position`. */
function isHidden(path: string, position: number): boolean {
  return path.charCodeAt(position) === DOT && (position === 0 || path.charCodeAt(position - 1) === SLASH);
}

/**
 * For each negation, at which positions its inside matches. Worked out from the end of the path backwards: what
 * matches at a position depends only on what matches behind it, so no pattern makes this more than polynomial.
 */
function lookTables(program: GlobProgram, path: string): readonly Uint8Array[] {
  const tables: Uint8Array[] = [];
  for (const look of program.looks) {
    const size = look.end - look.start;
    const table = new Uint8Array(path.length + 1);
    let behind: (Uint8Array | undefined)[] = [];
    for (let position = path.length; position >= 0; position -= 1) {
      const code = path.codePointAt(position) ?? -1;
      const here = new Uint8Array(size);
      const hidden = isHidden(path, position);
      const ahead = behind[code > 0xffff ? 1 : 0];
      // Empty steps can loop, so this repeats until nothing new is found.
      for (let changed = true; changed; ) {
        changed = false;
        for (let offset = size - 1; offset >= 0; offset -= 1) {
          if (here[offset] === 1) continue;
          if (!matchesFrom(program, look.start, offset, here, ahead, tables, position, code, hidden))
            continue;
          here[offset] = 1;
          changed = true;
        }
      }
      table[position] = here[0] ?? 0;
      behind = [here, behind[0]];
    }
    tables.push(table);
  }
  return tables;
}

function matchesFrom(
  program: GlobProgram,
  start: number,
  offset: number,
  here: Uint8Array,
  ahead: Uint8Array | undefined,
  tables: readonly Uint8Array[],
  position: number,
  code: number,
  hidden: boolean,
): boolean {
  const instruction = program.instructions[start + offset];
  if (instruction === undefined) return false;
  switch (instruction.op) {
    case 'accept':
      return false;
    case 'split':
      return here[instruction.first - start] === 1 || here[instruction.second - start] === 1;
    case 'jump':
      return here[instruction.to - start] === 1;
    case 'save':
      return here[offset + 1] === 1;
    case 'not-hidden':
      return !hidden && here[offset + 1] === 1;
    case 'unless':
      return tables[instruction.look]?.[position] !== 1 && here[instruction.to - start] === 1;
    case 'look-end':
      return program.negationByPrefix || code === -1;
    default:
      return code !== -1 && ahead?.[offset + 1] === 1 && consumes(instruction, code, hidden);
  }
}
