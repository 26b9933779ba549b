/** The committed files of each folder's project, for completion and checks. Read anew when HEAD moves. */
import * as vscode from 'vscode';
import type { ImageFacts } from '../plan/image-facts.ts';
import type { Tree } from '../plan/tree.ts';
import type { Project } from '../project/open.ts';
import type { ProjectFolder } from './project-folder.ts';
import type { ProjectFolders } from './project-folders.ts';
import type { SpecText } from './spec-language.ts';

interface KnownTree {
  readonly commit: string;
  tree: Promise<Tree | undefined>;
  /** What git has listed of it, which is there sooner where nobody has kept the tree. */
  readonly listed: Promise<Tree | undefined>;
  isWhole: boolean;
  /** What has been read about images, by blob. */
  readonly texts: Map<string, string>;
  /** What the last question was answered with: several providers ask the same after each key stroke. */
  answer?: { readonly specs: readonly SpecText[]; readonly files: Promise<SpecFiles | undefined> };
}

/** What specs are judged by. */
export interface SpecFiles {
  readonly tree: Tree;
  /** Absent where it could not be read. */
  readonly images: ImageFacts | undefined;
}

/**
 * Of the time between two looks at a moving HEAD, the least that is left for everything else: a run can move it many
 * times a second, and reading a large tree takes most of one.
 */
const REST = { milliseconds: 500, times: 4 };

/** Trees by folder. */
export class ProjectTrees implements vscode.Disposable {
  readonly #known = new Map<string, KnownTree>();
  /** Folders whose tree is being read anew, or soon will be. */
  readonly #renewing = new Set<string>();
  readonly #changed = new vscode.EventEmitter<ProjectFolder>();
  readonly #subscription: vscode.Disposable;
  readonly #completed = new vscode.EventEmitter<void>();
  /** The tree of a folder is another one now, or has become known. */
  readonly onDidChange = this.#changed.event;
  /** A tree of which somebody has had a first look is whole. */
  readonly onDidComplete = this.#completed.event;

  constructor(folders: ProjectFolders) {
    this.#subscription = folders.onDidChange((change) => {
      if (!change) return;
      const known = this.#known.get(change.folder.id);
      if (known) void this.#renew(change.folder, known);
      else if (commitOf(change.folder)) this.#changed.fire(change.folder);
    });
  }

  /** The tree of a folder; `undefined` where there is none to know: no project, no commit, or Restricted Mode. */
  async of(folder: ProjectFolder | undefined): Promise<Tree | undefined> {
    return (await this.#know(folder))?.tree;
  }

  /**
   * For a first look, what is known soonest: perhaps only which files there are, without what links say and without
   * those of subdatasets. The event follows then.
   */
  async first(folder: ProjectFolder | undefined): Promise<{ tree: Tree | undefined; isWhole: boolean }> {
    const known = await this.#know(folder);
    if (!known || known.isWhole) return { tree: await known?.tree, isWhole: true };
    void known.tree.then(() => this.#completed.fire());
    return { tree: await known.listed, isWhole: false };
  }

  async #know(folder: ProjectFolder | undefined): Promise<KnownTree | undefined> {
    if (!folder || !vscode.workspace.isTrusted) return undefined;
    if (!folder.project && !(await folder.open())) return undefined;
    const commit = commitOf(folder);
    const { project } = folder;
    if (!project || !commit) return undefined;
    const known = this.#known.get(folder.id);
    if (known) return known;
    const made: KnownTree = { commit, ...read(project, commit), isWhole: false, texts: new Map() };
    void made.tree.then(() => {
      made.isWhole = true;
    });
    this.#known.set(folder.id, made);
    return made;
  }

  /**
   * The tree with the subdatasets that specs can need, which grows as their text names more of them, and what it
   * says about the images that they name.
   */
  async forSpecs(folder: ProjectFolder, tree: Tree, specs: readonly SpecText[]): Promise<SpecFiles> {
    const { project } = folder;
    const known = this.#known.get(folder.id);
    if (!project || !known) return { tree, images: undefined };
    const before = known.answer;
    const isSame =
      before?.specs.length === specs.length && before.specs.every((spec, at) => spec === specs[at]);
    if (before && isSame) return (await before.files) ?? { tree, images: undefined };
    const files = known.tree.then((present) => present && grow(project, present, specs, known.texts));
    known.tree = files.then((one) => one?.tree);
    known.answer = { specs, files };
    return (await files) ?? { tree, images: undefined };
  }

  dispose(): void {
    this.#subscription.dispose();
    this.#changed.dispose();
    this.#completed.dispose();
  }

  /** Reads the tree of a HEAD that has moved. Until it is there the older one answers, so that nothing flickers. */
  async #renew(folder: ProjectFolder, known: KnownTree): Promise<void> {
    const commit = commitOf(folder);
    const { project, id } = folder;
    if (!project || !commit || commit === known.commit || this.#renewing.has(id)) return;
    this.#renewing.add(id);
    const began = performance.now();
    const { tree } = read(project, commit);
    await tree;
    this.#known.set(id, { commit, tree, listed: tree, isWhole: true, texts: known.texts });
    this.#changed.fire(folder);
    const pause = Math.max(REST.milliseconds, REST.times * (performance.now() - began));
    setTimeout(() => {
      this.#renewing.delete(id);
      const latest = this.#known.get(id);
      if (latest) void this.#renew(folder, latest);
    }, pause);
  }
}

