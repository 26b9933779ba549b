/** The *Pipelines* view. */
import * as vscode from 'vscode';
import type { DatumState, StatusReport } from '../plan/report.ts';
import { conflictText } from './conflict.ts';
import type { PipelineModel } from './feed-model.ts';
import {
  datumAppearance,
  datumNodes,
  groupAppearance,
  groupId,
  groupNodes,
  NodeCache,
  PAGE,
  type PipelineNode,
  pipelineAppearance,
  pipelineId,
  pipelineNodes,
  type Shown,
  WAITING_STATES,
} from './pipeline-nodes.ts';
import type { ProjectFolder } from './project-folder.ts';
import type { ProjectFolders } from './project-folders.ts';
import type { Runner } from './runner.ts';
import { folderItem, treeItem } from './tree-item.ts';

/** Gives the view its lines, and tells it which of them changed. */
export class PipelinesProvider implements vscode.TreeDataProvider<PipelineNode> {
  readonly #folders: ProjectFolders;
  readonly #runner: Runner;
  readonly #cache = new NodeCache();
  /** How many datums each group shows, by the group's id. */
  readonly #shown = new Map<string, number>();
  #filter = '';
  readonly #changed = new vscode.EventEmitter<PipelineNode[] | undefined>();
  readonly onDidChangeTreeData = this.#changed.event;

  constructor(folders: ProjectFolders, runner: Runner) {
    this.#folders = folders;
    this.#runner = runner;
    folders.onDidChange((change) => {
      if (!change || change.what === 'state') this.#changed.fire(undefined);
      else if (change.what !== 'datasets' && change.what !== 'images')
        this.#refresh(change.folder, change.what);
    });
  }

  getTreeItem(node: PipelineNode): vscode.TreeItem {
    const item = this.#item(node);
    item.id = node.id;
    return item;
  }

