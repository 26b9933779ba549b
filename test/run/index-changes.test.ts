import assert from 'node:assert/strict';
import { openProject } from '../../src/project/open.ts';
import { changesBetween, putInIndex } from '../../src/run/recording/index-changes.ts';
import { TestProject } from '../rigs/project.ts';

describe('an index that is brought forward', () => {
  let project: TestProject;
  beforeEach(() => {
    project = TestProject.withCopies(2);
  });
  afterEach(() => project.remove());

  it('has what a commit has, or is refused', async () => {
    const opened = await openProject(project.root);
    assert.ok(opened.ok);
    const changes = await changesBetween(opened.project, 'HEAD~1', 'HEAD');
    assert.deepEqual(
      changes.map(({ path }) => path),
      ['code/copy.sh', 'copy/spec.yml', 'data/d0001/a.txt', 'data/d0002/a.txt'],
    );
    const index = project.path('../index');
    project.ok('env', [`GIT_INDEX_FILE=${index}`, 'git', 'read-tree', 'HEAD~1']);
    await putInIndex(opened.project, index, changes);
    const tree = project.ok('env', [`GIT_INDEX_FILE=${index}`, 'git', 'write-tree']).trim();
    assert.equal(tree, project.git('rev-parse', 'HEAD^{tree}').trim());
    project.write('../index', 'no index');
    await assert.rejects(putInIndex(opened.project, index, changes), /Bringing the index forward failed/);
  });
});
