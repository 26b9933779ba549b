import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import * as vscode from 'vscode';
import { eventually, extensionApi, workspaceFolder } from './extension-api.ts';

describe('tasks', () => {
  const root = workspaceFolder().uri.fsPath;
  const git = (...args: string[]): string =>
    execFileSync('git', args, { cwd: root, encoding: 'utf8' }).trim();
  const broken = path.join(root, 'texts', 'sub-02', 'broken.txt');
  let first = '';

  before(async () => {
    const { folders } = await extensionApi();
    await folders.ensureStarted();
    await folders.until(() => folders.ready.length > 0);
    first = git('rev-parse', 'HEAD');
    git('stash', '--quiet', '--include-untracked');
    writeFileSync(broken, 'no story\n');
    git('add', '.');
    git('commit', '--quiet', '-m', 'Break a text');
  });

  after(() => {
    git('reset', '--quiet', '--hard', first);
    git('stash', 'drop', '--quiet');
    rmSync(broken, { force: true });
  });

  /** Executes a task and resolves with its exit code. */
  async function execute(task: vscode.Task): Promise<number | undefined> {
    const ended = new Promise<number | undefined>((resolve) => {
      const subscription = vscode.tasks.onDidEndTaskProcess((event) => {
        if (event.execution.task.name !== task.name) return;
        subscription.dispose();
        resolve(event.exitCode);
      });
    });
    await vscode.tasks.executeTask(task);
    return ended;
  }

  it('are offered for all, and for each pipeline', async () => {
    const tasks = await vscode.tasks.fetchTasks({ type: 'minipach' });
    assert.deepEqual(
      tasks.map(({ name, source, definition }) => [name, source, definition['pipeline']]),
      [
        ['run all pending', 'Minipach', undefined],
        ['run counts', 'Minipach', 'counts'],
      ],
    );
  });

  it('run a pipeline, end with its exit code, and mark what failed in its log', async () => {
    const task = (await vscode.tasks.fetchTasks({ type: 'minipach' })).find(
      ({ name }) => name === 'run counts',
    );
    assert.ok(task);
    assert.equal(await execute(task), 1);
    const log = await eventually(vscode.languages.onDidChangeDiagnostics, () =>
      vscode.languages.getDiagnostics().find(([uri]) => /\/minipach\/logs\/.*\.log$/.test(uri.path)),
    );
    assert.deepEqual(
      log[1].map(({ message, source }) => [message, source]),
      [
        [
          'counts/sub-02: It ended with exit code 3: broken.txt is no story: take it out, or mend it',
          'Minipach',
        ],
      ],
    );
  });
});
