/** The extension under test, activated. */
import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { MinipachApi } from '../../../src/extension/main.ts';

/** Activates the extension and returns what it exports. */
export async function extensionApi(): Promise<MinipachApi> {
  const extension = vscode.extensions.getExtension<MinipachApi>('minipach.minipach');
  assert.ok(extension, 'the extension is not installed');
  return extension.activate();
}

/** The only folder that the tests have open. */
export function workspaceFolder(): vscode.WorkspaceFolder {
  const [folder] = vscode.workspace.workspaceFolders ?? [];
  assert.ok(folder, 'no folder is open');
  return folder;
}

/** Waits for an event after which a condition holds, and returns what the condition found. */
export function eventually<Found>(
  event: vscode.Event<unknown>,
  look: () => Found | undefined,
): Promise<Found> {
  return new Promise((resolve) => {
    const found = look();
    if (found !== undefined) return resolve(found);
    const subscription = event(() => {
      const later = look();
      if (later === undefined) return;
      subscription.dispose();
      resolve(later);
    });
  });
}
