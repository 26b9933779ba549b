/**
 * The extension's entry. Activation must cost nearly nothing, as VS Code calls it for every YAML file: it registers
 * what is needed and leaves YAML, schema and git to modules that are loaded when first asked.
 */

import * as vscode from 'vscode';
import { briefName } from '../plan/shown-name.ts';
import { offerCommandLine } from './command-line.ts';
import { openLog, registerCommands } from './commands.ts';
import { ContentDecorations } from './content-decorations.ts';
import { registerDatasetActions } from './dataset-actions.ts';
import type { DatasetNode } from './dataset-nodes.ts';
import { DatasetsProvider } from './datasets-view.ts';
import { registerGraph } from './graph-panels.ts';
import { registerHousekeeping } from './housekeeping.ts';
import { ImagesProvider } from './images-view.ts';
import type { PipelineNode } from './pipeline-nodes.ts';
import { createPipelinesView, PipelinesProvider } from './pipelines-view.ts';
import { Prefetches } from './prefetches.ts';
import { ProjectFolders } from './project-folders.ts';
import { Runner } from './runner.ts';
import { Runs } from './runs.ts';
import { registerAuthoring } from './spec-authoring.ts';
import { STARTED } from './start-time.ts';
import { createStatusBar } from './status-bar.ts';
import { registerTasks } from './tasks.ts';
import { offerInTerminals } from './terminal-path.ts';
import { LogDocuments, PlanDocuments } from './text-documents.ts';

/** What other extensions, and the tests, can use. */
export interface MinipachApi {
  /** Milliseconds of own code: evaluating the bundle, and activating. VS Code's pause between them is not ours. */
  readonly activationMilliseconds: number;
  readonly folders: ProjectFolders;
  readonly pipelines: PipelinesProvider;
  readonly datasets: DatasetsProvider;
  readonly images: ImagesProvider;
  readonly decorations: ContentDecorations;
}

/** Called by VS Code once. */
export function activate(context: vscode.ExtensionContext): MinipachApi {
  const called = performance.now();
  const output = vscode.window.createOutputChannel('Minipach', { log: true });
  const runner = new Runner(context.asAbsolutePath('dist/minipach.cjs'), output);
  const folders = new ProjectFolders(runner);
  const pipelines = new PipelinesProvider(folders, runner);
  const datasets = new DatasetsProvider(folders, runner);
  // Not that of the workspace: a server that is started again at another port calls the same folder another workspace.
  const storage = context.globalStorageUri.fsPath;
  const runs = new Runs(runner, storage, (_folder, job) =>
    openLog(briefName(job.pipeline, job.datum), job.log),
  );
  const prefetches = new Prefetches(folders, runner, storage);
  const images = new ImagesProvider(folders, [runs, prefetches]);
  const plans = new PlanDocuments();
  const decorations = new ContentDecorations(folders);
  const pipelinesView = createPipelinesView(pipelines, folders);
  const datasetsView = vscode.window.createTreeView('minipach.datasets', { treeDataProvider: datasets });
  const imagesView = vscode.window.createTreeView('minipach.images', { treeDataProvider: images });
  context.subscriptions.push(
    ...[output, folders, runs, prefetches, plans, pipelinesView, datasetsView, imagesView],
    new LogDocuments(),
    prefetches.register(),
    registerDatasetActions({ folders, runner, storage, refresh: () => datasets.refresh() }),
    registerGraph({
      folders,
      extensionUri: context.extensionUri,
      revealRepo: (folder, path) => revealRepo(datasetsView, datasets.repoNode(folder, path)),
    }),
    registerHousekeeping(folders, runner),
    decorations,
    createStatusBar(folders, runs),
    registerTasks({ folders, runner, runs }),
    registerAuthoring(folders, () => void folders.ensureStarted()),
    ...registerCommands({
      folders,
      runner,
      runs,
      pipelines,
      datasets,
      plans,
      reveal: (node) => reveal(pipelinesView, node),
    }),
  );
  void runs.findAgain(folders);
  offerInTerminals(context);
  context.subscriptions.push(offerCommandLine(context));
  startWhenSeen(pipelinesView, folders);
  startWhenSeen(datasetsView, folders, () => datasets.ask());
  startWhenSeen(imagesView, folders);
  const activationMilliseconds = EVALUATED - STARTED + performance.now() - called;
  return { activationMilliseconds, folders, pipelines, datasets, images, decorations };
}

/** A window that only happens to have YAML in it starts no process; one that shows our view does. */
function startWhenSeen<Node>(
  view: vscode.TreeView<Node>,
  folders: ProjectFolders,
  andThen: () => void = () => undefined,
): void {
  const seen = () => {
    void folders.ensureStarted();
    andThen();
  };
  if (view.visible) seen();
  view.onDidChangeVisibility((event) => {
    if (event.visible) seen();
  });
}

/** Opens the view at a line; a line that no longer is only opens it. */
async function reveal(view: vscode.TreeView<PipelineNode>, node: PipelineNode): Promise<void> {
  await vscode.commands.executeCommand('minipach.pipelines.focus');
  await view.reveal(node, { select: true, focus: true, expand: true }).then(undefined, () => undefined);
}

/** Shows a repo in the view of datasets; false where it is not there. */
async function revealRepo(
  view: vscode.TreeView<DatasetNode>,
  node: DatasetNode | undefined,
): Promise<boolean> {
  if (!node) return false;
  await view.reveal(node, { select: true, focus: true });
  return true;
}

/** The last statement of the bundle's own modules. */
const EVALUATED = performance.now();
