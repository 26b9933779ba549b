import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { isAlive } from '../rigs/processes.ts';
import { ended, MINIPACH, TestProject } from '../rigs/project.ts';
import { assertWhole, takeDown } from '../rigs/whole-project.ts';

/** A run in which some jobs are done and one waits, with processes that ignore what they are asked. */
describe('a run that is stopped', function () {
  this.timeout(60_000);
  let project: TestProject;
  beforeEach(() => {
    project = TestProject.make({ annex: true });
    for (let datum = 1; datum <= 12; datum += 1) project.write(`data/d${datum}/a.txt`, `${datum}\n`);
    project.write(
      'code/run.sh',
      `cp "$1/a.txt" "$2/b.txt"; test "$1" != data/d9 || { cd ..; setsid sleep 300 & echo $! > '${project.path('../pids')}'; until [ -e '${project.path('../go')}' ]; do sleep 0.02; done; }\n`,
    );
    project.write(
      'out/spec.yml',
      'input: {pfs: {repo: data, glob: "/*", name: data}}\ntransform: {cmd: [sh, code/run.sh, "{data}", "{out}"]}\n',
    );
    project.commit('Begin');
  });
  afterEach(() => project.remove());

  /** Starts a run at the head of a process group, as a shell does in a terminal, and waits for the job that waits. */
  const begin = async (...args: string[]): Promise<ChildProcess> => {
    const runner = spawn(process.execPath, [MINIPACH, 'run', '-j', '2', ...args], {
      cwd: project.root,
      stdio: 'ignore',
      detached: true,
    });
    while (!existsSync(project.path('../pids'))) await delay(20);
    return runner;
  };
  const assertStopped = (was: ReturnType<typeof takeDown>, what: string): void => {
    assertWhole(project, was, what);
    const { counts } = project.status().pipelines[0];
    assert.equal(counts.done, project.records().length, what);
    assert.equal(counts.done + counts.pending, 12, what);
    assert.ok(counts.done > 0 && counts.pending > 0, what);
    assert.ok(!isAlive(Number(project.read('../pids'))), what);
  };

  it('survives Ctrl-C in a terminal while results wait for the user’s own git', async () => {
    const was = takeDown(project);
    project.write('.git/index.lock', '');
    const runner = await begin();
    // A terminal's signal goes to a whole group: none of the helpers may be in it.
    const groups = project
      .ok('ps', ['-o', 'pgid=', '--ppid', String(runner.pid)])
      .trim()
      .split(/\s+/);
    assert.ok(groups.length > 0 && !groups.includes(String(runner.pid)), groups.join());
    process.kill(-(runner.pid ?? 0), 'SIGINT');
    while (isAlive(Number(project.read('../pids')))) await delay(20);
    project.ok('rm', ['.git/index.lock']);
    assert.equal(await ended(runner), 130);
    assertStopped(was, 'Ctrl-C');
  });

  it('at once by a second signal, with a word', async () => {
    project.write('.git/index.lock', '');
    const runner = project.start(['run', '-j', '2'], 'pipe', 'pipe');
    let told = '';
    runner.stderr?.on('data', (data) => {
      told += data;
    });
    // Who waits for somebody else's lock says so in the meantime.
    while (!told.includes('Waiting for ')) await delay(20);
    assert.match(told, /index\.lock: another git command works on the project/);
    runner.kill('SIGINT');
    while (isAlive(Number(project.read('../pids')))) await delay(20);
    runner.kill('SIGINT');
    assert.equal(await ended(runner), 130);
    assert.match(told, /Ended at once\. What is finished and not recorded yet/);
    project.ok('rm', ['.git/index.lock']);
    writeFileSync(project.path('../go'), '');
    assert.equal(project.minipach('run').code, 0);
  });

  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    it(`by ${signal}: jobs end, and what is finished is recorded`, async () => {
      const was = takeDown(project);
      const runner = await begin();
      process.kill(-(runner.pid ?? 0), signal);
      assert.equal(await ended(runner), 130);
      assertStopped(was, signal);
      writeFileSync(project.path('../go'), '');
      const next = project.minipach('run');
      assert.equal(next.code, 0, next.stderr);
      assert.deepEqual(project.status().pipelines[0].counts, { done: 12 });
      assertWhole(project, was, 'gone on');
    });

  it('by nothing, when a job kills who has started it: that one fails and says so', () => {
    const kill = 'case "$1" in *1) kill -9 $PPID; sleep 9;; esac';
    project.write('code/run.sh', `${kill}\ncp "$1/a.txt" "$2/b.txt"\n`);
    project.write('out/spec.yml', `${project.read('out/spec.yml')}datum_tries: 2\n`);
    project.commit('Kill');
    const { code, stdout } = project.minipach('run', '-j', '1');
    assert.equal(code, 1, stdout);
    for (const datum of ['d1', 'd11']) {
      const said = `failed +out/${datum}: The process that starts jobs was killed, by this job or from outside`;
      assert.match(stdout, new RegExp(said));
    }
    assert.match(stdout, /\n10 done, 2 failed\.\n/);
  });

  it('from another terminal leaves nothing half recorded', async () => {
    const was = takeDown(project);
    const runner = await begin();
    const stop = project.minipach('stop');
    assert.equal(stop.code, 0, stop.stderr);
    assert.equal(await ended(runner), 130);
    assertStopped(was, 'stop');
  });

  it('by its first failure starts nothing more and records what is finished', () => {
    project.write('code/run.sh', 'cp "$1/a.txt" "$2/b.txt"; test "$1" != data/d11\n');
    project.commit('Fail');
    const was = takeDown(project);
    const result = project.minipach('run', '-j', '1', '--fail-fast');
    assert.equal(result.code, 1);
    assert.match(result.stdout, /2 done, 1 failed, 9 not started after that\.\n/);
    const { counts } = project.status().pipelines[0];
    // In order of code points: d1, d10, d11, d12, d2 …
    assert.deepEqual(counts, { done: 2, failed: 1, pending: 9 });
    assertWhole(project, was, 'fail fast');
  });
});
