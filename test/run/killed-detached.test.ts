import assert from 'node:assert/strict';
import { rmSync, writeFileSync } from 'node:fs';
import { findProgram } from '../../src/project/programs.ts';
import { DetachedRig } from '../rigs/detached-rig.ts';
import type { TestProject } from '../rigs/project.ts';

/** Words of the git commands by which results are handed back, in their order, and of those by which they are taken in. */
const HANDING = ['annex add', 'annex copy', 'hash-object', 'fast-import', 'push', 'update-ref --stdin'];
const TAKING = ['ls-remote', 'fetch', 'setpresentkey', 'ls-tree', 'push', 'update-ref --stdin'];

describe('results of a machine that shares only a store', function () {
  this.timeout(600_000);
  let rig: DetachedRig;
  let project: TestProject;
  let store: TestProject;
  let jobs: readonly string[];
  let expected: string;
  before(function () {
    if (findProgram('git-annex') === undefined) this.skip();
  });
  beforeEach(() => {
    rig = new DetachedRig(1);
    project = rig.project;
    expected = rig.treeOfOrdinaryRun();
    store = rig.addStore();
    jobs = rig.jobs();
  });
  afterEach(() => rig?.remove());

  function assertRecordedOnce(): void {
    assert.equal(project.git('rev-parse', 'HEAD^{tree}').trim(), expected);
    assert.deepEqual(project.records(), ['[DATALAD RUNCMD] copy: d0']);
    assert.equal(project.git('status', '--porcelain'), '');
    assert.equal(store.git('for-each-ref', 'refs/minipach'), '');
    project.git('annex', 'get', '--quiet', 'copy');
    project.git('annex', 'fsck', '--quiet', 'copy');
  }

  /** From the beginning, with the machine as it is. */
  function startAgain(): void {
    project.git('reset', '--quiet', '--hard', 'HEAD^');
    for (const path of [project.countFile, rig.seat.path('.git/minipach/runs/test')])
      rmSync(path, { recursive: true, force: true });
  }

  for (const words of HANDING)
    it(`are handed back whole where the task is killed at ${words}`, () => {
      for (const when of ['before', 'after'] as const) {
        const { variables, hasKilled } = rig.killing(words, when);
        const killed = rig.runDetached(store.root, jobs, variables);
        assert.ok(hasKilled(), `${when} ${words}`);
        assert.notEqual(killed.code, 0);
        const again = rig.runDetached(store.root, jobs);
        assert.equal(again.code, 0, again.stderr);
        // What was computed before the kill is not computed again.
        assert.equal(project.executions(), 1);
        assert.equal(project.minipach('run', '--collect', 'store').code, 0);
        assertRecordedOnce();
        assert.equal(project.executions(), 1);
        startAgain();
      }
    });

  for (const words of TAKING)
    it(`are taken in once where the run is killed at ${words}`, () => {
      for (const when of ['before', 'after'] as const) {
        assert.equal(rig.runDetached(store.root, jobs).code, 0);
        const { variables, hasKilled } = rig.killing(words, when);
        project.minipachWith(variables, 'run', '--collect', 'store');
        assert.ok(hasKilled(), `${when} ${words}`);
        const again = project.minipach('run', '--collect', 'store');
        assert.equal(again.code, 0, again.stderr);
        assertRecordedOnce();
        assert.equal(project.executions(), 1);
        startAgain();
      }
    });

  it('wait where the store refuses them, and are handed back by the next task on the machine', () => {
    const hook = store.path('hooks/update');
    writeFileSync(hook, '#!/bin/sh\necho not now >&2\nexit 1\n', { mode: 0o755 });
    const refused = rig.runDetached(store.root, jobs);
    assert.equal(refused.code, 1);
    assert.match(refused.stdout, /^success .*not handed back$/m);
    assert.match(
      refused.stderr,
      /Results could not be pushed to origin: \[remote rejected\] \(hook declined\)/,
    );
    rmSync(hook);
    const later = rig.runDetached(store.root, []);
    assert.equal(later.code, 0, later.stderr);
    assert.equal(project.minipach('run', '--collect', 'store').code, 0);
    assertRecordedOnce();
    assert.equal(project.executions(), 1);
  });
});
