import assert from 'node:assert/strict';
import { existsSync, readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { contentPath } from '../../src/project/annex-content.ts';
import { findProgram } from '../../src/project/programs.ts';
import { DetachedRig } from '../rigs/detached-rig.ts';
import { ended, TestProject } from '../rigs/project.ts';
import { assertWhole, takeDown } from '../rigs/whole-project.ts';

describe('jobs on a machine that shares only a store', function () {
  this.timeout(300_000);
  let rig: DetachedRig;
  let project: TestProject;
  before(function () {
    if (findProgram('git-annex') === undefined) this.skip();
  });
  beforeEach(() => {
    rig = new DetachedRig(2);
    project = rig.project;
  });
  afterEach(() => rig?.remove());

  it('leave what they would have left in the project, each recorded once', () => {
    const store = rig.addStore();
    const jobs = rig.jobs();
    const first = rig.runDetached(store.root, jobs);
    assert.equal(first.code, 0, first.stderr);
    assert.equal(project.executions(), 2);
    assert.equal(project.git('rev-list', '--count', 'HEAD').trim(), '2');
    const collected = project.minipach('run', '--collect', 'store');
    assert.equal(collected.code, 0, collected.stderr);
    assert.match(collected.stdout, /^2 done\.$/m);
    assert.equal(project.executions(), 2);
    assert.deepEqual(project.records().sort(), ['[DATALAD RUNCMD] copy: d0', '[DATALAD RUNCMD] copy: d1']);
    assert.equal(project.git('rev-parse', 'HEAD^{tree}').trim(), rig.treeOfOrdinaryRun());
    assert.match(project.minipach('logs', 'copy/d1').stdout, /^said of data\/d1$/m);
    assert.equal(project.git('status', '--porcelain'), '');
    // Content is where it was sent, and the project knows it.
    assert.match(project.git('annex', 'whereis', 'copy/d0/twice.bin'), /\(1 copy\)[\s\S]*store/);
    project.git('annex', 'get', '--quiet', 'copy');
    assert.ok(
      project.bytes('copy/d0/twice.bin').equals(Buffer.concat(Array(2).fill(project.bytes('data/d0/x.bin')))),
    );
    assert.match(project.minipach('run', '--collect', 'store').stdout, /^2 were done before\.$/m);
    for (const place of [store, project, rig.seat])
      assert.equal(place.git('for-each-ref', 'refs/minipach'), '', place.root);
    // Nobody but the machine knows of its clone.
    const uuid = rig.seat.git('config', 'annex.uuid').trim();
    for (const place of [store, project, rig.seat])
      assert.throws(() => place.git('grep', '--quiet', uuid, 'git-annex'), place.root);
  });

  it('use one clone and one copy of what they need, however many tasks there are, and compute nothing twice', async () => {
    const store = rig.addStore();
    const jobs = rig.jobs();
    const tasks = await Promise.all(
      [jobs, jobs, jobs.slice(0, 1), jobs.slice(1)].map((some) =>
        ended(project.start(rig.args(store.root, some))),
      ),
    );
    assert.deepEqual(tasks, [0, 0, 0, 0]);
    assert.equal(project.executions(), 2);
    for (const datum of rig.datums) {
      const key = project.git('annex', 'lookupkey', `data/${datum}/x.bin`).trim();
      const own = statSync(contentPath({ commonDirectory: rig.seat.path('.git') }, key));
      assert.equal(own.ino, statSync(contentPath({ commonDirectory: rig.scratch }, key)).ino);
    }
    // Nothing of the data is checked out.
    assert.deepEqual(readdirSync(rig.seat.root).sort(), ['.git', '.gitattributes']);
    assert.equal(project.minipach('run', '--collect', 'store').code, 0);
    assert.equal(project.executions(), 2);
    assert.equal(project.records().length, 2);
  });

  it('go on with a later commit in the same clone, and know what was computed', () => {
    const store = rig.addStore();
    assert.equal(rig.runDetached(store.root, rig.jobs()).code, 0);
    assert.equal(project.minipach('run', '--collect', 'store').code, 0);
    project.write(
      'later/spec.yml',
      'pipeline: { name: later }\ninput: { pfs: { repo: copy, glob: "/*" } }\ntransform: { cmd: [sh, -c, "cp \\"$0\\"/*.bin \\"$1\\"", "{copy}", "{out}"] }\n',
    );
    project.commit('Add a pipeline that reads the results');
    project.git('push', '--quiet', 'store', 'main');
    project.git('annex', 'dead', 'here', '--quiet');
    const jobs = Object.values(project.plan()['later']?.datums ?? {}).map(({ job }) => job ?? '');
    assert.equal(jobs.length, 2);
    const { code, stderr, stdout } = rig.runDetached(store.root, jobs);
    assert.equal(code, 0, stderr + stdout);
    assert.equal(project.minipach('run', '--collect', 'store').code, 0);
    assert.equal(project.records().length, 4);
    assert.ok(existsSync(rig.seat.path('.git')));
  });

  it('hand back what has failed, with its log', () => {
    project.write('data/d1/fail', '');
    project.commit('Let one fail');
    const store = rig.addStore();
    const run = rig.runDetached(store.root, rig.jobs());
    assert.equal(run.code, 0, run.stderr);
    const collected = project.minipach('run', '--collect', 'store');
    assert.equal(collected.code, 1, collected.stderr);
    // Each has three tries.
    assert.equal(project.executions(), 4);
    assert.equal(project.plan()['copy']?.datums['d1']?.state, 'failed');
    assert.match(project.minipach('logs', 'copy/d1').stdout, /^said of data\/d1$/m);
    assert.equal(project.records().length, 1);
    // Nothing of it comes once more.
    assert.equal(project.minipach('run', '--retry-failed', '--collect', 'store').code, 1);
    assert.equal(project.executions(), 7);
  });

  it('are handed back to the project itself where it can be reached, and stay until they are taken in', () => {
    const was = takeDown(project);
    const { code, stderr } = rig.runDetached(`file://${project.root}`, rig.jobs());
    assert.equal(code, 0, stderr);
    project.git('pack-refs', '--all');
    assert.equal(project.minipach('gc', '--yes').code, 0);
    const run = project.minipach('run');
    assert.equal(run.code, 0, run.stderr);
    assert.equal(project.executions(), 2);
    assert.equal(project.git('for-each-ref', 'refs/minipach'), '');
    assert.equal(project.git('rev-parse', 'HEAD^{tree}').trim(), rig.treeOfOrdinaryRun());
    // There is the content, too.
    assert.equal(project.read('copy/d0/twice.bin').length, 2 * project.read('data/d0/x.bin').length);
    assertWhole(project, was, 'after it');
  });

  it('get subdatasets from their sources, and say what cannot be had', () => {
    const sub = TestProject.make({ annex: true, folder: join(project.root, '..') });
    sub.write('d0/x.bin', 'in a subdataset\n');
    sub.git('annex', 'add', '--quiet', '.');
    sub.commit('Add data');
    project.addSubmodule(sub, 'more');
    project.write(
      'copy/spec.yml',
      project.read('copy/spec.yml').replace('repo: data', 'repo: more').replace('{data}', '{more}'),
    );
    project.commit('Read a subdataset');
    const store = rig.addStore();
    const jobs = rig.jobs(['d0']);
    const { code, stderr } = rig.runDetached(store.root, jobs);
    assert.equal(code, 0, stderr);
    assert.equal(project.minipach('run', '--collect', 'store').code, 0);
    assert.equal(project.executions(), 1);
    assert.equal(project.read('copy/d0/size.txt').trim(), '16');
    project.git('push', '--quiet', 'store', 'main');
    project.ok('chmod', ['-R', 'u+w', rig.scratch]);
    rmSync(rig.scratch, { recursive: true });
    project.ok('chmod', ['-R', 'u+w', sub.root]);
    rmSync(sub.root, { recursive: true });
    const without = rig.runDetached(store.root, jobs);
    assert.equal(without.code, 1);
    assert.match(
      without.stderr,
      /The subdataset \S*more could not be cloned: .*does not appear to be a git repository/,
    );
    assert.match(without.stdout, /^failed .*No datum asks for the job/m);
  });

  it('put annexed content into the storage sibling of a RIA store', function () {
    if (findProgram('datalad') === undefined || findProgram('git-annex-remote-ora') === undefined)
      this.skip();
    project.ok('datalad', ['create', '--force', '.']);
    const url = `ria+file://${project.path('..', 'ria')}`;
    project.ok('datalad', ['create-sibling-ria', '-s', 'store', '--new-store-ok', url]);
    project.ok('datalad', ['push', '--to', 'store']);
    const id = project.git('config', '--file', '.datalad/config', 'datalad.dataset.id').trim();
    const { code, stderr } = rig.runDetached(`${url}#${id}`, rig.jobs());
    assert.equal(code, 0, stderr);
    const collected = project.minipach('run', '--collect', 'store');
    assert.equal(collected.code, 0, collected.stderr);
    assert.equal(project.executions(), 2);
    assert.match(project.git('annex', 'whereis', 'copy/d0/twice.bin'), /\(1 copy\)[\s\S]*store-storage/);
    project.git('annex', 'get', '--quiet', 'copy');
    assert.equal(project.read('copy/d0/twice.bin').length, 2 * project.read('data/d0/x.bin').length);
  });

  it('are cleared away by gc --scratch, unless something was not handed back', () => {
    const store = rig.addStore();
    const folder = join(rig.scratch, `minipach-${process.getuid?.()}`);
    const run = () =>
      project.minipach(
        ...rig.args(store.root, rig.jobs()).map((word) => (word === rig.scratch ? folder : word)),
      );
    const gc = (...args: string[]) => project.minipach('gc', '--scratch', rig.scratch, ...args);
    assert.match(gc().stdout, /^Nothing to remove in /);
    store.write('hooks/pre-receive', '#!/bin/sh\nexit 1\n', 0o755);
    assert.equal(run().code, 1);
    const waiting = gc('--yes');
    assert.equal(waiting.code, 1);
    assert.match(waiting.stderr, /2 results in .* were not handed back: the next task of the project/);
    store.write('hooks/pre-receive', '#!/bin/sh\nexit 0\n', 0o755);
    assert.equal(run().code, 0);
    assert.equal(project.executions(), 2);
    assert.match(gc().stdout, /^1 clone and the content of all in .* --yes$/m);
    assert.equal(JSON.parse(gc('--json').stdout).state, 'kept');
    assert.match(gc('--yes').stdout, /^Removed: 1 clone/m);
    assert.deepEqual(readdirSync(folder), ['minipach']);
    assert.match(gc().stdout, /^Nothing to remove in /);
  });
});
