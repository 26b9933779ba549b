import assert from 'node:assert/strict';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, watch } from 'node:fs';
import { basename, join } from 'node:path';
import { ended, seededRandom, type TestProject } from '../rigs/project.ts';
import { canCompareClones, content, StoredDataset, shapeOf } from '../rigs/stored-dataset.ts';

describe('minipach clone', function () {
  this.timeout(300_000);
  let dataset: StoredDataset;
  let project: TestProject;
  before(function () {
    if (!canCompareClones()) this.skip();
    dataset = new StoredDataset();
    project = dataset.project;
  });
  after(() => project?.remove());

  it('leaves what datalad clone leaves, from a path, a URL and a clone of a clone', () => {
    for (const source of [project.root, `file://${project.root}`]) {
      const own = dataset.clone(source);
      assert.deepEqual(shapeOf(own), shapeOf(dataset.dataladClone(source)), source);
      assert.equal(content(own), 'a large file\n');
    }
    const between = dataset.clone(project.root);
    const own = dataset.clone(between.root);
    assert.deepEqual(shapeOf(own), shapeOf(dataset.dataladClone(between.root)));
    // The one between has no content.
    assert.equal(content(own), 'a large file\n');
    assert.equal(own.ok('datalad', ['status']).trim(), 'nothing to save, working tree clean');
  });

  it('refuses what is no source, and a place that is taken', () => {
    const refused = (...args: string[]): string => {
      const { code, stderr } = project.minipach('clone', ...args);
      assert.equal(code, 2, args.join(' '));
      return stderr;
    };
    assert.match(refused('ria+file:///store'), /does not say which dataset/);
    assert.match(refused('ria+ftp://host/store#~own'), /says ftp/);
    project.at('../taken').write('mine.txt', 'mine\n');
    assert.match(refused(project.root, '../taken'), /is there already and is no clone/);
    const { code, stderr } = project.minipach('clone', dataset.beside('nothing'), '../nowhere');
    assert.equal(code, 3);
    assert.match(stderr, /nowhere could not be cloned from:\n.*nothing.*does not (?:appear|exist)/);
    assert.ok(!existsSync(dataset.beside('nowhere')));
    // A clone that is there already is no mistake.
    const there = dataset.clone(project.root);
    assert.equal(
      project.minipach('clone', project.root, there.root).stdout,
      `present  ../${basename(there.root)}\n`,
    );
  });

  it('never leaves half a clone, wherever it is killed', async () => {
    const random = seededRandom(7);
    const folder = project.at('../killed');
    mkdirSync(folder.root);
    const start = performance.now();
    dataset.clone(project.root);
    const whole = performance.now() - start;
    let kills = 0;
    for (let round = 0; round < 8; round += 1) {
      const destination = join(folder.root, `clone-${round}`);
      const watcher = watch(folder.root);
      const child = project.start(['clone', project.root, destination]);
      // From the first thing that is made, whatever it is called: before there is nothing to be half of.
      await once(watcher, 'change');
      watcher.close();
      const timer = setTimeout(() => child.kill('SIGKILL'), (random() * whole) / 2);
      const code = await ended(child);
      clearTimeout(timer);
      if (code === null) kills += 1;
      if (existsSync(destination)) assertWhole(project.at('../killed', `clone-${round}`));
      const again = project.minipach('clone', project.root, destination);
      assert.equal(again.code, 0, again.stderr);
      assertWhole(project.at('../killed', `clone-${round}`));
    }
    assert.ok(kills > 2, `${kills} were killed`);
    const names = readdirSync(folder.root);
    assert.deepEqual(
      names.filter((name) => !name.startsWith('clone-')),
      [],
    );
  });

  it('lets one of two that clone to one place win', async () => {
    const starts = ['clone', project.root, '../contested'];
    const codes = await Promise.all(
      Array.from({ length: 4 }, () => ended(project.start(starts, 'ignore', 'pipe'))),
    );
    assert.ok(codes.includes(0), codes.join());
    assertWhole(project.at('../contested'));
    assert.deepEqual(
      readdirSync(dataset.beside('')).filter((name) => name.startsWith('.minipach')),
      [],
    );
  });

  function assertWhole(clone: TestProject): void {
    assert.equal(clone.head(), project.head());
    assert.equal(clone.git('status', '--porcelain'), '');
    assert.match(clone.git('config', 'annex.uuid'), /^[0-9a-f-]{36}$/m);
  }
});
