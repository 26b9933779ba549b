/** Reading a command line as far as it is typed, as a POSIX shell would. */

/** The words of an unfinished line. */
export interface TypedWords {
  /** The finished words, without their quotes. */
  readonly before: readonly string[];
  /** The word that is being typed, without its quotes; empty behind a space. */
  readonly current: string;
  /** How much of it stands before the last `:` or `=` outside of quotes, where bash begins a word anew. */
  readonly broken: number;
}

/** Splits a line; of several commands on it, only the last one counts. */
export function typedWords(line: string): TypedWords {
  let before: string[] = [];
  let current = '';
  let isBegun = false;
  let broken = 0;
  let quote = '';
  const finish = (): void => {
    if (isBegun) before.push(current);
    current = '';
    isBegun = false;
    broken = 0;
  };
  for (let at = 0; at < line.length; at += 1) {
    const character = line[at] ?? '';
    if (quote === '' && /\s/.test(character)) {
      finish();
      continue;
    }
    if (quote === '' && /[;&|]/.test(character)) {
      finish();
      before = [];
      continue;
    }
    isBegun = true;
    if (character === quote) quote = '';
    else if (quote === '' && (character === '"' || character === "'")) quote = character;
    else if (character === '\\' && quote !== "'") {
      at += 1;
      current += line[at] ?? '';
    } else {
      current += character;
      if (quote === '' && (character === ':' || character === '=')) broken = current.length;
    }
  }
  return { before, current, broken };
}
