import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { addAbsentImage } from '../../rigs/absent-image.ts';
import { COUNTS_SPEC, type EditorProject, makeEditorProject } from '../../rigs/editor-project.ts';
import { removeDirectory } from '../../rigs/temporary-directory.ts';
import { type EditorWindow, openEditorWindow, ROOT, takePicture } from './editor-window.ts';
import { treatAsSteps } from './steps.ts';

describe('the images of a project', () => {
  let project: EditorProject;
  let window: EditorWindow;
  treatAsSteps(() => window);

  before(async function () {
    if (spawnSync('git-annex', ['version']).status !== 0) return this.skip();
    project = await makeEditorProject({ subjects: 2 });
    window = await openEditorWindow({ folder: project.root });
    await window.workbench.command('Minipach: Focus on Images View');
  });

  after(async () => {
    await window?.close();
    if (!project) return;
    // git-annex makes its objects read-only.
    execFileSync('chmod', ['-R', 'u+w', project.parent]);
    await removeDirectory(project.parent);
  });

  it('are none where no pipeline names one, which the view says', async () => {
    const { workbench } = window;
    await workbench.pane('Images').getByText('No committed pipeline names an image').waitFor();
  });

  it('appear when a pipeline names one, and are fetched by a click', async () => {
    const { workbench } = window;
    const store = path.join(project.parent, 'store');
    mkdirSync(store);
    addAbsentImage(project.root, store);
    const row = workbench.row('tool');
    await row.getByText('absent, 5.0 kB to fetch').waitFor();
    await takePicture(workbench.page, 'images');
    await row.hover();
    await row.getByRole('button', { name: 'Prefetch Images' }).click();
    await workbench.notification('1 image is ready.').waitFor();
    await row.getByText('present').waitFor();
  });

  it('are all asked for by the command', async () => {
    const { workbench } = window;
    await workbench.clearNotifications();
    await workbench.command('Minipach: Prefetch Images');
    await workbench.notification('1 image is ready.').waitFor();
  });

  it('are stopped on the notification, and go on from there when somebody fetches them in a terminal', async () => {
    const { workbench } = window;
    const git = (...args: string[]) => execFileSync('git', args, { cwd: project.root });
    // One that comes from a remote which takes ten seconds for it.
    const folder = '.datalad/environments/slow';
    mkdirSync(path.join(project.root, folder));
    writeFileSync(path.join(project.root, folder, 'image'), 'y'.repeat(50_000_000));
    appendFileSync(
      path.join(project.root, '.datalad', 'config'),
      `[datalad "containers.slow"]\n\timage = ${folder}/image\n\tcmdexec = sh {img} {cmd}\n`,
    );
    mkdirSync(path.join(project.root, 'later'));
    writeFileSync(
      path.join(project.root, 'later', 'spec.yml'),
      `${COUNTS_SPEC.replace('counts', 'later')}  image: slow\n`,
    );
    git('annex', 'add', '--quiet', '--force-large', `${folder}/image`);
    git('add', '.datalad', 'later');
    git('commit', '--quiet', '-m', 'Run in a slow image', '--', '.datalad', 'later');
    git('annex', 'move', '--quiet', '--to', 'store', folder);
    git('config', 'remote.store.annex-bwlimit', '5MB');
    const row = workbench.row('slow');
    await row.getByText('absent, 50.0 MB to fetch').waitFor();
    await workbench.clearNotifications();
    await row.hover();
    await row.getByRole('button', { name: 'Prefetch Images' }).click();
    await row.getByText(/fetching, [1-9]\d* % of 50\.0 MB$/).waitFor();
    const shown = workbench.notification('slow: fetching');
    await takePicture(workbench.page, 'prefetch');
    await shown.getByRole('button', { name: 'Cancel' }).click();
    await workbench.notification('Fetching images was stopped: what has come is kept').waitFor();
    await row.getByText('absent, 50.0 MB to fetch').waitFor();
    const runner = path.join(ROOT, 'dist', 'minipach.cjs');
    const inTerminal = spawn(process.execPath, [runner, 'prefetch', 'slow'], {
      cwd: project.root,
      stdio: 'ignore',
    });
    await row
      .getByText(new RegExp(`fetching, \\d+ % of 50\\.0 MB, by process ${inTerminal.pid} on `))
      .waitFor();
    await once(inTerminal, 'exit');
    await row.getByText('present, verified').waitFor();
  });
});
