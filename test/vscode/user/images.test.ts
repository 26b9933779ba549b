import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { addAbsentImage } from '../../rigs/absent-image.ts';
import { type EditorProject, makeEditorProject } from '../../rigs/editor-project.ts';
import { removeDirectory } from '../../rigs/temporary-directory.ts';
import { type EditorWindow, openEditorWindow, takePicture } from './editor-window.ts';
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
});
