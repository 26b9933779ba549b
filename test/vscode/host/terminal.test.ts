import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
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

describe('Install Command Line', () => {
  const { HOME } = process.env;
  let home = '';
  before(async () => {
    await extensionApi();
    home = mkdtempSync(path.join(tmpdir(), 'minipach-home-'));
    Object.assign(process.env, { HOME: home });
  });
  after(() => {
    Object.assign(process.env, { HOME });
    rmSync(home, { recursive: true });
  });

  it('makes `minipach` run in any shell, and overwrites nothing else', async () => {
    const file = path.join(home, '.local', 'bin', 'minipach');
    await vscode.commands.executeCommand('minipach.installCommandLine');
    const extension = vscode.extensions.getExtension('minipach.minipach');
    assert.ok(extension);
    const { version } = extension.packageJSON as { version: string };
    const env = { PATH: '/usr/bin:/bin', HOME: home };
    assert.equal(execFileSync(file, ['--version'], { encoding: 'utf8', env }).trim(), version);
    // A second time, as after an update, it is written anew; what somebody has put there stays.
    await vscode.commands.executeCommand('minipach.installCommandLine');
    assert.equal(execFileSync(file, ['--version'], { encoding: 'utf8', env }).trim(), version);
    writeFileSync(file, 'mine\n');
    await vscode.commands.executeCommand('minipach.installCommandLine');
    assert.equal(readFileSync(file, 'utf8'), 'mine\n');
  });
});
