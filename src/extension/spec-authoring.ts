/** Everything that helps to write a spec or settings: diagnostics, quick fixes, completion, hover, counts, lenses, links, outline. */
import * as vscode from 'vscode';
import { GlobHints } from './glob-hints.ts';
import { newPipeline } from './new-pipeline.ts';
import type { ProjectFolders } from './project-folders.ts';
import { ProjectTrees } from './project-trees.ts';
import { SpecCompletion, TRIGGERS } from './spec-completion.ts';
import { SpecContexts } from './spec-context.ts';
import { SpecDiagnostics } from './spec-diagnostics.ts';
import { AUTHORED, SPEC_SELECTOR, SpecDocuments } from './spec-documents.ts';
import { SpecHover } from './spec-hover.ts';
import { SpecLenses } from './spec-lenses.ts';
import { SpecNavigation } from './spec-navigation.ts';
import { SpecTexts } from './spec-texts.ts';

/** Registers the providers. `onSpec` is called when a spec of ours is seen. */
export function registerAuthoring(folders: ProjectFolders, onSpec: () => void): vscode.Disposable {
  const specs = new SpecDocuments(folders);
  const trees = new ProjectTrees(folders);
  const texts = new SpecTexts();
  const contexts = new SpecContexts(folders, trees, texts);
  const diagnostics = new SpecDiagnostics(specs, folders, trees, contexts, texts, onSpec);
  const hints = new GlobHints(specs, contexts);
  const lenses = new SpecLenses(specs, folders);
  const navigation = new SpecNavigation(specs, folders, contexts);
  void SpecDocuments.anyInWorkspace().then((found) => {
    if (found) onSpec();
  });
  return vscode.Disposable.from(
    ...[trees, texts, diagnostics, hints, lenses],
    trees.onDidChange(() => hints.refresh()),
    trees.onDidComplete(() => hints.refresh()),
    vscode.commands.registerCommand('minipach.newPipeline', () => newPipeline(folders, trees)),
    vscode.languages.registerInlayHintsProvider(SPEC_SELECTOR, hints),
    vscode.languages.registerCompletionItemProvider(
      AUTHORED,
      new SpecCompletion(specs, contexts),
      ...TRIGGERS,
    ),
    vscode.languages.registerHoverProvider(AUTHORED, new SpecHover(specs, folders, contexts)),
    vscode.languages.registerCodeLensProvider(SPEC_SELECTOR, lenses),
    vscode.languages.registerDefinitionProvider(SPEC_SELECTOR, navigation),
    vscode.languages.registerDocumentLinkProvider(SPEC_SELECTOR, navigation),
    vscode.languages.registerDocumentSymbolProvider(SPEC_SELECTOR, navigation, { label: 'Minipach' }),
    vscode.languages.registerCodeActionsProvider(
      AUTHORED,
      { provideCodeActions: (document, range) => diagnostics.actions(document, range) },
      { providedCodeActionKinds: [vscode.CodeActionKind.QuickFix, vscode.CodeActionKind.RefactorRewrite] },
    ),
  );
}
