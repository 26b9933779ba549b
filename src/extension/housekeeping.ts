/** Commands for a project as a whole: *Collect Garbage…*, which shows first what it would remove, and git's hooks. */
import * as vscode from 'vscode';
import { pickFolder } from './picks.ts';
import type { ProjectFolder } from './project-folder.ts';
import type { ProjectFolders } from './project-folders.ts';
import type { Runner, RunnerResult } from './runner.ts';
import { mayRun } from './trust.ts';

/** How the runner ends what it shows when there is something to remove. */
const NEXT_STEP = /^Remove them with: .*\n?/m;

/** Registers the commands. */
export function registerHousekeeping(folders: ProjectFolders, runner: Runner): vscode.Disposable {
  return vscode.Disposable.from(
    vscode.commands.registerCommand('minipach.gc', () => collectGarbage(folders, runner)),
    vscode.commands.registerCommand('minipach.installHooks', () => changeHooks(folders, runner, 'install')),
    vscode.commands.registerCommand('minipach.removeHooks', () => changeHooks(folders, runner, 'remove')),
  );
}

async function pickProject(folders: ProjectFolders): Promise<ProjectFolder | undefined> {
  if (!mayRun()) return undefined;
  await folders.ensureStarted();
  return pickFolder(folders.all.filter((candidate) => candidate.project));
}

async function changeHooks(
  folders: ProjectFolders,
  runner: Runner,
  action: 'install' | 'remove',
): Promise<void> {
  const folder = await pickProject(folders);
  if (!folder) return;
  const changed = await runner.collect(folder.directory, ['hook', action]);
  if (!changed || !wasGood(runner, changed)) return;
  const installed = vscode.l10n.t(
    'Minipach: git starts a run at each commit, pull and rebase now; the runner output says where its log is.',
  );
  const removed = vscode.l10n.t('Minipach: git starts no runs any more; its hooks are as they were before.');
  void vscode.window.showInformationMessage(action === 'install' ? installed : removed);
}

async function collectGarbage(folders: ProjectFolders, runner: Runner): Promise<void> {
  const { l10n, window } = vscode;
  const folder = await pickProject(folders);
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
  const unknown = vscode.l10n.t('The runner ended early; Show Runner Output tells more.');
  void vscode.window.showErrorMessage(`Minipach: ${problem || unknown}`);
  return false;
}
