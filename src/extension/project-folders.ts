/** All workspace folders, each with a feed of its own, and the context keys that menus and welcomes ask. */
import * as vscode from 'vscode';
import type { DatasetReport } from '../plan/report.ts';
import { usedImages } from './image-nodes.ts';
import { WAITING_STATES } from './pipeline-nodes.ts';
import { type FolderChange, type FolderState, ProjectFolder } from './project-folder.ts';
import type { Runner } from './runner.ts';

/** With several folders the views say the best that is true of one. */
const BEST_FIRST: readonly FolderState[] = [
  'ready',
  'no-pipeline',
  'stopped',
  'loading',
  'not-a-project',
  'idle',
];

/** The window's folders. */
export class ProjectFolders implements vscode.Disposable {
  readonly #runner: Runner;
  readonly #folders = new Map<string, ProjectFolder>();
  readonly #changed = new vscode.EventEmitter<FolderChange | undefined>();
  readonly #subscriptions: vscode.Disposable[] = [];
  #wanted = false;
  /** A folder changed; `undefined` when folders came or went. */
  readonly onDidChange = this.#changed.event;

  constructor(runner: Runner) {
    this.#runner = runner;
    for (const folder of vscode.workspace.workspaceFolders ?? []) this.#add(folder);
    this.#subscriptions.push(
      vscode.workspace.onDidChangeWorkspaceFolders((event) => {
        for (const folder of event.removed) this.#remove(folder);
        for (const folder of event.added) this.#add(folder);
        this.#tell(undefined);
      }),
      vscode.workspace.onDidSaveTextDocument((document) => this.of(document.uri)?.noteFileChange()),
      vscode.workspace.onDidCreateFiles((event) => this.#noteFiles(event.files)),
      vscode.workspace.onDidDeleteFiles((event) => this.#noteFiles(event.files)),
      vscode.workspace.onDidRenameFiles((event) => this.#noteFiles(event.files.map((file) => file.newUri))),
      vscode.window.onDidChangeWindowState((state) => {
        // Files may have come from elsewhere while the window was not looked at.
        if (state.focused) for (const folder of this.all) folder.noteFileChange();
      }),
      vscode.workspace.onDidGrantWorkspaceTrust(() => {
        if (this.#wanted) void this.ensureStarted();
      }),
    );
  }

  /** All folders, in the window's order. */
  get all(): readonly ProjectFolder[] {
    return (vscode.workspace.workspaceFolders ?? []).flatMap(
      (folder) => this.#folders.get(folder.uri.toString()) ?? [],
    );
  }

  /** Those whose feed has named pipelines. */
  get ready(): readonly ProjectFolder[] {
    return this.all.filter((folder) => folder.model.ready && folder.model.pipelines.size > 0);
  }

  /** The folder of an id. */
  get(id: string): ProjectFolder | undefined {
    return this.#folders.get(id);
  }

  /** The folder that a document lies in. */
  of(uri: vscode.Uri): ProjectFolder | undefined {
    const folder = vscode.workspace.getWorkspaceFolder(uri);
    return folder && this.#folders.get(folder.uri.toString());
  }

  /** Starts the feeds: a view was opened, a command called, or a spec found. */
  async ensureStarted(): Promise<void> {
    this.#wanted = true;
    await Promise.all(this.all.map((folder) => folder.ensureStarted()));
  }

  /** Starts all feeds afresh. */
  async refresh(): Promise<void> {
    this.#wanted = true;
    await Promise.all(this.all.map((folder) => folder.restart()));
  }

  /** Resolves when a condition holds, looked at after every change. */
  async until(condition: () => boolean): Promise<void> {
    while (!condition()) {
      await new Promise<void>((resolve) => {
        const subscription = this.onDidChange(() => {
          subscription.dispose();
          resolve();
        });
      });
    }
  }

  /** Resolves when it is known of every folder what it is. */
  untilKnown(): Promise<void> {
    return this.until(() => this.all.every((folder) => !['idle', 'loading'].includes(folder.state)));
  }

  dispose(): void {
    for (const subscription of this.#subscriptions) subscription.dispose();
    for (const folder of this.#folders.values()) folder.dispose();
    this.#changed.dispose();
  }

  #noteFiles(files: readonly vscode.Uri[]): void {
    for (const folder of new Set(files.map((file) => this.of(file)))) folder?.noteFileChange();
  }

  #add(folder: vscode.WorkspaceFolder): void {
    const project = new ProjectFolder(folder, this.#runner);
    project.onDidChange((change) => this.#tell(change));
    this.#folders.set(folder.uri.toString(), project);
    if (this.#wanted) void project.ensureStarted();
  }

  #remove(folder: vscode.WorkspaceFolder): void {
    const id = folder.uri.toString();
    this.#folders.get(id)?.dispose();
    this.#folders.delete(id);
  }

  #tell(change: FolderChange | undefined): void {
    this.#setContext();
    this.#changed.fire(change);
  }

  #hasDataset(test: (dataset: DatasetReport) => boolean): boolean {
    return this.all.some((folder) => folder.model.datasets.some(test));
  }

  #setContext(): void {
    const states = new Set(this.all.map((folder) => folder.state));
    const count = (wanted: Parameters<ProjectFolder['model']['count']>[0]) =>
      this.all.reduce((sum, folder) => sum + folder.model.count(wanted), 0);
    const keys = {
      'minipach.state': BEST_FIRST.find((state) => states.has(state)) ?? 'idle',
      'minipach.waiting': count(WAITING_STATES) > 0,
      'minipach.failed': count(['failed']) > 0,
      'minipach.running': count(['running']) > 0 || this.all.some((folder) => folder.model.runs.length > 0),
      'minipach.namesImage': this.all.some((folder) => usedImages(folder.model).length > 0),
      'minipach.annexed': this.#hasDataset(({ annex }) => annex),
      'minipach.absentDataset': this.#hasDataset(({ installed }) => !installed),
      'minipach.unsaved': this.all.some((folder) => folder.model.dirty.length > 0),
    };
    for (const [key, value] of Object.entries(keys))
      void vscode.commands.executeCommand('setContext', key, value);
  }
}
