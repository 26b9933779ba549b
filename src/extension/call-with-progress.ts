/** A call of the runner that outlives the window, with a notification that shows how far it is and can stop it. */
import * as vscode from 'vscode';
import { type DetachedCall, startDetached } from './detached-runner.ts';
import type { Runner } from './runner.ts';

/** What to call, under which title. */
export interface ShownCall extends Omit<DetachedCall, 'onProblem'> {
  readonly title: string;
  /** How far it is, asked after each event. */
  readonly far: () => string;
}

/** How it ended. */
export interface ShownEnd {
  /** The runner's exit code. */
  readonly code: number | null;
  /** Whether a person has ended it. */
  readonly stopped: boolean;
  /** What it said besides, in sentences. */
  readonly said: readonly string[];
}

/** Makes the call; `undefined` in Restricted Mode. */
export async function callWithProgress(
  runner: Runner,
  storage: string,
  { title, far, onEvent, ...call }: ShownCall,
): Promise<ShownEnd | undefined> {
  const said: string[] = [];
  let stopped = false;
  let show: (text: string) => void = () => undefined;
  const started = await startDetached(runner, storage, {
    ...call,
    onEvent: (event) => {
      if (event.event === 'message') said.push(event.message);
      onEvent(event);
      show(far());
    },
    onProblem: (line) => said.push(line.replace(/^minipach: /, '')),
  });
  if (!started) return undefined;
  const location = vscode.ProgressLocation.Notification;
  const code = await vscode.window.withProgress(
    { location, title, cancellable: true },
    async (shown, cancel) => {
      const cancelling = cancel.onCancellationRequested(() => {
        stopped = true;
        started.stop();
      });
      show = (message) => shown.report({ message });
      const end = await started.end;
      cancelling.dispose();
      return end;
    },
  );
  return { code, stopped, said };
}

/** Tells the end of a call in one sentence; where it failed, with the way to what the runner said. */
export async function tellEnd(runner: Runner, isGood: boolean, sentence: string): Promise<void> {
  const text = `Minipach: ${sentence}`;
  if (isGood) return void vscode.window.showInformationMessage(text);
  const showOutput = vscode.l10n.t('Show Runner Output');
  if (await vscode.window.showErrorMessage(text, showOutput)) runner.output.show();
}
