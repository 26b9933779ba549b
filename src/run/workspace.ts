/**
 * Workspaces: the private folder in which a job runs. It holds the datum, the code and what the spec names, at
 * their paths in the project, and nothing else; nothing that a job does there reaches the user's work tree.
 * Annexed content is not copied: links lead to the project's annex, whose objects are read-only.
 */
import {
  constants,
  copyFileSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  renameSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { SCRATCH } from '../plan/expand.ts';
import { isWithin } from '../plan/paths.ts';
import type { TreeEntry } from '../plan/tree.ts';
import type { TreeIndex } from '../plan/tree-index.ts';
import { annexLink, objectPath } from '../project/annex.ts';
import { contentPath } from '../project/annex-content.ts';
import type { CatFile } from '../project/cat-file.ts';
import { Checkouts } from '../project/checkouts.ts';
import { DatasetObjects } from '../project/dataset-objects.ts';
import type { Project } from '../project/open.ts';
import { type DatasetPlace, placeOf } from '../project/repository.ts';
import { type Observer, readHolder } from './claims/holder.ts';
import { removeTree } from './housekeeping/trash.ts';
import { errorCode, type State } from './state.ts';

/** Blobs up to this many bytes are kept in memory, because code files are written for every job. */
const KEPT_BLOB = 65_536;

/** What a workspace must hold. */
export interface WorkspaceNeeds {
  readonly files: readonly TreeEntry[];
  /** The tree that they are files of. */
  readonly index: TreeIndex;
  /** Of these there is only the name, on an empty file. */
  readonly empty: readonly TreeEntry[];
  /** Links out of the workspace, such as to its image: where each lies in the project, and where it leads. */
  readonly links?: ReadonlyMap<string, string>;
  /** Whether annexed content lies in the workspace itself, for those who see nothing else of the machine. */
  readonly isStandalone?: boolean;
  /** The output directory, relative to the project's root; made empty. */
  readonly output: string;
  readonly workingDir: string;
  /** Whether the command uses its private folder. */
  readonly scratch: boolean;
}

/** Makes and discards the workspaces of one runner. */
export class Workspaces {
  readonly #project: Project;
  readonly #state: State;
  readonly #folder: string;
  readonly #objects: DatasetObjects;
  readonly #checkouts: Checkouts;
  readonly #kept = new Map<string, Buffer>();
  #made = 0;

  constructor(project: Project, state: State, token: string, objects: CatFile) {
    this.#project = project;
    this.#state = state;
    this.#folder = join(state.workspaces, token);
    this.#objects = new DatasetObjects(project, objects);
    this.#checkouts = new Checkouts(project, this.#objects);
    mkdirSync(this.#folder, { recursive: true });
  }

  /** The folder that git must not look above of, or a job's git would find the user's repository. */
  get ceiling(): string {
    return this.#folder;
  }

  /** Makes a workspace. With a problem, in a sentence, it is not whole and only to be discarded. */
  async make(
    needs: WorkspaceNeeds,
  ): Promise<{ readonly root: string; readonly problem: string | undefined }> {
    this.#made += 1;
    const root = join(this.#folder, String(this.#made));
    return { root, problem: await this.#lay(root, needs) };
  }

  /** Makes the output directory as it was before the job; the rest stays as the job left it. Returns what went wrong. */
  async renewOutput(root: string, needs: WorkspaceNeeds): Promise<string | undefined> {
    const isOutput = ({ path }: TreeEntry): boolean => isWithin(path, needs.output);
    removeTree(join(root, needs.output));
    return this.#lay(root, {
      ...needs,
      files: needs.files.filter(isOutput),
      empty: needs.empty.filter(isOutput),
      links: new Map(),
    });
  }

  async #lay(root: string, needs: WorkspaceNeeds): Promise<string | undefined> {
    const made = new Set<string>();
    const makeDirectory = (path: string): void => {
      if (made.has(path)) return;
      mkdirSync(path, { recursive: true });
      made.add(path);
    };
    makeDirectory(join(root, '.git'));
    const linkAnnex = (dataset: string, place: DatasetPlace): void => {
      const annex = join(root, dataset, '.git', 'annex');
      makeDirectory(dirname(annex));
      if (lstatSync(annex, { throwIfNoEntry: false }) === undefined)
        symlinkSync(join(place.commonDirectory, 'annex'), annex);
    };
    const place = (entry: TreeEntry): DatasetPlace => placeOf(this.#project, needs.index, entry.dataset);
    if (needs.isStandalone) {
      for (const entry of needs.files)
        if (entry.annexKey !== undefined) bringObject(root, entry.dataset, place(entry), entry.annexKey);
    } else {
      if (this.#project.annex) linkAnnex('', this.#project);
      for (const dataset of new Set(needs.files.map((entry) => entry.annexKey && entry.dataset)))
        if (dataset !== undefined && dataset !== '')
          linkAnnex(dataset, placeOf(this.#project, needs.index, dataset));
    }
    const links = [...(needs.links ?? [])];
    for (const [path, target] of links) {
      makeDirectory(dirname(join(root, path)));
      symlinkSync(target, join(root, path));
    }
    // What a link leads to is there, whoever else asks for it.
    const isThere = ({ path }: TreeEntry): boolean => links.some(([place]) => isWithin(path, place));
    for (const entry of needs.files) {
      if (isThere(entry)) continue;
      const path = join(root, entry.path);
      makeDirectory(dirname(path));
      if (entry.type === 'subdataset') makeDirectory(path);
      else if (entry.annexKey !== undefined) symlinkSync(linkIntoAnnex(entry, entry.annexKey), path);
      else if (entry.target !== undefined) symlinkSync(entry.target, path);
      else {
        const content = await this.#content(entry, needs.index);
        if (typeof content === 'string') return content;
        writeFileSync(path, content, { mode: entry.type === 'executable' ? 0o555 : 0o444 });
      }
    }
    for (const { path, type } of needs.empty) {
      makeDirectory(join(root, type === 'subdataset' ? path : dirname(path)));
      if (type !== 'subdataset') writeFileSync(join(root, path), '', { mode: 0o444 });
    }
    makeDirectory(join(root, needs.output));
    makeDirectory(join(root, needs.workingDir));
    if (needs.scratch) makeDirectory(join(root, SCRATCH));
    return undefined;
  }

  /** Puts a workspace out of the way; the space is freed at the end of the run. */
  discard(root: string): void {
    this.#made += 1;
    renameSync(root, join(this.#state.trash, `${this.#folder.split('/').at(-1)}-${this.#made}`));
  }

  /** Removes its folder, and those of dead runners. */
  end(observer: Observer): void {
    this.#checkouts.end();
    this.#objects.end();
    removeTree(this.#folder);
    for (const token of readdirSync(this.#state.workspaces)) {
      const owner = readHolder(join(this.#state.holders, token));
      if (owner !== undefined && !observer.isDead(owner)) continue;
      observer.endJobsOf(token);
      removeTree(join(this.#state.workspaces, token));
    }
  }

  /** What git would check out at a file's path, or why it cannot, in a sentence. */
  async #content(entry: TreeEntry, index: TreeIndex): Promise<Buffer | string> {
    const { name, isConverted } = await this.#checkouts.nameOf(index, entry);
    const kept = this.#kept.get(name);
    if (kept !== undefined) return kept;
    const content = isConverted ? await this.#converted(entry, index) : await this.#stored(entry, index);
    if (typeof content !== 'string' && content.length <= KEPT_BLOB) this.#kept.set(name, content);
    return content;
  }

  async #stored({ path, blob, dataset }: TreeEntry, index: TreeIndex): Promise<Buffer | string> {
    const object = await this.#objects.of(placeOf(this.#project, index, dataset)).read(blob);
    return object?.content ?? `git has no object ${blob} for ${path}; run \`git fsck\`.`;
  }

  /** The raw text of what a filter could not convert is never given to a job, which might take it for the content. */
  async #converted(entry: TreeEntry, index: TreeIndex): Promise<Buffer | string> {
    const answer = await this.#checkouts.read(index, entry);
    if (answer.ok) return answer.content;
    return `git cannot check out ${entry.path} as its attributes say: ${answer.message.replace(/\.?$/, '.')}`;
  }
}

/**
 * Puts annexed content where links in a workspace look for it: by a further name, which costs nothing, or else by a copy,
 * which shares its blocks where the file system can. The system may refuse names for other people's files.
 */
function bringObject(root: string, dataset: string | undefined, place: DatasetPlace, key: string): void {
  const path = join(root, dataset ?? '', '.git', 'annex', 'objects', objectPath(key));
  mkdirSync(dirname(path), { recursive: true });
  linkOrCopy(contentPath(place, key), path);
}

/** Gives a file a further name, or makes a copy of it where that cannot be; nothing where the name is there. */
export function linkOrCopy(source: string, path: string): void {
  try {
    linkSync(source, path);
  } catch (error) {
    if (errorCode(error) !== 'EEXIST') copyFileSync(source, path, constants.COPYFILE_FICLONE);
  }
}

/** The text of a locked link at a file's place in its dataset, whichever form git has committed. */
function linkIntoAnnex({ path, dataset }: TreeEntry, key: string): string {
  return annexLink(dataset === undefined ? path : path.slice(dataset.length + 1), key);
}
