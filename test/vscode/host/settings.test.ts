import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import {
  actionsAt,
  completionsBehind,
  diagnosticsOf,
  hoverOn,
  labelOf,
  openWith,
  replaceAll,
} from './editing.ts';
import { extensionApi, workspaceFolder } from './extension-api.ts';

const FILE = '.minipach/config.yml';

describe("a project's settings", () => {
  before(() => extensionApi());
  afterEach(() => vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor'));
  after(() =>
    vscode.workspace.fs.delete(vscode.Uri.joinPath(workspaceFolder().uri, '.minipach'), { recursive: true }),
  );

  it('are marked where they are wrong, and mended by a quick fix', async () => {
    const { document } = await openWith(FILE, 'slurm:\n  partiton: x\n  time: soon\n');
    const found = await diagnosticsOf(document.uri, 2);
    assert.deepEqual(
      found.map(({ code, range }) => [code, document.getText(range)]),
      [
        ['unknown-field', 'partiton'],
        ['wrong-duration', 'soon'],
      ],
    );
    const actions = await actionsAt(document, 'partiton', vscode.CodeActionKind.QuickFix);
    assert.deepEqual(
      actions.map(({ title, isPreferred }) => [title, isPreferred]),
      [['Change to `partition`', true]],
    );
    assert.ok(actions[0]?.edit);
    await vscode.workspace.applyEdit(actions[0].edit);
    await diagnosticsOf(document.uri, 1);
  });

  it('stay marked when the rule is off for specs, as the runner cannot read them', async () => {
    const settings = vscode.workspace.getConfiguration('minipach');
    await settings.update('rules', { 'unknown-field': 'off' }, vscode.ConfigurationTarget.Global);
    try {
      const editor = await openWith(FILE, 'slurm:\n  partiton: x\n');
      await diagnosticsOf(editor.document.uri, 1);
      await replaceAll(editor, '');
      await diagnosticsOf(editor.document.uri, 0);
    } finally {
      await settings.update('rules', undefined, vscode.ConfigurationTarget.Global);
    }
  });

  it('are completed, from the empty file on, and explained', async () => {
    const editor = await openWith(FILE, '');
    const { document } = editor;
    assert.deepEqual((await completionsBehind(document, '')).map(labelOf), ['slurm']);
    await replaceAll(editor, 'slurm:\n  par');
    const labels = (await completionsBehind(document, 'par')).map(labelOf);
    assert.ok(labels.includes('partition') && labels.includes('parallelism'), labels.join(', '));
    await replaceAll(editor, 'slurm:\n  datums_per_task: 3\n');
    assert.match(await hoverOn(document, 'datums_per_task'), /How many datums one task of an array takes/);
    assert.deepEqual(await diagnosticsOf(document.uri, 0), []);
  });
});
