/** The graph: one panel a folder, a live picture of repos and pipelines. */
import * as vscode from 'vscode';
import type { GraphContent } from './graph-content.ts';
import { type FromPage, folderOfState, fromPage, type GraphNote, type ToPage } from './graph-messages.ts';
import { graphPage } from './graph-page-text.ts';
import { pickFolder } from './picks.ts';
import type { PipelineNode } from './pipeline-nodes.ts';
import type { FolderChange, ProjectFolder } from './project-folder.ts';
import type { ProjectFolders } from './project-folders.ts';
import { SPEC_FILES } from './spec-documents.ts';

/** What VS Code calls the panels. */
const VIEW_TYPE = 'minipach.graph';

/** The script of the page, in the package. */
const SCRIPT = 'dist/graph-page.js';

/** What panels work with. */
export interface GraphParts {
  readonly folders: ProjectFolders;
  /** The extension's own folder. */
  readonly extensionUri: vscode.Uri;
  /** Shows a repo in the *Datasets* view. */
  readonly revealRepo: (folder: ProjectFolder, path: string) => Promise<boolean>;
}

/** One panel. */
interface Shown {
  readonly panel: vscode.WebviewPanel;
  readonly folder: ProjectFolder;
  /** What it shows, once it has been told. */
  content?: GraphContent;
  /** Whether its page can be told anything. */
  isReady: boolean;
  /** What is to have the focus when it is. */
  wanted?: string;
  /** What the button behind the note does. */
  act?: () => unknown;
}

/** Registers the command and the panels that a window had before it was reloaded. */
export function registerGraph(parts: GraphParts): vscode.Disposable {
  const panels = new GraphPanels(parts);
  return vscode.Disposable.from(
    panels,
    vscode.commands.registerCommand('minipach.showGraph', (target?: PipelineNode | vscode.Uri) =>
      panels.show(target),
    ),
    vscode.window.registerWebviewPanelSerializer(VIEW_TYPE, {
      deserializeWebviewPanel: async (panel, state) => panels.takeUp(panel, folderOfState(state)),
    }),
  );
}

class GraphPanels implements vscode.Disposable {
  readonly #parts: GraphParts;
  readonly #shown = new Map<string, Shown>();
  readonly #subscriptions: vscode.Disposable[];

  constructor(parts: GraphParts) {
    this.#parts = parts;
    this.#subscriptions = [parts.folders.onDidChange((change) => void this.#follow(change))];
    if (!vscode.workspace.isTrusted) this.#followFiles();
  }

  /** Opens the graph of a folder, at a pipeline where one is meant. */
  async show(target: PipelineNode | vscode.Uri | undefined): Promise<void> {
    const { folders } = this.#parts;
    void folders.ensureStarted();
    const folder =
      target instanceof vscode.Uri
        ? folders.of(target)
        : target
          ? folders.get(target.folder)
          : await pickFolder(folders.all);
    if (!folder) return;
    const wanted = await specOf(folder, target);
    const open = this.#shown.get(folder.id);
    if (open) {
      open.panel.reveal();
      if (wanted !== undefined) this.#say(open, { kind: 'show', id: wanted });
      return;
    }
    const title = vscode.l10n.t('Graph: {0}', folder.folder.name);
    const panel = vscode.window.createWebviewPanel(VIEW_TYPE, title, vscode.ViewColumn.Active);
    this.#fill(panel, folder, wanted);
  }

  /** Goes on with a panel that was open before. */
  takeUp(panel: vscode.WebviewPanel, id: string | undefined): void {
    const { folders } = this.#parts;
    const folder = id === undefined ? folders.all[0] : folders.get(id);
    // Its folder is no part of the window any more, or another panel shows it.
    if (!folder || this.#shown.has(folder.id)) {
      panel.dispose();
      return;
    }
    void folders.ensureStarted();
    this.#fill(panel, folder, undefined);
  }

  dispose(): void {
    for (const subscription of this.#subscriptions) subscription.dispose();
    for (const { panel } of this.#shown.values()) panel.dispose();
  }

  #fill(panel: vscode.WebviewPanel, folder: ProjectFolder, wanted: string | undefined): void {
    const { extensionUri } = this.#parts;
    const shown: Shown = { panel, folder, isReady: false, ...(wanted === undefined ? {} : { wanted }) };
    this.#shown.set(folder.id, shown);
    panel.webview.options = {
      enableScripts: true,
      localResourceRoots: [vscode.Uri.joinPath(extensionUri, 'dist')],
    };
    panel.webview.onDidReceiveMessage((message) => {
      const asked = fromPage(message);
      if (asked) void this.#answer(shown, asked);
    });
    // A page that is hidden is gone, and comes again with a message that it is ready.
    panel.onDidChangeViewState(() => {
      if (!panel.visible) shown.isReady = false;
    });
    panel.onDidDispose(() => this.#shown.delete(folder.id));
    panel.webview.html = graphPage(panel.webview, vscode.Uri.joinPath(extensionUri, SCRIPT));
  }

  async #answer(shown: Shown, asked: FromPage): Promise<void> {
    if (asked.kind === 'act') return void shown.act?.();
    if (asked.kind === 'open') return this.#open(shown, asked.id);
    shown.isReady = true;
    await this.#tell(shown);
    const { wanted } = shown;
    delete shown.wanted;
    if (wanted !== undefined) this.#say(shown, { kind: 'show', id: wanted });
  }

  /** Tells a page everything. */
  async #tell(shown: Shown): Promise<void> {
    if (!shown.isReady) return;
    const { folder } = shown;
    const content = await contentOf(folder);
    shown.content = content;
    const note = noteOf(folder, content);
    if (note?.act) shown.act = note.act;
    else delete shown.act;
    const told: GraphNote | undefined = note && {
      text: note.text,
      ...(note.action === undefined ? {} : { action: note.action }),
    };
    this.#say(shown, { kind: 'graph', folder: folder.id, ...content, note: told });
  }

