import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ended, TestProject } from '../rigs/project.ts';

describe('work trees of one repository', function () {
  this.timeout(60_000);
  let project: TestProject;
  let linked: TestProject;
  beforeEach(() => {
    project = TestProject.withCopies(6);
    linked = project.at('..', 'linked');
    project.git('worktree', 'add', '--quiet', '-b', 'other', linked.root);
  });
  afterEach(() => project.remove());

  const assertDone = (): void => {
    for (const one of [project, linked]) {
      assert.deepEqual(one.status().pipelines[0].counts, { done: 6 }, one.root);
      assert.equal(one.git('status', '--porcelain'), '', one.root);
      assert.equal(one.records().length, 6, one.root);
    }
    assert.equal(project.git('for-each-ref', 'refs/minipach'), '');
  };

  it('share claims and fetched content, and have results each on its own branch', async () => {
    const runners = [project.start(['run', '-j', '2']), linked.start(['run', '-j', '2'])];
    assert.deepEqual(await Promise.all(runners.map(ended)), [0, 0]);
    assertDone();
    assert.ok(project.executions() <= 12);
  });

  it('are brought forward for a recorder that was killed in another one of them', () => {
    const old = linked.head();
    assert.equal(linked.minipach('run').code, 0);
    // What is left when a recorder is killed between moving the branch and renaming the index into place.
    linked.git('read-tree', old);
    const folder = project.path('.git/minipach/record/dead');
    mkdirSync(folder);
    const steps = [{ path: '', branch: 'refs/heads/other', old, new: linked.head() }];
    const intent = { steps, workTree: 'worktrees/linked' };
    writeFileSync(join(folder, 'intent.json'), JSON.stringify(intent));
    assert.notEqual(linked.git('status', '--porcelain'), '');
    assert.equal(project.minipach('run').code, 0);
    assertDone();
  });
});
