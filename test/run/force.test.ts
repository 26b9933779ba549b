import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { ended, seededRandom, spec, TestProject } from '../rigs/project.ts';

describe('run --force', function () {
  this.timeout(60_000);
  let project: TestProject;
  afterEach(() => project.remove());

  const counts = (): unknown => project.status().pipelines[0].counts;

  it('computes done datums again, and commits nothing where the result is the same', () => {
    project = TestProject.withCopies(3);
    project.minipach('run');
    const head = project.head();
    const run = project.minipach('run', '--force', 'copy/d0001', 'copy/d0002');
    assert.equal(run.code, 0, run.stderr);
    assert.match(run.stdout, /2 came out the same/);
    assert.equal(project.executions(), 5);
    assert.equal(project.head(), head);
    assert.deepEqual(counts(), { done: 3 });
    assert.match(project.minipach('run', '--force').stdout, /3 came out the same/);
    assert.equal(project.executions(), 8);
  });

  it('is what a run names for a result that was edited and is out of date', () => {
    project = TestProject.withCopies(3);
    project.minipach('run');
    for (const datum of ['d0001', 'd0002']) project.write(`copy/${datum}/b.txt`, 'edited\n');
    project.commit('Edit results');
    assert.equal(project.minipach('run').stderr, '', 'nothing is to be done for an edit by itself');
    project.write('data/d0001/a.txt', 'newer\n');
    project.commit('Change an input');
    const kept =
      /^1 result is out of date .* kept: copy\/d0001\. .*minipach why copy\/d0001.*run --force copy\/d0001$/m;
    for (const names of [[], ['copy'], ['copy/d0001']]) {
      const run = project.minipach('run', ...names);
      assert.equal(run.code, 0);
      assert.match(run.stderr.replace(/^minipach: /gm, ''), kept);
    }
    assert.equal(project.minipach('run', 'copy/d0002').stderr, '');
    const events = project.minipach('run', '--json').stdout.trim().split('\n');
    const messages = events.map((line) => JSON.parse(line)).filter(({ event }) => event === 'message');
    assert.match(messages[0].message, kept);
    assert.equal(project.executions(), 3);
    assert.equal(project.minipach('run', '--force', 'copy/d0001').code, 0);
    assert.equal(project.read('copy/d0001/b.txt'), 'newer\n');
    assert.equal(project.minipach('run').stderr, '');
  });

  /** A pipeline whose result grows by a line with each execution, and one that reads it. */
  const growing = (): void => {
    project.write('code/grow.sh', 'echo run >> "$COUNT_FILE"; cat "$COUNT_FILE" > "$2/b.txt"\n');
    project.write('grow/spec.yml', spec('grow', 'data', '[sh, code/grow.sh, "{data}", "{out}"]'));
    project.write('read/spec.yml', spec('read', 'grow', '[sh, -c, "wc -l < {grow}/b.txt > {out}/n"]'));
    project.git('rm', '-rq', 'copy');
    project.commit('Add pipelines');
  };

  it('records what came out otherwise, and makes stale only what depends on it', () => {
    project = TestProject.withCopies(2);
    growing();
    assert.equal(project.minipach('run', '-j', '1').code, 0);
    assert.equal(project.read('read/d0001/n').trim(), '1');
    const run = project.minipach('run', '--force', 'grow/d0001');
    assert.equal(run.code, 0, run.stderr);
    assert.match(run.stdout, /1 done/);
    assert.equal(project.read('grow/d0001/b.txt'), 'run\n'.repeat(3));
    assert.equal(project.plan()['read']?.datums['d0001']?.state, 'stale');
    assert.equal(project.plan()['read']?.datums['d0002']?.state, 'done');
    assert.equal(project.git('status', '--porcelain'), '');
  });

  it('of everything computes a dependent once, after what it reads', () => {
    project = TestProject.withCopies(1);
    growing();
    assert.equal(project.minipach('run').code, 0);
    const run = project.minipach('run', '--force');
    assert.equal(run.code, 0, run.stderr);
    assert.equal(project.read('read/d0001/n').trim(), '2');
    assert.equal(project.records().filter((title) => title.includes('read')).length, 2);
    assert.equal(project.plan()['read']?.datums['d0001']?.state, 'done');
  });

  it('computes a copy by itself when it is named, and leaves its equal', () => {
    project = TestProject.withCopies(1);
    project.write('data/twin/a.txt', 'content 1\n');
    project.commit('Add a twin');
    project.minipach('run');
    assert.equal(project.executions(), 1);
    const run = project.minipach('run', '--force', 'copy/twin');
    assert.match(run.stdout, /1 came out the same/);
    assert.equal(project.executions(), 2);
  });

  it('keeps edits unless their datum is named, and says how it is run over', () => {
    project = TestProject.withCopies(2);
    project.minipach('run');
    project.write('copy/d0002/b.txt', 'mended\n');
    const edit = project.commit('Mend a result');
    for (const names of [[], ['copy']]) {
      const run = project.minipach('run', '--force', ...names);
      assert.match(run.stderr, /kept as they are: copy\/d0002.*minipach run --force copy\/d0002/);
      assert.equal(project.head(), edit);
    }
    const run = project.minipach('run', '--force', 'copy/d0002');
    assert.equal(run.code, 0, run.stderr);
    assert.equal(project.read('copy/d0002/b.txt'), 'content 2\n');
    assert.equal(project.git('show', `${edit}:copy/d0002/b.txt`), 'mended\n', 'the edit stays in history');
  });

  it('never overwrites an edit that is not committed', () => {
    project = TestProject.withCopies(1);
    growing();
    project.minipach('run', 'grow');
    project.write('grow/d0001/b.txt', 'mended\n');
    const run = project.minipach('run', '--force', 'grow/d0001');
    assert.equal(run.code, 1);
    assert.match(run.stderr, /grow\/d0001\/b\.txt in the work tree is yours/);
    assert.equal(project.read('grow/d0001/b.txt'), 'mended\n');
    // The result waits, and is recorded by any run once the file is out of the way, though its datum is done.
    project.git('checkout', '--', 'grow');
    assert.equal(project.minipach('run', 'grow').code, 0);
    assert.equal(project.read('grow/d0001/b.txt'), 'run\n'.repeat(2));
    assert.equal(project.executions(), 2);
  });

  it('leaves the earlier result when it fails', () => {
    project = TestProject.withCopies(1);
    project.write(
      'code/copy.sh',
      'test ! -e "$COUNT_FILE" || exit 3; echo run >> "$COUNT_FILE"; echo x > "$2/b.txt"\n',
    );
    project.commit('Run once only');
    project.minipach('run');
    const head = project.head();
    const run = project.minipach('run', '--force');
    assert.equal(run.code, 1);
    assert.match(run.stdout, /1 failed/);
    assert.equal(project.head(), head);
    assert.deepEqual(counts(), { done: 1 });
  });

  it('beside other runs computes each datum once more at least, and at most once itself', async () => {
    project = TestProject.withCopies(6);
    // A number that no other execution has: each one is recorded.
    project.write(
      'code/copy.sh',
      'echo "copy: $(basename "$1")" >> "$COUNT_FILE"; date +%s%N > "$2/b.txt"\n',
    );
    project.commit('Print what differs');
    project.minipach('run');
    const runners = [['run', '--force'], ['run', '--force'], ['run']].map((args) => project.start(args));
    assert.deepEqual(await Promise.all(runners.map(ended)), [0, 0, 0]);
    assert.deepEqual(counts(), { done: 6 });
    const executed = readFileSync(project.countFile, 'utf8').trim().split('\n').sort();
    for (let datum = 1; datum <= 6; datum += 1) {
      const times = executed.filter((one) => one === `copy: d000${datum}`).length;
      // Once by the first run; then by the one forced run, or by both. The one that is not forced has nothing to do.
      assert.ok(times === 2 || times === 3, executed.join());
    }
    const recorded = project.records().map((title) => title.replace('[DATALAD RUNCMD] ', ''));
    assert.deepEqual(recorded.sort(), executed);
    assert.equal(project.git('status', '--porcelain'), '');
  });

  it('loses nothing that it has computed when it is killed', async () => {
    project = TestProject.withCopies(12);
    project.write('code/copy.sh', 'echo run >> "$COUNT_FILE"; cat "$COUNT_FILE" > "$2/b.txt"\n');
    project.commit('Leave more each time');
    project.minipach('run', '-j', '1');
    const random = seededRandom(7);
    for (let killed = 0; killed < 4; killed += 1) {
      const runner = project.start(['run', '--force', '-j', '1']);
      await delay(500 + random() * 900);
      runner.kill('SIGKILL');
      await ended(runner);
    }
    const last = project.minipach('run');
    assert.equal(last.code, 0, last.stderr);
    assert.deepEqual(counts(), { done: 12 });
    assert.equal(project.git('status', '--porcelain'), '');
    assert.deepEqual(
      readdirSync(project.path('.git/minipach/results')).flatMap((name) =>
        readdirSync(project.path('.git/minipach/results', name)),
      ),
      [],
    );
    // A job that was killed leaves no result; each of the others has its commit.
    const recorded = project.records().length;
    assert.ok(recorded >= project.executions() - 4 && recorded <= project.executions(), `${recorded}`);
  });

  it('goes on in a shallow clone, which status tells of', () => {
    project = TestProject.withCopies(2);
    project.minipach('run');
    const clone = project.clone('shallow', '--depth=2');
    assert.match(clone.minipach('status').stderr, /History is incomplete/);
    assert.equal(clone.status().shallow, true);
    assert.equal(clone.minipach('run').code, 3);
    const run = clone.minipach('run', '--force', 'copy/d0001', 'copy/d0002');
    assert.equal(run.code, 0, run.stderr);
    assert.deepEqual(clone.status().pipelines[0].counts, { done: 2 });
  });
});
