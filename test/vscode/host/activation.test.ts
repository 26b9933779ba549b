import assert from 'node:assert/strict';
import { appendFileSync } from 'node:fs';
import * as vscode from 'vscode';
import { extensionApi } from './extension-api.ts';

describe('activation', () => {
  it('costs less than 50 ms of own code', async () => {
    const { activationMilliseconds } = await extensionApi();
    const { MINIPACH_HOST_RESULT: result } = process.env;
    appendFileSync(`${result}.log`, `  activation: ${activationMilliseconds.toFixed(1)} ms\n`);
    assert.ok(activationMilliseconds < 50, `${activationMilliseconds} ms`);
  });

  it('registers every command that the manifest names', async () => {
    await extensionApi();
    const manifest = vscode.extensions.getExtension('minipach.minipach')?.packageJSON as {
      contributes: { commands: { command: string }[] };
    };
    const registered = new Set(await vscode.commands.getCommands(true));
    const missing = manifest.contributes.commands.filter(({ command }) => !registered.has(command));
    assert.deepEqual(missing, []);
    assert.ok(manifest.contributes.commands.length >= 8);
  });
});
