import assert from 'node:assert/strict';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { findProgram } from '../../src/project/programs.ts';
import { TestProject } from '../rigs/project.ts';
import { hasSlurm, SlurmCluster } from '../rigs/slurm.ts';

describe('plan --executor slurm', () => {
  let project: TestProject;
  afterEach(() => project.remove());

  it('shows the scripts of what would run, which Slurm takes', async function () {
    this.timeout(60_000);
    project = TestProject.withCopies(25);
    project.write(
      'copy/spec.yml',
      `${project.read('copy/spec.yml')}datum_set_spec: { number: 10 }\nresource_requests: { cpu: 1, memory: 100M }\n`,
    );
    project.write('.minipach/config.yml', 'slurm:\n  constraint: fast\n  time: 10m\n');
    project.commit('Ask for resources');
    const { code, stdout, stderr } = project.minipach('plan', '--executor', 'slurm');
    assert.equal(code, 0, stderr);
    assert.match(stdout, /Start with: minipach run --executor slurm$/m);
    assert.match(stdout, /^# copy: 1 array, 3 tasks with up to 10 jobs each$/m);
    const script = stdout.slice(stdout.indexOf('#!'));
    assert.match(script, /^#SBATCH --array=0-2$/m);
    assert.match(script, /^#SBATCH --mem=352M$/m);
    assert.match(script, /^#SBATCH --time=00:10:00$/m);
    if (!hasSlurm()) return this.skip();
    const cluster = await SlurmCluster.start();
    try {
      writeFileSync(join(cluster.folder, 'script'), script);
      cluster.command('sbatch', '--test-only', join(cluster.folder, 'script'));
      writeFileSync(join(cluster.folder, 'other'), script.replace('constraint=fast', 'constraint=slow'));
      assert.throws(() => cluster.command('sbatch', '--test-only', join(cluster.folder, 'other')), /feature/);
    } finally {
      await cluster.stop();
    }
  });

  it("shows how tasks begin on nodes' disks", () => {
    project = TestProject.withCopies(2);
    project.git('remote', 'add', 'store', '../store');
    project.write('.minipach/config.yml', 'slurm:\n  scratch: $TMPDIR\n  store: store\n');
    project.commit('Set Slurm up');
    const { code, stdout, stderr } = project.minipach('plan', '--executor', 'slurm');
    assert.equal(code, 0, stderr);
    assert.match(stdout, /^scratch=\$\(set -u; printf %s "\$TMPDIR"\)\/minipach-\$UID/m);
    assert.match(stdout, new RegExp(`--source=${project.path('..', 'store')} --commit=${project.head()}`));
  });

  it('says which setting is wrong, and shows no script', () => {
    project = TestProject.withCopies(1);
    project.write('.minipach/config.yml', 'slurm:\n  partiton: x\n');
    const { code, stdout, stderr } = project.minipach('plan', '--executor', 'slurm');
    assert.equal(code, 2);
    assert.match(
      stderr,
      /^\.minipach\/config\.yml:2:3: error: .* did you mean `partition`\? \[unknown-field\]$/m,
    );
    assert.doesNotMatch(stdout, /#SBATCH/);
    const check = project.minipach('check');
    assert.equal(check.code, 2);
    assert.match(check.stdout, /^\.minipach\/config\.yml:2:3: error/m);
    const named = project.minipach('check', '.minipach/config.yml');
    assert.deepEqual([named.code, named.stdout], [2, check.stdout]);
    assert.equal(named.stderr, '.minipach/config.yml checked, 1 error.\n');
    assert.equal(project.minipach('check', '.minipach').stdout, check.stdout);
    assert.doesNotMatch(project.minipach('check', 'code').stdout, /config/);
    assert.equal(project.minipach('plan').code, 0);
    assert.equal(project.minipach('run', '--executor', 'slurm').code, 2);
    assert.equal(project.minipach('run', '--executor', 'sge').code, 2);
  });

  it('shows scripts where there is no Slurm, and a run says where to type it', () => {
    project = TestProject.withCopies(1);
    const programs = join(project.root, '..', 'programs');
    mkdirSync(programs);
    for (const name of ['git', 'sh']) symlinkSync(findProgram(name) ?? '', join(programs, name));
    const variables = { PATH: programs };
    assert.equal(project.minipachWith(variables, 'plan', '--executor', 'slurm').code, 0);
    const { code, stderr } = project.minipachWith(variables, 'run', '--executor', 'slurm');
    assert.equal(code, 3);
    assert.match(stderr, /There is no `sbatch` on the PATH: type this where Slurm takes jobs/);
  });
});
