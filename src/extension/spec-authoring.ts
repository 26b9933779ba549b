/** Everything that helps to write a spec: diagnostics, quick fixes, completion, hover, counts behind globs. */
import * as vscode from 'vscode';
import { GlobHints } from './glob-hints.ts';
import { toRange } from './positions.ts';
import type { ProjectFolders } from './project-folders.ts';
import { ProjectTrees } from './project-trees.ts';
import { SpecCompletion, TRIGGERS } from './spec-completion.ts';
import { SpecContexts } from './spec-context.ts';
import { SpecDiagnostics } from './spec-diagnostics.ts';
import { SPEC_SELECTOR, SpecDocuments } from './spec-documents.ts';

/** Registers the providers. `onSpec` is called when a spec of ours is seen. */
export function registerAuthoring(folders: ProjectFolders, onSpec: () => void): vscode.Disposable {
  const specs = new SpecDocuments(folders);
  const trees = new ProjectTrees(folders);
  const contexts = new SpecContexts(folders, trees);
  const diagnostics = new SpecDiagnostics(specs, folders, trees, contexts, onSpec);
  const hints = new GlobHints(specs, contexts);
  void SpecDocuments.anyInWorkspace().then((found) => {
    if (found) onSpec();
  });
  return vscode.Disposable.from(
    ...[trees, diagnostics, hints],
    trees.onDidChange(() => hints.refresh()),
    vscode.languages.registerInlayHintsProvider(SPEC_SELECTOR, hints),
    vscode.languages.registerCompletionItemProvider(
      SPEC_SELECTOR,
      new SpecCompletion(specs, contexts),
      ...TRIGGERS,
    ),
    vscode.languages.registerHoverProvider(SPEC_SELECTOR, {
      async provideHover(document, position) {
        if (specs.kind(document) !== 'spec') return undefined;
        const offset = document.offsetAt(position);
        const [{ hoverAt }, { spec, tree, images }] = await Promise.all([
          import('./spec-language.ts'),
          contexts.of(document),
        ]);
        const found = hoverAt(spec, offset, tree, images);
        return found && new vscode.Hover(new vscode.MarkdownString(found.contents), toRange(found.range));
      },
    }),
    vscode.languages.registerCodeActionsProvider(
      SPEC_SELECTOR,
      { provideCodeActions: (document, range) => diagnostics.actions(document, range) },
      { providedCodeActionKinds: [vscode.CodeActionKind.QuickFix, vscode.CodeActionKind.RefactorRewrite] },
    ),
  );
}
