/** The *Images* view. */
import * as vscode from 'vscode';
import { type ImageNode, imageAppearance, imageNodes } from './image-nodes.ts';
import type { ProjectFolder } from './project-folder.ts';
import type { ProjectFolders } from './project-folders.ts';
import type { ImageFetching } from './run-progress.ts';
import type { LiveRun } from './runs.ts';
import { folderItem, treeItem } from './tree-item.ts';

/** What fetches images: runs, and prefetches. */
export interface FetchingSource {
  readonly live: readonly Pick<LiveRun, 'folder' | 'progress'>[];
  readonly onDidChange: vscode.Event<void>;
}

/** Gives the view its lines. Images are few, so it is refreshed as a whole. */
export class ImagesProvider implements vscode.TreeDataProvider<ImageNode> {
  readonly #folders: ProjectFolders;
  readonly #sources: readonly FetchingSource[];
  readonly #changed = new vscode.EventEmitter<undefined>();
  readonly onDidChangeTreeData = this.#changed.event;
  #told = '';

  constructor(folders: ProjectFolders, sources: readonly FetchingSource[]) {
    this.#folders = folders;
    this.#sources = sources;
    folders.onDidChange((change) => {
      if (!change || (typeof change.what === 'string' && change.what !== 'datasets'))
        this.#changed.fire(undefined);
    });
    for (const source of sources) source.onDidChange(() => this.#noteFetching());
  }

  getTreeItem(node: ImageNode): vscode.TreeItem {
    const folder = this.#folders.get(node.folder);
    if (node.kind === 'folder' || !folder) return folderItem(folder?.folder.name ?? node.folder);
    const { name } = node.image;
    const item = treeItem(imageAppearance(node.image, this.#fetching(folder).get(name), vscode.l10n));
    item.id = `${folder.id}\n${name}`;
    return item;
  }

  getChildren(node?: ImageNode): ImageNode[] {
    if (node) {
      const folder = node.kind === 'folder' ? this.#folders.get(node.folder) : undefined;
      return folder ? imageNodes(folder.id, folder.model) : [];
    }
    const named = this.#folders.ready.filter((folder) => imageNodes(folder.id, folder.model).length > 0);
    if (named.length > 1) return named.map((folder) => ({ kind: 'folder', folder: folder.id }));
    return named.flatMap((folder) => imageNodes(folder.id, folder.model));
  }

  /** What is fetched in a folder, by this window or anybody else, and how far it is. */
  #fetching(folder: ProjectFolder): ReadonlyMap<string, ImageFetching> {
    const live = this.#sources.flatMap((source) => source.live).filter((one) => one.folder === folder);
    const told = [...folder.model.images.values()].flatMap(({ name, fetching }) =>
      fetching ? [[name, fetching] as const] : [],
    );
    // What this window fetches it knows sooner, and by its own hand.
    return new Map([...told, ...live.flatMap(({ progress }) => [...progress.fetching])]);
  }

  /** A run tells much that is of no image; the view is drawn again only for what is. */
  #noteFetching(): void {
    const now = JSON.stringify(
      this.#folders.all.map((folder) =>
        [...this.#fetching(folder)].map(([name, { bytes, total, by }]) => [name, bytes, total, by]),
      ),
    );
    if (now === this.#told) return;
    this.#told = now;
    this.#changed.fire(undefined);
  }
}
