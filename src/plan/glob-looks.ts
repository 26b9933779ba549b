/** Where the insides of a glob's negations match, for all positions of a path at once. */
import { consumes, type GlobProgram } from './glob-program.ts';

const SLASH = 47;
const DOT = 46;

/** Whether a dot that hides a file or directory stands at `position`. */
export function isHidden(path: string, position: number): boolean {
  return path.charCodeAt(position) === DOT && (position === 0 || path.charCodeAt(position - 1) === SLASH);
}

/**
 * For each negation, at which positions its inside matches. Worked out from the end of the path backwards: what
 * matches at a position depends only on what matches behind it, so no pattern makes this more than polynomial.
 */
export function lookTables(program: GlobProgram, path: string): readonly Uint8Array[] {
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
