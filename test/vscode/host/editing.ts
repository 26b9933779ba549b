/** Writing into documents of the window, and asking its providers, as an editor does. */
import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { eventually, workspaceFolder } from './extension-api.ts';

/** A spec without a mistake. */
export const GOOD = `input:
  pfs: { repo: texts, glob: "/sub-0[1-3]" }
transform:
  cmd: [sh, code/count.sh, "{texts}", "{out}"]
`;

/** Opens a new file of the workspace with a text, without writing it anywhere but in the editor. */
export async function openWith(file: string, text: string): Promise<vscode.TextEditor> {
  const uri = vscode.Uri.joinPath(workspaceFolder().uri, file);
  await vscode.workspace.fs.writeFile(uri, Buffer.from(''));
  const editor = await vscode.window.showTextDocument(uri);
  await replaceAll(editor, text);
  return editor;
}

/** Opens a file that is there. */
export async function open(file: string): Promise<vscode.TextDocument> {
  const editor = await vscode.window.showTextDocument(vscode.Uri.joinPath(workspaceFolder().uri, file));
  return editor.document;
}

/** Writes another text into an editor. */
export async function replaceAll(editor: vscode.TextEditor, text: string): Promise<void> {
  const { document } = editor;
  const whole = new vscode.Range(0, 0, document.lineCount, 0);
  assert.ok(await editor.edit((edit) => edit.replace(whole, text)));
}

/** Waits until a document has as many diagnostics of ours as wanted. */
export function diagnosticsOf(uri: vscode.Uri, count: number): Promise<vscode.Diagnostic[]> {
  return eventually(vscode.languages.onDidChangeDiagnostics, () => {
    const own = ownDiagnostics(uri);
    return own.length === count ? own : undefined;
  });
}

/** Waits until a document has diagnostics of a rule, and returns them. */
export function diagnosticsWith(uri: vscode.Uri, rule: string): Promise<vscode.Diagnostic[]> {
  return eventually(vscode.languages.onDidChangeDiagnostics, () => {
    const found = ownDiagnostics(uri).filter(({ code }) => code === rule);
    return found.length > 0 ? found : undefined;
  });
}

function ownDiagnostics(uri: vscode.Uri): vscode.Diagnostic[] {
  return vscode.languages.getDiagnostics(uri).filter(({ source }) => source === 'Minipach');
}

/** Where a text stands in a document. */
export function rangeOf(document: vscode.TextDocument, text: string): vscode.Range {
  const start = document.getText().indexOf(text);
  assert.ok(start >= 0, `${text} is not in the document`);
  return new vscode.Range(document.positionAt(start), document.positionAt(start + text.length));
}

/** The actions of a kind that are offered where a text stands. */
export function actionsAt(
  document: vscode.TextDocument,
  text: string,
  kind: vscode.CodeActionKind,
): Thenable<vscode.CodeAction[]> {
  const range = rangeOf(document, text);
  return vscode.commands.executeCommand('vscode.executeCodeActionProvider', document.uri, range, kind.value);
}

/** What can be completed behind a text. */
export async function completionsBehind(
  document: vscode.TextDocument,
  text: string,
): Promise<vscode.CompletionItem[]> {
  const list = await vscode.commands.executeCommand<vscode.CompletionList>(
    'vscode.executeCompletionItemProvider',
    document.uri,
    text === '' ? new vscode.Position(0, 0) : rangeOf(document, text).end,
  );
  return list.items;
}

/** The label of a completion, without what stands behind it. */
export function labelOf({ label }: vscode.CompletionItem): string {
  return typeof label === 'string' ? label : label.label;
}

/** What is told of the first character of a text. */
export async function hoverOn(document: vscode.TextDocument, text: string): Promise<string> {
  const hovers = await vscode.commands.executeCommand<vscode.Hover[]>(
    'vscode.executeHoverProvider',
    document.uri,
    rangeOf(document, text).start,
  );
  return hovers
    .flatMap(({ contents }) => contents)
    .map((content) => (typeof content === 'string' ? content : content.value))
    .join('\n');
}
