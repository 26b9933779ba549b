/** The files that a run has recorded since its plan was made, and the directories in which they lie. */
import { parentPath } from '../../plan/paths.ts';

/** A file that this run has recorded. */
export interface WrittenFile {
  readonly path: string;
  readonly blob: string;
  /** The datum's name, as people are told it. */
  readonly owner: string;
}

/** Looks such files up by their path, and by what would have to be a directory for them or can be none. */
export class Written {
  readonly #files: Map<string, WrittenFile>;
  readonly #directories: Map<string, WrittenFile>;

  /** @param earlier - What to begin with; left as it is. */
  constructor(earlier?: Written) {
    this.#files = new Map(earlier === undefined ? [] : earlier.#files);
    this.#directories = new Map(earlier === undefined ? [] : earlier.#directories);
  }

  /** Notes that a file has been recorded. */
  add(file: WrittenFile): void {
    this.#files.set(file.path, file);
    for (const directory of pathsAbove(file.path)) this.#directories.set(directory, file);
  }

  /** The file of exactly this path. */
  at(path: string): WrittenFile | undefined {
    return this.#files.get(path);
  }

  /** A file where this path needs a directory, or one that needs this path to be a directory. */
  across(path: string): WrittenFile | undefined {
    for (const above of pathsAbove(path)) {
      const file = this.#files.get(above);
      if (file !== undefined) return file;
    }
    return this.#directories.get(path);
  }
}

/** The directories that a path lies in, innermost first, without the project itself. */
export function pathsAbove(path: string): string[] {
  const above: string[] = [];
  for (let part = parentPath(path); part !== ''; part = parentPath(part)) above.push(part);
  return above;
}
