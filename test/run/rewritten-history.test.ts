import assert from 'node:assert/strict';
import { renameSync, rmSync } from 'node:fs';
import { TestProject } from '../rigs/project.ts';
import { assertWhole, takeDown } from '../rigs/whole-project.ts';

/** What people do to history after results have been recorded; what is done must be told from what is left. */
describe('history that people have changed', function () {
  this.timeout(120_000);
  let project: TestProject;
  let start: string;
  beforeEach(() => {
    project = TestProject.withCopies(3);
    start = project.head();
    assert.equal(project.minipach('run').code, 0);
  });
  afterEach(() => project.remove());

  const counts = (at = project): object => at.status().pipelines[0].counts;
  const reasonOf = (datum: string, at = project): string | undefined =>
    at.status().pipelines[0].datums.find((one: { datum: string }) => one.datum === datum)?.reason;
  /** Runs, and says how many jobs were executed for it. */
  const run = (at = project): number => {
    const before = project.executions();
    const was = takeDown(at);
    const result = at.minipach('run');
    assert.equal(result.code, 0, result.stdout + result.stderr);
    assertWhole(at, was, 'run');
    return project.executions() - before;
  };

  it('by a rebase or a cherry-pick keeps its records', () => {
    project.git('switch', '--quiet', '-c', 'side', start);
    project.write('notes.txt', 'x\n');
    project.commit('Note');
    project.git('rebase', '--quiet', 'side', 'main');
    assert.deepEqual(counts(), { done: 3 });
    assert.equal(run(), 0);
    project.git('switch', '--quiet', 'side');
    assert.deepEqual(counts(), { pending: 3 });
    project.git('cherry-pick', 'main');
    assert.deepEqual(counts(), { done: 1, pending: 2 });
    assert.equal(run(), 2);
  });

  for (const kind of ['merge --squash', 'a rebase', 'a forge'])
    it(`by a squash with the records in its message has them (${kind})`, () => {
      project.git('switch', '--quiet', '-c', 'side');
      project.write('data/d0001/a.txt', 'on the side\n');
      project.commit('Change an input');
      assert.equal(run(), 1);
      project.write('data/d0001/a.txt', 'on the side again\n');
      project.write('data/d0002/a.txt', 'another one\n');
      project.commit('Change inputs');
      assert.equal(run(), 2);
      project.git('switch', '--quiet', 'main');
      const messages = project.git('log', '--reverse', '--format=* %B', 'main..side');
      project.git('merge', '--quiet', '--squash', 'side');
      if (kind === 'merge --squash') project.git('commit', '--quiet', '--no-edit');
      else {
        // As the editor of `rebase -i` and the page of a forge have it, oldest first.
        const rebased = `# This is a combination of 5 commits.\n${messages.replaceAll(/^\* /gm, '# The next:\n\n')}`;
        project.git('commit', '--quiet', '-m', kind === 'a rebase' ? rebased : `Side (#1)\n\n${messages}`);
      }
      assert.deepEqual(counts(), { done: 3 });
      assert.equal(run(), 0);
      project.write('data/d0001/a.txt', 'newer\n');
      project.commit('Change an input');
      assert.deepEqual(counts(), { done: 2, stale: 1 });
      assert.match(reasonOf('d0001') ?? '', /changed since/, 'the newest of both records is taken');
      assert.equal(run(), 1);
      assert.equal(project.read('copy/d0001/b.txt'), 'newer\n');
    });

  it('by a squash that threw newer records away is kept, and called what can be known', () => {
    project.write('data/d0001/a.txt', 'newer\n');
    project.commit('Change an input');
    const before = project.head();
    assert.equal(run(), 1);
    project.git('reset', '--quiet', '--soft', before);
    project.commit('All at once');
    assert.deepEqual(counts(), { done: 2, modified: 1 });
    assert.match(reasonOf('d0001') ?? '', /not what the last recorded job left: .*edited.*squash/);
  });

  it('by messages in another encoding has records of names in any language', () => {
    project.write('data/d\u00fcn/a.txt', 'x\n');
    project.commit('Add an input');
    project.git('config', 'i18n.logOutputEncoding', 'ISO-8859-1');
    project.git('config', 'i18n.commitEncoding', 'ISO-8859-1');
    assert.equal(run(), 1);
    assert.equal(run(), 0);
    const amend = ['commit', '--quiet', '--amend', '--no-edit'];
    project.git('-c', 'i18n.commitEncoding=UTF-8', ...amend, '--author=J\u00fcrgen <j@example.org>');
    project.git(...amend);
    assert.match(project.git('cat-file', 'commit', 'HEAD'), /^encoding ISO-8859-1$/m);
    assert.equal(run(), 0);
    const why = JSON.parse(project.minipach('why', 'copy/d\u00fcn', '--json').stdout);
    assert.equal(why.state, 'done');
    assert.equal(why.commits[project.head()].author, 'J\u00fcrgen');
  });

  it('by a squash has files that nobody records, which are recorded again without being touched', () => {
    project.git('reset', '--quiet', '--soft', start);
    project.commit('All at once');
    assert.deepEqual(counts(), { pending: 3 });
    assert.match(reasonOf('d0001') ?? '', /files are in copy\/d0001.*no commit of this branch records/);
    assert.equal(run(), 3);
    assert.deepEqual(counts(), { done: 3 });
    assert.equal(project.git('diff', '--stat', 'HEAD~3'), '', 'no file is another one');
  });

  it('by a squash whose files a job leaves otherwise keeps them, and says so', () => {
    project.git('reset', '--quiet', '--soft', start);
    project.write('copy/d0002/b.txt', 'by hand\n');
    project.commit('All at once');
    const result = project.minipach('run');
    assert.equal(result.code, 1);
    assert.match(
      result.stderr,
      /copy\/d0002 was not recorded\. It wrote copy\/d0002\/b\.txt, which is in the/,
    );
    assert.equal(project.read('copy/d0002/b.txt'), 'by hand\n');
    assert.deepEqual(counts(), { done: 2, pending: 1 });
  });

  it('by a reset begins anew where it points', () => {
    project.git('reset', '--quiet', '--hard', start);
    assert.deepEqual(counts(), { pending: 3 });
    assert.equal(run(), 3);
    project.git('reset', '--quiet', '--soft', start);
    assert.deepEqual(counts(), { pending: 3 });
    assert.equal(run(), 3);
    assert.deepEqual(counts(), { done: 3 });
    project.git('reset', '--quiet', start);
    assert.equal(run(), 3, 'files that lie there and equal the results are taken over');
    assert.deepEqual(counts(), { done: 3 });
  });

  it('by a revert has no result, and gets it again once', () => {
    project.git('revert', '--no-edit', 'HEAD');
    assert.deepEqual(counts(), { done: 2, pending: 1 });
    assert.match(reasonOf('d0003') ?? '', /Its result was removed/);
    assert.equal(run(), 1);
    assert.equal(run(), 0);
  });

  it('by the revert of a newer result has the older one, which is stale and no edit', () => {
    project.write('data/d0003/a.txt', 'newer\n');
    project.commit('Change an input');
    assert.equal(run(), 1);
    project.git('revert', '--no-edit', 'HEAD');
    assert.deepEqual(counts(), { done: 2, stale: 1 });
    assert.match(reasonOf('d0003') ?? '', /older result/);
    assert.equal(run(), 1);
    assert.equal(project.read('copy/d0003/b.txt'), 'newer\n');
    assert.equal(run(), 0);
    // With its input it is the older state of both, which is known.
    project.git('revert', '--no-edit', 'HEAD', 'HEAD~3');
    assert.deepEqual(counts(), { done: 3 });
  });

  it('by an amended record knows it by its message', () => {
    project.write('notes.txt', 'x\n');
    project.git('add', 'notes.txt');
    project.git('commit', '--quiet', '--amend', '--no-edit');
    assert.deepEqual(counts(), { done: 3 });
    const message = project.git('log', '-1', '--format=%B');
    project.git('commit', '--quiet', '--amend', '-m', message.replace('[DATALAD RUNCMD]', 'Better words:'));
    assert.deepEqual(counts(), { done: 3 });
    project.git('commit', '--quiet', '--amend', '-m', 'No record any more');
    assert.deepEqual(counts(), { done: 2, pending: 1 });
    assert.equal(run(), 1);
  });

  it('by garbage collection, another path and lost state is what it was', () => {
    project.git('gc', '--quiet', '--prune=now');
    assert.equal(run(), 0);
    rmSync(project.path('.git/minipach'), { recursive: true });
    assert.deepEqual(counts(), { done: 3 });
    assert.equal(run(), 0);
    const moved = project.at('..', 'moved to');
    renameSync(project.root, moved.root);
    assert.deepEqual(counts(moved), { done: 3 });
    moved.write('data/d0001/a.txt', 'changed\n');
    moved.commit('Change');
    assert.equal(run(moved), 1);
    moved.ok('datalad', ['rerun', 'HEAD']);
    assert.equal(moved.git('status', '--porcelain'), '');
  });

  it('by a force-push and a pull is the one that was pulled', () => {
    const clone = project.clone('clone');
    project.git('reset', '--quiet', '--hard', 'HEAD~1');
    project.write('data/d0001/a.txt', 'changed\n');
    project.commit('Change');
    assert.equal(run(), 2);
    clone.git('fetch', '--quiet');
    clone.git('reset', '--quiet', '--hard', 'origin/main');
    assert.deepEqual(counts(clone), { done: 3 });
    assert.equal(run(clone), 0);
  });

  it('by a merge has the results of both, also of one datum', () => {
    project.git('reset', '--quiet', '--hard', start);
    const other = project.clone('other');
    assert.equal(project.minipach('run', 'copy/d0001', 'copy/d0002').code, 0);
    assert.equal(other.minipach('run', 'copy/d0002', 'copy/d0003').code, 0);
    project.git('pull', '--quiet', '--no-rebase', '--no-edit', other.root, 'main');
    assert.deepEqual(counts(), { done: 3 });
    assert.equal(run(), 0);
  });

  for (const kind of ['left alone', 'edited since', 'edited in it'])
    it(`by a merge that mixes two results of one datum: computed anew, or kept where somebody had a hand in it (${kind})`, () => {
      const line = (digit: string): string => `${digit}\n`.repeat(8);
      for (const digit of ['1', '2', '3']) project.write(`in/${digit}`, line(digit));
      const sum = 'pipeline: { name: sum }\ninput: { pfs: { repo: in, glob: / } }\n';
      project.write('sum/spec.yml', `${sum}transform: { cmd: "cat {in}/* > {out}/all.txt" }\n`);
      project.commit('Add a pipeline');
      assert.equal(project.minipach('run').code, 0);
      const other = project.clone('other');
      for (const [at, digit] of [
        [project, '1'],
        [other, '3'],
      ] as const) {
        at.write(`in/${digit}`, line('new'));
        at.commit('Change an input');
        assert.equal(at.minipach('run').code, 0);
      }
      const pull = ['pull', '--quiet', '--no-rebase', other.root, 'main'];
      project.git(...pull, kind === 'edited in it' ? '--no-commit' : '--no-edit');
      const merged = project.read('sum/all.txt');
      if (kind !== 'left alone') {
        project.write('sum/all.txt', `${merged}by hand\n`);
        project.commit('Merge, or edit');
      }
      const stateOf = (): { state: string; reason?: string } =>
        project
          .status()
          .pipelines.find(({ name }: { name: string }) => name === 'sum')
          .datums.at(0);
      const before = project.git('count-objects');
      if (kind === 'left alone') {
        assert.match(stateOf()?.reason ?? '', /merge has mixed the results of \w{8} and \w{8}/);
        assert.equal(project.git('count-objects'), before, 'a look at it stores nothing');
        const run = project.minipach('run');
        assert.match(run.stdout, /1 (?:done|copied)/, run.stderr);
        assert.equal(project.git('log', '-1', '--format=%s').trim(), '[DATALAD RUNCMD] sum: (all)');
        assert.equal(project.read('sum/all.txt'), line('new') + line('2') + line('new'));
      } else {
        assert.equal(stateOf()?.state, 'modified');
        assert.match(project.minipach('run').stderr, /out of date .*kept: 'sum\/\(all\)'/);
        assert.equal(project.read('sum/all.txt'), `${merged}by hand\n`);
      }
    });

  for (const side of ['ours', 'theirs'])
    it(`by a merge of unlike results has the one that was chosen (${side})`, () => {
      project.write('code/copy.sh', 'pwd > "$2/where"\n');
      project.commit('Leave what is never twice the same');
      const other = project.clone('other');
      assert.equal(project.minipach('run').code, 0);
      assert.equal(other.minipach('run').code, 0);
      assert.throws(
        () => project.git('pull', '--quiet', '--no-rebase', '--no-edit', other.root, 'main'),
        /CONFLICT/,
      );
      project.git('checkout', `--${side}`, '.');
      project.commit('Choose');
      assert.deepEqual(counts(), { done: 3 });
      assert.equal(run(), 0);
      project.git('checkout', '--quiet', 'HEAD^2', '--', 'copy/d0001');
      project.git('commit', '--quiet', '--allow-empty', '-m', 'Take one of the others');
      assert.deepEqual(counts(), { done: 3 });
    });
});
