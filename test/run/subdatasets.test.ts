import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, lstatSync } from 'node:fs';
import { TestProject } from '../rigs/project.ts';

const has = (program: string): boolean => spawnSync(program, ['--version']).error === undefined;

/** Copies what a datum holds, following no link, without what belongs to git. */
const COPY = `'cp -r "$x" "$out"/; find "$out" -name .git -prune -exec rm -rf {} +'`;

/**
 * A DataLad dataset with `data/outer`, and `deep/inner` in that. Files of one content lie in all three, locked in the
 * root, unlocked in the outermost subdataset, and locked again in the innermost one.
 */
function makeDatasets(): TestProject {
  const project = TestProject.make();
  project.ok('datalad', ['-l', 'error', 'create', '--force', '.']);
  for (const path of ['data/outer', 'data/outer/deep/inner'])
    project.ok('datalad', ['-l', 'error', 'create', '-d', '.', path]);
  for (const path of ['data/own/a.dat', 'data/outer/o1/a.dat', 'data/outer/deep/inner/n1/a.dat'])
    project.write(path, 'equal\n');
  project.write('data/outer/o2/a.dat', 'two\n');
  project.write('data/outer/o2/deep/b.dat', 'deep\n');
  project.write('data/outer/deep/inner/n2/a.dat', 'inner\n');
  project.write('.gitattributes', `${project.read('.gitattributes')}spec.yml annex.largefiles=nothing\n`);
  for (const [name, repo, glob] of [
    ['own', 'data', '/own'],
    ['outer', 'data/outer', '/o*'],
    ['inner', 'data/outer/deep/inner', '/*'],
    ['whole', 'data', '/outer'],
  ]) {
    project.write(
      `copy-${name}/spec.yml`,
      `input: {pfs: {repo: ${repo}, glob: "${glob}", name: x}}\ntransform: {cmd: ${COPY}}\n`,
    );
  }
  const outer = project.at('data/outer');
  outer.git('annex', 'add', '--quiet', 'o1');
  outer.git('annex', 'unlock', '--quiet', 'o1/a.dat');
  save(project);
  return project;
}

function save(project: TestProject): void {
  project.ok('datalad', ['-l', 'error', 'save', '-r', '-m', 'Save']);
}

