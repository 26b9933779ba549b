import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { type EditorProject, makeEditorProject } from '../../rigs/editor-project.ts';
import { removeDirectory } from '../../rigs/temporary-directory.ts';
import { type EditorWindow, openEditorWindow, takePicture } from './editor-window.ts';
import { treatAsSteps } from './steps.ts';

describe('a person makes a pipeline by answering questions', () => {
  let project: EditorProject;
  let window: EditorWindow;
  treatAsSteps(() => window);

  before(async () => {
    project = await makeEditorProject({ pipeline: false, subjects: 4 });
    window = await openEditorWindow({ folder: project.root });
  });

  after(async () => {
    await window?.close();
    await removeDirectory(project.parent);
  });

  it('is led through the first pipeline by the walkthrough', async () => {
    const { workbench } = window;
    await workbench.command('Welcome: Open Walkthrough...');
    await workbench.quickInput.getByText('Get started with Minipach').first().click();
    await workbench.page.getByText('A project is a git or DataLad repository').waitFor();
    await takePicture(workbench.page, 'walkthrough');
    await workbench.command('View: Close All Editors');
  });

  it('is asked what it reads, what one datum is, and what runs', async () => {
    const { workbench } = window;
    const { keyboard } = workbench.page;
    await workbench.command('Minipach: Focus on Pipelines View');
    await workbench.pane('Pipelines').getByText('New Pipeline…').click();
    await workbench.quickInput.getByText('Results are committed in it').waitFor();
    await keyboard.type('../outside');
    await workbench.quickInput.getByText('A path inside of the project').waitFor();
    await keyboard.press('Control+A');
    await keyboard.type('counts');
    await keyboard.press('Enter');
    await workbench.quickInput.getByText('Which directory does it read?').waitFor();
    await workbench.quickInput.locator('.monaco-list-row').filter({ hasText: 'texts8 files' }).click();
    await workbench.quickInput.getByText('4 datums').first().waitFor();
    await takePicture(workbench.page, 'new-pipeline');
    await workbench.quickInput.locator('.monaco-list-row').filter({ hasText: '/*4 datums' }).first().click();
    await workbench.quickInput.locator('.monaco-list-row').filter({ hasText: 'code/count.sh' }).click();
    const editor = workbench.editor('spec.yml');
    await editor.getByText('→ 4 datums').waitFor();
    await editor.getByText('Commit and Run').waitFor();
    const text = await readFile(path.join(project.root, 'counts', 'spec.yml'), 'utf8');
    assert.match(text, /cmd: \[sh, code\/count\.sh, "\{texts\}", "\{out\}"\]/);
  });

  it('commits and runs it by what stands above the spec', async () => {
    const { workbench } = window;
    const editor = workbench.editor('spec.yml');
    await editor.getByText('Commit and Run').click();
    await workbench.notification('4 done.').waitFor();
    await editor.getByText('4 done').waitFor();
    await workbench.clearNotifications();
    await editor.getByText('"/*"').hover();
    await workbench.page.locator('.monaco-hover').getByText('As committed: 4 done.').waitFor();
    await takePicture(workbench.page, 'hover');
  });

  it('is shown in the view what it asks for above the spec', async () => {
    const { workbench } = window;
    await workbench.page.keyboard.press('Escape');
    await workbench.editor('spec.yml').getByRole('button', { name: '4 done' }).click();
    await workbench.row('counts').filter({ hasText: '4 done' }).waitFor();
    await takePicture(workbench.page, 'revealed');
  });
});
