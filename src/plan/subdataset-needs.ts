/** Which subdatasets specs can need: a project may have thousands of them, and reading each costs processes. */
import { writtenInputs } from '../spec/input-values.ts';
import { textAt, valueAt } from '../spec/spec-values.ts';
import { compileGlob, type Glob } from './glob.ts';
import { isWithin, parentPath, resolvePath } from './paths.ts';
import type { TreeEntry } from './tree.ts';

/** Whether a glob can match a path, something above it, or something below it. */
export function reaches({ automaton, wholeRepo }: Glob, path: string): boolean {
  if (wholeRepo) return true;
  let state = automaton.start;
  let from = 0;
  for (const end of endsOfSegments(path)) {
    state = automaton.advance(state, path, from, end);
    if (automaton.accepts(state)) return true;
    from = end;
  }
  return !automaton.advance(state, '/', 0, 1).dead;
}

function endsOfSegments(path: string): number[] {
  const ends: number[] = [];
  for (let at = path.indexOf('/'); at >= 0; at = path.indexOf('/', at + 1)) ends.push(at);
  return [...ends, path.length];
}

/** Whether a subdataset decides what a glob finds in a repo: it lies at or above the repo, or where the glob can go. */
export function concernsRepo(subdataset: string, repo: string, glob: Glob | undefined): boolean {
  if (isWithin(repo, subdataset)) return true;
  if (glob === undefined || !isWithin(subdataset, repo)) return false;
  return reaches(glob, repo === '' ? subdataset : subdataset.slice(repo.length + 1));
}

/** What specs read, as far as they are written. */
export class SubdatasetNeeds {
  readonly #repos: { readonly repo: string; readonly glob: Glob | undefined }[] = [];
  readonly #globs: Glob[] = [];
  readonly #paths = new Set<string>();
  readonly #places: readonly string[];
  /** The paths and every directory around them. */
  readonly #around = new Set<string>();

  /**
   * @param values - The plain values of specs, which may have errors.
   * @param paths - What is needed besides.
   * @param places - Directories into which results go: what lies in them decides what stands.
   */
  constructor(values: readonly unknown[], paths: readonly string[] = [], places: readonly string[] = []) {
    this.#places = places;
    for (const path of paths) this.#addPath(path);
    for (const value of values) {
      for (const { repo, glob } of writtenInputs(value)) {
        if (repo === undefined) continue;
        this.#repos.push({ repo: repo.replace(/\/+$/, ''), glob: compiled(glob ?? '') });
      }
      for (const field of ['code', 'context']) {
        for (const pattern of textsIn(valueAt(value, ['transform', field])))
          this.#globs.push(...[compiled(pattern)].filter((glob) => glob !== undefined));
      }
      const workingDir = textAt(value, ['transform', 'working_dir']) ?? '';
      for (const field of ['cmd', 'err_cmd', 'image']) {
        for (const text of textsIn(valueAt(value, ['transform', field]))) {
          for (const word of text.split(/[\s;&|<>()"'`]+/)) this.#addWord(word, workingDir);
        }
      }
    }
  }

  /** Whether a subdataset at a path is needed. */
  has(subdataset: string): boolean {
    return (
      this.#repos.some(({ repo, glob }) => concernsRepo(subdataset, repo, glob)) ||
      this.#globs.some((glob) => reaches(glob, subdataset)) ||
      this.#around.has(subdataset) ||
      this.#places.some((place) => isWithin(subdataset, place))
    );
  }

  /**
   * Adds what symlinks among the needed files lead to: the content there counts as theirs.
   * @returns whether there was any that is new.
   */
  follow(entries: Iterable<TreeEntry>): boolean {
    const before = this.#paths.size;
    for (const { path, target } of entries) {
      if (target === undefined || !this.#uses(path)) continue;
      const led = resolvePath(parentPath(path), target);
      if (led !== undefined) this.#addPath(led);
    }
    return this.#paths.size > before;
  }

  #uses(path: string): boolean {
    return (
      this.#repos.some(({ repo }) => isWithin(path, repo)) ||
      this.#globs.some((glob) => reaches(glob, path)) ||
      this.#paths.has(path)
    );
  }

  #addWord(word: string, workingDir: string): void {
    // A subdataset holds nothing at the top of the project.
    if (workingDir === '' && !word.includes('/')) return;
    for (const directory of ['', workingDir]) {
      const path = resolvePath(directory, word);
      if (path !== undefined) this.#addPath(path);
    }
  }

  #addPath(path: string): void {
    this.#paths.add(path);
    for (let part = path; part !== ''; part = parentPath(part)) this.#around.add(part);
  }
}

function compiled(pattern: string): Glob | undefined {
  const found = compileGlob(pattern);
  return found.ok ? found.glob : undefined;
}

/** Every text in a value: itself, or those of a list at any depth. */
function textsIn(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value];
  return Array.isArray(value) ? value.flatMap(textsIn) : [];
}
