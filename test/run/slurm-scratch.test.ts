import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { findProgram } from '../../src/project/programs.ts';
import { DetachedRig } from '../rigs/detached-rig.ts';
import type { TestProject } from '../rigs/project.ts';
import { clusterOfSuite } from '../rigs/slurm-suite.ts';
import { assertWhole, takeDown } from '../rigs/whole-project.ts';

describe("run --executor slurm on nodes' own disks", function () {
  this.timeout(180_000);
  const cluster = clusterOfSuite({ ownMounts: true }, () => findProgram('git-annex') !== undefined);
  let rig: DetachedRig;
  let project: TestProject;
  beforeEach(() => {
    rig = new DetachedRig(4);
    project = rig.project;
  });
  afterEach(() => rig?.remove());
  const run = (...args: string[]) =>
    project.minipachWith(
      { ...cluster().environment, NODE_DISK: rig.scratch },
      'run',
      '--executor',
      'slurm',
      ...args,
    );
  const onNode = (...path: string[]): string => join(rig.scratch, `minipach-${process.getuid?.()}`, ...path);
  const counts = () => project.status().pipelines[0].counts;

  it('leaves in the project what an ordinary run does, and nothing on the node', () => {
    rig.setSlurm(['scratch: $NODE_DISK', 'datums_per_task: 2']);
    const was = takeDown(project);
    const { code, stdout, stderr } = run();
    assert.equal(code, 0, stdout + stderr);
    assert.match(stdout, /^4 done\.$/m);
    assert.equal(project.executions(), 4);
    assert.equal(project.records().length, 4);
    assert.equal(project.git('rev-parse', 'HEAD^{tree}').trim(), rig.treeOfOrdinaryRun());
    assert.match(project.minipach('logs', 'copy/d1').stdout, /^said of data\/d1$/m);
    assert.equal(project.git('for-each-ref', 'refs/minipach'), '');
    assert.deepEqual(readdirSync(project.path('.git/minipach/holders')), []);
    assert.deepEqual(readdirSync(onNode()), ['minipach']);
    for (const name of ['trash', 'fetching', 'workspaces', 'holders'])
      assert.deepEqual(readdirSync(onNode('minipach', name)), [], name);
    assert.match(run().stdout, /^4 were done before\.$/m);
    assertWhole(project, was, 'after it');
  });

  it('needs nothing of the project on nodes where there is a store', () => {
    const store = rig.addStore();
    rig.setSlurm(['scratch: $NODE_DISK', 'store: store', 'datums_per_task: 2']);
    cluster().hide(project.root);
    const { code, stdout, stderr } = run();
    assert.equal(code, 0, stdout + stderr);
    assert.match(stdout, /^4 done\.$/m);
    assert.equal(project.executions(), 4);
    assert.equal(project.git('rev-parse', 'HEAD^{tree}').trim(), rig.treeOfOrdinaryRun());
    for (const place of [store, project])
      assert.equal(place.git('for-each-ref', 'refs/minipach/results'), '');
    assert.match(project.git('annex', 'whereis', 'copy/d0/twice.bin'), /\(1 copy\)[\s\S]*store/);
    assert.equal(existsSync(onNode('projects')), false);
  });

  it('sends to a new store what it lacks', () => {
    const store = project.at('../store');
    mkdirSync(store.root);
    store.git('init', '--quiet', '--bare');
    store.git('annex', 'init', '--quiet', 'store');
    project.git('remote', 'add', 'store', '../store');
    rig.setSlurm(['scratch: $NODE_DISK', 'store: store', 'datums_per_task: 4']);
    cluster().hide(project.root);
    const { code, stdout, stderr } = run('copy/d0');
    assert.equal(code, 0, stdout + stderr);
    assert.match(project.git('annex', 'whereis', 'data/d0/x.bin'), /\(2 copies\)/);
    assert.match(project.git('annex', 'whereis', 'data/d1/x.bin'), /\(1 copy\)/);
    // Branches of the store are for whoever pushes them.
    assert.equal(store.git('for-each-ref', 'refs/heads/main'), '');
  });

  it('hands back failures with their logs, keeps its clone where it has to, and tries again', () => {
    project.write('data/d1/fail', '');
    project.commit('Let one fail');
    rig.setSlurm(['scratch: $NODE_DISK', 'datums_per_task: 2']);
    const { code, stdout } = run();
    assert.equal(code, 1);
    assert.match(stdout, /^failed {3}copy\/d1: .*exit(?:ed with)? code 1/m);
    assert.match(project.minipach('logs', 'copy/d1').stdout, /^said of data\/d1$/m);
    assert.deepEqual(counts(), { done: 3, failed: 1 });
    assert.equal(project.executions(), 6);
    assert.equal(run('--retry-failed').code, 1);
    assert.equal(project.executions(), 9);
  });

  it('computes again what it is asked to', () => {
    rig.setSlurm(['scratch: $NODE_DISK', 'datums_per_task: 2']);
    project.write('code/copy.sh', 'echo run >> "$COUNT_FILE"; wc -l < "$COUNT_FILE" > "$2/b.txt"\n');
    project.commit('Leave something else each time');
    assert.equal(run().code, 0);
    const again = run('--force', 'copy/d1');
    assert.equal(again.code, 0, again.stderr);
    assert.equal(project.read('copy/d1/b.txt').trim(), '5');
    assert.equal(project.executions(), 5);
  });

  it('says what is wrong with a node, once, and sends nothing more there', () => {
    rig.setSlurm(['scratch: $NO_SUCH_DISK', 'datums_per_task: 2']);
    const without = run();
    assert.equal(without.code, 3);
    assert.match(without.stderr, /node1 has no folder to work in: see what slurm\.scratch in .* is there\./);
    rig.setSlurm(['scratch: $NODE_DISK']);
    cluster().hide(project.root);
    const hidden = run();
    assert.equal(hidden.code, 3);
    assert.match(
      hidden.stderr,
      /node1 does not have this project: .* with slurm\.scratch and slurm\.store in/,
    );
    assert.deepEqual(counts(), { pending: 4 });
    rig.setSlurm(['scratch: $NODE_DISK', 'source: ssh://nowhere.invalid/project']);
    const unreachable = run();
    assert.equal(unreachable.code, 3);
    assert.match(
      unreachable.stderr,
      /node1 could not clone the project: see whether .*Its own words are in \$NODE_DISK\/minipach-\$UID\/task-logs\/\d+_\d\.log on its node/,
    );
    assert.deepEqual(counts(), { pending: 4 });
    assert.equal(project.executions(), 0);
  });
});
