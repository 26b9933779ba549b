import assert from 'node:assert/strict';
import type { ChildProcess } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { ended, TestProject } from '../rigs/project.ts';

describe('a runner that waits for another one', function () {
  this.timeout(120_000);
  let project: TestProject;
  const started: ChildProcess[] = [];
  afterEach(() => {
    for (const runner of started.splice(0)) runner.kill('SIGKILL');
    project.remove();
  });
  const start = (...args: string[]): { runner: ChildProcess; said: () => string } => {
    const runner = project.start(['run', ...args], 'pipe', 'pipe');
    let said = '';
    for (const stream of [runner.stdout, runner.stderr])
      stream?.on('data', (data) => {
        said += data;
      });
    started.push(runner);
    return { runner, said: () => said };
  };
  const until = async (isSo: () => boolean): Promise<void> => {
    while (!isSo()) await delay(50);
  };

  /** A runner with a result to record, stopped while it holds the record lock. */
  const stopRecorder = async (): Promise<ChildProcess> => {
    project = TestProject.withCopies(3);
    // It waits for this one with the record lock held.
    project.write('.git/index.lock', '');
    const { runner } = start('copy/d0001');
    const lock = project.path('.git/minipach/record/lock/re');
    await until(() => existsSync(lock) && readdirSync(lock).length > 0 && project.executions() === 1);
    await until(() => project.status().runs[0]?.recording === true);
    runner.kill('SIGSTOP');
    project.ok('rm', ['.git/index.lock']);
    return runner;
  };

  it('says so of one that was stopped while it records, and how to go on', async () => {
    const stopped = await stopRecorder();
    const { runner, said } = start();
    const events = start('--json');
    await until(() => said().includes(`kill -CONT ${stopped.pid}`));
    await until(() => events.said().includes(`kill -CONT ${stopped.pid}`));
    assert.match(
      said(),
      /Results wait to be recorded: process \d+ on \S+ was stopped by a signal while it records/,
    );
    const [run] = project.status().runs.filter(({ pid }: { pid: number }) => pid === stopped.pid);
    assert.equal(run.stopped, true);
    assert.match(
      project.minipach('status').stdout,
      /run \S+ is live: process \d+ on \S+, records results, was stopped/,
    );
    assert.match(project.minipach('release').stdout, /the recording of results/);
    // It is let go on, as the message says.
    stopped.kill('SIGCONT');
    assert.deepEqual(await Promise.all([stopped, runner, events.runner].map(ended)), [0, 0, 0]);
    assert.equal(project.records().length, 3);
    assert.equal(project.executions(), 3);
    assert.equal(project.git('status', '--porcelain'), '');
  });

  it('goes on when a person has taken everything from that one, which then does nothing', async () => {
    const stopped = await stopRecorder();
    const { runner, said } = start();
    await until(() => said().includes('--force'));
    const [, run = ''] = /release --all-of (\S+) --force/.exec(said()) ?? [];
    const released = project.minipach('release', '--all-of', run, '--force');
    assert.equal(released.code, 0, released.stderr);
    assert.equal(await ended(runner), 0);
    const head = project.head();
    stopped.kill('SIGCONT');
    assert.equal(await ended(stopped), 3);
    assert.equal(project.head(), head);
    assert.equal(project.records().length, 3);
    assert.equal(project.git('status', '--porcelain'), '');
    assert.ok(!existsSync(project.path('.git/index.lock')));
  });

  it('tells who holds what, finishes with the others and ends well', async () => {
    project = TestProject.withCopies(3);
    project.write(
      'code/copy.sh',
      'echo run >> "$COUNT_FILE"; while test ! -e "$COUNT_FILE.go"; do sleep 0.05; done; cat "$1/a.txt" > "$2/b.txt"\n',
    );
    project.commit('Wait');
    const first = start('-j', '3');
    await until(() => project.executions() === 3);
    const others = [start(), start('--json')];
    for (const { said } of others)
      await until(() => said().split(`rocess ${first.runner.pid} on`).length === 4);
    assert.match(others[0]?.said() ?? '', /waits {4}copy\/d0002: Process \d+ on \S+ does it\./);
    const status = project.status();
    assert.deepEqual(status.runs.map(({ jobs }: { jobs: number }) => jobs).sort(), [0, 0, 3]);
    for (const { holder } of status.pipelines[0].datums) assert.equal(holder.pid, first.runner.pid);
    assert.match(project.minipach('status').stdout, /is live: process \d+ on \S+, holds 3 jobs\n/);
    project.write('../executions.go', '');
    assert.deepEqual(await Promise.all([first, ...others].map(({ runner }) => ended(runner))), [0, 0, 0]);
    assert.equal(project.executions(), 3);
    assert.equal(project.records().length, 3);
  });
});
