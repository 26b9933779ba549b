/** The *Datasets* view. */
import path from 'node:path';
import * as vscode from 'vscode';
import {
  candidateAppearances,
  type DatasetNode,
  datasetAppearance,
  datasetNodes,
  datasetParts,
  partAppearance,
  repoAppearance,
  siblingAppearances,
} from './dataset-nodes.ts';
import { DatasetSources } from './dataset-sources.ts';
import type { Appearance } from './pipeline-nodes.ts';
import type { ProjectFolder } from './project-folder.ts';
import type { ProjectFolders } from './project-folders.ts';
import type { Runner } from './runner.ts';
import { folderItem, treeItem } from './tree-item.ts';

/** Gives the view its lines. Datasets change rarely and are few, so it is refreshed as a whole. */
export class DatasetsProvider implements vscode.TreeDataProvider<DatasetNode> {
  readonly #folders: ProjectFolders;
  readonly #sources: DatasetSources;
  /** Nobody who does not look at the view has git look through all work trees. */
  #isSeen = false;
  readonly #changed = new vscode.EventEmitter<undefined>();
  readonly onDidChangeTreeData = this.#changed.event;

  constructor(folders: ProjectFolders, runner: Runner) {
    this.#folders = folders;
    this.#sources = new DatasetSources(runner);
    folders.onDidChange((change) => {
      if (!change && this.#isSeen) this.ask();
      if (!change || (typeof change.what === 'string' && change.what !== 'images'))
        this.#changed.fire(undefined);
    });
  }

  getTreeItem(node: DatasetNode): vscode.TreeItem {
    const folder = this.#folders.get(node.folder);
    if (node.kind === 'folder' || !folder) return folderItem(folder?.folder.name ?? node.folder);
    if (node.kind === 'dataset') {
      const name = path.basename(folder.project?.root ?? folder.directory);
      const standing = folder.model.standings.get(node.dataset.path);
      const item = treeItem(datasetAppearance(node.dataset, name, standing, vscode.l10n));
      // The view remembers by id what was expanded; a dataset that gets its first repo is to open by itself.
      item.id = [folder.id, node.dataset.path, node.dataset.repos.length > 0 ? 'used' : 'unused'].join('\n');
      return item;
    }
    if (node.kind === 'place') return treeItem(node.appearance);
    if (node.kind !== 'repo') {
      const item = treeItem(partAppearance(node.kind, vscode.l10n));
      item.id = [folder.id, node.dataset.path, node.kind].join('\n');
      return item;
    }
    const item = treeItem(repoAppearance(node.repo, vscode.l10n));
    item.resourceUri = folder.uri(node.repo.path);
    const title = vscode.l10n.t('Show in Explorer');
    item.command = { command: 'revealInExplorer', title, arguments: [item.resourceUri] };
    return item;
  }

  async getChildren(node?: DatasetNode): Promise<DatasetNode[]> {
    if (!node) {
      const ready = this.#folders.all.filter((folder) => folder.model.ready);
      if (ready.length > 1) return ready.map((folder) => ({ kind: 'folder', folder: folder.id }));
      return ready.flatMap((folder) => datasetNodes(folder.id, folder.model));
    }
    const folder = this.#folders.get(node.folder);
    if (!folder) return [];
    switch (node.kind) {
      case 'folder':
        return datasetNodes(folder.id, folder.model);
      case 'dataset':
        return datasetParts(folder.id, node.dataset);
      case 'siblings': {
        const siblings = await this.#sources.siblings(folder, node.dataset.path);
        return places(folder.id, siblingAppearances(siblings, vscode.l10n));
      }
      case 'candidates': {
        const candidates = await this.#sources.candidates(folder, node.dataset.path);
        return places(folder.id, candidateAppearances(candidates, vscode.l10n));
      }
      default:
        return [];
    }
  }

  /** Somebody looks at the view: how datasets stand is to be told from now on. */
  ask(): void {
    this.#isSeen = true;
    for (const folder of this.#folders.all) folder.askForDatasets();
  }

  /** The line that a line is in, as far as one can be shown without being opened before. */
  getParent(node: DatasetNode): DatasetNode | undefined {
    const folder = this.#folders.get(node.folder);
    if (node.kind === 'folder' || !folder) return undefined;
    if (node.kind === 'repo')
      return datasetNodes(folder.id, folder.model).find(
        (dataset) => dataset.kind === 'dataset' && dataset.dataset.repos.includes(node.repo),
      );
    const isAlone = this.#folders.all.filter(({ model }) => model.ready).length < 2;
    return isAlone ? undefined : { kind: 'folder', folder: folder.id };
  }

  /** The line of a repo. */
  repoNode(folder: ProjectFolder, path: string): DatasetNode | undefined {
    const repo = folder.model.datasets.flatMap(({ repos }) => repos).find((one) => one.path === path);
    return repo && { kind: 'repo', folder: folder.id, repo };
  }

  /** Looks everything up afresh, siblings and candidates too. */
  refresh(): void {
    this.#sources.forget();
    if (this.#isSeen) this.ask();
    this.#changed.fire(undefined);
  }
}

function places(folder: string, appearances: readonly Appearance[]): DatasetNode[] {
  return appearances.map((appearance) => ({ kind: 'place', folder, appearance }));
}
