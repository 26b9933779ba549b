import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { makeEditorProject } from '../rigs/editor-project.ts';
import { removeDirectory } from '../rigs/temporary-directory.ts';

const RUNNER = path.join(import.meta.dirname, '..', '..', 'src', 'cli', 'main.ts');

/** Stands in for an editor: starts a feed that writes where it writes itself, and lives on. */
const EDITOR = `
  const { spawn } = require('node:child_process');
  const args = [${JSON.stringify(RUNNER)}, 'status', '--watch', '--json'];
  spawn(process.execPath, args, { stdio: ['pipe', 'inherit', 'inherit'] });
  setInterval(() => {}, 1000);
`;

describe('a feed whose editor is killed', () => {
  it('ends by itself, although it has nothing to write', async () => {
    const project = await makeEditorProject({ subjects: 1 });
    try {
      const editor = spawn(process.execPath, ['-e', EDITOR], {
        cwd: project.root,
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      await once(editor.stdout, 'data');
      editor.kill('SIGKILL');
      // The stream closes when its last writer has ended, which is the feed.
      await once(editor, 'close');
    } finally {
      await removeDirectory(project.parent);
    }
  });
});
