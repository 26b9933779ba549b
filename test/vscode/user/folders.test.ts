import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { type EditorProject, makeEditorProject } from '../../rigs/editor-project.ts';
import { makeTemporaryDirectory, removeDirectory } from '../../rigs/temporary-directory.ts';
import { type EditorWindow, openEditorWindow, takePicture } from './editor-window.ts';

describe('what a window is opened on', () => {
  let window: EditorWindow | undefined;
  let places: string[] = [];

  afterEach(async () => {
    await window?.close();
    window = undefined;
    for (const place of places) await removeDirectory(place);
    places = [];
  });

  it('may be several projects, each with its own pipelines', async () => {
    const projects: EditorProject[] = [
      await makeEditorProject({ name: 'first-study', subjects: 2 }),
      await makeEditorProject({ name: 'second-study', subjects: 3 }),
    ];
    places = projects.map((project) => project.parent);
    const directory = await makeTemporaryDirectory('workspace');
    places.push(directory);
    const file = path.join(directory, 'both.code-workspace');
    await writeFile(file, JSON.stringify({ folders: projects.map(({ root }) => ({ path: root })) }));
    window = await openEditorWindow({ folder: file });
    const { workbench } = window;
    await workbench.command('Minipach: Focus on Pipelines View');
    const pane = workbench.pane('Pipelines');
    await pane.getByText('first-study').waitFor();
    await pane.getByText('second-study').waitFor();
    await pane.getByText('2 pending').waitFor();
    await pane.getByText('3 pending').waitFor();
    await takePicture(workbench.page, 'several-projects');
    // Specs of one path are told apart, and each is judged by the files of its own project.
    for (const datums of [2, 3]) {
      const row = pane.locator('.monaco-list-row').filter({ hasText: `counts${datums} pending` });
      await row.hover();
      await row.getByRole('button', { name: 'Open Spec' }).click();
      const editor = workbench.editor('counts/spec.yml');
      await editor.getByText(`→ ${datums} datums`).waitFor();
      await editor.getByRole('button', { name: `${datums} pending` }).waitFor();
      await workbench.command('View: Close All Editors');
    }
    // Each has a graph of its own, whose repos are found among the datasets of all.
    for (const [folder, datums] of [
      ['first-study', 2],
      ['second-study', 3],
    ] as const) {
      await workbench.command('Minipach: Show Graph');
      await workbench.quickInput.locator('.monaco-list-row').filter({ hasText: folder }).click();
      await workbench.page.getByRole('tab', { name: `Graph: ${folder}`, selected: true }).waitFor();
      const graph = workbench.graph();
      await graph.getByRole('button', { name: `Pipeline counts: ${datums} pending` }).waitFor();
      await graph.getByRole('button', { name: `Repo texts: ${2 * datums} files` }).click();
      const chosen = workbench.pane('Datasets').locator('.monaco-list-row.selected');
      await chosen.getByText(`${2 * datums} files`).waitFor();
    }
  });

  it('may be no project, and is told how to make one', async () => {
    const directory = await makeTemporaryDirectory('plain');
    places = [directory];
    window = await openEditorWindow({ folder: directory });
    const { workbench } = window;
    await workbench.command('Minipach: Focus on Pipelines View');
    await workbench.pane('Pipelines').getByText('is not in a git or DataLad project').waitFor();
    await takePicture(workbench.page, 'no-project');
  });

  it('may be a project without a pipeline, and is told what one is', async () => {
    const project = await makeEditorProject({ pipeline: false });
    places = [project.parent];
    await mkdir(path.join(project.root, 'notes'));
    window = await openEditorWindow({ folder: project.root });
    const { workbench } = window;
    await workbench.command('Minipach: Focus on Pipelines View');
    await workbench.pane('Pipelines').getByText('No pipeline yet').waitFor();
    await takePicture(workbench.page, 'no-pipeline');
  });
});
