/** Files that a merge has left in conflict: what is said of them, and where they are resolved. */
import * as vscode from 'vscode';

/** Paths that are named before the rest is only counted. */
const NAMED = 3;

/** Why nothing can be run, in one sentence; `undefined` where no file is in conflict. */
export function conflictText(unmerged: readonly string[]): string | undefined {
  if (unmerged.length === 0) return undefined;
  const more = unmerged.length > NAMED ? vscode.l10n.t(' and {0} more', unmerged.length - NAMED) : '';
  return vscode.l10n.t(
    'In conflict: {0}. No result can be recorded until that is resolved: resolve it and commit, or abort it.',
    unmerged.slice(0, NAMED).join(', ') + more,
  );
}

/** Tells a person who wants to run; false where no file is in conflict. */
export function isInConflict(unmerged: readonly string[]): boolean {
  const text = conflictText(unmerged);
  if (text === undefined) return false;
  const resolve = vscode.l10n.t('Open Source Control');
  void vscode.window.showWarningMessage(text, resolve).then((answer) => {
    if (answer) void vscode.commands.executeCommand('workbench.view.scm');
  });
  return true;
}
