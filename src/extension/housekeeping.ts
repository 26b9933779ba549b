/** *Collect Garbage…*: what `minipach gc` would remove is shown first, and removed when a person says so. */
import * as vscode from 'vscode';
import { pickFolder } from './picks.ts';
import type { ProjectFolders } from './project-folders.ts';
import type { Runner, RunnerResult } from './runner.ts';
import { mayRun } from './trust.ts';

/** How the runner ends what it shows when there is something to remove. */
const NEXT_STEP = /^Remove them with: .*\n?/m;

/** Registers the command. */
export function registerHousekeeping(folders: ProjectFolders, runner: Runner): vscode.Disposable {
  return vscode.commands.registerCommand('minipach.gc', () => collectGarbage(folders, runner));
}

async function collectGarbage(folders: ProjectFolders, runner: Runner): Promise<void> {
  if (!mayRun()) return;
  const { l10n, window } = vscode;
  await folders.ensureStarted();
  const folder = await pickFolder(folders.all.filter((candidate) => candidate.project));
  if (!folder) return;
  const call = (title: string, ...flags: string[]) =>
    window.withProgress({ location: vscode.ProgressLocation.Notification, title }, () =>
      runner.collect(folder.directory, ['gc', ...flags]),
    );
  const found = await call(l10n.t('Looking for what nobody needs any more'));
  if (!found || !wasGood(runner, found)) return;
  if (!NEXT_STEP.test(found.stdout)) {
    void window.showInformationMessage(`Minipach: ${found.stdout.trim()}`);
    return;
  }
  runner.output.show(true);
  const remove = l10n.t('Remove');
  const question = l10n.t('Remove what nobody needs any more?');
  const detail = found.stdout.replace(NEXT_STEP, '').trim();
  if ((await window.showWarningMessage(question, { modal: true, detail }, remove)) !== remove) return;
  const removed = await call(l10n.t('Removing what nobody needs any more'), '--yes');
  if (removed && wasGood(runner, removed))
    void window.showInformationMessage(
      l10n.t('Minipach: removed; the runner output lists what. Results that were removed stay in history.'),
    );
}

/** Writes what the runner said into its output; where it could not do it, tells the person why. */
function wasGood({ output }: Runner, { code, stdout, stderr }: RunnerResult): boolean {
  for (const line of stdout.split('\n')) if (line.trim()) output.info(line);
  if (code === 0) return true;
  const problem = stderr
    .trim()
    .split('\n')
    .at(-1)
    ?.replace(/^minipach: /, '');
  const unknown = vscode.l10n.t('Collecting garbage ended early; Show Runner Output tells more.');
  void vscode.window.showErrorMessage(`Minipach: ${problem || unknown}`);
  return false;
}