describe('subdatasets as DataLad makes them', function () {
  this.timeout(60_000);
  let project: TestProject;
  before(function () {
    if (!has('datalad') || !has('git-annex')) this.skip();
    project = makeDatasets();
  });
  after(() => project?.remove());

  it('have equal keys for equal annexed content, locked and unlocked, in any of them', () => {
    const plan = project.plan();
    const job = plan['copy-own']?.datums['own']?.job;
    assert.match(job ?? '', /^[0-9a-f]{64}$/);
    assert.equal(plan['copy-outer']?.datums['o1']?.job, job);
    assert.equal(plan['copy-inner']?.datums['n1']?.job, job);
    assert.notEqual(plan['copy-inner']?.datums['n2']?.job, job);
    assert.ok(lstatSync(project.path('data/outer/o1/a.dat')).isFile());
  });

  describe('in a clone', () => {
    let clone: TestProject;
    before(() => {
      clone = project.clone('clone');
      clone.git('annex', 'init', '--quiet', 'clone');
    });

    it('are waited for, with the command of DataLad', () => {
      const plan = clone.plan();
      assert.match(plan['copy-inner']?.waitsFor ?? '', /data\/outer, .*run `datalad get -n data\/outer`\.$/);
      assert.match(plan['copy-whole']?.datums['outer']?.reason ?? '', /`datalad get -n data\/outer`/);
      const datasets = clone.status().datasets.map(({ path, installed }: Dataset) => [path, installed]);
      assert.deepEqual(datasets, [
        ['', true],
        ['data/outer', false],
      ]);
    });

    it('are noticed by the feed as they come', async () => {
      const feed = clone.start(['status', '--watch', '--json'], 'pipe');
      const seen = new Promise<void>((resolve) => {
        feed.stdout?.on('data', (text: Buffer) => {
          if (text.toString('utf8').includes('"datum":"o2"')) resolve();
        });
      });
      await new Promise((resolve) => feed.stdout?.once('data', resolve));
      clone.ok('datalad', ['-l', 'error', 'get', '-n', '-r', 'data/outer']);
      await seen;
      feed.kill();
    });

    it('give their content to jobs, each from its own annex', () => {
      const { datasets } = clone.status();
      assert.deepEqual(
        datasets.map(({ path, installed, annex }: Dataset) => [path, installed, annex]),
        ['', 'data/outer', 'data/outer/deep/inner'].map((path) => [path, true, true]),
      );
      assert.equal(clone.plan()['copy-inner']?.datums['n2']?.bytesToFetch, 6);
      const result = clone.minipach('run', '-j', '2');
      assert.equal(result.code, 0, result.stdout + result.stderr);
      assert.equal(clone.read('copy-outer/o1/o1/a.dat'), 'equal\n');
      assert.equal(clone.read('copy-outer/o2/o2/deep/b.dat'), 'deep\n');
      assert.equal(clone.read('copy-inner/n2/n2/a.dat'), 'inner\n');
      assert.equal(clone.read('copy-whole/outer/outer/deep/inner/n2/a.dat'), 'inner\n');
      assert.equal(clone.plan()['copy-inner']?.datums['n2']?.bytesToFetch, 0);
      assert.equal(clone.git('status', '--porcelain'), '');
    });

    it('leave nothing in results that only their own annexes have', () => {
      assert.equal(
        clone.git('annex', 'find', '--not', '--in', 'here', 'copy-outer', 'copy-inner', 'copy-whole'),
        '',
      );
      clone.git('annex', 'fsck', '--quiet', 'copy-outer', 'copy-inner', 'copy-whole');
      for (const path of ['data/outer', 'data/outer/deep/inner'])
        clone.at(path).git('annex', 'fsck', '--quiet');
    });

    it('are inputs of records that DataLad replays', () => {
      const head = clone.head();
      const commit = clone.git('log', '-1', '--format=%H', '--', 'copy-inner/n2').trim();
      assert.match(
        clone.git('log', '-1', '--format=%B', commit),
        /"inputs": \[\s*"data\/outer\/deep\/inner\/n2"\s*\]/,
      );
      clone.at('data/outer/deep/inner').git('annex', 'drop', '--quiet', '--force', 'n2');
      clone.git('rm', '--quiet', '-r', 'copy-inner/n2');
      clone.git('commit', '--quiet', '-m', 'Remove a result');
      clone.ok('datalad', ['-l', 'error', 'rerun', commit]);
      assert.equal(clone.git('diff', head, '--', 'copy-inner', 'data'), '');
      assert.equal(clone.read('copy-inner/n2/n2/a.dat'), 'inner\n');
      assert.equal(clone.plan()['copy-inner']?.datums['n2']?.state, 'done');
    });

    it('keep jobs from writing into them, and git from looking out of a workspace', () => {
      clone.write(
        'bad/spec.yml',
        `input: {pfs: {repo: data/outer, glob: "/o2", name: x}}\ntransform: {cmd: 'cd "$x"; git rev-parse --show-toplevel; echo bad >> a.dat'}\ndatum_tries: 1\n`,
      );
      clone.commit('Write into an input');
      clone.minipach('run', 'bad');
      const log = clone.minipach('logs', 'bad/o2').stdout;
      assert.match(log, /not a git repository/);
      assert.match(log, /denied/);
      clone.at('data/outer').git('annex', 'fsck', '--quiet');
      clone.git('rm', '--quiet', '-r', 'bad');
      clone.commit('Remove it');
    });
  });

  it('of a project without an annex are guarded and read as well', () => {
    const plain = TestProject.make();
    try {
      plain.git('clone', '--quiet', project.at('data/outer').root, 'sub');
      plain.at('sub').git('annex', 'init', '--quiet');
      plain.git('-c', 'advice.addEmbeddedRepo=false', 'add', 'sub');
      plain.write(
        'copy/spec.yml',
        `input: {pfs: {repo: sub, glob: "/o1", name: x}}\ntransform: {cmd: ${COPY}}\n`,
      );
      plain.commit('Add a subdataset that .gitmodules does not know');
      assert.match(plain.plan()['copy']?.datums['o1']?.job ?? '', /^[0-9a-f]{64}$/);
      const result = plain.minipach('run');
      assert.equal(result.code, 0, result.stderr);
      assert.equal(plain.git('cat-file', '-p', 'HEAD:copy/o1/o1/a.dat'), 'equal\n');
    } finally {
      plain.remove();
    }
  });

  describe('with changes', () => {
    it('are named where they hold what is not saved, with the command, and saved by run --save', () => {
      project.write('data/outer/o2/new.dat', 'new\n');
      project.write('data/outer/elsewhere.dat', 'not read\n');
      project.at('data/outer/deep/inner').git('commit', '--quiet', '--allow-empty', '-m', 'Go on');
      project.git('rm', '--quiet', '-r', 'copy-whole');
      project.git('commit', '--quiet', '-m', 'Read less');
      const dirty = ['data/outer/deep/inner', 'data/outer/elsewhere.dat', 'data/outer/o2/new.dat'];
      assert.deepEqual(project.status().dirty, dirty);
      const { stderr } = project.minipach('plan');
      assert.match(stderr, /datalad save -d \. data\/outer\/deep\/inner .*data\/outer\/o2\/new\.dat/);
      const before = project.plan()['copy-outer']?.datums['o2']?.job;
      const result = project.minipach('run', '--save');
      assert.equal(result.code, 0, result.stderr);
      assert.notEqual(project.plan()['copy-outer']?.datums['o2']?.job, before);
      assert.equal(project.read('copy-outer/o2/o2/new.dat'), 'new\n');
      assert.deepEqual(project.status().dirty, []);
      assert.equal(project.git('status', '--porcelain'), '');
      assert.ok(existsSync(project.path('data/outer/o2/new.dat')));
    });
  });
});

interface Dataset {
  readonly path: string;
  readonly installed: boolean;
  readonly annex: boolean;
}
