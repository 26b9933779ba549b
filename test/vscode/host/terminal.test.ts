import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import * as vscode from 'vscode';
import { extensionApi } from './extension-api.ts';

describe('a terminal', () => {
  it('has the runner as `minipach`', async () => {
    await extensionApi();
    const directory = mkdtempSync(path.join(tmpdir(), 'minipach-terminal-'));
    const file = path.join(directory, 'version');
    const terminal = vscode.window.createTerminal({ name: 'test', shellPath: '/bin/sh' });
    const closed = new Promise((resolve) => {
      const subscription = vscode.window.onDidCloseTerminal((one) => {
        if (one !== terminal) return;
        subscription.dispose();
        resolve(undefined);
      });
    });
    terminal.sendText(`minipach --version > '${file}' 2>&1; exit`);
    await closed;
    const extension = vscode.extensions.getExtension('minipach.minipach');
    assert.ok(extension);
    const { version } = extension.packageJSON as { version: string };
    assert.equal(readFileSync(file, 'utf8').trim(), version);
    rmSync(directory, { recursive: true });
  });
});
