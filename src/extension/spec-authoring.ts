/** Everything that helps to write a spec: diagnostics, completion, hover, quick fixes. */
import * as vscode from 'vscode';
import type { ProjectFolders } from './project-folders.ts';
import { ProjectTrees } from './project-trees.ts';
import { SpecDiagnostics } from './spec-diagnostics.ts';
import { SPEC_SELECTOR, SpecDocuments } from './spec-documents.ts';

/** Characters after which completion opens by itself: values, paths in globs, placeholders, list items. */
const TRIGGERS = [' ', '/', '{', '"', "'", '[', ','];

/** Registers the providers. `onSpec` is called when a spec of ours is seen. */
export function registerAuthoring(folders: ProjectFolders, onSpec: () => void): vscode.Disposable {
  const specs = new SpecDocuments(folders);
  const trees = new ProjectTrees(folders);
  const diagnostics = new SpecDiagnostics(specs, folders, trees, onSpec);
  void SpecDocuments.anyInWorkspace().then((found) => {
    if (found) onSpec();
  });
  return vscode.Disposable.from(
    trees,
    diagnostics,
    vscode.languages.registerCompletionItemProvider(
      SPEC_SELECTOR,
      {
        async provideCompletionItems(document, position) {
          if ((await specs.kind(document)) === 'other') return undefined;
          const [{ completions }, tree] = await Promise.all([
            import('./spec-language.ts'),
            trees.of(folders.of(document.uri)),
          ]);
          return completions(document, position, tree);
        },
      },
      ...TRIGGERS,
    ),
    vscode.languages.registerHoverProvider(SPEC_SELECTOR, {
      async provideHover(document, position) {
        if ((await specs.kind(document)) !== 'spec') return undefined;
        const { hoverAt } = await import('./spec-language.ts');
        return hoverAt(document, position);
      },
    }),
    vscode.languages.registerCodeActionsProvider(
      SPEC_SELECTOR,
      { provideCodeActions: (document, range) => diagnostics.actions(document, range) },
      { providedCodeActionKinds: [vscode.CodeActionKind.QuickFix] },
    ),
  );
}
