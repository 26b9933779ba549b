/** How many datums a spec yields, and what each glob matches, shown as it is typed. */
import * as vscode from 'vscode';
import { toRange } from './positions.ts';
import type { SpecContexts } from './spec-context.ts';
import type { SpecDocuments } from './spec-documents.ts';

/** Shows `→ 20 datums` behind a glob or a `join:`, with the first of them in its tooltip. */
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
    const [{ firstYieldsIn, yieldsIn }, early] = await Promise.all([
      import('./spec-language.ts'),
      this.#contexts.first(document),
    ]);
    const yields = early
      ? firstYieldsIn(early.spec, early.tree)
      : yieldsIn(await this.#contexts.of(document));
    return yields.map(({ range, of, count, first }) => {
      const hint = new vscode.InlayHint(toRange(range).end, labelOf(of, count));
      hint.paddingLeft = true;
      const names = first.map((name) => name || vscode.l10n.t('(whole repo)'));
      hint.tooltip = [...names, ...(count > names.length ? ['…'] : [])].join('\n');
      return hint;
    });
  }

  dispose(): void {
    this.#changed.dispose();
  }
}

function labelOf(of: 'datums' | 'matches', count: number): string {
  if (of === 'matches')
    return count === 1 ? vscode.l10n.t('→ 1 match') : vscode.l10n.t('→ {0} matches', count);
  return count === 1 ? vscode.l10n.t('→ 1 datum') : vscode.l10n.t('→ {0} datums', count);
}
