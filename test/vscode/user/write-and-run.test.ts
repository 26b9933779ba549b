import assert from 'node:assert/strict';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { type EditorProject, makeEditorProject } from '../../rigs/editor-project.ts';
import { removeDirectory } from '../../rigs/temporary-directory.ts';
import { type EditorWindow, openEditorWindow, ROOT } from './editor-window.ts';
import { treatAsSteps } from './steps.ts';

/** Where the README finds its pictures. */
const PICTURES = path.join(ROOT, 'media', 'screenshots');

/** These jobs run until the test lets them go. */
const HELD = ['sub-05', 'sub-06', 'sub-07', 'sub-08'];

describe('a person writes a pipeline and runs it', () => {
  let project: EditorProject;
  let window: EditorWindow;
  treatAsSteps(() => window);
  let gate = '';

  before(async () => {
    project = await makeEditorProject({ pipeline: false, subjects: 8 });
    // One subject whose job fails: there must be something to look into.
    await writeFile(path.join(project.root, 'texts', 'sub-04', 'broken.txt'), 'not a story\n');
    await project.git('add', '.');
    await project.git('commit', '--quiet', '-m', 'Add a broken text');
    await mkdir(path.join(project.root, 'counts'));
    await writeFile(path.join(project.root, 'counts', 'spec.yml'), '');
    await mkdir(PICTURES, { recursive: true });
    gate = path.join(project.parent, 'gate');
    window = await openEditorWindow({
      folder: project.root,
      settings: { 'minipach.jobs': 2 },
      env: { COUNT_GATE: gate },
    });
  });

  after(async () => {
    await window?.close();
    await removeDirectory(project.parent);
  });

  it('installs from its package, which is smaller than 500 kB', () => {
    assert.match(window.installed, /successfully installed/);
    assert.ok(window.extension.bytes < 500_000, `${window.extension.bytes} bytes`);
  });

  it('leads through an empty spec by completion, and counts the datums of a glob', async () => {
    const { workbench } = window;
    const { keyboard } = workbench.page;
    const editor = await workbench.openFile('counts/spec.yml');
    await editor.click();
    await keyboard.press('Control+Space');
    await workbench.suggestion('input').click();
    await workbench.suggestion('texts').click();
    await keyboard.press('Tab');
    await editor.getByText('→ 8 datums').waitFor();
    await keyboard.press('Escape');
    await keyboard.press('Control+End');
    await keyboard.press('Enter');
    await keyboard.press('Shift+Tab');
    await keyboard.press('Shift+Tab');
    await keyboard.type('tr');
    await workbench.suggestion('transform').click();
    await workbench.suggestion('{out}').waitFor();
    await keyboard.type('sh, co');
    await workbench.suggestion('code').click();
    await keyboard.type('/');
    await workbench.suggestion('count.sh').click();
    await keyboard.type(', ');
    await workbench.suggestion('{texts}').click();
    await keyboard.type(', ');
    await workbench.suggestion('{out}').click();
    await editor.getByText('"{out}"]').waitFor();
  });

  it('shows a mistake where it is, and mends it', async () => {
    const { workbench } = window;
    const { page } = workbench;
    const { keyboard } = page;
    const editor = workbench.editor('spec.yml');
    await keyboard.press('Control+Home');
    await keyboard.type('descripton: How many words each person wrote.\n');
    await editor.locator('.squiggly-error').first().waitFor();
    await workbench.command('Problems: Focus on Problems View');
    await page.locator('.markers-panel').getByText('did you mean `description`').waitFor();
    await editor.click();
    await keyboard.press('Control+End');
    await keyboard.press('ArrowLeft');
    await keyboard.type(', ');
    await workbench.suggestion('{datum}').waitFor();
    await page.screenshot({ path: path.join(PICTURES, 'authoring.png') });
    await keyboard.press('Escape');
    await keyboard.press('Backspace');
    await keyboard.press('Backspace');
    await keyboard.press('Control+Home');
    await keyboard.press('Control+.');
    await page.getByText('Change to `description`').waitFor();
    await keyboard.press('Enter');
    await editor.getByText('description').waitFor();
    await workbench.command('View: Hide Panel');
    await keyboard.press('Control+S');
  });

  it('commits and runs from the palette, and sees datums go from pending to done', async () => {
    const { workbench } = window;
    for (const subject of HELD) await writeFile(`${gate}.${subject}`, '');
    await workbench.command('Minipach: Focus on Pipelines View');
    await workbench.pane('Pipelines').getByText('No pipeline is committed yet').waitFor();
    await workbench.command('Minipach: Commit and Run');
    await workbench.row('counts').filter({ hasText: '2 running, 1 failed, 2 pending, 3 done' }).waitFor();
    await workbench.page.locator('.statusbar').getByText('3 of 8 done, 1 failed').waitFor();
    await workbench.widenSideBar(410);
    await workbench.row('done').click();
    await workbench.row('sub-02').waitFor();
    await workbench.row('sub-05').click();
    await workbench.shownText('counting the words of sub-05').waitFor();
    await workbench.row('sub-07').hover();
    await workbench.page.screenshot({ path: path.join(PICTURES, 'pipelines.png') });
    for (const subject of HELD) await rm(`${gate}.${subject}`);
    await workbench.shownText('done: 65 words in all').waitFor();
    await workbench.row('counts').filter({ hasText: '1 failed, 7 done' }).waitFor();
    const log = await project.git('log', '--format=%s');
    assert.match(log, /Save counts\/spec\.yml/);
    assert.equal(log.match(/\[DATALAD RUNCMD\]/g)?.length, 7);
  });

  it('is told once what failed, and opens its log from there', async () => {
    const { workbench } = window;
    const notification = workbench.notification('1 failed: counts/sub-04. 7 done.');
    await notification.waitFor();
    await notification.getByText('Open Log').click();
    await workbench.shownText('broken.txt is no story').waitFor();
  });

  it('finds a run finished that went on without the window', async () => {
    await project.git('rm', '--quiet', 'texts/sub-04/broken.txt');
    await project.git('commit', '--quiet', '-m', 'Take out the broken text');
    const { workbench } = window;
    await workbench.row('counts').filter({ hasText: '1 pending, 7 done' }).waitFor();
    await writeFile(`${gate}.sub-04`, '');
    await workbench.command('Minipach: Run All Pending');
    await workbench.row('counts').filter({ hasText: '1 running, 7 done' }).waitFor();
    await window.closeWindow();
    await rm(`${gate}.sub-04`);
    const again = await window.openAgain();
    await again.command('Minipach: Focus on Pipelines View');
    await again
      .row('counts')
      .filter({ hasText: /^\s*counts8 done/ })
      .waitFor();
  });
});
