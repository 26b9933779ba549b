import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import * as vscode from 'vscode';
import type { DatasetNode } from '../../../src/extension/dataset-nodes.ts';
import {
  actionsAt,
  completionsBehind,
  diagnosticsOf,
  diagnosticsWith,
  GOOD,
  hoverOn,
  labelOf,
  openWith,
  rangeOf,
} from './editing.ts';
import { eventually, extensionApi, workspaceFolder } from './extension-api.ts';

const CONFIG = `[datalad "dataset"]
	id = 6b1ff9c6-0000-4000-8000-000000000000
[datalad "containers.reader"]
	image = .datalad/environments/reader/image
	cmdexec = singularity exec {img} {cmd}
`;

describe('a spec in a dataset', () => {
  const root = workspaceFolder().uri.fsPath;
  const git = (...args: string[]): string =>
    execFileSync('git', args, { cwd: root, encoding: 'utf8' }).trim();
  let first = '';
  const atlasSource = path.join(root, '..', 'atlas-source');

  /** Waits until the editor knows the commit that is checked out. */
  async function headIsKnown(): Promise<void> {
    const api = await extensionApi();
    const head = git('rev-parse', 'HEAD');
    await eventually(api.folders.onDidChange, () =>
      api.folders.ready[0]?.model.head === head ? true : undefined,
    );
  }

  before(async () => {
    await headIsKnown();
    first = git('rev-parse', 'HEAD');
    // A dataset with a container, and with a subdataset that is not installed.
    const environment = path.join(root, '.datalad', 'environments', 'reader');
    mkdirSync(environment, { recursive: true });
    writeFileSync(path.join(environment, 'image'), 'an image\n');
    writeFileSync(path.join(root, '.datalad', 'config'), CONFIG);
    writeFileSync(
      path.join(root, '.gitmodules'),
      `[submodule "atlas"]\n\tpath = atlas\n\turl = ${atlasSource}\n`,
    );
    git('add', '.datalad', '.gitmodules');
    execFileSync('git', ['clone', '--quiet', root, atlasSource]);
    const atlas = execFileSync('git', ['-C', atlasSource, 'rev-parse', 'HEAD'], { encoding: 'utf8' });
    git('update-index', '--add', '--cacheinfo', `160000,${atlas.trim()},atlas`);
    git('commit', '--quiet', '-m', 'Make it a dataset');
    await headIsKnown();
  });

  afterEach(async () => {
    await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
  });

  after(async () => {
    rmSync(path.join(root, 'atlas'), { recursive: true, force: true });
    rmSync(atlasSource, { recursive: true, force: true });
    git('reset', '--quiet', '--hard', first);
    await headIsKnown();
  });

  it('is offered the containers that are registered, also when nothing is typed yet', async () => {
    const { document } = await openWith('new/spec.yml', `${GOOD}  image: \n`);
    // The files of a new commit are read while the older ones answer.
    const labels = await patiently(async () => {
      const found = (await completionsBehind(document, 'image: ')).map(labelOf);
      return found.includes('reader') ? found : undefined;
    });
    assert.deepEqual(labels, ['reader']);
  });

  it('tells of an image what it is, and leads to where it is registered', async () => {
    const { document } = await openWith('new/spec.yml', `${GOOD}  image: reader\n`);
    assert.match(
      await hoverOn(document, 'reader'),
      /^\*\*reader\*\*, registered container\n\nImage: `\.datalad\/environments\/reader\/image`/,
    );
    const [found] = await vscode.commands.executeCommand<vscode.LocationLink[]>(
      'vscode.executeDefinitionProvider',
      document.uri,
      rangeOf(document, 'reader').start,
    );
    assert.match(found?.targetUri.path ?? '', /\.datalad\/config$/);
    assert.equal(found?.targetRange.start.line, 2);
  });

  it('is told of an image whose content is absent, with the command that fetches it, until it has come', async function () {
    if (spawnSync('git-annex', ['version']).status !== 0) this.skip();
    const image = path.join(root, 'far.sif');
    git('annex', 'init', '--quiet', 'test');
    const headBefore = git('rev-parse', 'HEAD');
    try {
      writeFileSync(image, 'an image that is far away\n');
      git('annex', 'add', '--quiet', 'far.sif');
      git('commit', '--quiet', '-m', 'Add an image');
      git('annex', 'drop', '--quiet', '--force', 'far.sif');
      await headIsKnown();
      const { document } = await openWith('new/spec.yml', `${GOOD}  image: far.sif\n`);
      const [told] = await diagnosticsWith(document.uri, 'image-absent');
      assert.equal(told?.severity, vscode.DiagnosticSeverity.Information);
      assert.equal(document.getText(told.range), 'far.sif');
      assert.match(await hoverOn(document, 'far.sif'), /It is not here yet/);
      const actions = await actionsAt(document, 'far.sif', vscode.CodeActionKind.QuickFix);
      assert.deepEqual(actions.map(({ title, command }) => [title, command?.arguments?.at(1)]).slice(0, 2), [
        ['Fetch the image `far.sif` in a terminal', 'minipach prefetch far.sif'],
        ['Turn off `image-absent` for this line', undefined],
      ]);
      // Nothing is typed and nothing committed: only the content comes.
      const copy = path.join(root, '..', 'copy.sif');
      writeFileSync(copy, 'an image that is far away\n');
      git('annex', 'reinject', '--quiet', copy, 'far.sif');
      assert.deepEqual(await diagnosticsOf(document.uri, 0), []);
    } finally {
      git('annex', 'drop', '--quiet', '--force', 'far.sif');
      git('reset', '--quiet', '--hard', headBefore);
      git('annex', 'uninit', '--quiet');
      await headIsKnown();
    }
  });

  it('writes the command that installs a subdataset into a terminal, and does not run it', async () => {
    const { document } = await openWith('new/spec.yml', GOOD.replace('repo: texts', 'repo: atlas'));
    const actions = await actionsAt(document, 'atlas', vscode.CodeActionKind.QuickFix);
    assert.deepEqual(
      actions.map(({ title }) => title),
      ['Install the subdataset `atlas`'],
    );
    const { command } = actions[0] ?? {};
    assert.ok(command);
    assert.deepEqual(command.arguments?.at(1), 'datalad get -n atlas');
    const terminal = await terminalOf(() =>
      vscode.commands.executeCommand(command.command, ...(command.arguments ?? [])),
    );
    assert.equal(terminal.name, 'Minipach');
    terminal.dispose();
  });

  it('shows siblings, and where an absent subdataset can be had, and writes how', async () => {
    const { datasets } = await extensionApi();
    git('remote', 'add', 'lab', '/nowhere/study');
    const lines = async (node?: DatasetNode) =>
      (await datasets.getChildren(node)).map((child) => {
        const { label, description } = datasets.getTreeItem(child);
        return [label, description];
      });
    const [root, atlas] = await datasets.getChildren();
    assert.ok(root && atlas);
    const siblings = (await datasets.getChildren(root)).at(-1);
    assert.deepEqual(await lines(siblings), [['lab', '/nowhere/study']]);
    assert.equal(datasets.getTreeItem(atlas).contextValue, 'dataset absent');
    const [candidates, ...rest] = await datasets.getChildren(atlas);
    assert.deepEqual(rest, []);
    const [first] = await lines(candidates);
    assert.match(String(first?.[0]), /^1\. /);
    assert.match(String(first?.[1]), /^cost \d+, \/.*\/atlas-source$/);
    // Looked up once, until somebody asks to look at all afresh.
    git('remote', 'remove', 'lab');
    assert.deepEqual(await lines(siblings), [['lab', '/nowhere/study']]);
    datasets.refresh();
    assert.deepEqual(await lines(siblings), [['none', undefined]]);
  });

  it('tells what is changed in a dataset, and installs one that is not here', async () => {
    const { datasets, folders } = await extensionApi();
    /** Waits until the line of a dataset says something. */
    const says = async (at: number, wanted: RegExp): Promise<void> => {
      for (;;) {
        const node = (await datasets.getChildren())[at];
        const { description } = node ? datasets.getTreeItem(node) : {};
        if (wanted.test(String(description))) return;
        await new Promise<void>((resolve) => {
          const subscription = folders.onDidChange(() => {
            subscription.dispose();
            resolve();
          });
        });
      }
    };
    datasets.ask();
    // Other tests have left files that are not committed.
    await says(0, /^\d+ changed, /);
    const [node] = await datasets.getChildren();
    assert.ok(node);
    const before = Number.parseInt(String(datasets.getTreeItem(node).description), 10);
    writeFileSync(path.join(root, 'unsaved.txt'), 'not committed\n');
    datasets.refresh();
    await says(0, new RegExp(`^${before + 1} changed, `));
    rmSync(path.join(root, 'unsaved.txt'));
    const [, atlas] = await datasets.getChildren();
    assert.equal(await vscode.commands.executeCommand('minipach.installDataset', atlas), 0);
    await says(1, /^git, [0-9a-f]{8}$/);
    writeFileSync(path.join(root, 'atlas', 'mine.txt'), 'mine\n');
    datasets.refresh();
    await says(1, /^1 changed, git, [0-9a-f]{8}$/);
  });
});

/** The terminal that something opens. */
async function terminalOf(open: () => Thenable<unknown>): Promise<vscode.Terminal> {
  const opened = new Promise<vscode.Terminal>((resolve) => {
    const subscription = vscode.window.onDidOpenTerminal((terminal) => {
      subscription.dispose();
      resolve(terminal);
    });
  });
  await open();
  return opened;
}

/** Asks again until there is an answer. */
async function patiently<Answer>(ask: () => Promise<Answer | undefined>): Promise<Answer> {
  for (;;) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
