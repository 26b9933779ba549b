/** What `git ls-tree` says of a commit, as the one text that it is: a hundred thousand files are more objects than anybody needs. */
import type { Span, TreeEntry } from '../plan/tree.ts';

/** Files by their positions in a list. */
export interface Listed {
  readonly length: number;
  typeAt(position: number): TreeEntry['type'];
  blobAt(position: number): string;
  /** Its bytes; 0 for what is not a blob. */
  sizeAt(position: number): number;
}

/** The least characters of a line: mode, type, id, size, path and what parts them. */
const SHORTEST_LINE = 62;

const TYPES = ['file', 'executable', 'symlink', 'subdataset'] as const;

/** The files of a commit, sorted by path as git sorts them. */
export class Listing implements Listed {
  readonly length: number;
  /** Which of them lie in each directory. */
  readonly spans: ReadonlyMap<string, Span>;
  /** The tree id of each directory. */
  readonly treeIds: ReadonlyMap<string, string>;
  readonly #text: string;
  readonly #types: Uint8Array;
  /** Where each has its id, its size, and its path, which ends the line. */
  readonly #ids: Int32Array;
  readonly #sizes: Int32Array;
  readonly #paths: Int32Array;

  /** @param text - Of `git ls-tree -r -t -l -z`. */
  constructor(text: string) {
    const most = Math.ceil(text.length / SHORTEST_LINE);
    const spans = new Map<string, Span>();
    const treeIds = new Map<string, string>();
    /** The directories around the present line, the outermost first. */
    const around: { readonly path: string; readonly span: { readonly from: number; to: number } }[] = [];
    let count = 0;
    this.#text = text;
    this.#types = new Uint8Array(most);
    this.#ids = new Int32Array(most);
    this.#sizes = new Int32Array(most);
    this.#paths = new Int32Array(most);
    // `<mode, 6 digits> <blob, tree or commit> <id> <size padded to 7, or ->\t<path>\0`
    for (let start = 0; start < text.length; ) {
      const type = typeAt(text, start);
      const id = start + MODE_LENGTH + (type === SUBDATASET ? ' commit '.length : ' blob '.length);
      const size = text.indexOf(' ', id);
      const path = text.indexOf('\t', size) + 1;
      const end = text.indexOf('\0', path);
      start = end + 1;
      for (let last = around.at(-1); last !== undefined; last = around.at(-1)) {
        if (text.startsWith(last.path, path)) break;
        last.span.to = count;
        around.pop();
      }
      if (type === TREE) {
        const directory = text.slice(path, end);
        const span = { from: count, to: count };
        treeIds.set(directory, text.slice(id, size));
        spans.set(directory, span);
        around.push({ path: `${directory}/`, span });
        continue;
      }
      this.#types[count] = type;
      this.#ids[count] = id;
      this.#sizes[count] = size;
      this.#paths[count] = path;
      count += 1;
    }
    for (const { span } of around) span.to = count;
    this.length = count;
    this.spans = spans;
    this.treeIds = treeIds;
  }

  typeAt(position: number): TreeEntry['type'] {
    return TYPES[this.#types[position] ?? 0] ?? 'file';
  }

  blobAt(position: number): string {
    return this.#text.slice(this.#ids[position], this.#sizes[position]);
  }

  pathAt(position: number): string {
    const path = this.#paths[position] ?? 0;
    return this.#text.slice(path, this.#text.indexOf('\0', path));
  }

  sizeAt(position: number): number {
    let number = 0;
    const end = (this.#paths[position] ?? 0) - 1;
    for (let at = this.#sizes[position] ?? end; at < end; at += 1) {
      const digit = this.#text.charCodeAt(at) - ZERO;
      // Spaces, and the dash of what has no size.
      if (digit >= 0) number = number * 10 + digit;
    }
    return number;
  }
}

const ZERO = '0'.charCodeAt(0);

const MODE_LENGTH = 6;

/** Positions in `TYPES`, and what is none of a file. */
const SUBDATASET = 3;
const TREE = 4;

/** What a line is about, by its mode: 040000, 160000, 120000, 100755 or 100644. */
function typeAt(text: string, start: number): number {
  switch (text.charCodeAt(start + 1) - ZERO) {
    case 4:
      return TREE;
    case 6:
      return SUBDATASET;
    case 2:
      return 2;
    default:
      return text.charCodeAt(start + 3) - ZERO === 7 ? 1 : 0;
  }
}
