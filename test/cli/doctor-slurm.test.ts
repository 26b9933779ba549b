import assert from 'node:assert/strict';
import type { HealthCheck } from '../../src/run/health-check.ts';
import { TestProject } from '../rigs/project.ts';
import { clusterOfSuite } from '../rigs/slurm-suite.ts';

describe('minipach doctor, of Slurm', function () {
  this.timeout(120_000);
  const cluster = clusterOfSuite({ ownMounts: true });
  let project: TestProject;
  beforeEach(() => {
    project = TestProject.withCopies(1);
  });
  afterEach(() => project?.remove());
  const set = (text: string): void => project.write('.minipach/config.yml', `slurm:\n${text}`);
  const doctor = (...args: string[]): { code: number | null; told: string[] } => {
    const { code, stdout } = project.minipachWith(cluster().environment, 'doctor', '--json', ...args);
    const { checks } = JSON.parse(stdout) as { checks: readonly HealthCheck[] };
    const own = checks.filter(({ name }) => name === 'slurm');
    return { code, told: own.map(({ level, message }) => `${level}: ${message}`) };
  };

  it('tells partitions, and what settings name that is not there', () => {
    assert.deepEqual(doctor().told, [
      'ok: Slurm answers, with the partitions main (up, 1 nodes, at most 1:00:00), other (up, 1 nodes, at most 1:00:00).',
    ]);
    set('  partition: other\n  scratch: $TMPDIR\n  store: lab\n');
    assert.deepEqual(doctor().told, [
      'ok: Slurm answers, with the partition other (up, 1 nodes, at most 1:00:00).',
      'warning: There is no sibling lab, which slurm.store in .minipach/config.yml names.',
    ]);
    set('  partition: night\n');
    assert.deepEqual(doctor().told, [
      'warning: There is no partition night, which .minipach/config.yml names; there are: main, other.',
    ]);
    set('  partiton: main\n');
    const { code, told } = doctor();
    assert.match(told.join(), /^warning: \.minipach\/config\.yml has mistakes, .*did you mean `partition`\?/);
    assert.equal(code, 0, 'jobs can be run here all the same');
  });

  it('asks a node by a job where it is told to', () => {
    set('  preamble: echo loaded\n');
    const { code, told } = doctor('--slurm');
    assert.equal(code, 0, told.join());
    assert.match(told[1] ?? '', /^ok: A node can run tasks; it has node \d+\.\d+\.\d+, git \d+\./);
    assert.deepEqual(Object.values(cluster().states()), ['COMPLETED'], 'nothing is left in the queue');
  });

  it('says what a node lacks, and what to do', () => {
    set('  preamble: exit 90\n');
    const broken = doctor('--slurm');
    assert.equal(broken.code, 3);
    assert.match(broken.told[1] ?? '', /^error: A node cannot run .*node: install Minipach and Node/);
    cluster().hide(project.root);
    set('  parallelism: 1\n');
    assert.match(doctor('--slurm').told[1] ?? '', /^error: A node does not have this project: put it on/);
    set('  scratch: $NO_SUCH_DISK\n  source: /elsewhere\n');
    assert.match(doctor('--slurm').told[1] ?? '', /^error: A node has no folder to work in: see what/);
    set(
      `  scratch: ${project.path('..')}\n  source: /elsewhere\n  preamble: 'mkdir() { /bin/mkdir "$@"; }; PATH=/nowhere'\n`,
    );
    assert.match(doctor('--slurm').told[1] ?? '', /^error: A node has no git: load what brings it/);
  });

  it('says that Slurm does not answer', async () => {
    await cluster().killController();
    try {
      assert.match(doctor('--slurm').told.join(), /^warning: Slurm does not answer: .*[Uu]nable to contact/);
    } finally {
      await cluster().startController();
    }
  });
});
