/** Quick answers about the files of a tree. */
import { compareCodePoints } from './match-tree.ts';
import type { Tree } from './tree.ts';

/** The paths of a tree, made ready for look-ups. Paths are relative to the project's root. */
export class ProjectIndex {
  /** Every entry's path, subdatasets included, in code-point order. */
  readonly paths: readonly string[];
  /** Where subdatasets are mounted; what is inside them may not be known. */
  readonly subdatasets: readonly string[];
  readonly #files: ReadonlySet<string>;
  #directories: ReadonlySet<string> | undefined;
  readonly #below = new Map<string, readonly string[]>();

  constructor(tree: Tree) {
    this.paths = tree.entries.map((entry) => entry.path);
    this.subdatasets = tree.entries.filter((entry) => entry.type === 'subdataset').map((entry) => entry.path);
    this.#files = new Set(this.paths);
  }

  /** Whether a path is tracked, as a file or as the place of a subdataset. */
  has(path: string): boolean {
    return this.#files.has(path);
  }

  /** Whether something tracked is below `directory`. */
  hasDirectory(directory: string): boolean {
    return this.paths[this.#lowerBound(`${directory}/`)]?.startsWith(`${directory}/`) === true;
  }

  /** Every directory that holds something tracked. */
  directories(): ReadonlySet<string> {
    if (this.#directories !== undefined) return this.#directories;
    const found = new Set<string>();
    for (const path of this.paths) {
      // Once a directory is known, so are those above it.
      for (let slash = path.lastIndexOf('/'); slash > 0; slash = path.lastIndexOf('/', slash - 1)) {
        const directory = path.slice(0, slash);
        if (found.has(directory)) break;
        found.add(directory);
      }
    }
    this.#directories = found;
    return found;
  }

  /** The paths below `directory`, relative to it. */
  below(directory: string): readonly string[] {
    if (directory === '') return this.paths;
    const known = this.#below.get(directory);
    if (known !== undefined) return known;
    const prefix = `${directory}/`;
    const found: string[] = [];
    for (let at = this.#lowerBound(prefix); this.paths[at]?.startsWith(prefix); at += 1) {
      found.push((this.paths[at] ?? '').slice(prefix.length));
    }
    // Several pipelines read the same repo.
    this.#below.set(directory, found);
    return found;
  }

  /** Whether `path` is a subdataset or inside one, so that what is there may not be known. */
  inSubdataset(path: string): boolean {
    return this.subdatasets.some((subdataset) => path === subdataset || path.startsWith(`${subdataset}/`));
  }

  /** Whether a subdataset is mounted below `directory`. */
  holdsSubdataset(directory: string): boolean {
    return this.subdatasets.some((subdataset) => directory === '' || subdataset.startsWith(`${directory}/`));
  }

  #lowerBound(text: string): number {
    let low = 0;
    let high = this.paths.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (compareCodePoints(this.paths[middle] ?? '', text) < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

/** The text of `candidates` that differs least from `wanted`, when one is near enough to be meant. */
export function nearestText(
  wanted: string,
  candidates: Iterable<string>,
  distance: (a: string, b: string) => number,
): string | undefined {
  let best: string | undefined;
  // Two swapped letters count as two changes.
  let bestFar = (wanted.length < 4 ? 1 : Math.max(2, Math.floor(wanted.length / 3))) + 1;
  const lower = wanted.toLowerCase();
  for (const candidate of candidates) {
    // The difference in length is a lower bound that spares most of the work.
    if (Math.abs(candidate.length - wanted.length) >= bestFar) continue;
    const far = distance(lower, candidate.toLowerCase());
    if (far >= bestFar) continue;
    best = candidate;
    bestFar = far;
  }
  return best;
}
