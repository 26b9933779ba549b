import assert from 'node:assert/strict';
import { setTimeout as delay } from 'node:timers/promises';
import { GatedProject, until } from '../rigs/gated-project.ts';
import { ended, TestProject } from '../rigs/project.ts';
import { clusterOfSuite } from '../rigs/slurm-suite.ts';

const RUN = ['run', '--executor', 'slurm'];
const onDisk = (scratch: string): string => (scratch === '' ? '' : " on nodes' own disks");

describe('what takes Slurm minutes', function () {
  this.timeout(400_000);
  const cluster = clusterOfSuite();
  let project: TestProject;
  afterEach(() => project.remove());
  const variables = () => ({ ...cluster().environment, NODE_DISK: project.path('..', 'disk') });

  for (const scratch of ['', '  scratch: $NODE_DISK\n'])
    it(`a node whose service is killed${onDisk(scratch)}: its tasks are started anew, and end well`, async () => {
      const gate = new GatedProject(2, scratch === '' ? '' : `slurm:\n${scratch}`);
      project = gate.project;
      const runner = project.startWith(variables(), RUN);
      await gate.begun('d0001', 'd0002');
      await cluster().killNode();
      await until('Slurm gives the node up', () =>
        Object.values(cluster().states()).every((state) => state !== 'RUNNING'),
      );
      await cluster().startNode();
      gate.open();
      assert.equal(await ended(runner), 0);
      assert.equal(project.records().length, 2);
      assert.equal(project.git('status', '--porcelain'), '');
    });

  it("a task that is started anew on another node's disk: what it has handed back it does not compute again", async () => {
    // Each start has a disk of its own, as if it were on another node.
    const gate = new GatedProject(
      2,
      `slurm:\n  scratch: $NODE_DISK/\${SLURM_RESTART_COUNT:-0}\n  datums_per_task: 2\n`,
    );
    project = gate.project;
    const runner = project.startWith(variables(), RUN);
    await gate.begun('d0001');
    gate.open('d0001');
    await until('the first is recorded', () => project.records().length === 1);
    await gate.begun('d0002');
    const [task] = Object.keys(cluster().states()).filter((name) => name.endsWith('_0'));
    cluster().command('scontrol', 'requeue', task ?? '');
    await until('it begins anew', () => project.executions() === 3, 300);
    gate.open();
    assert.equal(await ended(runner), 0);
    assert.equal(project.executions(), 3);
    assert.equal(project.records().length, 2);
    assert.equal(project.git('for-each-ref', 'refs/minipach'), '');
  });

  for (const [isKilled, scratch] of [
    [false, ''],
    [true, ''],
    [false, '  scratch: $NODE_DISK\n'],
    [true, '  scratch: $NODE_DISK\n'],
  ] as const)
    it(`a time limit${onDisk(scratch)}${isKilled ? ', and a run that was killed before' : ''}: the job has failed and says what to raise`, async () => {
      project = TestProject.withCopies(3);
      project.write(
        'code/copy.sh',
        'echo run >> "$COUNT_FILE"; grep -q 2 "$1/a.txt" && [ -z "$QUICK" ] && sleep 300; cp "$1/a.txt" "$2/b.txt"\n',
      );
      project.write('.minipach/config.yml', `slurm:\n  datums_per_task: 3\n  time: 30s\n${scratch}`);
      project.commit('Take long');
      const runner = project.startWith(variables(), RUN);
      await until('the long job begins', () => project.executions() === 2);
      if (isKilled) {
        await delay(1000);
        runner.kill('SIGKILL');
      }
      assert.equal(await ended(runner), isKilled ? null : 1);
      const failed = (): { state: string; reason?: string }[] =>
        project.status('--state', 'failed').pipelines[0].datums;
      await until('the failure is known', () => failed().length === 1, 200);
      assert.match(
        failed()[0]?.reason ?? '',
        /at the time limit of task .* after 1:\d\d: raise datum_timeout/,
      );
      const quick = { ...variables(), QUICK: 'yes' };
      const again = project.minipachWith(quick, ...RUN, '--retry-failed');
      assert.equal(again.code, 0, again.stderr);
      assert.deepEqual(project.status().pipelines[0].counts, { done: 3 });
    });

  it('another run that takes in and records what was handed back: it is not computed again', async () => {
    const gate = new GatedProject(2, 'slurm:\n  scratch: $NODE_DISK\n  datums_per_task: 2\n');
    project = gate.project;
    const runner = project.startWith(variables(), RUN);
    await gate.begun('d0001');
    runner.kill('SIGSTOP');
    gate.open('d0001');
    await gate.begun('d0002');
    const incoming = () => project.git('for-each-ref', 'refs/minipach/results');
    await until('the first is handed back', () => incoming() !== '');
    assert.equal(project.minipachWith(variables(), 'run', 'copy/d0001').code, 0);
    assert.equal(project.records().length, 1);
    runner.kill('SIGCONT');
    gate.open();
    assert.equal(await ended(runner), 0);
    assert.equal(project.executions(), 2);
    assert.equal(project.records().length, 2);
    assert.equal(incoming(), '');
  });
});
