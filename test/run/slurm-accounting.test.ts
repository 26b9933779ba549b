import assert from 'node:assert/strict';
import { readAccounting } from '../../src/run/slurm/accounting.ts';
import { GatedProject, until } from '../rigs/gated-project.ts';
import { ended } from '../rigs/project.ts';
import { hasSlurm, SlurmCluster } from '../rigs/slurm.ts';
import { hasAccounting } from '../rigs/slurm-accounting.ts';

describe("what Slurm's accounting says", () => {
  /** In the form in which Slurm 22.05 says it. */
  const cases: [line: string, expected: object | undefined][] = [
    ['1_0|COMPLETED|0:0|00:00:03||node1', { state: 'COMPLETED', exit: '0:0' }],
    [
      '1_0|FAILED|0:9|00:00:04||node1\n1_0.batch|CANCELLED by 0|0:9|00:00:04|738568K|node1',
      { state: 'FAILED', exit: '0:9', memory: 756_293_632 },
    ],
    [
      '1_0|TIMEOUT|0:0|00:01:31||n[1-2]\n1_0.batch|CANCELLED|0:15|00:01:32|1.5G|n1\n1_0.extern|COMPLETED|0:0|00:01:31|0|n1',
      { state: 'TIMEOUT', exit: '0:0', memory: 1_610_612_736, node: 'n[1-2]' },
    ],
    [
      '1_0|CANCELLED by 1000|0:0|00:00:00||None assigned',
      { state: 'CANCELLED', exit: '0:0', node: '', elapsed: '00:00:00' },
    ],
    ['1_0|RUNNING|0:0|00:00:03||node1', undefined],
    ['1_[0-9]|PENDING|0:0|00:00:00||None assigned', undefined],
    ['1_1|COMPLETED|0:0|00:00:03||node1', undefined],
    ['', undefined],
  ];
  for (const [text, expected] of cases)
    it(`is read: ${JSON.stringify(text)}`, () => {
      const { told, exit, memory } = readAccounting(`${text}\n`, '1').get(0) ?? {};
      const found = told && {
        ...{ state: told.state, exit: `${exit?.code}:${exit?.signal}`, memory },
        ...{ node: told.node, elapsed: told.elapsed },
      };
      if (expected === undefined) assert.equal(found, undefined);
      else assert.deepEqual({ ...found, ...expected }, found);
    });

  it('decides what becomes of tasks that ended while nobody looked', async function () {
    if (!hasSlurm() || !hasAccounting()) return this.skip();
    this.timeout(180_000);
    const cluster = await SlurmCluster.start({ accounting: true, settings: ['MinJobAge=2'] });
    const gate = new GatedProject(2);
    const { project } = gate;
    try {
      project.write(
        'code/copy.sh',
        `case $1 in */d0001) exec python3 -c 'import time; x = bytearray(900 << 20); time.sleep(60)' ;; esac\n${project.read('code/copy.sh')}`,
      );
      project.commit('Let one use memory');
      const runner = project.startWith(cluster.environment, ['run', '--executor', 'slurm']);
      await gate.begun('d0002');
      runner.kill('SIGKILL');
      await ended(runner);
      for (const line of cluster.command('squeue', '--noheader', '--format=%A %j').trim().split('\n'))
        if (line.includes(' record.')) cluster.command('scancel', line.split(' ')[0] ?? '');
      gate.open();
      await until('Slurm forgets its tasks', () => Object.keys(cluster.states()).length === 0);
      const { stdout } = project.minipachWith(cluster.environment, 'run', '--executor', 'slurm');
      assert.match(stdout, /^1 was done before\.$|^1 done\.$/m);
      const [failed] = project.status('--state', 'failed').pipelines[0].datums;
      assert.equal(failed?.datum, 'd0001');
      assert.match(
        failed.reason,
        /task \d+_0 \(copy\.[0-9a-f]+\) on node1 used more memory than it had asked for \(\d+\.\d MB when it was last looked at\): raise/,
      );
      assert.equal(project.executions(), 1, 'neither is run again');
    } finally {
      project.remove();
      await cluster.stop();
    }
  });
});
