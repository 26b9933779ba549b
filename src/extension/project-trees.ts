/** The committed files of each folder's project, for completion and checks. Read anew when HEAD moves. */
import * as vscode from 'vscode';
import type { ImageFacts } from '../plan/image-facts.ts';
import type { Tree } from '../plan/tree.ts';
import type { ProjectFolder } from './project-folder.ts';
import type { ProjectFolders } from './project-folders.ts';

interface KnownTree {
  readonly commit: string;
  readonly read: Promise<ReadTree | undefined>;
}

interface ReadTree {
  readonly tree: Tree;
  readonly images: ImageFacts;
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
    return (await this.#read(folder))?.tree;
  }

  /** What the same commit says about images. */
  async imagesOf(folder: ProjectFolder | undefined): Promise<ImageFacts | undefined> {
    return (await this.#read(folder))?.images;
  }

  async #read(folder: ProjectFolder | undefined): Promise<ReadTree | undefined> {
    if (!folder || !vscode.workspace.isTrusted) return undefined;
    if (!folder.project && !(await folder.open())) return undefined;
    const commit = commitOf(folder);
    const { project } = folder;
    if (!project || !commit) return undefined;
    let known = this.#known.get(folder.id);
    if (known?.commit !== commit) {
      known = { commit, read: read(project.root, commit) };
      this.#known.set(folder.id, known);
    }
    return known.read;
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

async function read(root: string, commit: string): Promise<ReadTree | undefined> {
  const [{ readTree }, { CatFile }, { readImageFacts }] = await Promise.all([
    import('../project/tree.ts'),
    import('../project/cat-file.ts'),
    import('../project/read-image-facts.ts'),
  ]);
  const objects = new CatFile(root);
  try {
    const tree = await readTree(root, commit, objects);
    return { tree, images: await readImageFacts(tree, objects) };
  } catch {
    // A commit that has gone meanwhile: what cannot be known is never called wrong.
    return undefined;
  } finally {
    objects.close();
  }
}
