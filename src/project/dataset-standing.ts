/**
 * How datasets stand beside what is committed of them: what is changed in their work trees, and how much of their annexed
 * content is here. Sizes come from keys; whether content is here takes one look a key, no process, and is only
 * looked at anew where git-annex has been at work.
 */
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { sizeOfKey } from '../plan/annex-key.ts';
import type { ContentSizes, DatasetStanding } from '../plan/feed-line.ts';
import type { TreeIndex } from '../plan/tree-index.ts';
import { Presence } from './annex-content.ts';
import { workTreeChanges } from './dirty.ts';
import { inParallel } from './in-parallel.ts';
import { treeCache } from './kept-tree.ts';
import type { Project } from './open.ts';
import { checkedOutAt, gitIn } from './repository.ts';
import { headOf, standingMark } from './standing.ts';
import { readFiles } from './tree.ts';

/** Keys between two pauses: a feed has other things to tell meanwhile. */
const KEYS_A_TURN = 2000;

/** A dataset as it is known before anybody looks at it. */
interface KnownDataset {
  /** Relative to the project's root. */
  readonly path: string;
  readonly root: string;
  readonly commit: string;
  readonly isRead: boolean;
  /** Of its work tree; `undefined` where nothing is checked out. */
  readonly gitDirectory: string | undefined;
  /** Where its objects and its annex are; `undefined` where it is not installed. */
  readonly commonDirectory: string | undefined;
}

/** Looks at datasets again and again, and at each only as far as something can have changed. */
export class DatasetLooks {
  readonly #project: Project;
  readonly #contents = new Map<string, { readonly mark: string; readonly sizes: ContentSizes | null }>();
  readonly #changes = new Map<string, { readonly mark: string; readonly changed: number | null }>();

  constructor(project: Project) {
    this.#project = project;
  }

  /** A text that is another one when something has happened to one of the datasets that git or git-annex has written down. */
  mark(index: TreeIndex): string {
    return this.#known(index)
      .map((dataset) => [contentMark(dataset), this.#changeMark(dataset)].join(' '))
      .join('\n');
  }

  /**
   * Tells how all datasets stand.
   * @param isDoubted - Whether files of a dataset may have changed since the last look, of which git knows nothing yet.
   */
  async look(index: TreeIndex, isDoubted: (isRead: boolean) => boolean): Promise<DatasetStanding[]> {
    const known = this.#known(index);
    const stale = known.filter((dataset) => this.#contents.get(dataset.path)?.mark !== contentMark(dataset));
    const keys = keysOf(index, stale);
    for (const dataset of stale) await this.#lookAtContent(dataset, keys.get(dataset.path));
    return inParallel(known, async (dataset) => {
      const { path, commit } = dataset;
      const mark = this.#changeMark(dataset);
      if (isDoubted(dataset.isRead) || this.#changes.get(path)?.mark !== mark)
        this.#changes.set(path, { mark, changed: await countChanges(dataset) });
      const head = path === '' ? undefined : headOf(this.#project.root, path);
      return {
        path,
        changed: this.#changes.get(path)?.changed ?? null,
        ...(head === undefined || head === commit ? {} : { checkedOut: head }),
        content: this.#contents.get(path)?.sizes ?? null,
      };
    });
  }

  #known(index: TreeIndex): readonly KnownDataset[] {
    const { root, gitDirectory, commonDirectory } = this.#project;
    const own = { path: '', root, commit: index.tree.commit, isRead: true, gitDirectory, commonDirectory };
    return [
      own,
      ...index.subdatasets.map(({ path, commit, state, gitDirectory: kept }) => {
        const at = join(root, path);
        const places = checkedOutAt(at);
        return {
          ...{ path, root: at, commit, isRead: state === 'read' },
          gitDirectory: places?.gitDirectory,
          commonDirectory: places?.commonDirectory ?? kept,
        };
      }),
    ];
  }

  async #lookAtContent(dataset: KnownDataset, keys: ReadonlySet<string> | undefined): Promise<void> {
    const { path, commonDirectory } = dataset;
    // Before anything is looked at: what comes meanwhile is seen by the next look.
    const mark = contentMark(dataset);
    const wanted = keys ?? (await this.#listKeys(dataset));
    const isKnown = wanted !== undefined && commonDirectory !== undefined;
    const sizes = isKnown ? await sizesOf(wanted, { commonDirectory }) : null;
    this.#contents.set(path, { mark, sizes });
  }

  /** The keys of a dataset that no pipeline needs: git lists it once, and what it said is kept. */
  async #listKeys({ commonDirectory, commit }: KnownDataset): Promise<ReadonlySet<string> | undefined> {
    if (commonDirectory === undefined) return undefined;
    const cache = treeCache(this.#project, commonDirectory);
    const files = await readFiles(gitIn(commonDirectory), commit, { cache });
    if ('failed' in files) return undefined;
    const keys = new Set<string>();
    for (let at = 0; at < files.entries.length; at += 1) {
      const key = files.outline.keys.at(at);
      if (key !== undefined) keys.add(key);
    }
    return keys;
  }

  #changeMark({ path, gitDirectory }: KnownDataset): string {
    if (gitDirectory === undefined) return '';
    return `${timeOf(join(gitDirectory, 'index'))} ${standingMark(this.#project.root, path)}`;
  }
}

/** The keys of those datasets whose files the tree has. */
function keysOf(
  index: TreeIndex,
  datasets: readonly KnownDataset[],
): ReadonlyMap<string, ReadonlySet<string>> {
  const found = new Map(
    datasets.flatMap(({ path, isRead }) => (isRead ? [[path, new Set<string>()] as const] : [])),
  );
  if (found.size === 0) return found;
  for (const { annexKey, dataset = '' } of index.keysUnder(''))
    if (annexKey !== undefined) found.get(dataset)?.add(annexKey);
  return found;
}

async function sizesOf(
  keys: ReadonlySet<string>,
  place: { readonly commonDirectory: string },
): Promise<ContentSizes> {
  const presence = new Presence();
  const sizes = { keys: keys.size, bytes: 0, keysHere: 0, bytesHere: 0 };
  let looked = 0;
  for (const key of keys) {
    looked += 1;
    if (looked % KEYS_A_TURN === 0) await nextTurn();
    const bytes = sizeOfKey(key);
    sizes.bytes += bytes;
    if (!presence.has(place, key)) continue;
    sizes.keysHere += 1;
    sizes.bytesHere += bytes;
  }
  return sizes;
}

async function countChanges({ root, gitDirectory }: KnownDataset): Promise<number | null> {
  if (gitDirectory === undefined) return null;
  return (await workTreeChanges(root)).changed.length;
}

/** The times of what git-annex writes whenever content comes or goes: its journal, its branch, its objects. */
function contentMark({ commonDirectory, commit }: KnownDataset): string {
  if (commonDirectory === undefined) return commit;
  const places = ['annex/objects', 'annex/journal', 'annex/journal-private', 'annex/index'];
  const times = [...places, 'refs/heads/git-annex'].map((place) => timeOf(join(commonDirectory, place)));
  return [commit, commonDirectory, ...times].join(' ');
}

function timeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}
