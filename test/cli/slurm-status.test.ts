import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { GatedProject, until } from '../rigs/gated-project.ts';
import { ended } from '../rigs/project.ts';
import { clusterOfSuite } from '../rigs/slurm-suite.ts';

describe('jobs in Slurm', function () {
  this.timeout(120_000);
  const cluster = clusterOfSuite({ cpus: 2 });
  let gate: GatedProject;
  afterEach(() => gate.project.remove());
  const ask = (...args: string[]) => gate.project.minipachWith(cluster().environment, ...args);
  const start = () => gate.project.startWith(cluster().environment, ['run', '--executor', 'slurm']);

  it('are shown with their task, its state, node and why it waits, by status, why and release', async () => {
    gate = new GatedProject(3, 'slurm:\n  parallelism: 2\n');
    const runner = start();
    await gate.begun('d0001', 'd0002');
    const status = ask('status');
    assert.match(status.stdout, /d0001.*by Slurm's task \d+_0, running on node1 for 0:\d\d/);
    assert.match(
      status.stdout,
      /d0003.*by Slurm's task \d+_2, which waits \((?:JobArrayTaskLimit|None|Resources)\)/,
    );
    assert.equal(status.stdout.match(/^run /gm)?.length, 1);
    const { pipelines, runs } = JSON.parse(ask('status', '--json').stdout);
    const [first, , third] = pipelines[0].datums;
    assert.deepEqual(pipelines[0].counts, { running: 3 });
    assert.equal(first.holder.task.task, 0);
    assert.equal(first.holder.slurm.state, 'RUNNING');
    assert.equal(first.holder.slurm.node, 'node1');
    assert.equal(third.holder.slurm.state, 'PENDING');
    assert.equal(runs.length, 1);
    assert.equal(runs[0].pid, runner.pid);
    assert.match(ask('why', 'copy/d0003').stdout, /task 2 of Slurm's array copy\.[0-9a-f]{10}/);
    const release = ask('release', 'copy/d0003');
    assert.equal(release.code, 1);
    assert.match(release.stderr, /Slurm has task 2 of Slurm's array .*: end it with `minipach stop /);
    gate.open();
    assert.equal(await ended(runner), 0);
    assert.deepEqual(gate.project.status().pipelines[0].counts, { done: 3 });
  });

  it('are told in the feed as they change, and not as time goes by', async () => {
    gate = new GatedProject(3, 'slurm:\n  parallelism: 2\n');
    const feed = gate.project.startWith(cluster().environment, ['status', '--watch', '--json'], 'pipe');
    // biome-ignore lint/suspicious/noExplicitAny: tests look into documents as any reader would.
    const lines: any[] = [];
    if (feed.stdout === null) throw new Error('no feed');
    createInterface(feed.stdout).on('line', (line) => lines.push(JSON.parse(line)));
    const runner = start();
    const told = (datum: string): string[] =>
      lines
        .flatMap((line) => line.pipelines?.[0].datums ?? [line.datum])
        .filter((one) => one?.datum === datum)
        .map((one) => `${one.state} ${one.holder?.slurm?.state ?? ''}`);
    await gate.begun('d0001', 'd0002');
    await until(
      'the feed tells that one runs and one waits',
      () => told('d0001').includes('running RUNNING') && told('d0003').includes('running PENDING'),
    );
    const before = lines.length;
    await new Promise((resolve) => setTimeout(resolve, 5000));
    assert.ok(lines.length - before <= 1, JSON.stringify(lines.slice(before)));
    gate.open('d0001');
    await until('the third one begins, and is told', () => told('d0003').includes('running RUNNING'));
    gate.open();
    assert.equal(await ended(runner), 0);
    // A datum that is done is told by a line, or by a whole document, which leaves it out.
    await until('all is done', () => lines.some((line) => (line.pipelines?.[0] ?? line).counts.done === 3));
    feed.kill();
    await once(feed, 'close');
  });

  it('are ended by stop, though their run is gone, and can be run at once', async () => {
    gate = new GatedProject(3, 'slurm:\n  parallelism: 2\n');
    const runner = start();
    await gate.begun('d0001', 'd0002');
    runner.kill('SIGKILL');
    await ended(runner);
    assert.match(
      ask('status').stdout,
      /^run \S+ is live: 3 tasks in Slurm, submitted on \S+ by a process that is gone/m,
    );
    const stopped = ask('stop');
    assert.equal(stopped.code, 0, stopped.stderr);
    assert.match(stopped.stdout, /^Stopped run /m);
    assert.deepEqual(JSON.parse(ask('status', '--json').stdout).pipelines[0].counts, { pending: 3 });
    gate.open();
    assert.equal(ask('run').code, 0);
    assert.equal(gate.project.executions(), 5);
    assert.equal(ask('gc', '--yes').code, 0);
  });
});
