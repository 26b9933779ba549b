import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { GatedProject, until } from '../rigs/gated-project.ts';
import { ended, TestProject } from '../rigs/project.ts';
import { clusterOfSuite } from '../rigs/slurm-suite.ts';

const RUN = ['run', '--executor', 'slurm'];
const SCRATCH = 'slurm:\n  scratch: $NODE_DISK\n';

describe("faults of run --executor slurm on nodes' own disks", function () {
  this.timeout(180_000);
  const cluster = clusterOfSuite({ ownMounts: true });
  let project: TestProject;
  let gate: GatedProject;
  afterEach(() => project.remove());
  const variables = () => ({ ...cluster().environment, NODE_DISK: join(project.root, '..', 'disk') });
  const run = (...args: string[]) => project.minipachWith(variables(), ...RUN, ...args);
  const start = () => project.startWith(variables(), RUN);
  const gated = (count: number, settings = ''): void => {
    gate = new GatedProject(count, `${SCRATCH}${settings}`);
    project = gate.project;
  };
  /** A sibling that nodes reach, and nothing else of the project. */
  const hideBehindStore = (): void => {
    const store = project.at('../store');
    mkdirSync(store.root);
    store.git('init', '--quiet', '--bare');
    project.git('remote', 'add', 'store', store.root);
    cluster().hide(project.root);
  };
  const results = (): number => project.records().length;
  const isIdle = (): boolean =>
    Object.values(cluster().states()).every((state) => !/PENDING|RUNNING|COMPLETING/.test(state));
  const counts = () => project.status().pipelines[0].counts;

  it("a killed run: its tasks go on, and a job of Slurm's records", async () => {
    gated(3);
    const runner = start();
    await gate.begun('d0001');
    runner.kill('SIGKILL');
    await ended(runner);
    gate.open();
    await until('results are recorded', () => results() === 3);
    await until('the cluster is idle', isIdle);
    assert.equal(project.executions(), 3);
    assert.match(run().stdout, /3 were done before/);
    assert.equal(project.executions(), 3);
  });

  it('a killed run whose tasks share a store with it only: the next one takes in what they have left', async () => {
    gated(4, '  store: store\n  datums_per_task: 2\n');
    hideBehindStore();
    const runner = start();
    await gate.begun('d0001', 'd0003');
    runner.kill('SIGKILL');
    await ended(runner);
    gate.open();
    await until('the cluster is idle', isIdle);
    assert.equal(results(), 0);
    const status = project.minipachWith(cluster().environment, 'status', '--json');
    assert.equal(status.code, 0, status.stderr);
    const next = run();
    assert.equal(next.code, 0, next.stderr);
    assert.equal(project.executions(), 4);
    assert.equal(results(), 4);
  });

  it('a killed run whose tasks are at work: the next one waits for them', async () => {
    gated(3, '  store: store\n');
    hideBehindStore();
    const runner = start();
    await gate.begun('d0001', 'd0002', 'd0003');
    runner.kill('SIGKILL');
    await ended(runner);
    const next = start();
    setTimeout(() => gate.open(), 1500);
    assert.equal(await ended(next), 0);
    assert.equal(project.executions(), 3);
    assert.equal(results(), 3);
  });

  it('memory: the job that took too much has failed, the others are done', () => {
    project = TestProject.withCopies(3);
    project.write(
      'code/copy.sh',
      'echo run >> "$COUNT_FILE"; grep -q 2 "$1/a.txt" && python3 -c "import time; time.sleep(2); x = bytearray(500 << 20); time.sleep(30)"; cp "$1/a.txt" "$2/b.txt"\n',
    );
    project.write('copy/spec.yml', `${project.read('copy/spec.yml')}resource_requests: { memory: 250M }\n`);
    project.write('.minipach/config.yml', `${SCRATCH}  datums_per_task: 3\n`);
    project.commit('Use memory');
    const first = run();
    assert.equal(first.code, 1);
    assert.match(first.stdout, /^failed {3}copy\/d0002: .*raise resource_requests\.memory/m);
    assert.deepEqual(counts(), { done: 2, failed: 1 });
    assert.equal(project.executions(), 3);
  });

  it('scancel and stop: what is finished is recorded, and the rest stays pending', async () => {
    gated(4, '  datums_per_task: 2\n');
    const runner = start();
    await gate.begun('d0001', 'd0003');
    gate.open('d0001');
    await gate.begun('d0002');
    const stopped = project.minipachWith(cluster().environment, 'stop');
    assert.equal(stopped.code, 0, stopped.stderr);
    assert.equal(await ended(runner), 130);
    await until('the cluster is idle', isIdle);
    assert.equal(project.minipach('run', 'copy/d0001').code, 0);
    assert.equal(project.executions(), 3, 'what is done is not done again');
    assert.deepEqual(counts(), { done: 1, pending: 3 });
    gate.open();
    assert.equal(run().code, 0);
    assert.deepEqual(counts(), { done: 4 });
  });

  it('results that cannot be handed back: they wait on the node, and go with the next task there', async () => {
    gated(2, '  store: store\n  datums_per_task: 2\n');
    hideBehindStore();
    const store = project.at('../store');
    const runner = start();
    await gate.begun('d0001');
    // Nothing can be pushed to it, as with a full disk or another owner.
    store.write('hooks/pre-receive', '#!/bin/sh\nexit 1\n', 0o755);
    gate.open();
    assert.notEqual(await ended(runner), 0);
    assert.equal(results(), 0);
    store.write('hooks/pre-receive', '#!/bin/sh\nexit 0\n', 0o755);
    const next = run();
    assert.equal(next.code, 0, next.stderr);
    assert.equal(project.executions(), 2);
    assert.equal(results(), 2);
  });
});