  /** Tells a page what has changed. */
  async #follow(change: FolderChange | undefined): Promise<void> {
    for (const shown of this.#shown.values()) {
      if (this.#parts.folders.get(shown.folder.id) !== shown.folder) {
        shown.panel.dispose();
        continue;
      }
      if (change && change.folder !== shown.folder) continue;
      if (!change || typeof change.what === 'string' || !shown.content) {
        await this.#tell(shown);
        continue;
      }
      const { changedLooks } = await import('./graph-content.ts');
      const looks = changedLooks(change.what, shown.folder.model, shown.content.graph, vscode.l10n);
      this.#say(shown, { kind: 'looks', looks });
    }
  }

  /** In Restricted Mode there is no feed, and the files are all that can be told of. */
  #followFiles(): void {
    const specs = vscode.workspace.createFileSystemWatcher(SPEC_FILES);
    const again = () => {
      for (const shown of this.#shown.values()) void this.#tell(shown);
    };
    const events = [specs.onDidChange, specs.onDidCreate, specs.onDidDelete].map((event) => event(again));
    const all = vscode.Disposable.from(specs, ...events);
    this.#subscriptions.push(
      all,
      vscode.workspace.onDidGrantWorkspaceTrust(() => all.dispose()),
    );
  }

  #say(shown: Shown, message: ToPage): void {
    if (shown.isReady) void shown.panel.webview.postMessage(message);
    else if (message.kind === 'show') shown.wanted = message.id;
  }

  /** Opens the spec of a pipeline, or shows where a repo is. Only what the picture holds can be asked for. */
  async #open({ content, folder }: Shown, id: string): Promise<void> {
    const node = content?.graph.nodes.find((one) => one.id === id);
    if (!node) return;
    const uri = folder.uri(node.path);
    // It says by itself where a file is not there.
    if (node.kind === 'pipeline') await vscode.commands.executeCommand('vscode.open', uri);
    else if (!(await this.#parts.revealRepo(folder, node.path)))
      await vscode.commands.executeCommand('revealInExplorer', uri);
  }
}

/** The id of the pipeline that a command was called on, where there is such. */
async function specOf(
  folder: ProjectFolder,
  target: PipelineNode | vscode.Uri | undefined,
): Promise<string | undefined> {
  const pipeline =
    target instanceof vscode.Uri
      ? folder.pipelineAt(target)
      : target && target.kind !== 'folder'
        ? folder.model.pipelines.get(target.pipeline)
        : undefined;
  const { pipelineId } = await import('../plan/graph/graph.ts');
  return pipeline && pipelineId(pipeline.report);
}

async function contentOf(folder: ProjectFolder): Promise<GraphContent> {
  const { graphContent, graphOfSpecs } = await import('./graph-content.ts');
  if (vscode.workspace.isTrusted) return graphContent(folder.model, vscode.l10n);
  const { specsIn } = await import('./untrusted-specs.ts');
  return graphOfSpecs(await specsIn(folder.folder), vscode.l10n);
}

/** What is to be said above the picture, or in its place, and what a person can do. */
function noteOf(
  folder: ProjectFolder,
  { graph }: GraphContent,
): (GraphNote & { readonly act?: () => unknown }) | undefined {
  const { l10n } = vscode;
  const call = (command: string) => () => vscode.commands.executeCommand(command);
  if (!vscode.workspace.isTrusted)
    return {
      text: l10n.t(
        'In Restricted Mode the graph shows specs as they are in the folder; how datums stand is known once you trust it.',
      ),
      action: l10n.t('Manage Workspace Trust'),
      act: call('workbench.trust.manage'),
    };
  const refresh = { action: l10n.t('Look Again'), act: call('minipach.refresh') };
  if (folder.state === 'not-a-project') return { text: folder.problem ?? '', ...refresh };
  if (folder.state === 'stopped')
    return {
      text: l10n.t('Not up to date: {0}. It is started again shortly.', folder.problem ?? ''),
      ...refresh,
    };
  if (!folder.model.ready) return { text: l10n.t('Looking at the project…') };
  if (graph.nodes.length > 0) return undefined;
  return {
    text: l10n.t('No pipeline is committed yet. A directory with a committed spec.yml is one.'),
    action: l10n.t('New Pipeline…'),
    act: call('minipach.newPipeline'),
  };
}
