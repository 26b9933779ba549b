import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { spec, TestProject } from '../rigs/project.ts';
import { clusterOfSuite } from '../rigs/slurm-suite.ts';

describe('run --executor slurm', function () {
  this.timeout(120_000);
  const cluster = clusterOfSuite();
  let project: TestProject;
  afterEach(() => project.remove());
  const run = (...args: string[]) =>
    project.minipachWith(cluster().environment, 'run', '--executor', 'slurm', ...args);
  const settings = (text: string): void => {
    project.write('.minipach/config.yml', `slurm:\n${text}`);
    project.commit('Set Slurm up');
  };

  for (const annex of [false, true])
    it(`computes each datum once and records it, in ${annex ? 'an annex' : 'plain git'}`, () => {
      project = TestProject.withCopies(7, { annex });
      settings('  datums_per_task: 3\n');
      const first = run();
      assert.equal(first.code, 0, first.stderr);
      assert.match(first.stdout, /^submitted copy: 7 jobs in 3 tasks of Slurm's array \d+$/m);
      assert.match(first.stdout, /^7 done\.$/m);
      assert.equal(project.executions(), 7);
      assert.equal(project.records().length, 7);
      assert.equal(project.read('copy/d0003/b.txt'), 'content 3\n');
      assert.equal(project.git('status', '--porcelain'), '');
      assert.deepEqual(readdirSync(project.path('.git/minipach/holders')), []);
      assert.deepEqual(readdirSync(project.path('.git/minipach/workspaces')), []);
      const second = run();
      assert.match(second.stdout, /7 were done before/);
      assert.equal(project.executions(), 7);
    });

  it('goes on with what depends on results once they are recorded', () => {
    project = TestProject.withCopies(3);
    project.write('code/count.sh', 'cat "$1/b.txt" "$1/b.txt" > "$2/twice.txt"\n');
    project.write('twice/spec.yml', spec('twice', 'copy', '[sh, code/count.sh, "{copy}", "{out}"]'));
    project.commit('Add a second pipeline');
    const { code, stdout, stderr } = run();
    assert.equal(code, 0, stderr);
    assert.match(stdout, /^6 done\.$/m);
    assert.equal(project.read('twice/d0002/twice.txt'), 'content 2\ncontent 2\n');
    assert.equal(project.minipach('status').stdout.match(/3 done/g)?.length, 2);
  });

  it('asks for what spec and settings say, and tells the job so', () => {
    project = TestProject.withCopies(1);
    project.write(
      'code/copy.sh',
      'echo "$SLURM_CPUS_PER_TASK $SLURM_MEM_PER_NODE $SLURM_JOB_PARTITION $GREETING" > "$2/b.txt"\n',
    );
    project.write(
      'copy/spec.yml',
      `${project.read('copy/spec.yml')}resource_requests: { cpu: 2, memory: 256Mi }\nscheduling_spec: { partition: other }\n`,
    );
    settings('  partition: main\n  preamble: |\n    export GREETING=hello\n');
    const { code, stderr } = run();
    assert.equal(code, 0, stderr);
    assert.equal(project.read('copy/d0001/b.txt'), '2 512 other hello\n');
  });

  it('tells failures with their reason, keeps the log, and tries again when asked to', () => {
    project = TestProject.withCopies(4);
    project.write(
      'code/copy.sh',
      'echo run >> "$COUNT_FILE"; echo "looked at $1"; grep -q 2 "$1/a.txt" && test ! -e "$ALLOW" && exit 3; cp "$1/a.txt" "$2/b.txt"\n',
    );
    project.write('copy/spec.yml', `${project.read('copy/spec.yml')}datum_tries: 2\n`);
    settings('  datums_per_task: 2\n');
    const first = project.minipachWith(
      { ...cluster().environment, ALLOW: '/nowhere' },
      'run',
      '--executor',
      'slurm',
    );
    assert.equal(first.code, 1);
    assert.match(first.stdout, /^failed {3}copy\/d0002: .*exit(?:ed with)? code 3/m);
    assert.match(first.stdout, /^3 done, 1 failed\.$/m);
    assert.match(project.minipach('logs', 'copy/d0002').stdout, /looked at [^\n]*\n(?:.*\n)*.*try 2 of 2/);
    assert.equal(project.executions(), 5);
    const again = project.minipachWith(
      { ...cluster().environment, ALLOW: project.root },
      'run',
      '--executor',
      'slurm',
      '--retry-failed',
    );
    assert.equal(again.code, 0, again.stderr);
    assert.equal(project.executions(), 6);
    assert.deepEqual(project.status().pipelines[0].counts, { done: 4 });
  });

  it('computes again what it is asked to', () => {
    project = TestProject.withCopies(2);
    project.write('code/copy.sh', 'echo run >> "$COUNT_FILE"; wc -l < "$COUNT_FILE" > "$2/b.txt"\n');
    project.commit('Leave something else each time');
    assert.equal(run().code, 0);
    const again = run('--force', 'copy/d0001');
    assert.equal(again.code, 0, again.stderr);
    assert.equal(project.read('copy/d0001/b.txt').trim(), '3');
    assert.equal(project.executions(), 3);
  });

  it('reads Slurm whatever a user has set, and beside a run on this machine', async () => {
    project = TestProject.withCopies(6);
    const variables = {
      ...cluster().environment,
      SQUEUE_FORMAT: '%N',
      SQUEUE_STATES: 'FAILED',
      SQUEUE_SORT: 'bad',
      SBATCH_WAIT: '1',
      SBATCH_ARRAY_INX: '0-3',
      SBATCH_OUTPUT: '/nowhere/%j',
    };
    const here = project.startWith(cluster().environment, ['run', '-j', '1'], 'pipe');
    const { code, stderr } = project.minipachWith(variables, 'run', '--executor', 'slurm');
    assert.equal(code, 0, stderr);
    await new Promise((resolve) => here.on('close', resolve));
    assert.equal(here.exitCode, 0);
    assert.equal(project.executions(), 6);
    assert.equal(project.records().length, 6);
  });
});
