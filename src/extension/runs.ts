/** Runs started from the editor: a process that outlives the window, followed through a file. */
import * as vscode from 'vscode';
import type { RunEvent } from '../plan/run-event.ts';
import { briefName } from '../plan/shown-name.ts';
import { startDetached } from './detached-runner.ts';
import type { ProjectFolder } from './project-folder.ts';
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
  async start({ folder, targets, flags }: RunRequest): Promise<number | null | undefined> {
    const jobs = vscode.workspace.getConfiguration('minipach', folder.folder.uri).get<number>('jobs', 0);
    const args = ['run', '--json', ...(jobs > 0 ? ['--jobs', String(jobs)] : []), ...flags, '--', ...targets];
    const run: LiveRun = { folder, progress: new RunProgress() };
    const started = await startDetached(this.#runner, this.#storage, {
      cwd: folder.directory,
      args,
      onEvent: (event) => {
        run.progress.apply(event);
        this.#log(event);
        this.#changed.fire();
      },
    });
    if (!started) return undefined;
    this.#live.add(run);
    this.#changed.fire();
    const code = await vscode.window.withProgress(
      { location: { viewId: 'minipach.pipelines' } },
      () => started.end,
    );
    this.#live.delete(run);
    this.#changed.fire();
    // The notification stays until somebody answers; the run itself is over.
    void this.#tellEnd(run, code);
    return code;
  }

  dispose(): void {
    this.#changed.dispose();
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
      if (code === 0) return void vscode.window.showInformationMessage(summary);
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
