/**
 * Reads character classes of globs, `[a-z]` and its like, as Pachyderm does: a `!` or `^` anywhere negates, a dash
 * between two characters makes a range even when it is escaped, and the brackets of `[[:alpha:]]` are members too.
 */

/** Inclusive code points. */
export type CodeRange = readonly [low: number, high: number];

/** A class that was read. */
export interface CharacterClass {
  readonly kind: 'class';
  readonly negated: boolean;
  readonly ranges: readonly CodeRange[];
  /** Whether it lists the dot by itself, so that it may match the dot that hides a file. */
  readonly namesDot: boolean;
}

/** A class, and the offset behind it; or what is wrong, and where. */
export type ReadClass =
  | { readonly class: CharacterClass; readonly end: number }
  | { readonly message: string; readonly offset: number };

/** What `:name:` stands for within brackets; ASCII, as in Pachyderm. */
const NAMED: ReadonlyMap<string, string> = new Map([
  ['alnum', '0-9A-Za-z'],
  ['alpha', 'A-Za-z'],
  ['ascii', '\u0000-\u007f'],
  ['blank', '\t '],
  ['cntrl', '\u0000-\u001f\u007f'],
  ['digit', '0-9'],
  ['graph', '!-~'],
  ['lower', 'a-z'],
  ['print', ' -~'],
  ['punct', '!-/:-@[-`{-~'],
  ['space', '\t\n\v\f\r '],
  ['upper', 'A-Z'],
  ['word', '0-9A-Za-z_'],
  ['xdigit', '0-9A-Fa-f'],
]);

/** A character between the brackets, and where it is in the pattern. */
interface Listed {
  readonly character: string;
  readonly offset: number;
}

/** Reads the class whose opening bracket is at `start`. */
export function readClass(pattern: string, start: number): ReadClass {
  const listed: Listed[] = [];
  let negated = false;
  let inner = false;
  let at = start + 1;
  for (;;) {
    const offset = at;
    let character = String.fromCodePoint(pattern.codePointAt(at) ?? 0);
    const escaped = character === '\\';
    if (escaped) {
      at += 1;
      character = String.fromCodePoint(pattern.codePointAt(at) ?? 0);
    }
    if (at >= pattern.length) {
      const message = 'The `[` in the glob is not closed; add `]`, or write `\\[` for the character itself.';
      return { message, offset: start };
    }
    at += character.length;
    if (!escaped && character === ']' && !inner) break;
    if (!escaped && character === '[') inner = true;
    if (!escaped && character === ']') inner = false;
    if (!escaped && !negated && (character === '!' || character === '^')) {
      negated = true;
      continue;
    }
    listed.push({ character, offset });
  }
  if (listed.length === 0) {
    const message = 'The `[]` in the glob lists no character; put some between the brackets.';
    return { message, offset: start };
  }
  const written = listed.map(({ character }) => character).join('');
  const unknown = /\[:(\w+):\]/g;
  for (const [, name = ''] of written.matchAll(unknown)) {
    if (NAMED.has(name)) continue;
    const message = `The glob has no character class \`[:${name}:]\`; there are ${[...NAMED.keys()].join(', ')}.`;
    return { message, offset: start + Math.max(1, pattern.slice(start).indexOf('[:')) };
  }
  const read = readRanges(expandNames(listed));
  if ('message' in read) return read;
  const namesDot = !negated && read.some(([low, high]) => low === DOT && high === DOT);
  return { class: { kind: 'class', negated, ranges: read, namesDot }, end: at };
}

const DOT = 46;

/** Puts what `:alpha:` and its like stand for in their place. */
function expandNames(listed: readonly Listed[]): readonly Listed[] {
  const expanded: Listed[] = [];
  for (let at = 0; at < listed.length; at += 1) {
    const first = listed[at];
    if (first === undefined) break;
    const ahead = listed.slice(at, at + 8).map(({ character }) => character);
    const name = /^:(\w+):/.exec(ahead.join(''))?.[1] ?? '';
    const text = NAMED.get(name);
    if (text === undefined) {
      expanded.push(first);
      continue;
    }
    for (const character of text) expanded.push({ character, offset: first.offset });
    at += name.length + 1;
  }
  return expanded;
}

function readRanges(listed: readonly Listed[]): readonly CodeRange[] | { message: string; offset: number } {
  const ranges: CodeRange[] = [];
  for (let at = 0; at < listed.length; at += 1) {
    const low = listed[at];
    const last = listed[at + 1]?.character === '-' ? listed[at + 2] : undefined;
    if (low === undefined) break;
    const from = low.character.codePointAt(0) ?? 0;
    const to = last?.character.codePointAt(0) ?? from;
    if (to < from) {
      const message = 'The range in the glob runs backwards; write its lower end first.';
      return { message, offset: low.offset };
    }
    ranges.push([from, to]);
    if (last !== undefined) at += 2;
  }
  return ranges;
}
