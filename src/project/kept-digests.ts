/** Digests of directories, kept in a file by git's tree ids: equal trees have equal digests, in every commit. */
import { join } from 'node:path';
import { KEY_VERSION } from '../plan/key.ts';
import type { KnownDigests } from '../plan/tree.ts';
import { readCache, writeCache } from './cache.ts';
import type { Project } from './open.ts';

/** The part that must be new before all are written again. */
const WORTH_KEEPING = 0.05;

/** Fewer are computed sooner than they are read. */
const FEW = 500;

/** How many times as many as anybody asks for are kept: those of older commits may be asked for again. */
const ABUNDANCE = 4;

/** The digests that one reader of a project knows. */
export class KeptDigests implements KnownDigests {
  readonly #cache: string;
  #kept: ReadonlyMap<string, string> | undefined;
  readonly #fresh = new Map<string, string>();
  #hits = 0;

  constructor({ commonDirectory }: Pick<Project, 'commonDirectory'>) {
    // A digest is a part of keys: where these are made in another way, what an older program has kept must not count.
    this.#cache = join(commonDirectory, 'minipach', 'cache', `digests-${KEY_VERSION}`);
  }

  get(treeId: string): string | undefined {
    this.#kept ??= read(this.#cache);
    const digest = this.#kept.get(treeId) ?? this.#fresh.get(treeId);
    if (digest !== undefined) this.#hits += 1;
    return digest;
  }

  set(treeId: string, digest: string): void {
    this.#fresh.set(treeId, digest);
  }

  /** Writes what has become known, where that saves anybody work. */
  keep(): void {
    const asked = this.#hits + this.#fresh.size;
    if (this.#fresh.size < FEW || this.#fresh.size <= asked * WORTH_KEEPING) return;
    const before = this.#kept ?? new Map<string, string>();
    const all = [...(before.size > asked * ABUNDANCE ? [] : before), ...this.#fresh];
    writeCache(this.#cache, all.map(([treeId, digest]) => `${treeId} ${digest}\n`).join(''));
  }
}

function read(cache: string): ReadonlyMap<string, string> {
  const text = readCache(cache);
  const digests = new Map<string, string>();
  for (let start = 0; start < text.length; ) {
    const space = text.indexOf(' ', start);
    const end = text.indexOf('\n', space);
    digests.set(text.slice(start, space), text.slice(space + 1, end));
    start = end + 1;
  }
  return digests;
}
