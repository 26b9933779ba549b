/**
 * Which commits of subdatasets hold specs, or subdatasets that could. A commit never changes, so that what was found once
 * is kept in a file: a project may have thousands of subdatasets, and listing each costs a process.
 */
import { join } from 'node:path';
import { isSpecPath } from '../spec/spec-path.ts';
import type { GitRunner } from './blobs.ts';
import { readCache, writeCache } from './cache.ts';
import type { Project } from './open.ts';

/** Whether a commit holds specs, or subdatasets that could; `undefined` where it is not here. */
export async function holdsSpecs(run: GitRunner, commit: string): Promise<boolean | undefined> {
  const listed = await run(['ls-tree', '-r', '-z', '--full-tree', commit]);
  if (!listed.ok) return undefined;
  const lines = listed.stdout.toString('utf8').split('\0');
  return lines.some((line) => line.startsWith('160000 ') || isSpecPath(line.slice(line.indexOf('\t') + 1)));
}

/** One search through the subdatasets of a project. */
export class SpecSearch {
  readonly #cache: string;
  readonly #before: ReadonlyMap<string, boolean>;
  readonly #now = new Map<string, boolean>();

  constructor(project: Pick<Project, 'commonDirectory'>) {
    this.#cache = join(project.commonDirectory, 'minipach', 'cache', 'spec-search');
    const lines = readCache(this.#cache).split('\n').filter(Boolean);
    this.#before = new Map(lines.map((line) => [line.slice(2), line.startsWith('+')]));
  }

  /** What was found before; `undefined` where nobody has looked. */
  known(commit: string): boolean | undefined {
    const found = this.#now.get(commit) ?? this.#before.get(commit);
    if (found !== undefined) this.#now.set(commit, found);
    return found;
  }

  /** Looks into a commit. One that is not here holds nothing, and is looked for again the next time. */
  async look(run: GitRunner, commit: string): Promise<boolean> {
    const holds = await holdsSpecs(run, commit);
    if (holds !== undefined) this.#now.set(commit, holds);
    return holds === true;
  }

  /** Keeps what is known of the commits that were asked for in this search. */
  keep(): void {
    const isSame =
      this.#now.size === this.#before.size && [...this.#now.keys()].every((id) => this.#before.has(id));
    if (isSame) return;
    writeCache(this.#cache, [...this.#now].map(([id, holds]) => `${holds ? '+' : '-'} ${id}\n`).join(''));
  }
}
