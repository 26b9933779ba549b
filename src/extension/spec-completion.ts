/** Completion of specs and settings, in VS Code's shape. */
import * as vscode from 'vscode';
import type { CompletionItem } from '../spec/completion-item.ts';
import { toRange } from './positions.ts';
import type { SpecContexts } from './spec-context.ts';
import type { SpecDocuments } from './spec-documents.ts';

/** Characters after which completion opens by itself: values, paths in globs, placeholders, list items. */
export const TRIGGERS: readonly string[] = [' ', '/', '{', '"', "'", '[', ','];

/** Offers what the language says can stand at the cursor; also in an empty file, where that is how one begins. */
export class SpecCompletion implements vscode.CompletionItemProvider {
  readonly #specs: SpecDocuments;
  readonly #contexts: SpecContexts;

  constructor(specs: SpecDocuments, contexts: SpecContexts) {
    this.#specs = specs;
    this.#contexts = contexts;
  }

  async provideCompletionItems(
    document: vscode.TextDocument,
    position: vscode.Position,
  ): Promise<vscode.CompletionItem[] | undefined> {
    const kind = this.#specs.kind(document);
    if (kind === 'other') return undefined;
    const offset = document.offsetAt(position);
    if (kind === 'config') {
      const { completeConfig } = await import('../spec/config-language.ts');
      return completeConfig(document.getText(), offset).map(completionItem);
    }
    const [{ completions }, context] = await Promise.all([
      import('./spec-language.ts'),
      this.#contexts.of(document),
    ]);
    return completions(context, offset).map(completionItem);
  }
}

function completionItem(item: CompletionItem, index: number): vscode.CompletionItem {
  const shown = new vscode.CompletionItem({ label: item.label, description: item.detail }, kindOf(item));
  shown.insertText = new vscode.SnippetString(item.insertText);
  shown.range = toRange(item.range);
  shown.documentation = new vscode.MarkdownString(item.documentation);
  // The language's order is that of use, not of the alphabet.
  shown.sortText = String(index).padStart(5, '0');
  // What can follow a field is known as well, so it is offered at once.
  if (item.kind === 'field') {
    shown.command = { command: 'editor.action.triggerSuggest', title: '' };
  }
  return shown;
}

function kindOf(item: CompletionItem): vscode.CompletionItemKind {
  switch (item.kind) {
    case 'template':
      return vscode.CompletionItemKind.Snippet;
    case 'field':
      return vscode.CompletionItemKind.Property;
    case 'value':
      return vscode.CompletionItemKind.Value;
    case 'placeholder':
      return vscode.CompletionItemKind.Variable;
    case 'directory':
      return vscode.CompletionItemKind.Folder;
    case 'file':
      return vscode.CompletionItemKind.File;
    case 'pipeline':
      return vscode.CompletionItemKind.Module;
  }
}
