/** From a spec to what it names, and through its parts: definitions, links and the outline. */
import * as vscode from 'vscode';
import type { Reference } from '../plan/references.ts';
import type { OutlineItem } from '../spec/outline.ts';
import { toRange } from './positions.ts';
import type { ProjectFolders } from './project-folders.ts';
import { hasRedHat } from './red-hat.ts';
import type { SpecContexts } from './spec-context.ts';
import type { SpecDocuments } from './spec-documents.ts';

/** Leads to files by definitions, and to directories, which no editor can show, by links. */
export class SpecNavigation
  implements vscode.DefinitionProvider, vscode.DocumentLinkProvider, vscode.DocumentSymbolProvider
{
  readonly #specs: SpecDocuments;
  readonly #folders: ProjectFolders;
  readonly #contexts: SpecContexts;

  constructor(specs: SpecDocuments, folders: ProjectFolders, contexts: SpecContexts) {
    this.#specs = specs;
    this.#folders = folders;
    this.#contexts = contexts;
  }

  async provideDefinition(
    document: vscode.TextDocument,
    position: vscode.Position,
  ): Promise<vscode.LocationLink[]> {
    const there = (await this.#references(document)).filter(
      ({ range, isDirectory }) => !isDirectory && toRange(range).contains(position),
    );
    return Promise.all(
      there.map(async ({ range, path, text }) => {
        const targetUri = this.#uri(document, path);
        const targetRange = await placeOf(targetUri, text);
        return { originSelectionRange: toRange(range), targetUri, targetRange };
      }),
    );
  }

  async provideDocumentLinks(document: vscode.TextDocument): Promise<vscode.DocumentLink[]> {
    const directories = (await this.#references(document)).filter(({ isDirectory }) => isDirectory);
    return directories.map(({ range, path }) => {
      const place = encodeURIComponent(JSON.stringify([this.#uri(document, path)]));
      const link = new vscode.DocumentLink(
        toRange(range),
        vscode.Uri.parse(`command:revealInExplorer?${place}`),
      );
      link.tooltip = vscode.l10n.t('Show {0} in the Explorer', path);
      return link;
    });
  }

  async provideDocumentSymbols(document: vscode.TextDocument): Promise<vscode.DocumentSymbol[]> {
    // Theirs lists every key already, and two outlines of one file help nobody.
    if (this.#specs.kind(document) !== 'spec' || hasRedHat()) return [];
    const { outline } = await import('../spec/outline.ts');
    return outline(document.getText()).map(symbol);
  }

  async #references(document: vscode.TextDocument): Promise<readonly Reference[]> {
    if (this.#specs.kind(document) !== 'spec') return [];
    const [{ referencesIn }, judged] = await Promise.all([
      import('./spec-language.ts'),
      this.#contexts.of(document),
    ]);
    return referencesIn(judged);
  }

  #uri(document: vscode.TextDocument, path: string): vscode.Uri {
    return this.#folders.of(document.uri)?.uri(path) ?? vscode.Uri.joinPath(document.uri, '..', path);
  }
}

/** Where a text stands in a file; its beginning where that is not known. */
async function placeOf(uri: vscode.Uri, text: string | undefined): Promise<vscode.Range> {
  const start = new vscode.Range(0, 0, 0, 0);
  if (text === undefined) return start;
  const document = await vscode.workspace.openTextDocument(uri).then(
    (opened) => opened,
    () => undefined,
  );
  const offset = document?.getText().indexOf(text) ?? -1;
  if (!document || offset < 0) return start;
  return new vscode.Range(document.positionAt(offset), document.positionAt(offset + text.length));
}

function symbol({ name, detail, kind, range, selection, children }: OutlineItem): vscode.DocumentSymbol {
  const shown = new vscode.DocumentSymbol(
    name,
    detail,
    kind === 'input' ? vscode.SymbolKind.Array : vscode.SymbolKind.Field,
    toRange(range),
    toRange(selection),
  );
  shown.children = children.map(symbol);
  return shown;
}