  async getChildren(node?: PipelineNode): Promise<PipelineNode[]> {
    if (!node) return this.#roots();
    const folder = this.#folders.get(node.folder);
    if (!folder) return [];
    if (node.kind === 'folder') return pipelineNodes(folder.id, folder.model, this.#cache);
    const pipeline = folder.model.pipelines.get(node.pipeline);
    if (!pipeline) return [];
    if (node.kind === 'pipeline') return groupNodes(folder.id, node.pipeline, pipeline, this.#cache);
    if (node.kind !== 'group') return [];
    const shown = { count: this.#shown.get(node.id) ?? PAGE, filter: this.#filter };
    await this.#load(folder, node.pipeline, node.state, pipeline, shown);
    return datumNodes(folder.id, node.pipeline, node.state, pipeline, shown, this.#cache);
  }

  getParent(node: PipelineNode): PipelineNode | undefined {
    const folder = this.#folders.get(node.folder);
    if (node.kind === 'folder' || !folder) return undefined;
    if (node.kind === 'pipeline')
      return this.#folders.ready.length > 1 ? this.#folderNode(folder) : undefined;
    if (node.kind === 'datum') {
      const state = folder.model.pipelines.get(node.pipeline)?.datum(node.datum)?.state;
      return state && this.#cache.get(groupId(node.folder, node.pipeline, state));
    }
    if (node.kind === 'more') return this.#cache.get(groupId(node.folder, node.pipeline, node.state));
    return this.#cache.get(pipelineId(node.folder, node.pipeline));
  }

  /** What datums must have in their names to be shown; empty where all are. */
  get filter(): string {
    return this.#filter;
  }

  set filter(text: string) {
    this.#filter = text.trim();
    this.#shown.clear();
    void vscode.commands.executeCommand('setContext', 'minipach.filtered', this.#filter !== '');
    this.#changed.fire(undefined);
  }

  /** Shows the next page of a group. */
  showMore(node: PipelineNode): void {
    if (node.kind !== 'more') return;
    const id = groupId(node.folder, node.pipeline, node.state);
    this.#shown.set(id, (this.#shown.get(id) ?? PAGE) + PAGE);
    const group = this.#cache.get(id);
    this.#changed.fire(group && [group]);
  }

  #roots(): PipelineNode[] {
    const ready = this.#folders.ready;
    if (ready.length > 1) return ready.map((folder) => this.#folderNode(folder));
    return ready.flatMap((folder) => pipelineNodes(folder.id, folder.model, this.#cache));
  }

  #folderNode(folder: ProjectFolder): PipelineNode {
    return this.#cache.keep({ kind: 'folder', id: folder.id, folder: folder.id });
  }

  #refresh(folder: ProjectFolder, change: 'all' | ReadonlySet<string>): void {
    if (change === 'all') {
      this.#changed.fire(undefined);
      return;
    }
    const nodes = [...change].flatMap((name) => this.#cache.get(pipelineId(folder.id, name)) ?? []);
    // A pipeline that was never shown has no line to refresh.
    if (nodes.length > 0) this.#changed.fire(nodes);
  }

  #item(node: PipelineNode): vscode.TreeItem {
    const folder = this.#folders.get(node.folder);
    if (node.kind === 'folder' || !folder) return folderItem(folder?.folder.name ?? node.folder);
    const pipeline = folder.model.pipelines.get(node.pipeline);
    if (!pipeline) return new vscode.TreeItem(node.pipeline);
    switch (node.kind) {
      case 'pipeline':
        return treeItem(pipelineAppearance(node.pipeline, pipeline, vscode.l10n));
      case 'waits': {
        const label = pipeline.report.waitsFor ?? '';
        return treeItem({ label, icon: 'watch', accessible: label, context: 'waits', children: 'none' });
      }
      case 'group':
        return treeItem(groupAppearance(node.state, pipeline, vscode.l10n));
      case 'more':
        return moreItem(node);
      case 'datum': {
        const datum = pipeline.datum(node.datum);
        const item = datum
          ? treeItem(datumAppearance(node.pipeline, datum, vscode.l10n))
          : new vscode.TreeItem(node.datum);
        item.command = {
          command: 'minipach.followLog',
          title: vscode.l10n.t('Follow Log'),
          arguments: [node],
        };
        return item;
      }
    }
  }

  /** The feed leaves out what is done; those datums come in pages when somebody opens the group. */
  async #load(
    folder: ProjectFolder,
    name: string,
    state: DatumState,
    pipeline: PipelineModel,
    { count, filter }: Shown,
  ): Promise<void> {
    const known = pipeline.names(state).length;
    const missing =
      Math.min(filter === '' ? count : Number.POSITIVE_INFINITY, pipeline.counts[state] ?? 0) - known;
    if (missing <= 0) return;
    // Known ones may lie anywhere in the order, so the page is asked for from the start.
    const page = [
      ...['--offset', '0', '--limit'],
      // One more than is shown tells whether there are more.
      ...(filter === '' ? [String(count)] : [String(count + 1), '--match', filter]),
    ];
    const result = await this.#runner.collect(folder.directory, [
      'status',
      '--json',
      name,
      '--state',
      state,
      ...page,
    ]);
    if (result?.code !== 0) return;
    try {
      const report = JSON.parse(result.stdout) as StatusReport;
      for (const datum of report.pipelines.find((candidate) => candidate.name === name)?.datums ?? []) {
        // The feed is newer than the page: what it has named meanwhile stays as it said.
        if (!pipeline.datum(datum.datum)) pipeline.set(datum);
      }
    } catch (error) {
      this.#runner.output.error(`A page of ${name} could not be read: ${String(error)}`);
    }
  }
}

function moreItem(node: Extract<PipelineNode, { kind: 'more' }>): vscode.TreeItem {
  const label = vscode.l10n.t('Load {0} more…', Math.min(node.remaining, PAGE));
  const description = vscode.l10n.t('{0} not shown', node.remaining);
  const item = treeItem({
    ...{ label, description, icon: 'ellipsis', accessible: `${label} ${description}` },
    ...{ context: 'more', children: 'none' },
  });
  item.command = { command: 'minipach.loadMore', title: label, arguments: [node] };
  return item;
}

/** Makes the view with its badge; the badge counts what a run would take up. */
export function createPipelinesView(
  provider: PipelinesProvider,
  folders: ProjectFolders,
): vscode.TreeView<PipelineNode> {
  const view = vscode.window.createTreeView('minipach.pipelines', {
    treeDataProvider: provider,
    showCollapseAll: true,
  });
  const update = () => {
    const waiting = folders.all.reduce((sum, folder) => sum + folder.model.count(WAITING_STATES), 0);
    view.badge =
      waiting > 0
        ? { value: waiting, tooltip: vscode.l10n.t('{0} datums wait to be run', waiting) }
        : undefined;
    const stopped = folders.all.find((folder) => folder.state === 'stopped');
    const conflicts = folders.all.flatMap((folder) => conflictText(folder.model.unmerged) ?? []);
    // An empty message is none; the type has no other way to take one back.
    const filtered = provider.filter
      ? [vscode.l10n.t('Only datums with “{0}” in their names are shown.', provider.filter)]
      : [];
    view.message = stopped?.model.ready
      ? vscode.l10n.t('Not up to date: {0}. It is started again shortly.', stopped.problem ?? '')
      : [...conflicts, ...filtered].join(' ');
  };
  folders.onDidChange(update);
  provider.onDidChangeTreeData(update);
  return view;
}
