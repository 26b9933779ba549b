/** git's configuration format, as in `.datalad/config`: read without asking git, because the text is at hand. */

/** One variable. */
export interface ConfigEntry {
  /** In lower case: git does not tell cases apart here. Empty for what stands before the first section. */
  readonly section: string;
  /** As it is written; empty where the section has none. */
  readonly subsection: string;
  /** In lower case. */
  readonly key: string;
  /** `undefined` for a key without `=`, which git takes for true. */
  readonly value: string | undefined;
}

/** What a text says. */
export interface GitConfig {
  /** In the order of the text; a key that is there several times has several values. */
  readonly entries: readonly ConfigEntry[];
  /** The line, counted from 1, that git could not read; then git refuses the whole text. */
  readonly badLine: number | undefined;
}

/** Characters behind a backslash, and what they stand for. */
const ESCAPES: Readonly<Record<string, string>> = {
  n: '\n',
  t: '\t',
  b: '\b',
  '\\': '\\',
  '"': '"',
};

const ANY = /[\s\S]/y;

/** Reads a text up to its end or the first line that is not git's. */
export function parseGitConfig(text: string): GitConfig {
  const reader = new Reader(text.replace(/^\uFEFF/, '').replaceAll('\r\n', '\n'));
  const entries: ConfigEntry[] = [];
  let section: Pick<ConfigEntry, 'section' | 'subsection'> = { section: '', subsection: '' };
  for (;;) {
    reader.skip(/(?:\s+|[#;][^\n]*)+/y);
    if (reader.atEnd) return { entries, badLine: undefined };
    if (reader.next === '[') {
      const found = readSection(reader);
      if (found === undefined) break;
      section = found;
      continue;
    }
    const key = reader.take(/[A-Za-z][A-Za-z0-9-]*/y)?.[0];
    if (key === undefined) break;
    reader.skip(/[ \t]+/y);
    let value: string | undefined;
    if (!reader.atEnd && reader.next !== '\n') {
      if (reader.take(/=/y) === undefined) break;
      value = readValue(reader);
      if (value === undefined) break;
    }
    entries.push({ ...section, key: key.toLowerCase(), value });
  }
  return { entries, badLine: reader.line };
}

/** `[section]`, `[section "Subsection"]`, or `[section.subsection]`, whose cases do not count. */
function readSection(reader: Reader): Pick<ConfigEntry, 'section' | 'subsection'> | undefined {
  const found = reader.take(/\[([A-Za-z0-9.-]+)(?:\]|[ \t]+"((?:[^"\\\n]|\\[^\n])*)"\])/y);
  if (found === undefined) return undefined;
  const [, name = '', quoted] = found;
  const lower = name.toLowerCase();
  if (quoted !== undefined) return { section: lower, subsection: quoted.replace(/\\(.)/g, '$1') };
  const dot = lower.indexOf('.');
  return dot < 0
    ? { section: lower, subsection: '' }
    : { section: lower.slice(0, dot), subsection: lower.slice(dot + 1) };
}

/** Everything to the end of the line: quotes come off, a backslash goes on in the next line, a comment ends it. */
function readValue(reader: Reader): string | undefined {
  let value = '';
  // Blanks count only between other characters, as spaces, unless they are quoted.
  let blanks = '';
  let quoted = false;
  reader.skip(/[ \t]+/y);
  const add = (part: string): void => {
    value += blanks + part;
    blanks = '';
  };
  for (;;) {
    if (reader.atEnd) return quoted ? undefined : value;
    const [character = ''] = reader.take(ANY) ?? [];
    if (character === '\n') {
      if (!quoted) return value;
      reader.back();
      return undefined;
    }
    if (character === '"') quoted = !quoted;
    else if (character === '\\') {
      add('');
      if (reader.take(/\n|$/y) !== undefined) continue;
      const escaped = ESCAPES[reader.next];
      if (escaped === undefined) return undefined;
      reader.take(ANY);
      add(escaped);
    } else if (quoted) add(character);
    else if (character === '#' || character === ';') reader.skip(/[^\n]*/y);
    else if (/\s/.test(character)) blanks += value === '' ? '' : ' ';
    else add(character);
  }
}

/** A text and how far it has been read. */
class Reader {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  get atEnd(): boolean {
    return this.#at >= this.#text.length;
  }

  /** The next character; empty at the end. */
  get next(): string {
    return this.#text[this.#at] ?? '';
  }

  /** The number of the present line. */
  get line(): number {
    return this.#text.slice(0, this.#at).split('\n').length;
  }

  /** Takes what a sticky pattern finds here. */
  take(pattern: RegExp): RegExpExecArray | undefined {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text) ?? undefined;
    if (found !== undefined) this.#at = pattern.lastIndex;
    return found;
  }

  skip(pattern: RegExp): void {
    this.take(pattern);
  }

  back(): void {
    this.#at -= 1;
  }
}
