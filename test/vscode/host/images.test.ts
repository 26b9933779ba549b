import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import * as vscode from 'vscode';
import type { MinipachApi } from '../../../src/extension/main.ts';
import { ABSENT_IMAGE, addAbsentImage } from '../../rigs/absent-image.ts';
import { eventually, extensionApi, workspaceFolder } from './extension-api.ts';

describe('the images', () => {
  const root = workspaceFolder().uri.fsPath;
  const git = (...args: string[]): string =>
    execFileSync('git', args, { cwd: root, encoding: 'utf8' }).trim();
  let api: MinipachApi;
  let store: string;

  /** The lines of the view: label, description, context. */
  const drawn = () =>
    api.images
      .getChildren()
      .map((node) => api.images.getTreeItem(node))
      .map(({ label, description, contextValue }) => [label, description, contextValue]);
  const until = (context: string): Promise<true> =>
    eventually(api.images.onDidChangeTreeData, () => (drawn()[0]?.[2] === context ? true : undefined));

  before(async function () {
    if (spawnSync('git-annex', ['version']).status !== 0) this.skip();
    api = await extensionApi();
    await api.folders.ensureStarted();
    await api.folders.untilKnown();
    assert.deepEqual(drawn(), []);
    store = mkdtempSync(path.join(tmpdir(), 'minipach-store-'));
    addAbsentImage(root, store);
  });

  after(() => {
    if (!store) return;
    // git-annex makes its objects read-only.
    execFileSync('chmod', ['-R', 'u+w', store]);
    rmSync(store, { recursive: true });
  });

  it('are shown with what is to be fetched', async () => {
    await api.folders.refresh();
    await until('image absent');
    assert.deepEqual(drawn(), [['tool', 'absent, 5.0 kB to fetch', 'image absent']]);
    const [node] = api.images.getChildren();
    assert.ok(node);
    const item = api.images.getTreeItem(node);
    assert.match(String(item.tooltip), /^Content: [A-Z0-9]+-s5000--/m);
    assert.match(String(item.tooltip), /^Used by: boxed$/m);
    assert.equal(item.accessibilityInformation?.label, 'Image tool: absent, 5.0 kB to fetch, used by boxed');
  });

  it('are marked as files that are not here, until they have come', async () => {
    const uri = vscode.Uri.file(path.join(root, ABSENT_IMAGE));
    const marked = await api.decorations.provideFileDecoration(uri);
    assert.equal(marked?.badge, '↓');
    assert.match(marked.tooltip ?? '', /^Content not here, 5\.0 kB/);
    const settings = vscode.workspace.getConfiguration('minipach', uri);
    await settings.update('showAbsentContent', false, vscode.ConfigurationTarget.Workspace);
    assert.equal(await api.decorations.provideFileDecoration(uri), undefined);
    await settings.update('showAbsentContent', undefined, vscode.ConfigurationTarget.Workspace);
    assert.ok(await api.decorations.provideFileDecoration(uri));
    // No event of git's or the editor's tells that content has come.
    const told = new Promise<readonly vscode.Uri[]>((resolve) => {
      const subscription = api.decorations.onDidChangeFileDecorations((uris) => {
        if (!uris) return;
        subscription.dispose();
        resolve(uris);
      });
    });
    git('annex', 'get', '--quiet', ABSENT_IMAGE);
    assert.deepEqual((await told).map(String), [String(uri)]);
    assert.equal(await api.decorations.provideFileDecoration(uri), undefined);
    git('annex', 'drop', '--quiet', '--force', ABSENT_IMAGE);
  });

  it('are fetched by the command, which the view follows', async () => {
    const contexts = new Set<string | undefined>();
    const seen = api.images.onDidChangeTreeData(() => contexts.add(drawn()[0]?.[2] as string));
    const [node] = api.images.getChildren();
    assert.equal(await vscode.commands.executeCommand('minipach.prefetch', node), 0);
    await until('image present');
    seen.dispose();
    assert.ok(contexts.has('image fetching'), [...contexts].join(', '));
    assert.deepEqual(git('annex', 'find', '--in=here', ABSENT_IMAGE), ABSENT_IMAGE);
    await eventually(api.images.onDidChangeTreeData, () =>
      drawn()[0]?.[1] === 'present, verified' ? true : undefined,
    );
  });

  it('are looked at once more when all are asked for, and one that cannot be had is an error', async () => {
    assert.equal(await vscode.commands.executeCommand('minipach.prefetch'), 0);
    git('annex', 'drop', '--quiet', '--force', ABSENT_IMAGE);
    execFileSync('chmod', ['-R', 'u+w', store]);
    rmSync(store, { recursive: true });
    mkdirSync(store);
    await api.folders.refresh();
    await until('image absent');
    assert.equal(await vscode.commands.executeCommand('minipach.prefetch'), 3);
    await until('image absent');
  });
});
