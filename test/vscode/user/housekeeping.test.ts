import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { type EditorProject, makeEditorProject } from '../../rigs/editor-project.ts';
import { removeDirectory } from '../../rigs/temporary-directory.ts';
import { type EditorWindow, openEditorWindow, ROOT } from './editor-window.ts';
import { treatAsSteps } from './steps.ts';

const execute = promisify(execFile);

describe('collecting garbage', () => {
  let project: EditorProject;
  let window: EditorWindow;
  treatAsSteps(() => window);
  const orphan = (): string => path.join(project.root, 'counts', 'sub-03', 'words');

  before(async () => {
    project = await makeEditorProject({ subjects: 3 });
    await execute(process.execPath, [path.join(ROOT, 'dist', 'minipach.cjs'), 'run'], { cwd: project.root });
    await project.git('rm', '-r', '--quiet', 'texts/sub-03');
    await project.git('commit', '--quiet', '-m', 'Take a subject out');
    window = await openEditorWindow({ folder: project.root });
    await window.workbench.command('Minipach: Focus on Pipelines View');
    await window.workbench.row('counts').waitFor();
  });

  after(async () => {
    await window?.close();
    if (project) await removeDirectory(project.parent);
  });

  it('shows what would go, and leaves it when it is not wanted', async () => {
    const { workbench } = window;
    await workbench.command('Minipach: Collect Garbage…');
    const dialog = workbench.page.locator('.monaco-dialog-box');
    await dialog.getByText('Remove what nobody needs any more?').waitFor();
    await dialog.getByText('orphaned: counts/sub-03').waitFor();
    await dialog.getByRole('button', { name: 'Cancel' }).click();
    await dialog.waitFor({ state: 'detached' });
    assert.ok(existsSync(orphan()));
  });

  it('removes it by a commit when it is', async () => {
    const { workbench } = window;
    const before = await project.git('rev-parse', 'HEAD');
    await workbench.command('Minipach: Collect Garbage…');
    const dialog = workbench.page.locator('.monaco-dialog-box');
    await dialog.getByRole('button', { name: 'Remove', exact: true }).click();
    await workbench.notification('Minipach: removed').waitFor();
    assert.ok(!existsSync(orphan()));
    assert.equal(await project.git('rev-parse', 'HEAD^'), before);
  });

  it('says so when there is nothing left', async () => {
    const { workbench } = window;
    await workbench.clearNotifications();
    await workbench.command('Minipach: Collect Garbage…');
    await workbench.notification('Nothing to remove.').waitFor();
  });
});
