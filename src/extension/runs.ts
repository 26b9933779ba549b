/** Runs started from the editor: a process that outlives the window, followed through a file. */
import { closeSync, openSync } from 'node:fs';
import { mkdir, readdir, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import * as vscode from 'vscode';
import type { RunEvent } from '../plan/run-event.ts';
import { briefName } from '../plan/shown-name.ts';
import { followFile } from './follow-file.ts';
import { LineSplitter, parseLine } from './line-splitter.ts';
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

/** Starts runs, shows how far they are and tells their end once. */
export class Runs implements vscode.Disposable {
  readonly #runner: Runner;
  readonly #storage: string;
  readonly #openLog: (folder: ProjectFolder, job: FailedJob) => Promise<void>;
  readonly #live = new Set<LiveRun>();
  readonly #changed = new vscode.EventEmitter<void>();
  #count = 0;
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
    const directory = path.join(this.#storage, 'runs');
    await mkdir(directory, { recursive: true });
    await removeOld(directory);
    this.#count += 1;
    const base = path.join(directory, `${Date.now()}-${process.pid}-${this.#count}`);
    const jobs = vscode.workspace.getConfiguration('minipach', folder.folder.uri).get<number>('jobs', 0);
    const args = ['run', '--json', ...(jobs > 0 ? ['--jobs', String(jobs)] : []), ...flags, '--', ...targets];
    // Files and not pipes: the window may close, and a runner that writes into a broken pipe would end with it.
    const stdout = openSync(`${base}.jsonl`, 'a');
    const stderr = openSync(`${base}.log`, 'a');
    const child = await this.#runner.start(folder.directory, args, { stdout, stderr, detached: true });
    closeSync(stdout);
    closeSync(stderr);
    if (!child) return undefined;
    const run: LiveRun = { folder, progress: new RunProgress() };
    this.#live.add(run);
    this.#changed.fire();
    const exit = new Promise<number | null>((resolve) => {
      child.once('exit', (code) => resolve(code));
      child.once('error', (error) => {
        this.#runner.output.error(error.message);
        resolve(null);
      });
    });
    const code = await this.#follow(run, base, exit);
    this.#live.delete(run);
    this.#changed.fire();
    // The notification stays until somebody answers; the run itself is over.
    void this.#tellEnd(run, code);
    return code;
  }

  dispose(): void {
    this.#changed.dispose();
  }

  async #follow(run: LiveRun, base: string, exit: Promise<number | null>): Promise<number | null> {
    const { progress } = run;
    const splitter = new LineSplitter((text) => {
      const event = parseLine<RunEvent>(text);
      if (!event) return;
      progress.apply(event);
      this.#log(event);
      this.#changed.fire();
    });
    const events = followFile(`${base}.jsonl`, (chunk) => splitter.push(chunk));
    const problems = followFile(`${base}.log`, (chunk) =>
      this.#runner.output.warn(chunk.toString('utf8').trimEnd()),
    );
    const code = await vscode.window.withProgress({ location: { viewId: 'minipach.pipelines' } }, () => exit);
    // The last lines may have been written just before the end.
    await Promise.all([events.flush(), problems.flush()]);
    events.stop();
    problems.stop();
    // All is told, and the runner keeps a journal of its own.
    await Promise.all([`${base}.jsonl`, `${base}.log`].map((file) => rm(file, { force: true })));
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

/** Removes what runs left whose window was closed; a week is longer than any of them is followed. */
async function removeOld(directory: string): Promise<void> {
  const oldest = Date.now() - 7 * 24 * 3600 * 1000;
  for (const name of await readdir(directory)) {
    const file = path.join(directory, name);
    const { mtimeMs } = await stat(file).catch(() => ({ mtimeMs: Date.now() }));
    if (mtimeMs < oldest) await rm(file, { force: true });
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
