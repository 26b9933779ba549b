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
  /** What has been read about images, by blob. */
  readonly texts: Map<string, string>;
}

/** What specs are judged by. */
export interface SpecFiles {
  readonly tree: Tree;
  /** Absent where it could not be read. */
  readonly images: ImageFacts | undefined;
}

/** Trees by folder. */
export class ProjectTrees implements vscode.Disposable {
  readonly #known = new Map<string, KnownTree>();
  readonly #changed = new vscode.EventEmitter<ProjectFolder>();
  readonly #subscription: vscode.Disposable;
  /** HEAD of a folder's project has moved, or has become known. */
  readonly onDidChange = this.#changed.event;

  constructor(folders: ProjectFolders) {
    this.#subscription = folders.onDidChange((change) => {
      const known = change && this.#known.get(change.folder.id);
      if (!change || known?.commit === commitOf(change.folder)) return;
      this.#changed.fire(change.folder);
    });
  }

  /** The tree of a folder; `undefined` where there is none to know: no project, no commit, or Restricted Mode. */
  async of(folder: ProjectFolder | undefined): Promise<Tree | undefined> {
    if (!folder || !vscode.workspace.isTrusted) return undefined;
    if (!folder.project && !(await folder.open())) return undefined;
    const commit = commitOf(folder);
    const { project } = folder;
    if (!project || !commit) return undefined;
    let known = this.#known.get(folder.id);
    if (known?.commit !== commit) {
      known = { commit, tree: read(project.root, commit), texts: known?.texts ?? new Map() };
      this.#known.set(folder.id, known);
    }
    return known.tree;
  }

  /**
   * The tree with the subdatasets that specs can need, which grows as their text names more of them, and what it
   * says about the images that they name.
   */
  async forSpecs(folder: ProjectFolder, tree: Tree, specs: readonly SpecText[]): Promise<SpecFiles> {
    const { project } = folder;
    const known = this.#known.get(folder.id);
    if (!project || !known) return { tree, images: undefined };
    const grown = known.tree.then((present) => present && grow(project, present, specs, known.texts));
    known.tree = grown.then((one) => one?.tree);
    return (await grown) ?? { tree, images: undefined };
  }

  dispose(): void {
    this.#subscription.dispose();
    this.#changed.dispose();
  }
}

/** The feed knows HEAD better than what was seen when the folder was opened. */
function commitOf(folder: ProjectFolder): string | undefined {
  return folder.model.head || folder.project?.head;
}

async function read(root: string, commit: string): Promise<Tree | undefined> {
  const { readTree } = await import('../project/tree.ts');
  // A commit that has gone meanwhile: what cannot be known is never called wrong.
  return readTree(root, commit).catch(() => undefined);
}

async function grow(
  project: Project,
  tree: Tree,
  specs: readonly SpecText[],
  texts: Map<string, string>,
): Promise<SpecFiles> {
  const [{ withSubdatasets }, { readImages }, { specValue }] = await Promise.all([
    import('../project/subdatasets.ts'),
    import('../project/read-image-facts.ts'),
    import('./spec-language.ts'),
  ]);
  const values = specs.map(specValue);
  const whole = await withSubdatasets(project, tree, values).catch(() => tree);
  // Half a name, as it is typed, must not have every subdataset read.
  return readImages(project, whole, values, { texts, everywhere: false, offers: true }).catch(() => {
    return { tree: whole, images: undefined };
  });
}
