import assert from 'node:assert/strict';
import { createInterface } from 'node:readline';
import type { FeedLine } from '../../src/plan/feed-line.ts';
import type { StatusReport } from '../../src/plan/report.ts';
import type { RunEvent } from '../../src/plan/run-event.ts';
import { ended, spec, TestProject } from '../rigs/project.ts';

describe('what machines read', function () {
  this.timeout(60_000);
  let project: TestProject;
  beforeEach(() => {
    project = TestProject.withCopies(3);
  });
  afterEach(() => project.remove());

  it('plan --json tells pipelines, datums, jobs, places and what is unsaved', () => {
    project.write('copy/spec.yml', `${project.read('copy/spec.yml')}# changed\n`);
    project.write('data/new/a.txt', 'new\n');
    project.write('elsewhere.txt', 'not of interest\n');
    const report = JSON.parse(project.minipach('plan', '--json').stdout) as StatusReport;
    assert.equal(report.version, 1);
    assert.equal(report.head, project.head());
    assert.deepEqual(report.dirty, ['copy/spec.yml', 'data/new/a.txt']);
    const [pipeline] = report.pipelines;
    assert.equal(pipeline?.name, 'copy');
    assert.equal(pipeline?.directory, 'copy');
    assert.deepEqual(pipeline?.counts, { pending: 3 });
    const datum = pipeline?.datums[1];
    assert.deepEqual(
      { ...datum, job: datum?.job?.length },
      {
        datum: 'd0002',
        state: 'pending',
        job: 64,
        output: 'copy/d0002',
        inputs: { data: ['data/d0002'] },
        bytesToFetch: 0,
      },
    );
  });

  it('keys do not depend on the place, the branch, the user or the time', () => {
    const keys = (one: TestProject): unknown =>
      one.status().pipelines[0].datums.map((datum: { job: string }) => datum.job);
    const clone = project.clone('elsewhere');
    clone.git('config', 'user.name', 'Somebody Else');
    clone.git('switch', '--quiet', '-c', 'other');
    assert.deepEqual(keys(clone), keys(project));
  });

  it('status --json pages through datums of one state', () => {
    project.minipach('run', 'copy/d0002');
    assert.deepEqual(project.status().pipelines[0].counts, { done: 1, pending: 2 });
    const page = project.status('copy', '--state', 'pending', '--offset', '1', '--limit', '1').pipelines[0];
    assert.deepEqual(page.counts, { done: 1, pending: 2 }, 'counts are those of all datums');
    assert.deepEqual(
      page.datums.map((datum: { datum: string }) => datum.datum),
      ['d0003'],
    );
    const names = (...args: string[]): string[] =>
      project.status(...args).pipelines[0].datums.map((datum: { datum: string }) => datum.datum);
    assert.deepEqual(names('--match', 'D0003'), ['d0003']);
    assert.deepEqual(names('--match', '00', '--state', 'pending', '--limit', '1'), ['d0001']);
    const done = project.status('--state', 'done').pipelines[0].datums[0];
    assert.equal(done.commit, project.head());
  });

  it('run --json tells every event, numbered, and the end last', () => {
    project.write('data/twin/a.txt', 'content 1\n');
    project.write('data/bad/nothing.txt', 'x\n');
    project.commit('Add an equal and a bad datum');
    const { code, stdout } = project.minipach('run', '--json', '-j', '2');
    assert.equal(code, 1);
    const events = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as RunEvent);
    assert.deepEqual(
      events.map((event) => event.seq),
      events.map((_, position) => position + 1),
    );
    assert.equal(events[0]?.event, 'run-started');
    const last = events.at(-1);
    assert.ok(last?.event === 'run-finished');
    assert.deepEqual(last.counts, {
      done: 3,
      reused: 1,
      notStarted: 0,
      skipped: 0,
      failed: 1,
      stopped: 0,
      recovered: 0,
      unchanged: 0,
    });
    assert.equal(last.exit, 1);
    const count = (kind: RunEvent['event']): number => events.filter((event) => event.event === kind).length;
    assert.deepEqual(
      [count('job-started'), count('job-finished'), count('job-failed'), count('job-recorded')],
      [6, 3, 1, 4],
    );
  });

  it('status --watch --json tells all first, then each change, whoever makes it', async () => {
    const watcher = project.start(['status', '--watch', '--json'], 'pipe');
    const { stdout } = watcher;
    assert.ok(stdout);
    const lines = createInterface({ input: stdout })[Symbol.asyncIterator]();
    const next = async (): Promise<FeedLine> => JSON.parse((await lines.next()).value as string) as FeedLine;
    const first = await next();
    assert.ok(first.kind === 'status');
    assert.deepEqual(first.pipelines[0]?.counts, { pending: 3 });
    assert.equal(first.pipelines[0]?.datums.length, 3);
    const run = project.start(['run', '-j', '1']);
    const done = new Set<string>();
    while (done.size < 3) {
      const line = await next();
      if (line.kind === 'change' && line.datum.state === 'done') done.add(line.datum.datum);
      if (line.kind === 'status' && line.pipelines[0]?.counts.done === 3) break;
    }
    assert.equal(await ended(run), 0);
    // A commit that changes nothing of that is told by itself: an editor looks specs up in it.
    project.write('notes.txt', 'mine\n');
    project.commit('Add notes');
    const head = project.git('rev-parse', 'HEAD').trim();
    for (;;) {
      const line = await next();
      if (!('head' in line) || line.head !== head) continue;
      assert.equal(line.kind, 'head');
      break;
    }
    // A new pipeline is more than a change of a datum: everything comes again.
    project.write('more/spec.yml', spec('more', 'data', '["true"]'));
    project.commit('Add a pipeline');
    for (;;) {
      const line = await next();
      if (line.kind === 'status' && line.pipelines.length === 2) break;
    }
    watcher.kill('SIGTERM');
    assert.equal(await ended(watcher), 0);
  });

  it('status --watch --json notices when a runner was killed', async () => {
    project.write('code/copy.sh', 'sleep 15\n');
    project.commit('Take long');
    const run = project.start(['run', '-j', '1']);
    const watcher = project.start(['status', '--watch', '--json'], 'pipe');
    const { stdout } = watcher;
    assert.ok(stdout);
    const lines = createInterface({ input: stdout })[Symbol.asyncIterator]();
    const until = async (wanted: (line: FeedLine) => boolean): Promise<void> => {
      while (!wanted(JSON.parse((await lines.next()).value as string) as FeedLine));
    };
    const running = (line: FeedLine): number | undefined =>
      (line.kind === 'status' ? line.pipelines[0]?.counts : 'counts' in line ? line.counts : undefined)
        ?.running;
    await until((line) => running(line) === 1);
    run.kill('SIGKILL');
    await until((line) => ['status', 'change'].includes(line.kind) && running(line) === undefined);
    watcher.kill('SIGTERM');
    await Promise.all([ended(run), ended(watcher)]);
  });

  it('run --save commits the spec, code and inputs that are not saved, and nothing else', () => {
    project.write('copy/spec.yml', spec('copy', 'data', '[sh, code/other.sh, "{data}", "{out}"]'));
    project.write('code/other.sh', 'cp "$1/a.txt" "$2/c.txt"\n');
    project.write('data/d0004/a.txt', 'content 4\n');
    project.write('notes.txt', 'mine\n');
    const result = project.minipach('run', '--save');
    assert.equal(result.code, 0, result.stderr);
    assert.equal(project.read('copy/d0004/c.txt'), 'content 4\n');
    assert.equal(project.git('status', '--porcelain'), '?? notes.txt\n');
  });

  it('run --detach goes on by itself', async () => {
    const result = project.minipach('run', '--detach');
    assert.equal(result.code, 0, result.stderr);
    assert.match(result.stdout, /Started process \d+/);
    const until = performance.now() + 30_000;
    while (project.records().length < 3 && performance.now() < until)
      await new Promise((resolve) => setTimeout(resolve, 100));
    assert.equal(project.records().length, 3);
    while (project.status().runs.length > 0 && performance.now() < until)
      await new Promise((resolve) => setTimeout(resolve, 100));
  });

  it('logs tells where a log is, prints it, and says why there is none', () => {
    assert.match(project.minipach('logs', 'copy/d0001').stderr, /It has not run yet/);
    project.write('code/copy.sh', 'echo hello from $1; cp "$1/a.txt" "$2/b.txt"\n');
    project.write('data/twin/a.txt', 'content 1\n');
    project.commit('Speak');
    project.minipach('run');
    assert.equal(project.minipach('logs', 'copy/d0001').stdout, 'hello from data/d0001\n');
    assert.match(project.minipach('logs', '--path', 'copy/d0001').stdout, /logs\/..\/[0-9a-f]{64}\.log\n$/);
    const clone = project.clone('clone');
    assert.match(clone.minipach('logs', 'copy/d0001').stderr, /computed elsewhere/);
    assert.match(clone.minipach('logs', 'copy/twin').stderr, /copied from an equal one/);
  });
});
