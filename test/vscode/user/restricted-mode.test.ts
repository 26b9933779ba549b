import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { readdir, readFile, readlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { type EditorProject, makeEditorProject } from '../../rigs/editor-project.ts';
import { removeDirectory } from '../../rigs/temporary-directory.ts';
import { type EditorWindow, openEditorWindow, takePicture } from './editor-window.ts';
import { treatAsSteps } from './steps.ts';

/** The command lines of all runners that work in a folder, as the kernel tells. */
async function runnersIn(folder: string): Promise<string[]> {
  const ids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const lines = await Promise.all(
    ids.map(async (id) => {
      const where = await readlink(`/proc/${id}/cwd`).catch(() => '');
      const line = await readFile(`/proc/${id}/cmdline`, 'utf8').catch(() => '');
      return where.startsWith(folder) && line.includes('minipach.cjs')
        ? line.replaceAll('\0', ' ').trim()
        : '';
    }),
  );
  return lines.filter(Boolean);
}

/** Commands that start something, each with a key of its own: no menu offers them here. */
const COMMANDS = [
  'minipach.runPending',
  'minipach.commitAndRun',
  'minipach.plan',
  'minipach.why',
  'minipach.newPipeline',
];

describe('Restricted Mode', () => {
  let project: EditorProject;
  let window: EditorWindow;
  treatAsSteps(() => window);

  before(async function () {
    // Which processes there are is asked of /proc, which only Linux has.
    if (process.platform !== 'linux') return this.skip();
    project = await makeEditorProject();
    window = await openEditorWindow({
      folder: project.root,
      workspaceTrust: true,
      keybindings: COMMANDS.map((command, at) => ({ key: `ctrl+alt+f${at + 1}`, command })),
      env: { HOME: project.parent },
    });
  });

  after(async () => {
    await window?.close();
    if (project) await removeDirectory(project.parent);
  });

  it('checks specs and starts nothing', async () => {
    const { workbench } = window;
    await workbench.page.getByText('Restricted Mode is intended for safe code browsing').waitFor();
    const editor = await workbench.openFile('counts/spec.yml');
    await editor.click();
    await workbench.page.keyboard.type('descripton: x\n');
    await editor.locator('.squiggly-error').first().waitFor();
    assert.equal(await editor.locator('.codelens-decoration').count(), 0);
    assert.deepEqual(await runnersIn(project.root), []);
    assert.equal(existsSync(path.join(project.root, '.git', 'minipach')), false);
  });

  it('says so in the view, and offers no command that would run something', async () => {
    const { workbench } = window;
    await workbench.command('Minipach: Focus on Pipelines View');
    await workbench.pane('Pipelines').getByText('In Restricted Mode Minipach checks').waitFor();
    await takePicture(workbench.page, 'restricted-mode');
    const titles = await workbench.commandTitles('Minipach: ');
    assert.deepEqual(
      titles.filter((title) => /Run|Stop|Plan|Refresh|Why|New|Log|Prefetch|Garbage|Doctor/.test(title)),
      ['Minipach: Show Runner Output'],
    );
    assert.deepEqual(await runnersIn(project.root), []);
  });

  it('says so to who calls a command by a key, and starts nothing', async () => {
    const { workbench } = window;
    for (const at of COMMANDS.keys()) {
      await workbench.page.keyboard.press(`Control+Alt+F${at + 1}`);
      await workbench.notification('Minipach runs nothing in Restricted Mode').waitFor();
      await workbench.clearNotifications();
    }
    assert.deepEqual(await runnersIn(project.root), []);
    assert.equal(existsSync(path.join(project.root, '.git', 'minipach')), false);
  });

  it('shows the graph of specs alone, and follows them', async () => {
    const { workbench } = window;
    await workbench.command('Minipach: Show Graph');
    const page = workbench.graph();
    await page.getByText('In Restricted Mode the graph shows specs as they are').waitFor();
    await page.getByRole('button', { name: 'Pipeline counts. Reads texts', exact: true }).waitFor();
    await takePicture(workbench.page, 'graph-restricted');
    const spec = path.join(project.root, 'counts', 'spec.yml');
    const text = await readFile(spec, 'utf8');
    await writeFile(spec, text.replace('repo: texts', 'repo: code'));
    await page.getByRole('button', { name: 'Pipeline counts. Reads code', exact: true }).waitFor();
    await writeFile(spec, text);
    await page.getByRole('button', { name: 'Repo texts', exact: false }).click();
    await workbench.page.locator('.explorer-folders-view .focused').getByText('texts').waitFor();
    assert.deepEqual(await runnersIn(project.root), []);
    assert.equal(existsSync(path.join(project.root, '.git', 'minipach')), false);
  });

  it('installs the command line, which is no part of the folder, and starts nothing', async () => {
    const { workbench } = window;
    await workbench.command('Minipach: Install Command Line');
    await workbench.notification('is installed as').waitFor();
    const text = await readFile(path.join(project.parent, '.local', 'bin', 'minipach'), 'utf8');
    assert.match(text, /^#!\/bin\/sh\n# Written by the Minipach extension/);
    await workbench.clearNotifications();
    assert.deepEqual(await runnersIn(project.root), []);
  });

  it('starts its feed when the folder is trusted', async () => {
    const { workbench } = window;
    await workbench.command('Minipach: Focus on Pipelines View');
    await workbench.pane('Pipelines').getByText('Manage Workspace Trust').click();
    await workbench.page.getByRole('button', { name: 'Trust', exact: true }).click();
    await workbench.row('counts').filter({ hasText: '5 pending' }).waitFor();
    const feeds = (await runnersIn(project.root)).filter((line) => line.includes('status --watch --json'));
    assert.equal(feeds.length, 1, feeds.join('\n'));
    const page = workbench.graph();
    await page.getByRole('button', { name: /^Pipeline counts: 5 pending/ }).waitFor();
    await page.getByText('In Restricted Mode').waitFor({ state: 'hidden' });
  });
});
