import assert from 'node:assert/strict';
import { GatedProject, until } from '../rigs/gated-project.ts';
import { ended, TestProject } from '../rigs/project.ts';
import { clusterOfSuite } from '../rigs/slurm-suite.ts';

const RUN = ['run', '--executor', 'slurm'];

describe('options of run --executor slurm', function () {
  this.timeout(120_000);
  const cluster = clusterOfSuite({ cpus: 1 });
  let project: TestProject;
  afterEach(() => project?.remove());
  const counts = () => project.status().pipelines[0].counts;

  for (const scratch of [false, true])
    it(`--fail-fast begins nothing after a failure${scratch ? " on nodes' own disks" : ''}`, () => {
      project = TestProject.withCopies(6);
      project.write('code/copy.sh', 'echo run >> "$COUNT_FILE"; grep -q 1 "$1/a.txt" && exit 3; sleep 2\n');
      project.write('copy/spec.yml', `${project.read('copy/spec.yml')}datum_tries: 1\n`);
      if (scratch) project.write('.minipach/config.yml', 'slurm:\n  scratch: $NODE_DISK\n');
      project.commit('Let the first one fail');
      const variables = { ...cluster().environment, NODE_DISK: project.path('..', 'disk') };
      const { code, stdout, stderr } = project.minipachWith(variables, ...RUN, '--fail-fast');
      assert.equal(code, 1, stderr);
      assert.match(stdout, /^failed {3}copy\/d0001: /m);
      assert.ok(project.executions() < 6, `${project.executions()} of 6`);
      const { failed, done = 0, pending } = counts();
      assert.deepEqual([failed, done + pending], [1, 5]);
      assert.deepEqual(
        Object.values(cluster().states()).filter((state) => /PENDING|RUNNING/.test(state)),
        [],
      );
      // What was held back is for the next run.
      project.write('code/copy.sh', 'cat "$1/a.txt" > "$2/b.txt"\n');
      project.commit('Mend it');
      assert.equal(project.minipachWith(variables, ...RUN).code, 0);
      assert.deepEqual(counts(), { done: 6 });
    });

  it('--detach goes on in the background, as stop and status know', async () => {
    const gate = new GatedProject(2, 'slurm:\n  datums_per_task: 2\n');
    ({ project } = gate);
    const started = project.startWith(cluster().environment, [...RUN, '--detach'], 'pipe');
    assert.equal(await ended(started), 0);
    await gate.begun('d0001');
    const { stdout } = project.minipachWith(cluster().environment, 'status');
    assert.match(stdout, /running +d0001 +by Slurm's task \d+_0, running on node1/);
    assert.match(stdout, /^run \S+ is live: process \d+/m);
    gate.open();
    await until('both are recorded', () => project.records().length === 2);
    await until('the run has ended', () => project.status().runs.length === 0);
    assert.equal(project.executions(), 2);
  });
});
