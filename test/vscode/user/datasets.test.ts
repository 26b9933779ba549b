import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { addAbsentImage } from '../../rigs/absent-image.ts';
import { type EditorProject, makeEditorProject } from '../../rigs/editor-project.ts';
import { removeDirectory } from '../../rigs/temporary-directory.ts';
import { type EditorWindow, openEditorWindow, takePicture } from './editor-window.ts';
import { treatAsSteps } from './steps.ts';

describe('the datasets of a project', () => {
  let project: EditorProject;
  let window: EditorWindow;
  let atlas = '';
  treatAsSteps(() => window);

  /** Scans whose content is in a store, an image that is there, too, and a subdataset that is not installed. */
  async function addData(): Promise<void> {
    const { root, parent, git } = project;
    mkdirSync(path.join(parent, 'store'));
    addAbsentImage(root, path.join(parent, 'store'));
    mkdirSync(path.join(root, 'scans'));
    for (const scan of [1, 2, 3])
      writeFileSync(path.join(root, 'scans', `scan-${scan}.nii`), `${scan}`.repeat(2_000_000));
    await git('annex', 'add', '--quiet', '--force-large', 'scans');
    atlas = path.join(parent, 'atlas');
    execFileSync('git', ['init', '--quiet', '--initial-branch=main', atlas]);
    writeFileSync(path.join(atlas, 'regions.txt'), 'left\nright\n');
    const inAtlas = ['-C', atlas, '-c', 'user.name=Ada', '-c', 'user.email=ada@example.org'];
    execFileSync('git', [...inAtlas, 'add', '.']);
    execFileSync('git', [...inAtlas, 'commit', '--quiet', '-m', 'Start']);
    const commit = execFileSync('git', ['-C', atlas, 'rev-parse', 'HEAD'], { encoding: 'utf8' }).trim();
    const modules = `[submodule "atlas"]\n\tpath = atlas\n\turl = ${atlas}\n\tdatalad-id = 6b1ff9c6-0000-4000-8000-000000000000\n`;
    writeFileSync(path.join(root, '.gitmodules'), modules);
    await git('add', '.gitmodules');
    await git('update-index', '--add', '--cacheinfo', `160000,${commit},atlas`);
    await git('commit', '--quiet', '-m', 'Add scans and an atlas');
    await git('annex', 'move', '--quiet', '--to', 'store', 'scans');
  }

  before(async function () {
    if (spawnSync('git-annex', ['version']).status !== 0) return this.skip();
    project = await makeEditorProject({ subjects: 4 });
    await addData();
    writeFileSync(path.join(project.root, 'texts', 'sub-04', 'broken.txt'), 'no story\n');
    await project.git('add', 'texts');
    await project.git('commit', '--quiet', '-m', 'Add a broken text');
    window = await openEditorWindow({ folder: project.root });
    await window.workbench.command('Minipach: Focus on Datasets View');
  });

  after(async () => {
    await window?.close();
    if (!project) return;
    // git-annex makes its objects read-only.
    execFileSync('chmod', ['-R', 'u+w', project.parent]);
    await removeDirectory(project.parent);
  });

  it('are shown with what of them is here, and one that is not installed', async () => {
    const { workbench } = window;
    await workbench.widenSideBar(430);
    await workbench.row('reading-study').getByText('0 B of 6.0 MB here').waitFor();
    await workbench.row('atlas').getByText('not installed').waitFor();
  });

  it('mark files in the Explorer whose content is not here', async () => {
    const { workbench } = window;
    await workbench.command('View: Show Explorer');
    await workbench.row('scans').click();
    const scan = workbench.row('scan-1.nii');
    await scan.locator('[aria-label*="Content not here"]').waitFor();
    await takePicture(workbench.page, 'absent-content');
  });

  it('come by the buttons on their lines', async () => {
    const { workbench } = window;
    await workbench.command('Minipach: Focus on Datasets View');
    const row = workbench.row('atlas');
    await row.hover();
    await row.getByRole('button', { name: 'Install Subdataset' }).click();
    await workbench.notification('atlas is installed.').waitFor();
    await row.getByText(/^DataLad, [0-9a-f]{8}$/).waitFor();
    assert.ok(existsSync(path.join(project.root, 'atlas', 'regions.txt')));
    const root = workbench.row('reading-study');
    await root.hover();
    await root.getByRole('button', { name: 'Get Content' }).click();
    await workbench.notification('All content of reading-study is here.').waitFor();
    await root.getByText('6.0 MB here', { exact: false }).filter({ hasNotText: ' of ' }).waitFor();
    await workbench.command('View: Show Explorer');
    const scan = workbench.row('scan-1.nii');
    await scan.waitFor();
    await scan.locator('[aria-label*="Content not here"]').waitFor({ state: 'detached' });
  });

  it('get another place to be cloned from', async () => {
    const { workbench } = window;
    await workbench.clearNotifications();
    await workbench.command('Minipach: Add Clone Candidate…');
    await workbench.quickInput.getByText('A URL to clone subdatasets from').waitFor();
    await workbench.answer('ria+file:///data/store');
    await workbench.quickInput.getByText('names the dataset in it').waitFor();
    await workbench.answer('ria+file:///data/store#{id}');
    await workbench.quickInput.getByText('Its cost from 0 to 999').waitFor();
    await workbench.answer('210');
    await workbench.quickInput.getByText('What to call it').waitFor();
    await workbench.answer('lab');
    await workbench.notification('.datalad/config has the source lab now').waitFor();
    const config = readFileSync(path.join(project.root, '.datalad', 'config'), 'utf8');
    assert.match(config, /subdataset-source-candidate-210lab = ["']?ria\+file:\/\/\/data\/store#\{id\}/);
    await workbench.command('Minipach: Focus on Datasets View');
    await workbench.row('atlas').click();
    await workbench.row('Clone candidates').click();
    await workbench.row('1. lab').getByText('cost 210, ria+file:///data/store#6b1ff9c6').waitFor();
  });

  it('are cloned from the palette', async () => {
    const { workbench } = window;
    await workbench.clearNotifications();
    await workbench.command('Minipach: Clone Dataset…');
    await workbench.quickInput.getByText('A path, a URL').waitFor();
    await workbench.answer(atlas);
    await workbench.quickInput.locator('.monaco-list-row').filter({ hasText: 'alone' }).click();
    // The dialog first lists the folder that is open.
    const listed = workbench.quickInput.locator('.monaco-list-row').filter({ hasText: 'texts' });
    await listed.waitFor();
    const place = path.join(project.parent, 'clones');
    mkdirSync(place);
    await workbench.quickInput.locator('input').fill(`${place}/`);
    await listed.waitFor({ state: 'detached' });
    await workbench.quickInput.getByText('Clone into This Folder').click();
    await workbench.notification(`cloned into ${place}/atlas.`).waitFor();
    assert.ok(existsSync(path.join(place, 'atlas', 'regions.txt')));
  });

  it('look right in every theme, beside pipelines and images', async () => {
    const { workbench } = window;
    await workbench.clearNotifications();
    await workbench.command('Minipach: Run Pipeline…');
    await workbench.quickInput.locator('.monaco-list-row').filter({ hasText: 'counts' }).click();
    const dialog = workbench.page.locator('.monaco-dialog-box');
    await dialog.getByRole('button', { name: 'Run What Is Committed' }).click();
    await workbench.notification('1 failed: counts/sub-04').getByText('Open Log').click();
    await workbench.shownText('broken.txt is no story').waitFor();
    await workbench.command('Minipach: Focus on Images View');
    await workbench.row('tool').getByText('present').waitFor();
    for (const [theme, name] of [
      ['Light Modern', 'light'],
      ['Dark High Contrast', 'high-contrast'],
      ['Light High Contrast', 'high-contrast-light'],
      ['Dark Modern', 'dark'],
    ] as const) {
      await workbench.theme(theme);
      await takePicture(workbench.page, name);
    }
  });
});
