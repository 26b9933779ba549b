/** The datasets that one recorder commits to: the project, and the subdatasets that results go into. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { parentPath } from '../../plan/paths.ts';
import type { TreeIndex } from '../../plan/tree-index.ts';
import { gitLine } from '../../project/git.ts';
import type { Project } from '../../project/open.ts';
import { standingOf } from '../../project/standing.ts';
import { type LockMeans, lockIndex, unlockIndex } from './index-lock.ts';
import { Ingest } from './ingest.ts';
import { noteDatasets, openSubdataset } from './recover.ts';

/** Milliseconds to wait for the index of a subdataset: the project's own is locked meanwhile. */
const PATIENCE = 2000;

/** A dataset with what taking content in needs. */
export interface RecordDataset {
  /** Empty for the project itself. */
  readonly path: string;
  readonly repository: Project;
  /** A folder of ours, private to this recorder and dataset. */
  readonly folder: string;
  readonly ingest: Ingest;
  /** `Name <mail> seconds zone`. */
  readonly identity: string;
}

/** A subdataset whose index is locked, with what its commits are made on. */
export interface EnteredDataset {
  readonly dataset: RecordDataset;
  readonly branch: string;
  /** The commit that the dataset around it has recorded, which is the branch's tip. */
  readonly base: string;
}

/** Opens datasets once each. */
export class RecordDatasets {
  /** The project itself. */
  readonly own: RecordDataset;
  readonly #means: LockMeans;
  readonly #opened = new Map<string, RecordDataset>();

  /** @param folder - Of the recorder. */
  constructor(
    means: Omit<LockMeans, 'folder'> & { readonly project: Project; readonly identity: string },
    folder: string,
  ) {
    const { project, identity } = means;
    this.#means = { ...means, folder };
    this.own = { path: '', repository: project, folder, ingest: new Ingest(project, folder), identity };
  }

  /** All that were opened, the project first. */
  get all(): readonly RecordDataset[] {
    return [this.own, ...this.#opened.values()];
  }

  /** A dataset by its path; `undefined` where it is not checked out. */
  async open(path: string): Promise<RecordDataset | undefined> {
    if (path === '') return this.own;
    const known = this.#opened.get(path);
    if (known !== undefined) return known;
    const repository = await openSubdataset(this.own.repository, path);
    if (repository === undefined) return undefined;
    const folder = join(this.own.folder, 'datasets', String(this.#opened.size));
    mkdirSync(folder, { recursive: true });
    const identity = await gitLine(repository.root, ['var', 'GIT_COMMITTER_IDENT']);
    const dataset: RecordDataset = {
      ...{ path, repository, folder },
      ingest: new Ingest(repository, folder),
      identity: identity ?? this.own.identity,
    };
    this.#opened.set(path, dataset);
    // Before anything of ours is in it that a kill would leave there.
    noteDatasets(this.own.repository, this.own.folder, [...this.#opened.keys()]);
    return dataset;
  }

  /**
   * Takes the index locks of subdatasets, in the order of their paths, and looks at each: the index lock of the project
   * must be held.
   * @param paths - With every subdataset that is around another one.
   * @param tip - The project's commit that is built on.
   */
  async enter(
    paths: readonly string[],
    tip: string,
    index: TreeIndex,
  ): Promise<{
    readonly entered: ReadonlyMap<string, EnteredDataset>;
    readonly problems: ReadonlyMap<string, string>;
  }> {
    const entered = new Map<string, EnteredDataset>();
    const problems = new Map<string, string>();
    try {
      for (const path of [...paths].sort()) {
        const around = index.datasetOf(parentPath(path));
        const inherited = problems.get(around);
        const found = inherited ?? (await this.#enterOne(path, entered.get(around), tip, index));
        if (typeof found === 'string') problems.set(path, found);
        else entered.set(path, found);
      }
    } catch (error) {
      this.leave(entered);
      throw error;
    }
    return { entered, problems };
  }

  async #enterOne(
    path: string,
    around: EnteredDataset | undefined,
    tip: string,
    index: TreeIndex,
  ): Promise<EnteredDataset | string> {
    const dataset = await this.open(path);
    const subdataset = index.subdataset(path);
    if (dataset === undefined || subdataset === undefined)
      return `The subdataset ${path} is not checked out any more: install it again, and run again.`;
    const locked = await lockIndex(dataset.repository, this.#means, PATIENCE);
    if (locked !== undefined) return locked;
    const within = around === undefined ? path : path.slice(around.dataset.path.length + 1);
    const root = around?.dataset.repository.root ?? this.own.repository.root;
    const commit = await gitLine(root, ['rev-parse', '-q', '--verify', `${around?.base ?? tip}:${within}`]);
    const standing = await standingOf(
      this.own.repository,
      { ...subdataset, commit: commit ?? subdataset.commit },
      index.has('.datalad/config'),
    );
    if (standing.ok && commit !== undefined) return { dataset, branch: standing.branch, base: commit };
    unlockIndex(dataset.repository, this.#means);
    return standing.ok ? `${path} is no subdataset of the project any more.` : standing.message;
  }

  /** Lets go of the locks that `enter` has taken. */
  leave(entered: ReadonlyMap<string, EnteredDataset>): void {
    for (const { dataset } of entered.values()) unlockIndex(dataset.repository, this.#means);
  }

  /** Ends all helpers. */
  async end(): Promise<void> {
    await Promise.all(this.all.map(({ ingest }) => ingest.end()));
  }
}
