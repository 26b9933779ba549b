/** The *Datasets* view. */
import path from 'node:path';
import * as vscode from 'vscode';
import {
  type DatasetNode,
  datasetAppearance,
  datasetNodes,
  repoAppearance,
  repoNodes,
} from './dataset-nodes.ts';
import type { ProjectFolders } from './project-folders.ts';
import { folderItem, treeItem } from './tree-item.ts';

/** Gives the view its lines. Datasets change rarely and are few, so it is refreshed as a whole. */
export class DatasetsProvider implements vscode.TreeDataProvider<DatasetNode> {
  readonly #folders: ProjectFolders;
  readonly #changed = new vscode.EventEmitter<undefined>();
  readonly onDidChangeTreeData = this.#changed.event;

  constructor(folders: ProjectFolders) {
    this.#folders = folders;
    folders.onDidChange((change) => {
      if (!change || change.what === 'state' || change.what === 'all') this.#changed.fire(undefined);
    });
  }

  getTreeItem(node: DatasetNode): vscode.TreeItem {
    const folder = this.#folders.get(node.folder);
    if (node.kind === 'folder' || !folder) return folderItem(folder?.folder.name ?? node.folder);
    if (node.kind === 'dataset') {
      const name = path.basename(folder.project?.root ?? folder.directory);
      const item = treeItem(datasetAppearance(node.dataset, name, vscode.l10n));
      // The view remembers by id what was expanded; a dataset that gets its first repo is to open by itself.
      item.id = [folder.id, node.dataset.path, node.dataset.repos.length > 0 ? 'used' : 'unused'].join('\n');
      return item;
    }
    const item = treeItem(repoAppearance(node.repo, vscode.l10n));
    item.resourceUri = folder.uri(node.repo.path);
    const title = vscode.l10n.t('Show in Explorer');
    item.command = { command: 'revealInExplorer', title, arguments: [item.resourceUri] };
    return item;
  }

  getChildren(node?: DatasetNode): DatasetNode[] {
    if (!node) {
      const ready = this.#folders.all.filter((folder) => folder.model.ready);
      if (ready.length > 1) return ready.map((folder) => ({ kind: 'folder', folder: folder.id }));
      return ready.flatMap((folder) => datasetNodes(folder.id, folder.model));
    }
    if (node.kind === 'folder') {
      const folder = this.#folders.get(node.folder);
      return folder ? datasetNodes(folder.id, folder.model) : [];
    }
    return node.kind === 'dataset' ? repoNodes(node.folder, node.dataset) : [];
  }
}