/** The feed knows HEAD better than what was seen when the folder was opened. */
function commitOf(folder: ProjectFolder): string | undefined {
  return folder.model.head || folder.project?.head;
}

function read(project: Project, commit: string): Pick<KnownTree, 'tree' | 'listed'> {
  let tell = (_tree: Tree | undefined): void => undefined;
  const listed = new Promise<Tree | undefined>((resolve) => {
    tell = resolve;
  });
  const tree = readWhole(project, commit, tell);
  void tree.then(tell);
  return { tree, listed };
}

async function readWhole(
  project: Project,
  commit: string,
  onListed: (tree: Tree) => void,
): Promise<Tree | undefined> {
  const [{ readTree }, { treeCache }, { withSubdatasets }] = await Promise.all([
    import('../project/tree.ts'),
    import('../project/kept-tree.ts'),
    import('../project/subdatasets.ts'),
  ]);
  // What the runner has kept is read, and keeping is left to it. Of a commit that has gone meanwhile nothing is known, and
  // what cannot be known is never called wrong.
  return readTree(project.root, commit, {
    cache: treeCache(project),
    isKeeping: false,
    onListed: (files) => onListed({ commit, ...files }),
  }).then(
    // Pipelines can lie in subdatasets.
    (tree) => withSubdatasets(project, tree, [], undefined, { forSpecs: true }).catch(() => tree),
    () => undefined,
  );
}

async function grow(
  project: Project,
  tree: Tree,
  specs: readonly SpecText[],
  texts: Map<string, string>,
): Promise<SpecFiles> {
  const [{ contentLook }, { withSubdatasets }, { readImages }, { specValue }] = await Promise.all([
    import('../project/annex-content.ts'),
    import('../project/subdatasets.ts'),
    import('../project/read-image-facts.ts'),
    import('./spec-language.ts'),
  ]);
  const values = specs.map(specValue);
  const whole = await withSubdatasets(project, tree, values).catch(() => tree);
  // Half a name, as it is typed, must not have every subdataset read.
  return readImages(project, whole, values, { texts, everywhere: false, offers: true }).then(
    ({ tree: read, images }) => ({
      tree: read,
      images: { ...images, isHere: contentLook(project, read.subdatasets) },
    }),
    () => ({ tree: whole, images: undefined }),
  );
}
