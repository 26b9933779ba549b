import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { ended, seededRandom, TestProject } from '../rigs/project.ts';

describe('exactly once', function () {
  this.timeout(180_000);
  let project: TestProject;
  afterEach(() => project.remove());

  /** What must hold however many runners worked and whatever happened to them. */
  const assertWhole = (datums: number): void => {
    assert.deepEqual(project.status().pipelines[0].counts, { done: datums });
    assert.equal(new Set(project.records()).size, datums);
    assert.equal(project.records().length, datums, 'no datum is recorded twice');
    assert.equal(project.git('status', '--porcelain'), '');
    for (let datum = 1; datum <= datums; datum += 1) {
      const name = `d${String(datum).padStart(4, '0')}`;
      assert.equal(project.read(`copy/${name}/b.txt`), `content ${datum}\n`);
    }
    assert.equal(project.git('for-each-ref', 'refs/minipach'), '');
  };

  it('runs each job once in all, with four runners at once', async () => {
    project = TestProject.withCopies(60);
    const runners = [1, 2, 3, 4].map(() => project.start(['run', '-j', '2']));
    assert.deepEqual(await Promise.all(runners.map(ended)), [0, 0, 0, 0]);
    assert.equal(project.executions(), 60);
    assertWhole(60);
  });

  for (const seed of [1, 2, 3]) {
    it(`loses nothing and records nothing twice when runners are killed (seed ${seed})`, async () => {
      project = TestProject.withCopies(40, { annex: seed === 2 });
      const random = seededRandom(seed);
      for (let killed = 0; killed < 6; killed += 1) {
        const runners = [project.start(['run', '-j', '2']), project.start(['run', '-j', '2'])];
        await delay(300 + random() * 900);
        for (const runner of runners) runner.kill('SIGKILL');
        await Promise.all(runners.map(ended));
      }
      const last = project.minipach('run');
      assert.equal(last.code, 0, last.stderr);
      assertWhole(40);
      project.git('fsck', '--strict');
    });
  }

  for (const seed of [4, 5]) {
    it(`replaces results without loss when runners are killed (seed ${seed})`, async () => {
      project = TestProject.withCopies(30, { annex: seed === 5 });
      assert.equal(project.minipach('run').code, 0);
      project.write(
        'code/copy.sh',
        'cat "$1/a.txt" "$1/a.txt" > "$2/b.txt"; test "$1" = data/d0007 || echo > "$2/c.txt"\n',
      );
      project.commit('Change the code');
      const random = seededRandom(seed);
      for (let killed = 0; killed < 8; killed += 1) {
        const runners = [project.start(['run', '-j', '2']), project.start(['run', '-j', '2'])];
        await delay(250 + random() * 600);
        for (const runner of runners) runner.kill('SIGKILL');
        await Promise.all(runners.map(ended));
      }
      const last = project.minipach('run');
      assert.equal(last.code, 0, last.stderr);
      assert.deepEqual(project.status().pipelines[0].counts, { done: 30 });
      assert.equal(project.records().length, 60, 'each result is recorded once more');
      assert.equal(project.git('status', '--porcelain'), '');
      assert.equal(project.read('copy/d0009/b.txt'), 'content 9\ncontent 9\n');
      project.git('fsck', '--strict');
    });
  }

  it('goes on where a killed run left off, from the results that were not recorded', async () => {
    project = TestProject.withCopies(3);
    // An index lock of the user's own keeps results from being recorded while the run is killed.
    project.write('.git/index.lock', '');
    const runner = project.start(['run', '-j', '1']);
    while (project.executions() < 3) await delay(50);
    await delay(300);
    runner.kill('SIGKILL');
    await ended(runner);
    assert.equal(project.records().length, 0);
    project.ok('rm', ['.git/index.lock']);
    assert.equal(project.minipach('run').code, 0);
    assert.ok(project.executions() <= 4, 'at most the job that was running is run again');
    assertWhole(3);
    assert.deepEqual(
      readdirSync(project.path('.git/minipach/workspaces')),
      [],
      'workspaces of the dead are removed',
    );
  });
});
