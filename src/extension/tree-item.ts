/** Turning an appearance into VS Code's tree item. */
import * as vscode from 'vscode';
import type { Appearance } from './pipeline-nodes.ts';

/** A tree item that looks as it is told. */
export function treeItem(appearance: Appearance): vscode.TreeItem {
  const { None, Collapsed, Expanded } = vscode.TreeItemCollapsibleState;
  const state = { none: None, collapsed: Collapsed, expanded: Expanded }[appearance.children];
  const item = new vscode.TreeItem(appearance.label, state);
  if (appearance.description !== undefined) item.description = appearance.description;
  if (appearance.tooltip) item.tooltip = appearance.tooltip.join('\n');
  const color = appearance.color === undefined ? undefined : new vscode.ThemeColor(appearance.color);
  item.iconPath = new vscode.ThemeIcon(appearance.icon, color);
  item.contextValue = appearance.context;
  item.accessibilityInformation = { label: appearance.accessible };
  return item;
}

/** The line of a workspace folder, where a window has several. */
export function folderItem(name: string): vscode.TreeItem {
  return treeItem({
    label: name,
    icon: 'root-folder',
    accessible: name,
    context: 'folder',
    children: 'expanded',
  });
}
