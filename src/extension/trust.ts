/** Restricted Mode in code: menus hide what cannot work, and a call from elsewhere gets a sentence. */
import * as vscode from 'vscode';

/** False, with a sentence to the person, where nothing may be started. */
export function mayRun(): boolean {
  if (vscode.workspace.isTrusted) return true;
  const message = vscode.l10n.t('Minipach runs nothing in Restricted Mode: trust this folder first.');
  const manage = vscode.l10n.t('Manage Workspace Trust');
  void vscode.window.showWarningMessage(message, manage).then((answer) => {
    if (answer) void vscode.commands.executeCommand('workbench.trust.manage');
  });
  return false;
}
