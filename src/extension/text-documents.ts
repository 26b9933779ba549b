/** Read-only documents: logs that follow a file as it grows, and plans. */
import { StringDecoder } from 'node:string_decoder';
import { stripVTControlCharacters } from 'node:util';
import * as vscode from 'vscode';
import { type FollowedFile, followFile } from './follow-file.ts';

/** The scheme of documents that follow a log. */
export const LOG_SCHEME = 'minipach-log';
/** The scheme of documents that show a plan. */
export const PLAN_SCHEME = 'minipach-plan';

/** A log longer than this shows its end only; an editor that is sent 100 MB four times a second stops answering. */
const LONGEST_LOG = 400_000;
/** The document is brought up to date at most this often, in milliseconds. */
const PACE = 200;

interface FollowedLog {
  readonly file: FollowedFile;
  /** A character may be cut in two by the end of a piece. */
  readonly decoder: StringDecoder;
  text: string;
  cut: boolean;
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
      const file = followFile(uri.query, (chunk, restarted) => this.#append(uri, chunk, restarted));
      log = { file, decoder: new StringDecoder('utf8'), text: '', cut: false, timer: undefined };
      this.#logs.set(key, log);
      await file.flush();
    }
    const head = log.cut
      ? `… ${vscode.l10n.t('The beginning is left out; the whole log is {0}', uri.query)}\n`
      : '';
    return head + (log.text || vscode.l10n.t('Nothing written yet: {0}', uri.query));
  }

  dispose(): void {
    for (const subscription of this.#subscriptions) subscription.dispose();
    for (const log of this.#logs.values()) stop(log);
    this.#changed.dispose();
  }

  #append(uri: vscode.Uri, chunk: Buffer, restarted: boolean): void {
    const log = this.#logs.get(uri.toString());
    if (!log) return;
    log.text = (restarted ? '' : log.text) + readable(log.decoder.write(chunk));
    if (log.text.length > LONGEST_LOG) {
      log.text = log.text.slice(log.text.indexOf('\n', log.text.length - LONGEST_LOG / 2) + 1);
      log.cut = true;
    }
    log.timer ??= setTimeout(() => {
      log.timer = undefined;
      this.#changed.fire(uri);
    }, PACE);
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
    await vscode.window.showTextDocument(uri, { preview: true });
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

/** Without colours, and of a line that was drawn over and over only what stood last. */
function readable(text: string): string {
  return stripVTControlCharacters(text)
    .replaceAll('\r\n', '\n')
    .replace(/[^\n]*\r/g, '');
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
