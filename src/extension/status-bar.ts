/** The one status-bar item. */
import * as vscode from 'vscode';
import { WAITING_STATES } from './pipeline-nodes.ts';
import type { ProjectFolders } from './project-folders.ts';
import type { Runs } from './runs.ts';

/** Shows how far runs are, or what waits; a click opens the view. */
export function createStatusBar(folders: ProjectFolders, runs: Runs): vscode.Disposable {
  const item = vscode.window.createStatusBarItem('minipach.status', vscode.StatusBarAlignment.Left, 10);
  item.name = 'Minipach';
  item.command = 'minipach.pipelines.focus';
  const update = () => {
    const text = statusText(folders, runs);
    if (!text) return item.hide();
    item.text = text.text;
    item.tooltip = text.tooltip;
    item.accessibilityInformation = { label: `Minipach: ${text.tooltip}` };
    item.show();
  };
  const subscriptions = [folders.onDidChange(update), runs.onDidChange(update), item];
  return vscode.Disposable.from(...subscriptions);
}

function statusText(folders: ProjectFolders, runs: Runs): { text: string; tooltip: string } | undefined {
  const { l10n } = vscode;
  const [run] = runs.live;
  if (run) {
    const label = run.progress.label(l10n);
    return { text: `$(sync~spin) Minipach: ${label}`, tooltip: l10n.t('Running: {0}', label) };
  }
  if (folders.all.some((folder) => folder.state === 'stopped')) {
    const tooltip = l10n.t('The status feed ended and is started again shortly');
    return { text: '$(warning) Minipach', tooltip };
  }
  if (folders.ready.length === 0) return undefined;
  const count = (states: Parameters<(typeof folders.ready)[0]['model']['count']>[0]) =>
    folders.ready.reduce((sum, folder) => sum + folder.model.count(states), 0);
  const running = count(['running']);
  const failed = count(['failed']);
  const waiting = count(WAITING_STATES);
  // Runs of terminals, hooks and clusters have no events here; the feed tells of them.
  if (running > 0) {
    const tooltip = l10n.t('{0} running, {1} waiting', running, waiting);
    return { text: `$(sync~spin) ${l10n.t('{0} running', running)}`, tooltip };
  }
  if (failed > 0) {
    const tooltip = l10n.t('{0} failed, {1} waiting', failed, waiting);
    return { text: `$(error) ${l10n.t('{0} failed', failed)}`, tooltip };
  }
  if (waiting > 0) {
    return {
      text: `$(circle-outline) ${l10n.t('{0} pending', waiting)}`,
      tooltip: l10n.t('{0} datums wait', waiting),
    };
  }
  return { text: '$(pass) Minipach', tooltip: l10n.t('All datums are done') };
}
