/**
 * A long list of files as one text, of which only those that are asked for are made: most files of a large project are
 * never looked at one by one.
 */
import type { Entries, TreeEntry } from '../plan/tree.ts';

/** A letter for each type of file; a capital where something is said behind the path. */
const LETTERS = { file: 'f', executable: 'x', symlink: 'l', subdataset: 'd' } as const;

/** By the code of the letter. */
const TYPES: TreeEntry['type'][] = [];
for (const type of ['file', 'executable', 'symlink', 'subdataset'] as const)
  for (const letter of [LETTERS[type], LETTERS[type].toUpperCase()]) TYPES[letter.charCodeAt(0)] = type;

const LAST_CAPITAL = 'Z'.charCodeAt(0);
const KEY = 'K'.charCodeAt(0);
const TARGET = 'T'.charCodeAt(0);

/** A file as text: `<letter><id><path>\0`, with a capital letter followed by `K<annex key>\0` or `T<target>\0`. */
export function textOfEntry(
  type: TreeEntry['type'],
  blob: string,
  path: string,
  annexKey: string | undefined,
  target: string | undefined,
): string {
  const letter = LETTERS[type];
  if (annexKey !== undefined) return `${letter.toUpperCase()}${blob}${path}\0K${annexKey}\0`;
  if (target !== undefined) return `${letter.toUpperCase()}${blob}${path}\0T${target}\0`;
  return `${letter}${blob}${path}\0`;
}

/** Files out of such a text, sorted by path. */
export class KeptEntries implements Entries {
  readonly length: number;
  readonly #text: string;
  readonly #idLength: number;
  /** Where each begins. */
  readonly #starts: Int32Array;
  readonly #made: (TreeEntry | undefined)[];
  readonly #current: KeptEntry;

  /**
   * @param start - Where the first begins in the text; the last one ends it.
   * @param count - How many there are.
   * @param idLength - Characters of an id.
   */
  constructor(text: string, start: number, count: number, idLength: number) {
    this.length = count;
    this.#text = text;
    this.#idLength = idLength;
    this.#starts = new Int32Array(count);
    this.#made = new Array<TreeEntry | undefined>(count);
    this.#current = new KeptEntry(text, 0, idLength);
    let at = start;
    for (let position = 0; position < count; position += 1) {
      this.#starts[position] = at;
      const end = text.indexOf('\0', at + 1 + idLength);
      at = (text.charCodeAt(at) > LAST_CAPITAL ? end : text.indexOf('\0', end + 1)) + 1;
    }
  }

  /** The path of a file, without making it. */
  pathAt(position: number): string | undefined {
    const start = this.#starts[position];
    if (start === undefined) return undefined;
    const cut = start + 1 + this.#idLength;
    return this.#text.slice(cut, this.#text.indexOf('\0', cut));
  }

  /** The annex key of a file, without making the file. */
  keyAt(position: number): string | undefined {
    this.#current.start = this.#starts[position] ?? 0;
    return this.#current.annexKey;
  }

  at(position: number): TreeEntry | undefined {
    if (position < 0 || position >= this.length) return undefined;
    const entry =
      this.#made[position] ?? new KeptEntry(this.#text, this.#starts[position] ?? 0, this.#idLength).whole();
    this.#made[position] = entry;
    return entry;
  }

  slice(from: number, to: number): readonly TreeEntry[] {
    const entries: TreeEntry[] = [];
    for (let position = from; position < Math.min(to, this.length); position += 1) {
      const entry = this.at(position);
      if (entry !== undefined) entries.push(entry);
    }
    return entries;
  }

  filter(test: (entry: TreeEntry) => boolean): readonly TreeEntry[] {
    const found: TreeEntry[] = [];
    for (let position = 0; position < this.length; position += 1) {
      this.#current.start = this.#starts[position] ?? 0;
      const entry = test(this.#current) ? this.at(position) : undefined;
      if (entry !== undefined) found.push(entry);
    }
    return found;
  }

  some(test: (entry: TreeEntry) => boolean): boolean {
    return this.find(test) !== undefined;
  }

  find(test: (entry: TreeEntry) => boolean): TreeEntry | undefined {
    for (let position = 0; position < this.length; position += 1) {
      this.#current.start = this.#starts[position] ?? 0;
      if (test(this.#current)) return this.at(position);
    }
    return undefined;
  }

  *[Symbol.iterator](): Iterator<TreeEntry> {
    for (let position = 0; position < this.length; position += 1) {
      const entry = this.at(position);
      if (entry !== undefined) yield entry;
    }
  }
}

/** One file of a text, read as far as somebody asks. */
class KeptEntry implements TreeEntry {
  start: number;
  readonly #text: string;
  readonly #idLength: number;

  constructor(text: string, start: number, idLength: number) {
    this.start = start;
    this.#text = text;
    this.#idLength = idLength;
  }

  get type(): TreeEntry['type'] {
    return TYPES[this.#text.charCodeAt(this.start)] ?? 'file';
  }

  get blob(): string {
    return this.#text.slice(this.start + 1, this.start + 1 + this.#idLength);
  }

  get path(): string {
    const cut = this.start + 1 + this.#idLength;
    return this.#text.slice(cut, this.#text.indexOf('\0', cut));
  }

  get annexKey(): string | undefined {
    return this.#said(KEY);
  }

  get target(): string | undefined {
    return this.#said(TARGET);
  }

  /** The same as an object of its own. */
  whole(): TreeEntry {
    const { path, type, blob, annexKey, target } = this;
    if (annexKey !== undefined) return { path, type, blob, annexKey };
    return target === undefined ? { path, type, blob } : { path, type, blob, target };
  }

  #said(what: number): string | undefined {
    if (this.#text.charCodeAt(this.start) > LAST_CAPITAL) return undefined;
    const end = this.#text.indexOf('\0', this.start + 1 + this.#idLength);
    if (this.#text.charCodeAt(end + 1) !== what) return undefined;
    return this.#text.slice(end + 2, this.#text.indexOf('\0', end + 2));
  }
}
