/** How many datums a glob yields, shown behind it as it is typed. */
import * as vscode from 'vscode';
import { toRange } from './positions.ts';
import type { SpecContexts } from './spec-context.ts';
import type { SpecDocuments } from './spec-documents.ts';

/** Shows `→ 20 datums` behind the glob, with the first of them in its tooltip. */
export class GlobHints implements vscode.InlayHintsProvider, vscode.Disposable {
  readonly #specs: SpecDocuments;
  readonly #contexts: SpecContexts;
  readonly #changed = new vscode.EventEmitter<void>();
  readonly onDidChangeInlayHints = this.#changed.event;

  constructor(specs: SpecDocuments, contexts: SpecContexts) {
    this.#specs = specs;
    this.#contexts = contexts;
  }

  /** The committed files are others now. */
  refresh(): void {
    this.#changed.fire();
  }

  async provideInlayHints(document: vscode.TextDocument): Promise<vscode.InlayHint[]> {
    if (this.#specs.kind(document) !== 'spec') return [];
    const [{ globYield }, context] = await Promise.all([
      import('./spec-language.ts'),
      this.#contexts.of(document),
    ]);
    const found = context.tree && globYield(context.spec, context.others, context.tree);
    if (!found) return [];
    const label = found.count === 1 ? vscode.l10n.t('→ 1 datum') : vscode.l10n.t('→ {0} datums', found.count);
    const hint = new vscode.InlayHint(toRange(found.range).end, label);
    hint.paddingLeft = true;
    const names = found.first.map((name) => name || vscode.l10n.t('(whole repo)'));
    hint.tooltip = [...names, ...(found.count > names.length ? ['…'] : [])].join('\n');
    return [hint];
  }

  dispose(): void {
    this.#changed.dispose();
  }
}
