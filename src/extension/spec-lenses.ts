/** Code lenses above specs. */
import * as vscode from 'vscode';
import { type Lens, lensesOf } from './lenses.ts';
import { toRange } from './positions.ts';
import type { ProjectFolders } from './project-folders.ts';
import type { SpecDocuments } from './spec-documents.ts';

/** Shows what can be run and how the datums stand, and follows both. */
export class SpecLenses implements vscode.CodeLensProvider, vscode.Disposable {
  readonly #specs: SpecDocuments;
  readonly #folders: ProjectFolders;
  readonly #changed = new vscode.EventEmitter<void>();
  readonly #subscription: vscode.Disposable;
  readonly onDidChangeCodeLenses = this.#changed.event;

  constructor(specs: SpecDocuments, folders: ProjectFolders) {
    this.#specs = specs;
    this.#folders = folders;
    this.#subscription = folders.onDidChange(() => this.#changed.fire());
  }

  async provideCodeLenses(document: vscode.TextDocument): Promise<vscode.CodeLens[]> {
    const folder = this.#folders.of(document.uri);
    // Where nothing may be started, or nothing is known yet, there is nothing to click.
    if (!vscode.workspace.isTrusted || !folder?.project || !folder.model.ready) return [];
    if (this.#specs.kind(document) !== 'spec') return [];
    const { firstKey } = await import('./spec-language.ts');
    const range = toRange(firstKey(document.getText()));
    return lensesOf(folder.id, folder.pipelineAt(document.uri), vscode.l10n).map(
      (lens) => new vscode.CodeLens(range, commandOf(lens)),
    );
  }

  dispose(): void {
    this.#subscription.dispose();
    this.#changed.dispose();
  }
}

function commandOf({ title, command, target }: Lens): vscode.Command {
  return { title, command, arguments: target === undefined ? [] : [target] };
}
