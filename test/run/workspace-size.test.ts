import assert from 'node:assert/strict';
import { lstatSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { CatFile } from '../../src/project/cat-file.ts';
import { openProject } from '../../src/project/open.ts';
import { findProgram } from '../../src/project/programs.ts';
import { surveyProject } from '../../src/project/survey.ts';
import { prepareState, stateOf } from '../../src/run/state.ts';
import { Workspaces } from '../../src/run/workspace.ts';
import { TestProject } from '../rigs/project.ts';

const DIRECTORIES = 60;
const LARGE = 2_000_000;

describe('a workspace', function () {
  this.timeout(60_000);
  let project: TestProject;
  before(function () {
    if (findProgram('git-annex') === undefined) this.skip();
    project = TestProject.make({ annex: true });
  });
  after(() => project?.remove());

  it('holds no more than the job needs, and none of the annexed bytes, however large the dataset', async () => {
    project.write('.gitattributes', '* annex.largefiles=nothing\n*.bin annex.largefiles=anything\n');
    for (let one = 0; one < DIRECTORIES; one += 1)
      for (let file = 0; file < 10; file += 1) project.write(`data/${one}/${file}.txt`, `${one} ${file}\n`);
    project.write('data/0/large.bin', 'x'.repeat(LARGE));
    project.git('annex', 'add', '--quiet', 'data/0/large.bin');
    project.commit('Add data');
    const opened = await openProject(project.root);
    assert.ok(opened.ok);
    const objects = new CatFile(project.root);
    try {
      const { index } = await surveyProject(opened.project, opened.project.head, objects);
      const state = stateOf(opened.project);
      assert.equal(prepareState(state), undefined);
      const workspaces = new Workspaces(opened.project, state, 'test', objects);
      for (let one = 0; one < DIRECTORIES; one += 1) {
        const files = index.under(`data/${one}`);
        const needs = { files, index, empty: [], output: 'out', workingDir: '', scratch: false };
        const { root, problem } = await workspaces.make(needs);
        assert.equal(problem, undefined);
        const found = below(root);
        // The files, `data` and its directory, `out`, and `.git` with a link to the annex.
        assert.equal(found.length, files.length + 5, found.join('\n'));
        const bytes = found.reduce((sum, path) => sum + lstatSync(path).blocks * 512, 0);
        assert.ok(bytes < 200_000, `${bytes} bytes`);
      }
    } finally {
      objects.close();
    }
  });
});

function below(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((item) => {
    const path = join(folder, item.name);
    return item.isDirectory() ? [path, ...below(path)] : [path];
  });
}
