import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { type EditorProject, makeEditorProject } from '../../rigs/editor-project.ts';
import { removeDirectory } from '../../rigs/temporary-directory.ts';
import { type EditorWindow, openEditorWindow, takePicture } from './editor-window.ts';
import { treatAsSteps } from './steps.ts';

const JOIN = `input:
  join:
    - pfs: { repo: texts, glob: "/sub-(0[1-4])", name: a, join_on: $1 }
    - pfs: { repo: texts, glob: "/sub-(0[3-6])", name: b, join_on: $1 }
transform:
  cmd: [diff, "{a}", "{b}", [-o, "{ot}/x"]]
`;

describe('a person joins two inputs', () => {
  let project: EditorProject;
  let window: EditorWindow;
  treatAsSteps(() => window);

  before(async () => {
    project = await makeEditorProject({ pipeline: false, subjects: 6 });
    await mkdir(path.join(project.root, 'pairs'));
    await writeFile(path.join(project.root, 'pairs', 'spec.yml'), JOIN);
    window = await openEditorWindow({ folder: project.root });
  });

  after(async () => {
    await window?.close();
    await removeDirectory(project.parent);
  });

  it('and sees how many datums that makes, and what each glob matches', async () => {
    const { workbench } = window;
    const editor = await workbench.openFile('pairs/spec.yml');
    await editor.getByText('→ 2 datums').waitFor();
    await editor.getByText('→ 4 matches').first().waitFor();
    await takePicture(workbench.page, 'inputs');
  });
});
