/** `minipach prefetch` from the editor: it outlives the window as a run does, and can be stopped where it shows how far it is. */
import * as vscode from 'vscode';
import { shownName } from '../plan/shown-name.ts';
import { callWithProgress, tellEnd } from './call-with-progress.ts';
import { fetchingText, type ImageNode, prefetchSummary, usedImages } from './image-nodes.ts';
import { pickFolder } from './picks.ts';
import type { ProjectFolder } from './project-folder.ts';
import type { ProjectFolders } from './project-folders.ts';
import { RunProgress } from './run-progress.ts';
import type { Runner } from './runner.ts';
import type { LiveRun } from './runs.ts';
import { mayRun } from './trust.ts';

/** Starts prefetches, shows how far they are and tells their end once. */
export class Prefetches implements vscode.Disposable {
  readonly #folders: ProjectFolders;
  readonly #runner: Runner;
  readonly #storage: string;
  readonly #live = new Set<LiveRun>();
  readonly #changed = new vscode.EventEmitter<void>();
  readonly onDidChange = this.#changed.event;

  constructor(folders: ProjectFolders, runner: Runner, storage: string) {
    this.#folders = folders;
    this.#runner = runner;
    this.#storage = storage;
  }

  /** The prefetches of this window. */
  get live(): readonly LiveRun[] {
    return [...this.#live];
  }

  /** Registers the command; its argument is the line of the view it was called on, or nothing from the palette. */
  register(): vscode.Disposable {
    return vscode.commands.registerCommand('minipach.prefetch', (node?: ImageNode) => this.prefetch(node));
  }

  /** Fetches an image, or all; resolves with the runner's exit code, or `undefined` when nothing was started. */
  async prefetch(node?: ImageNode): Promise<number | null | undefined> {
    if (!mayRun()) return undefined;
    await this.#folders.ensureStarted();
    await this.#folders.untilKnown();
    const folder = node ? this.#folders.get(node.folder) : await pickFolder(this.#named());
    if (folder) return this.#start(folder, node?.kind === 'image' ? [node.image.name] : []);
    if (this.#named().length === 0)
      void vscode.window.showInformationMessage(vscode.l10n.t('No committed pipeline names an image.'));
    return undefined;
  }

  dispose(): void {
    this.#changed.dispose();
  }

  #named(): readonly ProjectFolder[] {
    return this.#folders.ready.filter((folder) => usedImages(folder.model).length > 0);
  }

  async #start(folder: ProjectFolder, names: readonly string[]): Promise<number | null | undefined> {
    const { l10n } = vscode;
    const run: LiveRun = { folder, progress: new RunProgress() };
    const asked = names.length > 0 ? names.length : usedImages(folder.model).length;
    this.#live.add(run);
    const end = await callWithProgress(this.#runner, this.#storage, {
      title: l10n.t('Fetching images'),
      cwd: folder.directory,
      args: ['prefetch', '--json', '--', ...names],
      onEvent: (event) => {
        run.progress.apply(event);
        this.#changed.fire();
      },
      far: () =>
        [...run.progress.fetching]
          .map(([name, fetching]) => `${shownName(name)}: ${fetchingText(fetching, l10n)}`)
          .join('; '),
    });
    this.#live.delete(run);
    this.#changed.fire();
    if (!end) return undefined;
    // The notification stays until somebody answers; the work itself is over.
    const summary = prefetchSummary({ asked, ...end }, l10n);
    void tellEnd(this.#runner, end.code === 0 || end.stopped, summary);
    return end.code;
  }
}
