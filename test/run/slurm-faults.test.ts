import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { GatedProject, until } from '../rigs/gated-project.ts';
import { ended, TestProject } from '../rigs/project.ts';
import { clusterOfSuite } from '../rigs/slurm-suite.ts';

describe('faults of run --executor slurm', function () {
  this.timeout(180_000);
  const cluster = clusterOfSuite();
  let project: TestProject;
  afterEach(() => project.remove());
  const RUN = ['run', '--executor', 'slurm'];
  const run = (...args: string[]) => project.minipachWith(cluster().environment, ...RUN, ...args);
  let gate: GatedProject;
  const gated = (count: number): void => {
    gate = new GatedProject(count);
    project = gate.project;
  };
  const results = (): number => project.records().length;
  const isIdle = (): boolean =>
    Object.values(cluster().states()).every((state) => !/PENDING|RUNNING|COMPLETING/.test(state));
  const counts = () => project.status().pipelines[0].counts;
  /** Nothing but state of use is left, and every job is where it should be. */
  const isWhole = (): void => {
    assert.equal(project.git('status', '--porcelain'), '');
    assert.deepEqual(
      readdirSync(project.path('.git/minipach/results')).flatMap((name) =>
        readdirSync(project.path('.git/minipach/results', name)),
      ),
      [],
    );
  };

  it("a killed run: its tasks go on, and a job of Slurm's records", async () => {
    gated(3);
    const runner = project.startWith(cluster().environment, RUN);
    await gate.begun('d0001');
    runner.kill('SIGKILL');
    await ended(runner);
    gate.open();
    await until('results are recorded', () => results() === 3);
    await until('the cluster is idle', isIdle);
    assert.equal(project.executions(), 3);
    const after = run();
    assert.equal(after.code, 0, after.stderr);
    assert.match(after.stdout, /3 were done before/);
    assert.equal(project.executions(), 3);
    isWhole();
  });

  it('a killed run whose tasks are at work: the next one waits for them', async () => {
    gated(3);
    const runner = project.startWith(cluster().environment, RUN);
    await gate.begun('d0001', 'd0002', 'd0003');
    runner.kill('SIGKILL');
    await ended(runner);
    const status = project.minipachWith(cluster().environment, 'status', '--json');
    assert.deepEqual(JSON.parse(status.stdout).pipelines[0].counts, { running: 3 });
    const next = project.startWith(cluster().environment, RUN);
    setTimeout(() => gate.open(), 1500);
    assert.equal(await ended(next), 0);
    assert.equal(project.executions(), 3);
    assert.equal(results(), 3);
    isWhole();
  });

  it('a run that is killed at any moment: nothing is lost, and nothing runs twice that ended well', async () => {
    for (const wait of [500, 900, 1300, 2000]) {
      project?.remove();
      project = TestProject.withCopies(4);
      project.write('.minipach/config.yml', 'slurm:\n  datums_per_task: 2\n');
      project.commit('Set Slurm up');
      const runner = project.startWith(cluster().environment, RUN);
      await delay(wait);
      runner.kill('SIGKILL');
      await ended(runner);
      const next = run();
      assert.equal(next.code, 0, `${wait}: ${next.stdout}${next.stderr}`);
      assert.equal(project.executions(), 4, `killed after ${wait} ms`);
      assert.equal(results(), 4);
      await until('the cluster is idle', isIdle);
      isWhole();
    }
  });

  it('scancel: what was cancelled stays pending, and the rest is recorded', async () => {
    gated(4);
    const runner = project.startWith(cluster().environment, RUN, 'pipe', 'pipe');
    let said = '';
    for (const stream of [runner.stdout, runner.stderr])
      stream?.on('data', (text) => {
        said += text;
      });
    await gate.begun('d0001', 'd0002', 'd0003', 'd0004');
    const running = Object.entries(cluster().states()).filter(([, state]) => state === 'RUNNING');
    cluster().command('scancel', running.find(([name]) => name.endsWith('_1'))?.[0] ?? '');
    gate.open();
    assert.equal(await ended(runner), 1);
    assert.match(said, /Task \d+_1 \(copy\.[0-9a-f]+\) was cancelled: its jobs stay pending\./);
    assert.deepEqual(counts(), { done: 3, pending: 1 });
    const next = run();
    assert.equal(next.code, 0, next.stderr);
    assert.deepEqual(counts(), { done: 4 });
    isWhole();
  });

  it('memory: the job that took too much has failed and says what to raise, the others are done', () => {
    project = TestProject.withCopies(3);
    project.write(
      'code/copy.sh',
      'grep -q 2 "$1/a.txt" && [ -z "$SMALL" ] && python3 -c "import time; x = bytearray(500 << 20); time.sleep(30)"; cp "$1/a.txt" "$2/b.txt"\n',
    );
    project.write('copy/spec.yml', `${project.read('copy/spec.yml')}resource_requests: { memory: 250M }\n`);
    project.write('.minipach/config.yml', 'slurm:\n  datums_per_task: 3\n');
    project.commit('Use memory');
    const first = run();
    assert.equal(first.code, 1);
    assert.match(first.stdout, /^failed {3}copy\/d0002: .*raise resource_requests\.memory/m);
    assert.deepEqual(counts(), { done: 2, failed: 1 });
    const again = project.minipachWith({ ...cluster().environment, SMALL: 'yes' }, ...RUN, '--retry-failed');
    assert.equal(again.code, 0, again.stderr);
    assert.deepEqual(counts(), { done: 3 });
    isWhole();
  });

  it('sbatch that refuses: its words are shown, and nothing stays claimed', () => {
    project = TestProject.withCopies(2);
    project.write('.minipach/config.yml', 'slurm:\n  partition: nowhere\n');
    project.commit('Ask for too much');
    const { code, stderr } = run();
    assert.equal(code, 3);
    assert.match(
      stderr,
      /Slurm does not take the jobs of copy \(.*invalid partition.*\): see what its spec and \.minipach\/config\.yml ask for\./,
    );
    assert.deepEqual(counts(), { pending: 2 });
    assert.equal(project.minipach('run').code, 0);
    isWhole();
  });

  it('a node without the program: it is said once, and nothing more is sent', () => {
    project = TestProject.withCopies(3);
    project.write('.minipach/config.yml', 'slurm:\n  preamble: exit 90\n');
    project.commit('Break the nodes');
    const { code, stderr } = run();
    assert.equal(code, 3);
    assert.match(
      stderr,
      /^.*node1 cannot run .*\/node: install Minipach and Node where nodes and this machine have them at the same path/m,
    );
    assert.deepEqual(counts(), { pending: 3 });
  });

  it('stop: the arrays are cancelled, and what is finished is recorded', async () => {
    gated(4);
    const runner = project.startWith(cluster().environment, RUN);
    await gate.begun('d0001', 'd0002', 'd0003', 'd0004');
    gate.open('d0002');
    await until('one is recorded', () => results() === 1);
    const stopped = project.minipachWith(cluster().environment, 'stop');
    assert.equal(stopped.code, 0, stopped.stderr);
    assert.equal(await ended(runner), 130);
    await until('the cluster is idle', isIdle);
    assert.deepEqual(counts(), { done: 1, pending: 3 });
    gate.open();
    assert.equal(run().code, 0);
    isWhole();
  });

  it('a controller that is away for a while: nobody notices', async () => {
    gated(3);
    const runner = project.startWith(cluster().environment, RUN);
    await gate.begun('d0001', 'd0002', 'd0003');
    await cluster().killController();
    gate.open('d0001');
    await until('one is recorded', () => results() === 1);
    await delay(3000);
    await cluster().startController();
    gate.open();
    assert.equal(await ended(runner), 0);
    assert.equal(project.executions(), 3);
    isWhole();
  });
});
