import assert from 'node:assert/strict';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { spec, TestProject } from '../rigs/project.ts';

/** Both kinds of project must behave alike. */
for (const annex of [false, true]) {
  describe(`run in ${annex ? 'a git-annex' : 'a plain git'} project`, () => {
    let project: TestProject;
    afterEach(() => project.remove());

    it('runs every datum once, records a commit each, and has nothing left to do', () => {
      project = TestProject.withCopies(5, { annex });
      const first = project.minipach('run', '-j', '2');
      assert.equal(first.code, 0, first.stderr);
      assert.equal(project.executions(), 5);
      assert.equal(project.records().length, 5);
      assert.equal(project.read('copy/d0003/b.txt'), 'content 3\n');
      assert.equal(project.git('status', '--porcelain'), '');
      const second = project.minipach('run');
      assert.equal(second.code, 0, second.stderr);
      assert.match(second.stdout, /5 were done before/);
      assert.equal(project.executions(), 5);
      assert.equal(project.records().length, 5);
    });

    it('leaves nothing of its own in the project but state', () => {
      project = TestProject.withCopies(3, { annex });
      const uuids = annex ? project.git('cat-file', '-p', 'git-annex:uuid.log') : '';
      assert.equal(project.minipach('run').code, 0);
      project.git('fsck', '--strict');
      assert.equal(project.git('for-each-ref', 'refs/minipach'), '');
      assert.equal(project.git('worktree', 'list').split('\n').filter(Boolean).length, 1);
      assert.ok(!existsSync(project.path('.git/index.lock')));
      if (!annex) return;
      assert.equal(project.git('cat-file', '-p', 'git-annex:uuid.log'), uuids);
      project.git('annex', 'fsck', '--quiet');
      assert.match(project.git('annex', 'whereis', 'copy/d0001/b.txt'), /1 copy/);
    });

    it('computes equal content once and records each copy', () => {
      project = TestProject.withCopies(2, { annex });
      project.write('data/twin/a.txt', 'content 1\n');
      project.commit('Add an equal datum');
      const result = project.minipach('run');
      assert.equal(result.code, 0, result.stderr);
      assert.equal(project.executions(), 2);
      assert.equal(project.records().length, 3);
      assert.equal(project.read('copy/twin/b.txt'), 'content 1\n');
      // A datum that arrives later is copied from what is in the tree.
      project.write('data/later/deep.txt', 'x\n');
      project.write('data/third/a.txt', 'content 2\n');
      project.write('data/later/a.txt', 'content 9\n');
      project.commit('Add more');
      assert.equal(project.minipach('run').code, 0);
      assert.equal(project.executions(), 3);
      assert.equal(project.read('copy/third/b.txt'), 'content 2\n');
      assert.equal(project.git('status', '--porcelain'), '');
    });

    it('is all done in a fresh clone, without any state', () => {
      project = TestProject.withCopies(4, { annex });
      project.minipach('run');
      const clone = project.clone('clone');
      assert.deepEqual(clone.status().pipelines[0].counts, { done: 4 });
    });

    it('replays with datalad rerun without change', function () {
      this.timeout(120_000);
      project = TestProject.withCopies(2, { annex });
      project.write(
        'code/copy.sh',
        'cat "$1/a.txt" > "$2/b.txt"; printf "%s" "$GREETING {x} {{y}}" > "$2/c.txt"; cat > "$2/d.txt"\n',
      );
      project.write(
        'copy/spec.yml',
        spec(
          'copy',
          'data',
          '[sh, code/copy.sh, "{data}", "{out}"]',
          '  env: {GREETING: "it\'s {datum}"}\n  stdin: [one, two]\n',
        ),
      );
      project.commit('Use variables and standard input');
      assert.equal(project.minipach('run').code, 0);
      const before = project.head();
      assert.equal(project.read('copy/d0002/c.txt'), "it's d0002 {x} {{y}}");
      for (const commit of [before, `${before}~1`]) project.ok('datalad', ['rerun', commit]);
      assert.equal(project.head(), before, 'a replay with the same result makes no commit');
      assert.equal(project.git('status', '--porcelain'), '');
    });

    it('leaves uncommitted work alone, staged or not', () => {
      project = TestProject.withCopies(3, { annex });
      project.write('notes.txt', 'mine\n');
      project.write('data/d0001/a.txt', 'edited\n');
      project.write('staged.txt', 'staged\n');
      project.git('add', 'staged.txt');
      const result = project.minipach('run');
      assert.equal(result.code, 0, result.stderr);
      assert.equal(project.read('copy/d0001/b.txt'), 'content 1\n', 'only committed content is used');
      assert.match(result.stderr, /data\/d0001\/a\.txt/, 'the unsaved input is named');
      assert.deepEqual(project.git('status', '--porcelain').trimEnd().split('\n').sort(), [
        ' M data/d0001/a.txt',
        '?? notes.txt',
        'A  staged.txt',
      ]);
    });

    it('never overwrites a file of the user, and keeps the result for the next try', () => {
      project = TestProject.withCopies(2, { annex });
      mkdirSync(project.path('copy/d0001'), { recursive: true });
      writeFileSync(project.path('copy/d0001/b.txt'), 'mine\n');
      const first = project.minipach('run');
      assert.equal(first.code, 1);
      assert.match(first.stderr, /copy\/d0001\/b\.txt/);
      assert.equal(project.read('copy/d0001/b.txt'), 'mine\n');
      assert.equal(project.records().length, 1, 'the other datum is recorded');
      project.ok('rm', ['copy/d0001/b.txt']);
      assert.equal(project.minipach('run').code, 0);
      assert.equal(project.executions(), 2, 'the result that waited is used');
      assert.equal(project.read('copy/d0001/b.txt'), 'content 1\n');
    });

    it('follows the line endings that .gitattributes asks for', () => {
      project = TestProject.withCopies(2, { annex });
      project.write('.gitattributes', '* annex.largefiles=nothing\n*.txt text eol=lf\n');
      project.write('code/copy.sh', 'printf "a\\r\\nb\\r\\n" > "$2/b.txt"; cat "$1/a.txt" > "$2/c.dat"\n');
      project.commit('Write other line endings');
      const result = project.minipach('run');
      assert.equal(result.code, 0, result.stderr);
      assert.equal(project.git('cat-file', '-p', 'HEAD:copy/d0001/b.txt'), 'a\nb\n');
      assert.equal(project.git('status', '--porcelain'), '');
      assert.deepEqual(project.status().pipelines[0].counts, { done: 2 });
    });

    it('runs what changed again, and says so', () => {
      project = TestProject.withCopies(3, { annex });
      project.minipach('run');
      project.write('data/d0002/a.txt', 'new content\n');
      project.commit('Change an input');
      assert.deepEqual(project.status().pipelines[0].counts, { done: 2, stale: 1 });
      assert.equal(project.minipach('run').code, 0);
      assert.equal(project.executions(), 4);
      assert.equal(project.read('copy/d0002/b.txt'), 'new content\n');
      project.write('code/copy.sh', `${project.read('code/copy.sh')}# changed\n`);
      project.commit('Change the code');
      assert.deepEqual(project.status().pipelines[0].counts, { stale: 3 });
    });

    it('removes files that a new result no longer has', () => {
      project = TestProject.withCopies(1, { annex });
      project.write('code/copy.sh', 'cp "$1/a.txt" "$2/old.txt"\n');
      project.commit('Leave another file');
      project.minipach('run');
      project.write('code/copy.sh', 'cp "$1/a.txt" "$2/new.txt"\n');
      project.commit('Leave yet another file');
      assert.equal(project.minipach('run').code, 0);
      assert.ok(!existsSync(project.path('copy/d0001/old.txt')));
      assert.ok(existsSync(project.path('copy/d0001/new.txt')));
    });

    it('leaves a result that a person edited as it is', () => {
      project = TestProject.withCopies(2, { annex });
      project.minipach('run');
      project.write('copy/d0001/b.txt', 'by hand\n');
      project.commit('Correct a result');
      project.write('data/d0001/a.txt', 'changed\n');
      project.commit('Change its input');
      assert.deepEqual(project.status().pipelines[0].counts, { done: 1, modified: 1 });
      assert.equal(project.minipach('run').code, 0);
      assert.equal(project.read('copy/d0001/b.txt'), 'by hand\n');
    });
  });
}
