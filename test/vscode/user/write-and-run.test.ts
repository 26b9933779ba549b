import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { type EditorProject, makeEditorProject } from '../../rigs/editor-project.ts';
import { removeDirectory } from '../../rigs/temporary-directory.ts';
import { type EditorWindow, openEditorWindow, ROOT } from './editor-window.ts';

/** Where the README finds its pictures. */
const PICTURES = path.join(ROOT, 'media', 'screenshots');

describe('a person writes a pipeline and runs it', () => {
  let project: EditorProject;
  let window: EditorWindow;

  before(async () => {
    project = await makeEditorProject({ pipeline: false, subjects: 6 });
    // One subject whose job fails: there must be something to look into.
    await writeFile(path.join(project.root, 'texts', 'sub-04', 'broken.txt'), 'not a story\n');
    await project.git('add', '.');
    await project.git('commit', '--quiet', '-m', 'Add a broken text');
    await mkdir(path.join(project.root, 'counts'));
    await writeFile(path.join(project.root, 'counts', 'spec.yml'), '');
    await mkdir(PICTURES, { recursive: true });
    window = await openEditorWindow({ folder: project.root });
  });

  after(async () => {
    await window?.close();
    await removeDirectory(project.parent);
  });

  it('installs from its package, which is smaller than 500 kB', () => {
    assert.match(window.installed, /successfully installed/);
    assert.ok(window.extension.bytes < 500_000, `${window.extension.bytes} bytes`);
  });

  it('completes fields in an empty spec', async () => {
    const { workbench } = window;
    const editor = await workbench.openFile('counts/spec.yml');
    await editor.click();
    await workbench.page.keyboard.press('Control+Space');
    await workbench.suggestion('input').waitFor();
    await workbench.page.screenshot({ path: '/tmp/s1.png' });
    await workbench.suggestion('input').click();
    await workbench.page.waitForTimeout(1500);
    await workbench.page.screenshot({ path: '/tmp/s2.png' });
  });
});
