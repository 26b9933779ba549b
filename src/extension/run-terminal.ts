/** The terminal of a task: what a run says, a line an event, and Ctrl+C to stop it. */
import * as vscode from 'vscode';
import type { RunEvent } from '../plan/run-event.ts';
import { shownName } from '../plan/shown-name.ts';
import type { CallListener } from './detached-runner.ts';
import { RunLines } from './run-lines.ts';

/** What a terminal needs of the run that it shows. */
export interface ShownRun {
  /** Starts it; resolves with its exit code, `undefined` where nothing was started. */
  readonly start: (listener: CallListener) => Promise<number | null | undefined>;
  /** Asks the run of a name to end in good order. */
  readonly stop: (run: string) => unknown;
}

/**
 * Milliseconds between the end of a terminal and that of its run. A window that closes takes its terminals and its extension host along,
 * and the run goes on; where the extension host is still there after that, it was the terminal that somebody has ended.
 */
const GRACE = 2000;

const INTERRUPT = '\u0003';

/** A terminal without a process: the run is a process of its own, which outlives the window. */
export class RunTerminal implements vscode.Pseudoterminal {
  readonly #run: ShownRun;
  readonly #written = new vscode.EventEmitter<string>();
  readonly #ended = new vscode.EventEmitter<number>();
  readonly #lines = new RunLines(vscode.l10n);
  readonly onDidWrite = this.#written.event;
  readonly onDidClose = this.#ended.event;
  #name: string | undefined;
  #isOver = false;
  #isStopping = false;

  constructor(run: ShownRun) {
    this.#run = run;
  }

  open(): void {
    void this.#follow();
  }

  handleInput(data: string): void {
    if (data === INTERRUPT) this.#stop();
  }

  close(): void {
    setTimeout(() => this.#stop(), GRACE);
  }

  async #follow(): Promise<void> {
    const code = await this.#run.start({
      onEvent: (event) => this.#tell(event),
      onProblem: (line) => this.#say(shownName(line)),
    });
    this.#isOver = true;
    if (code === undefined) this.#say(vscode.l10n.t('Nothing was started.'));
    this.#ended.fire(code ?? 1);
  }

  #stop(): void {
    if (this.#isOver || this.#isStopping || this.#name === undefined) return;
    this.#isStopping = true;
    this.#say(vscode.l10n.t('Stopping; what is finished is recorded first.'));
    this.#run.stop(this.#name);
  }

  #tell(event: RunEvent): void {
    if (event.run) this.#name ??= event.run;
    for (const line of this.#lines.of(event)) this.#say(line);
  }

  #say(line: string): void {
    this.#written.fire(`${line}\r\n`);
  }
}
