/** What `git ls-tree` says of a commit, as the one text that it is: a hundred thousand files are more objects than anybody needs. */
import type { Span, TreeEntry } from '../plan/tree.ts';
import { decoded } from './decoded.ts';

/** Files by their positions in a list. */
export interface Listed {
  readonly length: number;
  typeAt(position: number): TreeEntry['type'];
  blobAt(position: number): string;
  /** Its bytes; 0 for what is not a blob. */
  sizeAt(position: number): number;
}

/** Where things are in a listing: it is found once, and kept with it. */
export interface Places {
  /** Where the line of each file begins. */
  readonly files: Int32Array;
  /** Of each directory, where its line begins, and which files lie in it: from, and up to. */
  readonly directories: Int32Array;
}

/** Numbers for a directory among the places. */
const NUMBERS = 3;

/** The least characters of a line: mode, type, id, size, path and what parts them. */
const SHORTEST_LINE = 62;

/** The files of a commit, sorted by path as git sorts them. */
export class Listing implements Listed {
  readonly length: number;
  readonly places: Places;
  /** What git said. */
  readonly bytes: Buffer;
  readonly #text: string;
  readonly #idLength: number;

  /**
   * @param bytes - Of `git ls-tree -r -t -l -z`.
   * @param places - Where things are in it, if that is known.
   */
  constructor(bytes: Buffer, places?: Places) {
    this.bytes = bytes;
    this.#text = decoded(bytes);
    this.places = places ?? placesIn(this.#text);
    this.length = this.places.files.length;
    const first = idAt(this.#text, 0);
    this.#idLength = this.#text.indexOf(' ', first) - first;
  }

  typeAt(position: number): TreeEntry['type'] {
    return typeAt(this.#text, this.places.files[position] ?? 0);
  }

  blobAt(position: number): string {
    const id = idAt(this.#text, this.places.files[position] ?? 0);
    return this.#text.slice(id, id + this.#idLength);
  }

  pathAt(position: number): string {
    const path = this.#pathOf(this.places.files[position] ?? 0);
    return this.#text.slice(path, this.#text.indexOf('\0', path));
  }

  sizeAt(position: number): number {
    let number = 0;
    const at = idAt(this.#text, this.places.files[position] ?? 0) + this.#idLength + 1;
    for (let digit = at; this.#text.charCodeAt(digit) !== TAB; digit += 1) {
      const value = this.#text.charCodeAt(digit) - ZERO;
      // Spaces, and the dash of what has no size.
      if (value >= 0) number = number * 10 + value;
    }
    return number;
  }

  /** The directories by their paths: which files lie in each, and its tree id. */
  directories(): {
    readonly spans: ReadonlyMap<string, Span>;
    readonly treeIds: ReadonlyMap<string, string>;
  } {
    const spans = new Map<string, Span>();
    const treeIds = new Map<string, string>();
    const { directories } = this.places;
    for (let at = 0; at < directories.length; at += NUMBERS) {
      const line = directories[at] ?? 0;
      const path = this.#pathOf(line);
      const directory = this.#text.slice(path, this.#text.indexOf('\0', path));
      const id = idAt(this.#text, line);
      spans.set(directory, { from: directories[at + 1] ?? 0, to: directories[at + 2] ?? 0 });
      treeIds.set(directory, this.#text.slice(id, id + this.#idLength));
    }
    return { spans, treeIds };
  }

  #pathOf(line: number): number {
    return this.#text.indexOf('\t', idAt(this.#text, line) + this.#idLength) + 1;
  }
}

const ZERO = '0'.charCodeAt(0);
const TAB = '\t'.charCodeAt(0);

/** A line is `<mode> <blob, tree or commit> <id> <size padded to 7, or ->\t<path>\0`, with modes 040000, 160000, 120000, 100755, 100644. */
const MODE_LENGTH = 6;

/** The digit of a mode that tells directories, subdatasets and links from files, and the one that tells executables. */
const KIND = 1;
const RIGHTS = 3;

function kindAt(text: string, line: number): number {
  return text.charCodeAt(line + KIND) - ZERO;
}

const DIRECTORY = 4;
const SUBDATASET = 6;

function idAt(text: string, line: number): number {
  return line + MODE_LENGTH + (kindAt(text, line) === SUBDATASET ? ' commit ' : ' blob ').length;
}

function typeAt(text: string, line: number): TreeEntry['type'] {
  const kind = kindAt(text, line);
  if (kind === SUBDATASET) return 'subdataset';
  if (kind === 2) return 'symlink';
  return text.charCodeAt(line + RIGHTS) - ZERO === 7 ? 'executable' : 'file';
}

function placesIn(text: string): Places {
  const files = new Int32Array(Math.ceil(text.length / SHORTEST_LINE));
  const directories: number[] = [];
  /** The directories around the present line, the outermost first, with where their numbers are. */
  const around: { readonly path: string; readonly at: number }[] = [];
  let count = 0;
  const leave = (): void => {
    const at = around.pop()?.at ?? 0;
    directories[at + 2] = count;
  };
  for (let line = 0; line < text.length; ) {
    const path = text.indexOf('\t', line) + 1;
    const end = text.indexOf('\0', path);
    for (let last = around.at(-1); last !== undefined; last = around.at(-1)) {
      if (text.startsWith(last.path, path)) break;
      leave();
    }
    if (kindAt(text, line) === DIRECTORY) {
      around.push({ path: `${text.slice(path, end)}/`, at: directories.length });
      directories.push(line, count, count);
    } else {
      files[count] = line;
      count += 1;
    }
    line = end + 1;
  }
  while (around.length > 0) leave();
  return { files: files.slice(0, count), directories: Int32Array.from(directories) };
}
