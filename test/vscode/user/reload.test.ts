import assert from 'node:assert/strict';
import { rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { type EditorProject, makeEditorProject } from '../../rigs/editor-project.ts';
import { removeDirectory } from '../../rigs/temporary-directory.ts';
import { type EditorWindow, openEditorWindow } from './editor-window.ts';
import { treatAsSteps } from './steps.ts';
import { Workbench } from './workbench.ts';

const JOBS = 100;

/** A job in the middle, which runs until the test lets it go. */
const HELD = 'sub-50';

describe('a window that is loaded again while 100 jobs run', () => {
  let project: EditorProject;
  let window: EditorWindow;
  treatAsSteps(() => window);

  before(async () => {
    project = await makeEditorProject({ subjects: JOBS });
    const gate = path.join(project.parent, 'gate');
    await writeFile(`${gate}.${HELD}`, '');
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

  /** Loads the page again, as a person does with F5 or *Developer: Reload Window*. */
  async function reload(): Promise<Workbench> {
    const page = window.page();
    await page.reload();
    await page.locator('.monaco-workbench .part.statusbar').waitFor();
    const workbench = new Workbench(page);
    // It shows what it showed; the palette may not know of our commands yet.
    await workbench.pane('Pipelines').waitFor();
    return workbench;
  }

  it('loses none of them, also where a task runs them, and tells their end', async () => {
    const { workbench } = window;
    await workbench.command('Minipach: Focus on Pipelines View');
    await workbench
      .row('counts')
      .filter({ hasText: `${JOBS} pending` })
      .waitFor();
    await workbench.command('Tasks: Run Task');
    const choices = workbench.quickInput.locator('.monaco-list-row');
    await choices.filter({ hasText: 'minipach' }).first().click();
    await choices.filter({ hasText: 'run counts' }).first().click();
    await workbench
      .row('counts')
      .filter({ hasText: /running, .* done/ })
      .waitFor();
    const first = await reload();
    await first
      .row('counts')
      .filter({ hasText: `1 running, ${JOBS - 1} done` })
      .waitFor({ timeout: 90_000 });
    const second = await reload();
    await second.row('counts').filter({ hasText: '1 running' }).waitFor();
    // The window knows it for its own: it is in the status bar with how far it is.
    await second.page
      .locator('.statusbar')
      .getByText(`${JOBS - 1} of ${JOBS} done`)
      .waitFor();
    await rm(path.join(project.parent, `gate.${HELD}`));
    await second
      .row('counts')
      .filter({ hasText: `${JOBS} done` })
      .waitFor();
    await second.notification(`${JOBS} done.`).waitFor();
    const log = await project.git('log', '--format=%s');
    assert.equal(log.match(/\[DATALAD RUNCMD\]/g)?.length, JOBS);
  });
});
