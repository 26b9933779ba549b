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
      if (scratch !== '') assert.equal(project.executions(), 2, 'a start waits for the one before it');
      assert.equal(project.git('status', '--porcelain'), '');
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
});
