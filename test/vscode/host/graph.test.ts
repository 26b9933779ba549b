import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { MinipachApi } from '../../../src/extension/main.ts';
import { eventually, extensionApi, workspaceFolder } from './extension-api.ts';

/** The tabs that show a graph. */
function graphs(): readonly vscode.Tab[] {
  return vscode.window.tabGroups.all
    .flatMap(({ tabs }) => tabs)
    .filter(
      ({ input }) => input instanceof vscode.TabInputWebview && input.viewType.endsWith('minipach.graph'),
    );
}

describe('the graph', () => {
  let api: MinipachApi;
  before(async () => {
    api = await extensionApi();
    await api.folders.ensureStarted();
    await api.folders.until(() => api.folders.ready.length > 0);
  });

  it('is one panel a folder, from wherever it is asked for', async () => {
    const [pipeline] = await api.pipelines.getChildren();
    const spec = vscode.Uri.joinPath(workspaceFolder().uri, 'counts', 'spec.yml');
    for (const target of [undefined, pipeline, spec]) {
      await vscode.commands.executeCommand('minipach.showGraph', target);
      await eventually(vscode.window.tabGroups.onDidChangeTabs, () =>
        graphs().some(({ isActive }) => isActive) ? true : undefined,
      );
      assert.equal(graphs().length, 1);
    }
    assert.equal(graphs()[0]?.label, `Graph: ${workspaceFolder().name}`);
    await vscode.window.tabGroups.close(graphs());
    assert.equal(graphs().length, 0);
    await vscode.commands.executeCommand('minipach.showGraph');
    await eventually(vscode.window.tabGroups.onDidChangeTabs, () =>
      graphs().length === 1 ? true : undefined,
    );
    await vscode.window.tabGroups.close(graphs());
  });

  it('finds repos in the view of datasets', async () => {
    const [folder] = api.folders.ready;
    assert.ok(folder);
    const node = api.datasets.repoNode(folder, 'texts');
    assert.ok(node?.kind === 'repo');
    const parent = api.datasets.getParent(node);
    assert.ok(parent?.kind === 'dataset' && parent.dataset.path === '');
    assert.equal(api.datasets.getParent(parent), undefined);
    assert.equal(api.datasets.repoNode(folder, 'counts'), undefined);
  });
});
