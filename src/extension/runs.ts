/** Runs started from the editor: a process that outlives the window, followed through a file. */
import * as vscode from 'vscode';
import type { RunEvent } from '../plan/run-event.ts';
import { briefName } from '../plan/shown-name.ts';
import { type CallListener, findDetached, startDetached } from './detached-runner.ts';
import type { ProjectFolder } from './project-folder.ts';
import type { ProjectFolders } from './project-folders.ts';
import { type FailedJob, RunProgress } from './run-progress.ts';
import type { Runner } from './runner.ts';

/** A run of this window that has not ended. */
export interface LiveRun {
  readonly folder: ProjectFolder;
  readonly progress: RunProgress;
}

/** What a run is started with beside its folder. */
export interface RunRequest {
  readonly folder: ProjectFolder;
  /** Pipelines or `pipeline/datum`; all when empty. */
  readonly targets: readonly string[];
  readonly flags: readonly string[];
  /** Hears all that the run says, beside the views. */
  readonly listener?: CallListener;
}

/** Starts runs, shows how far they are and tells their end once. `storage` is where their events go. */
export class Runs implements vscode.Disposable {
  readonly #runner: Runner;
  readonly #storage: string;
  readonly #openLog: (folder: ProjectFolder, job: FailedJob) => Promise<void>;
  readonly #live = new Set<LiveRun>();
  readonly #changed = new vscode.EventEmitter<void>();
  readonly onDidChange = this.#changed.event;

  constructor(
    runner: Runner,
    storage: string,
    openLog: (folder: ProjectFolder, job: FailedJob) => Promise<void>,
  ) {
    this.#runner = runner;
    this.#storage = storage;
    this.#openLog = openLog;
  }

  /** The runs of this window. */
  get live(): readonly LiveRun[] {
    return [...this.#live];
  }

  /** Starts a run; resolves with its exit code when it has ended, or `undefined` when nothing was started. */
  async start({ folder, targets, flags, listener }: RunRequest): Promise<number | null | undefined> {
    const jobs = vscode.workspace.getConfiguration('minipach', folder.folder.uri).get<number>('jobs', 0);
    const isSet = flags.includes('--jobs') || jobs <= 0;
    const args = ['run', '--json', ...(isSet ? [] : ['--jobs', String(jobs)]), ...flags, '--', ...targets];
    const run: LiveRun = { folder, progress: new RunProgress() };
    const started = await startDetached(this.#runner, this.#storage, {
      cwd: folder.directory,
      args,
      about: folder.id,
      onEvent: (event) => {
        this.#log(event);
        this.#hear(run, event);
        listener?.onEvent(event);
      },
      onProblem: (line) => listener?.onProblem?.(line),
    });
    return started && this.#follow(run, started.end, started.forget);
  }

  /** Finds runs again that an earlier window has started, and tells the end of those that have ended since. */
  async findAgain(folders: ProjectFolders): Promise<void> {
    const isOpen = (about: string) => folders.get(about) !== undefined;
    for (const call of await findDetached(this.#runner, this.#storage, isOpen)) {
      const folder = folders.get(call.about);
      if (!folder) continue;
      const run: LiveRun = { folder, progress: new RunProgress() };
      void this.#follow(run, call.follow({ onEvent: (event) => this.#hear(run, event) }), call.forget);
    }
  }

  dispose(): void {
    this.#changed.dispose();
  }

  #hear(run: LiveRun, event: RunEvent): void {
    run.progress.apply(event);
    this.#changed.fire();
  }

  async #follow(
    run: LiveRun,
    end: Promise<number | null | undefined>,
    forget: () => Promise<void>,
  ): Promise<number | null | undefined> {
    this.#live.add(run);
    this.#changed.fire();
    const code = await vscode.window.withProgress({ location: { viewId: 'minipach.pipelines' } }, () => end);
    this.#live.delete(run);
    this.#changed.fire();
    // The notification stays until somebody answers; the run itself is over. Where a later window follows it, that one tells:
    // so does one that comes before anybody has answered here.
    if (code !== undefined) void this.#tellEnd(run, code).then(forget);
    return code;
  }

  #log(event: RunEvent): void {
    const { output } = this.#runner;
    const place = 'datum' in event ? briefName(event.pipeline, event.datum) : '';
    if (event.event === 'job-failed') output.error(`${place}: ${event.reason} (${event.log})`);
    else if (event.event === 'message' && event.severity === 'error') output.error(event.message);
    else if (event.event === 'message') output.warn(event.message);
    else if (event.event === 'run-finished') output.info(`run ${event.run}: ${JSON.stringify(event.counts)}`);
    else output.info(`${event.event} ${place}`.trimEnd());
  }

  async #tellEnd({ folder, progress }: LiveRun, code: number | null): Promise<void> {
    const summary = `Minipach: ${progress.summary(code, vscode.l10n)}`;
    const failed = [...progress.failed.values()];
    const showOutput = vscode.l10n.t('Show Runner Output');
    if (failed.length === 0) {
      if (code === 0) return void (await vscode.window.showInformationMessage(summary));
      const answer = await vscode.window.showErrorMessage(summary, showOutput);
      if (answer) this.#runner.output.show();
      return;
    }
    const openLogs = failed.length === 1 ? vscode.l10n.t('Open Log') : vscode.l10n.t('Open Log…');
    const answer = await vscode.window.showErrorMessage(summary, openLogs, showOutput);
    if (answer === showOutput) this.#runner.output.show();
    if (answer !== openLogs) return;
    const job = failed.length === 1 ? failed[0] : await pickJob(failed);
    if (job) await this.#openLog(folder, job);
  }
}

async function pickJob(failed: readonly FailedJob[]): Promise<FailedJob | undefined> {
  const items = failed.map((job) => ({
    label: briefName(job.pipeline, job.datum),
    description: job.reason,
    job,
  }));
  return (await vscode.window.showQuickPick(items, { title: vscode.l10n.t('Open the log of') }))?.job;
}
