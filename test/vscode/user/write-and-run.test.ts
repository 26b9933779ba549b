import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { type EditorProject, makeEditorProject } from '../../rigs/editor-project.ts';
import { removeDirectory } from '../../rigs/temporary-directory.ts';
import { type EditorWindow, openEditorWindow, takePicture } from './editor-window.ts';
import { treatAsSteps } from './steps.ts';
import type { Workbench } from './workbench.ts';

/** These jobs run until the test lets them go. */
const HELD = ['sub-05', 'sub-06', 'sub-07', 'sub-08'];

/** What stands in the line of the pipeline in the end. */
const EIGHT_DONE = /^\s*counts8 done/;

describe('a person writes a pipeline and runs it', () => {
  let project: EditorProject;
  let window: EditorWindow;
  treatAsSteps(() => window);
  let gate = '';
  /** The second window, opened when the first was closed during a run. */
  let again: Workbench;

  before(async () => {
    project = await makeEditorProject({ pipeline: false, subjects: 8 });
    // One subject whose job fails: there must be something to look into.
    await writeFile(path.join(project.root, 'texts', 'sub-04', 'broken.txt'), 'not a story\n');
    await project.git('add', '.');
    await project.git('commit', '--quiet', '-m', 'Add a broken text');
    await mkdir(path.join(project.root, 'counts'));
    await writeFile(path.join(project.root, 'counts', 'spec.yml'), '');
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
    await editor.getByText('Commit and Run').waitFor();
    await takePicture(page, 'authoring');
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
    await takePicture(workbench.page, 'pipelines');
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
    await takePicture(workbench.page, 'notification');
    await notification.getByText('Open Log').click();
    await workbench.shownText('broken.txt is no story').waitFor();
  });

  it('tries again what failed, and tells why it still is', async () => {
    const { workbench } = window;
    await workbench.clearNotifications();
    await workbench.command('Minipach: Run Failed Again');
    await workbench.notification('1 failed: counts/sub-04.').waitFor();
    await workbench.command('Minipach: Why Is This Pending?');
    await workbench.quickInput.locator('.monaco-list-row').filter({ hasText: 'counts' }).click();
    await workbench.shownText('1 failed: sub-04').waitFor();
    await workbench.clearNotifications();
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
    again = await window.openAgain();
    await again.command('Minipach: Focus on Pipelines View');
    await again.row('counts').filter({ hasText: EIGHT_DONE }).waitFor();
    await again.notification('1 done.').waitFor();
    await again.clearNotifications();
  });

  it('asks before it runs without what is not committed, and commits it on request', async () => {
    for (const subject of HELD) await writeFile(`${gate}.${subject}`, '');
    const { keyboard } = again.page;
    const editor = await again.openFile('counts/spec.yml');
    await editor.click();
    await keyboard.press('Control+End');
    await keyboard.type('\n');
    await keyboard.press('Shift+Tab');
    await keyboard.type('salt: once more');
    await keyboard.press('Escape');
    await again.command('Minipach: Run Pipeline…');
    await again.quickInput.locator('.monaco-list-row').filter({ hasText: 'counts' }).click();
    const dialog = again.page.locator('.monaco-dialog-box');
    await dialog.getByText('one changed or new file is not').waitFor();
    await dialog.getByText('counts/spec.yml').waitFor();
    await takePicture(again.page, 'commit-and-run');
    await dialog.getByRole('button', { name: 'Commit and Run' }).click();
    await again.row('counts').filter({ hasText: '2 running, 2 stale, 4 done' }).waitFor();
    assert.match(await project.git('show', 'HEAD:counts/spec.yml'), /^salt: once more$/m);
  });

  it('stops a run, and takes up later what it left', async () => {
    await again.command('Minipach: Stop');
    await again
      .row('counts')
      .filter({ hasText: /^\s*counts4 stale, 4 done/ })
      .waitFor();
    await again.notification('Stopped: 4 done').waitFor();
    await again.clearNotifications();
    await again.command('Minipach: Why Is This Pending?');
    await again.quickInput.locator('.monaco-list-row').filter({ hasText: 'counts' }).click();
    await again.shownText('4 stale: ').waitFor();
    await takePicture(again.page, 'why');
    await again.command('View: Close Editor');
    for (const subject of HELD) await rm(`${gate}.${subject}`);
    await again.command('Minipach: Run All Pending');
    await again.row('counts').filter({ hasText: EIGHT_DONE }).waitFor();
    await again.notification('4 done.').waitFor();
  });

  it('asks about what is saved while it looks for what is not committed', async () => {
    const look = path.join(project.parent, 'look');
    const spec = path.join(project.root, 'counts', 'spec.yml');
    // git asks this program what has changed since its last look. Held, it answers what was true when it was asked, that
    // nothing has, only once it is let go; else `/`, that anything may have.
    const program = `#!/bin/sh
if [ -e ${look}.held ]; then
  : > ${look}.begun
  while [ -e ${look}.held ]; do sleep 0.05; done
  printf 'look\\0'
else
  printf 'look\\0/\\0'
fi
`;
    await writeFile(look, program, { mode: 0o755 });
    await project.git('config', 'core.fsmonitor', look);
    await project.git('status');
    const { keyboard } = again.page;
    const editor = await again.openFile('counts/spec.yml');
    await editor.click();
    await keyboard.press('Control+End');
    await keyboard.type('# seen');
    await again.command('Minipach: Run Pipeline…');
    const counts = again.quickInput.locator('.monaco-list-row').filter({ hasText: 'counts' });
    await counts.waitFor();
    await writeFile(`${look}.held`, '');
    await counts.click();
    while (!existsSync(`${look}.begun`)) await delay(20);
    await keyboard.press('Control+S');
    while (!(await readFile(spec, 'utf8')).includes('# seen')) await delay(20);
    await rm(`${look}.held`);
    const dialog = again.page.locator('.monaco-dialog-box');
    await dialog.getByText('counts/spec.yml').waitFor();
    await dialog.getByRole('button', { name: 'Cancel' }).click();
  });

  it('is told of files in conflict, and that no run is started', async () => {
    await project.git('config', '--unset', 'core.fsmonitor');
    await project.git('commit', '--quiet', '--all', '-m', 'Add a comment');
    await project.git('switch', '--quiet', '-c', 'side', 'HEAD~1');
    await writeFile(path.join(project.root, 'counts', 'spec.yml'), 'description: Another one.\n');
    await project.git('commit', '--quiet', '--all', '-m', 'Write it otherwise');
    await project.git('switch', '--quiet', 'main');
    await assert.rejects(project.git('merge', '--quiet', 'side'));
    const message = 'In conflict: counts/spec.yml. No result can be recorded until that is resolved';
    await again.pane('Pipelines').getByText(message).waitFor();
    await again.command('Minipach: Run All Pending');
    await again.notification(message).waitFor();
    assert.equal(await project.git('status', '--porcelain', '--untracked-files=no'), 'UU counts/spec.yml');
    await project.git('merge', '--abort');
    await again.pane('Pipelines').getByText(message).waitFor({ state: 'detached' });
  });
});
