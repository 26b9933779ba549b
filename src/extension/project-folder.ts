/** One workspace folder: is it in a project, and what does its feed say? */
import * as vscode from 'vscode';
import type { Project } from '../project/open.ts';
import { Feed, type FeedState } from './feed.ts';
import { FeedModel, type ModelChange, type PipelineModel } from './feed-model.ts';
import { projectPath } from './project-path.ts';
import type { Runner } from './runner.ts';

/**
 * What the views can say of a folder. `idle`: nothing asked yet. `stopped`: the feed has ended and is started again
 * later. The others are named for what is missing.
 */
export type FolderState = 'idle' | 'loading' | 'not-a-project' | 'no-pipeline' | 'ready' | 'stopped';

/** A change of a folder: its state, or some of its pipelines. */
export interface FolderChange {
  readonly folder: ProjectFolder;
  readonly what: ModelChange | 'state';
}

/** Many lines come at once when a run is fast; the views are told at most this often, in milliseconds. */
const QUIET = 120;

/** A formatter or a checkout writes many files; one look after them is enough. Milliseconds. */
const PAUSE_AFTER_SAVE = 300;

const FEED_STREAMS = { stdin: 'pipe', stdout: 'pipe', stderr: 'pipe', detached: false } as const;

/** A workspace folder with its feed. */
export class ProjectFolder implements vscode.Disposable {
  readonly folder: vscode.WorkspaceFolder;
  readonly model = new FeedModel();
  state: FolderState = 'idle';
  /** Why it is in this state, where there is a reason to tell. */
  problem: string | undefined;
  project: Project | undefined;
  readonly #feed: Feed;
  readonly #runner: Runner;
  readonly #changed = new vscode.EventEmitter<FolderChange>();
  readonly onDidChange = this.#changed.event;
  #pending: PipelinesChange | undefined;
  #timer: NodeJS.Timeout | undefined;
  #pokeTimer: NodeJS.Timeout | undefined;
  #starting: Promise<void> | undefined;

  constructor(folder: vscode.WorkspaceFolder, runner: Runner) {
    this.folder = folder;
    this.#runner = runner;
    this.#feed = new Feed({
      start: () => runner.start(this.directory, ['status', '--watch', '--json'], FEED_STREAMS),
      onLine: (line) => this.#note(this.model.apply(line)),
      onState: (state) => this.#feedState(state),
      log: (text) => runner.output.warn(`${folder.name}: ${text}`),
    });
  }

  /** The folder's path. */
  get directory(): string {
    return this.folder.uri.fsPath;
  }

  /** What identifies the folder in the views. */
  get id(): string {
    return this.folder.uri.toString();
  }

  /** The process of the feed. */
  get pid(): number | undefined {
    return this.#feed.pid;
  }

  /** A file of the project by its path relative to the project's root. */
  uri(relative: string): vscode.Uri {
    return vscode.Uri.joinPath(
      this.project
        ? this.folder.uri.with({ path: vscode.Uri.file(this.project.root).path })
        : this.folder.uri,
      relative,
    );
  }

  /** The committed pipeline whose spec a document is. */
  pipelineAt(uri: vscode.Uri): PipelineModel | undefined {
    const file = projectPath(this.project?.root, uri.fsPath);
    return [...this.model.pipelines.values()].find(({ report }) => report.spec === file);
  }

  /** Files of the work tree have changed: which of them are unsaved is to be looked at again. */
  noteFileChange(): void {
    clearTimeout(this.#pokeTimer);
    this.#pokeTimer = setTimeout(() => {
      // It may have become a project meanwhile, in a terminal for example.
      if (this.state === 'not-a-project') void this.restart();
      else this.#feed.poke();
    }, PAUSE_AFTER_SAVE);
  }

  /** Somebody looks at how datasets stand: the feed tells it from now on, and looks at all of them afresh. */
  askForDatasets(): void {
    this.#feed.askForDatasets();
  }

  /** Starts the feed if it has not been; safe to call often. */
  ensureStarted(): Promise<void> {
    if (!vscode.workspace.isTrusted) return Promise.resolve();
    this.#starting ??= this.restart();
    return this.#starting;
  }

  /** Looks anew whether this is a project, and starts its feed afresh. */
  async restart(): Promise<void> {
    if (!vscode.workspace.isTrusted || this.folder.uri.scheme !== 'file') return;
    const opened = await this.open();
    if (!opened) return this.#setState('not-a-project', this.problem);
    if (!this.model.ready) this.#setState('loading');
    await this.#feed.start();
  }

  /** The project that the folder lies in; reads git, so never in Restricted Mode. */
  async open(): Promise<Project | undefined> {
    if (!vscode.workspace.isTrusted) return undefined;
    const { openProject } = await import('../project/open.ts');
    const opened = await openProject(this.directory);
    this.project = opened.ok ? opened.project : undefined;
    this.problem = opened.ok ? undefined : opened.problem.message;
    if (!opened.ok) this.#runner.output.info(`${this.folder.name}: ${opened.problem.message}`);
    return this.project;
  }

  dispose(): void {
    clearTimeout(this.#timer);
    clearTimeout(this.#pokeTimer);
    this.#feed.stop();
    this.#changed.dispose();
  }

  #feedState(state: FeedState): void {
    if (state.kind === 'waiting') {
      const seconds = Math.round(state.milliseconds / 1000);
      this.#runner.output.warn(
        `${this.folder.name}: the feed ended (${state.reason}); next try in ${seconds} s.`,
      );
      this.#setState('stopped', vscode.l10n.t('The status feed ended: {0}', state.reason));
    }
  }

  #setState(state: FolderState, problem?: string): void {
    if (this.state === state && this.problem === problem) return;
    this.state = state;
    this.problem = problem;
    this.#changed.fire({ folder: this, what: 'state' });
  }

  #note(change: ModelChange): void {
    if (change === 'datasets' || change === 'images') {
      this.#changed.fire({ folder: this, what: change });
      return;
    }
    this.#setState(this.model.pipelines.size > 0 ? 'ready' : 'no-pipeline');
    this.#pending = merge(this.#pending, change);
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      const what = this.#pending;
      this.#pending = undefined;
      if (what !== undefined) this.#changed.fire({ folder: this, what });
    }, QUIET);
  }
}

/** What is told together: changes of pipelines come by the hundred. */
type PipelinesChange = Exclude<ModelChange, 'datasets' | 'images'>;

function merge(a: PipelinesChange | undefined, b: PipelinesChange): PipelinesChange {
  if (a === undefined || a === 'all' || b === 'all') return a === 'all' ? a : b;
  return new Set([...a, ...b]);
}
