import assert from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import * as vscode from 'vscode';
import type { MinipachApi } from '../../../src/extension/main.ts';
import type { PipelineNode } from '../../../src/extension/pipeline-nodes.ts';
import { eventually, extensionApi, workspaceFolder } from './extension-api.ts';

/** A view as text: a line a node, indented. */
async function drawn(api: MinipachApi, node?: PipelineNode, indentation = ''): Promise<string[]> {
  const lines: string[] = [];
  for (const child of await api.pipelines.getChildren(node)) {
    const item = api.pipelines.getTreeItem(child);
    const description = typeof item.description === 'string' ? item.description : '';
    lines.push(`${indentation}${String(item.label)} ${description}`.trimEnd());
    lines.push(...(await drawn(api, child, `${indentation}  `)));
  }
  return lines;
}

/** Waits until the pipeline `counts` has these counts. */
function counts(api: MinipachApi, wanted: Record<string, number>): Promise<true> {
  return eventually(api.folders.onDidChange, () => {
    const [folder] = api.folders.ready;
    const found = folder?.model.pipelines.get('counts')?.counts;
    return JSON.stringify(found) === JSON.stringify(wanted) ? true : undefined;
  });
}

describe('the views', () => {
  let api: MinipachApi;
  before(async () => {
    api = await extensionApi();
    await api.folders.ensureStarted();
    await api.folders.until(() => api.folders.ready.length > 0);
  });

  it('show what the runner says of a real project', async () => {
    assert.deepEqual(await drawn(api), [
      'counts 5 pending',
      '  pending 5',
      ...['sub-01', 'sub-02', 'sub-03', 'sub-04', 'sub-05'].map((name) => `    ${name}`),
    ]);
    const [pipeline] = await api.pipelines.getChildren();
    assert.ok(pipeline);
    const item = api.pipelines.getTreeItem(pipeline);
    assert.equal(item.accessibilityInformation?.label, 'Pipeline counts: 5 pending');
    assert.equal(item.contextValue, 'pipeline waiting');
  });

  it('show datasets with the repos that pipelines read', async () => {
    const [root] = await api.datasets.getChildren();
    assert.ok(root?.kind === 'dataset');
    const parts = await api.datasets.getChildren(root);
    const repos = parts.map((node) => api.datasets.getTreeItem(node));
    assert.deepEqual(
      repos.map(({ label, description }) => [label, description]),
      [
        ['texts', '10 files → counts'],
        ['Siblings', undefined],
      ],
    );
  });

  it('follow a run that the editor starts, and load what is done when it is opened', async () => {
    await vscode.commands.executeCommand('minipach.runPending');
    await counts(api, { done: 5 });
    await eventually(api.folders.onDidChange, () =>
      api.folders.ready[0]?.model.runs.length === 0 ? true : undefined,
    );
    const lines = await drawn(api);
    assert.deepEqual(lines.slice(0, 2), ['counts 5 done', '  done 5']);
    assert.equal(lines.length, 7);
    assert.match(lines[2] ?? '', /^ {4}sub-01 [0-9a-f]{8}$/);
  });

  it('show only the datums that a filter takes, those that are done as well', async () => {
    api.pipelines.filter = 'SUB-03';
    assert.deepEqual(
      (await drawn(api)).map((line) => line.replace(/ [0-9a-f]{8}$/, '')),
      ['counts 5 done', '  done 5', '    sub-03'],
    );
    await vscode.commands.executeCommand('minipach.clearFilter');
    assert.equal((await drawn(api)).length, 7);
  });

  it('open the log of a job', async () => {
    const [pipeline] = await api.pipelines.getChildren();
    const [group] = await api.pipelines.getChildren(pipeline);
    const [datum] = await api.pipelines.getChildren(group);
    await vscode.commands.executeCommand('minipach.followLog', datum);
    const document = vscode.window.activeTextEditor?.document;
    assert.equal(document?.uri.scheme, 'minipach-log');
    assert.equal(document.languageId, 'log');
    assert.match(document.getText(), /^counting the words of sub-01$/m);
  });

  it('show a plan in a document', async () => {
    await vscode.commands.executeCommand('minipach.plan');
    const document = vscode.window.activeTextEditor?.document;
    assert.equal(document?.uri.scheme, 'minipach-plan');
    assert.match(document.getText(), /counts/);
  });

  it('show how the project is in a document', async () => {
    await vscode.commands.executeCommand('minipach.doctor');
    const document = vscode.window.activeTextEditor?.document;
    assert.equal(document?.uri.path, '/Doctor.txt');
    const root = workspaceFolder().uri.fsPath;
    assert.ok(document.getText().includes(`Project ${root}\n`), document.getText());
    assert.match(document.getText(), /^ {2}ok +git \d/m);
  });

  it('have git start runs on request, and leave its hooks as they were', async () => {
    const hook = path.join(workspaceFolder().uri.fsPath, '.git', 'hooks', 'post-commit');
    await vscode.commands.executeCommand('minipach.installHooks');
    assert.match(readFileSync(hook, 'utf8'), /ELECTRON_RUN_AS_NODE=1.*hook-run/s);
    await vscode.commands.executeCommand('minipach.removeHooks');
    assert.ok(!existsSync(hook));
  });

  it('start the feed again when it dies, and say so', async () => {
    const states: string[] = [];
    const subscription = api.folders.onDidChange((change) => states.push(change?.folder.state ?? ''));
    const { pid } = api.folders.ready[0] ?? {};
    assert.ok(pid);
    process.kill(pid, 'SIGKILL');
    await eventually(api.folders.onDidChange, () => (states.includes('stopped') ? true : undefined));
    await eventually(api.folders.onDidChange, () => (states.at(-1) === 'ready' ? true : undefined));
    subscription.dispose();
    assert.notEqual(api.folders.ready[0]?.pid, pid);
  });

  it('say what is changed and not committed', async () => {
    const file = path.join(workspaceFolder().uri.fsPath, 'texts', 'sub-01', 'story.txt');
    writeFileSync(file, 'another story\n');
    const document = await vscode.workspace.openTextDocument(file);
    const editor = await vscode.window.showTextDocument(document);
    await editor.edit((edit) => edit.insert(new vscode.Position(0, 0), 'once '));
    await document.save();
    await eventually(api.folders.onDidChange, () =>
      api.folders.ready[0]?.model.dirty.includes('texts/sub-01/story.txt') ? true : undefined,
    );
  });
});
