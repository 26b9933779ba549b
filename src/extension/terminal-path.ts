/** The runner in VS Code's terminals, as `minipach`. */
import path from 'node:path';
import type * as vscode from 'vscode';

/** Puts the bundled runner behind everything that is on the PATH already: an own `minipach` goes first. */
export function offerInTerminals(context: vscode.ExtensionContext): void {
  const variables = context.environmentVariableCollection;
  // Where the extension lies is another place after each update.
  variables.persistent = false;
  variables.description = 'minipach';
  variables.append('PATH', path.delimiter + context.asAbsolutePath(path.join('dist', 'bin')));
  variables.replace('MINIPACH_NODE', process.execPath);
}
