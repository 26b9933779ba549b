/** *Minipach: Install Command Line*: `minipach` in every shell, and not only in VS Code's terminals. */
import os from 'node:os';
import path from 'node:path';
import * as vscode from 'vscode';
import type { LauncherResult, LauncherTarget } from './launcher.ts';

/** Under which name the place of the script is remembered, to write it anew after an update. */
const REMEMBERED = 'commandLine';

/** Registers the command, and keeps a script that it has written working. */
export function offerCommandLine(context: vscode.ExtensionContext): vscode.Disposable {
  const target = {
    node: process.execPath,
    script: context.asAbsolutePath(path.join('dist', 'minipach.cjs')),
  };
  const written = context.globalState.get<string>(REMEMBERED);
  if (written !== undefined)
    // A script that cannot be written anew tells what to do when it is called.
    void import('./launcher.ts').then(({ renewLauncher }) =>
      renewLauncher(written, target).catch(() => undefined),
    );
  return vscode.commands.registerCommand('minipach.installCommandLine', () => install(context, target));
}

/** Nothing is started, and nothing of the folder is read, so that it works in Restricted Mode, too. */
async function install(context: vscode.ExtensionContext, target: LauncherTarget): Promise<void> {
  if (process.platform === 'win32') {
    const directory = path.join(path.dirname(target.script), 'bin');
    const message = vscode.l10n.t(
      'On Windows, terminals in VS Code have `minipach`; for others, put {0} on the PATH.',
      directory,
    );
    void vscode.window.showInformationMessage(message);
    return;
  }
  const { installLauncher } = await import('./launcher.ts');
  const { PATH = '' } = process.env;
  const result = await installLauncher(target, { home: os.homedir(), path: PATH });
  if (result.ok) await context.globalState.update(REMEMBERED, result.file);
  void tell(result);
}

async function tell(result: LauncherResult): Promise<void> {
  const { file } = result;
  if (!result.ok) {
    const message =
      result.reason === 'something-else'
        ? vscode.l10n.t(
            '{0} is something else and was left as it is: move it away, then install the command line again.',
            file,
          )
        : vscode.l10n.t(
            '{0} cannot be written ({1}): mend that, then install the command line again.',
            file,
            result.why,
          );
    void vscode.window.showErrorMessage(message);
    return;
  }
  if (result.hiddenBy !== undefined) {
    const message = vscode.l10n.t(
      '`minipach` is installed as {0}, and shells find {1} first: remove that one, or call this one by its path.',
      file,
      result.hiddenBy,
    );
    void vscode.window.showWarningMessage(message);
    return;
  }
  if (result.isOnPath) {
    void vscode.window.showInformationMessage(
      vscode.l10n.t('`minipach` is installed as {0}: open a new terminal to use it.', file),
    );
    return;
  }
  const line = `export PATH="$PATH:${path.dirname(file)}"`;
  const copy = vscode.l10n.t('Copy Line');
  const message = vscode.l10n.t(
    '`minipach` is installed as {0}, which is not on the PATH: add the line {1} to ~/.profile, then log in again.',
    file,
    line,
  );
  if ((await vscode.window.showWarningMessage(message, copy)) === copy)
    await vscode.env.clipboard.writeText(line);
}
