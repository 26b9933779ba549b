/** Read-only documents: logs that follow a file as it grows, and plans. */
import { stripVTControlCharacters } from 'node:util';
import * as vscode from 'vscode';
import { type Continuation, type FollowedFile, followFile } from './follow-file.ts';
import { LONGEST_LOG, LogText } from './log-text.ts';

/** The scheme of documents that follow a log. */
export const LOG_SCHEME = 'minipach-log';
/** The scheme of documents that show a plan. */
export const PLAN_SCHEME = 'minipach-plan';

/** The language of what the runner answers, for which the manifest has lines wrapped and no words marked. */
const ANSWER_LANGUAGE = 'minipach-answer';

/** The document is brought up to date at most this often, in milliseconds. */
const PACE = 200;
/** The same of one that is longer than what is shown: all that is shown is another text then. */
const PACE_OF_LONG = 500;

interface FollowedLog {
  readonly file: FollowedFile;
  readonly text: LogText;
  timer: NodeJS.Timeout | undefined;
}

/** The address of the document that follows a log file. */
export function logUri(title: string, file: string): vscode.Uri {
  return vscode.Uri.from({ scheme: LOG_SCHEME, path: `/${title}.log`, query: file });
}

/** Serves logs; a log is followed as long as its document is open. */
export class LogDocuments implements vscode.TextDocumentContentProvider, vscode.Disposable {
  readonly #logs = new Map<string, FollowedLog>();
  readonly #changed = new vscode.EventEmitter<vscode.Uri>();
  readonly #subscriptions: vscode.Disposable[];
  readonly onDidChange = this.#changed.event;

  constructor() {
    this.#subscriptions = [
      vscode.workspace.registerTextDocumentContentProvider(LOG_SCHEME, this),
      vscode.workspace.onDidCloseTextDocument((document) => this.#close(document.uri)),
      vscode.workspace.onDidChangeTextDocument((event) => keepAtEnd(event)),
    ];
  }

  async provideTextDocumentContent(uri: vscode.Uri): Promise<string> {
    const key = uri.toString();
    let log = this.#logs.get(key);
    if (!log) {
      const file = followFile(
        uri.query,
        (chunk, continuation) => this.#append(uri, chunk, continuation),
        LONGEST_LOG / 2,
      );
      log = { file, text: new LogText(), timer: undefined };
      this.#logs.set(key, log);
      await file.flush();
    }
    const head = log.text.isCut
      ? `… ${vscode.l10n.t('The beginning is left out; the whole log is {0}', uri.query)}\n`
      : '';
    return head + (log.text.text || vscode.l10n.t('Nothing written yet: {0}', uri.query));
  }

  dispose(): void {
    for (const subscription of this.#subscriptions) subscription.dispose();
    for (const log of this.#logs.values()) stop(log);
    this.#changed.dispose();
  }

  #append(uri: vscode.Uri, chunk: Buffer, continuation: Continuation): void {
    const log = this.#logs.get(uri.toString());
    if (!log) return;
    log.text.push(chunk, continuation);
    log.timer ??= setTimeout(
      () => {
        log.timer = undefined;
        this.#changed.fire(uri);
      },
      log.text.isCut ? PACE_OF_LONG : PACE,
    );
  }

  #close(uri: vscode.Uri): void {
    const log = this.#logs.get(uri.toString());
    if (!log) return;
    stop(log);
    this.#logs.delete(uri.toString());
  }
}

/** Serves texts that do not change, such as a plan. */
export class PlanDocuments implements vscode.TextDocumentContentProvider, vscode.Disposable {
  readonly #texts = new Map<string, string>();
  readonly #changed = new vscode.EventEmitter<vscode.Uri>();
  readonly #registration = vscode.workspace.registerTextDocumentContentProvider(PLAN_SCHEME, this);
  readonly onDidChange = this.#changed.event;

  /** Shows a text under a title; the same title again shows the new text in the same place. */
  async show(title: string, text: string): Promise<void> {
    const uri = vscode.Uri.from({ scheme: PLAN_SCHEME, path: `/${title}.txt` });
    this.#texts.set(uri.toString(), stripVTControlCharacters(text));
    this.#changed.fire(uri);
    const document = await vscode.workspace.openTextDocument(uri);
    await vscode.languages.setTextDocumentLanguage(document, ANSWER_LANGUAGE);
    await vscode.window.showTextDocument(document, { preview: true });
  }

  provideTextDocumentContent(uri: vscode.Uri): string {
    return this.#texts.get(uri.toString()) ?? '';
  }

  dispose(): void {
    this.#registration.dispose();
    this.#changed.dispose();
  }
}

function stop(log: FollowedLog): void {
  clearTimeout(log.timer);
  log.file.stop();
}

/** A reader at the end of a log stays at its end; one who scrolled back is left in peace. */
function keepAtEnd(event: vscode.TextDocumentChangeEvent): void {
  if (event.document.uri.scheme !== LOG_SCHEME || event.contentChanges.length === 0) return;
  const end = event.document.lineCount - 1;
  const added = event.contentChanges.reduce((sum, change) => {
    return sum + change.text.split('\n').length - 1 - (change.range.end.line - change.range.start.line);
  }, 0);
  for (const editor of vscode.window.visibleTextEditors) {
    if (editor.document !== event.document) continue;
    const lastSeen = editor.visibleRanges.at(-1)?.end.line ?? 0;
    if (lastSeen < end - added - 2) continue;
    editor.revealRange(new vscode.Range(end, 0, end, 0), vscode.TextEditorRevealType.Default);
  }
}
