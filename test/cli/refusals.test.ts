import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MINIPACH, spec, TestProject } from '../rigs/project.ts';

const COMMANDS = [
  ['plan'],
  ['run'],
  ['status'],
  ['status', '--json'],
  ['logs', 'copy/x'],
  ['stop'],
  ['check'],
] as const;

describe('what cannot work is refused with one clear sentence', function () {
  this.timeout(60_000);
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'minipach-refusals-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const minipach = (cwd: string, args: readonly string[]): { code: number | null; stderr: string } => {
    const { status, stderr } = spawnSync(process.execPath, [MINIPACH, ...args], { cwd, encoding: 'utf8' });
    return { code: status, stderr };
  };
  const assertRefused = (cwd: string, args: readonly string[], code: number, message: RegExp): void => {
    const result = minipach(cwd, args);
    assert.equal(result.code, code, `minipach ${args.join(' ')}: ${result.stderr}`);
    assert.match(result.stderr, message);
    assert.equal(result.stderr.trim().split('\n').length, 1, result.stderr);
  };

  it('outside a repository', () => {
    for (const args of COMMANDS)
      assertRefused(folder, args, 3, /is not in a git repository: change to your project/);
  });

  it('in a bare repository', () => {
    spawnSync('git', ['init', '--quiet', '--bare', folder]);
    for (const args of COMMANDS) assertRefused(folder, args, 3, /is a bare repository.*clone it/);
  });

  it('on an unborn branch', () => {
    spawnSync('git', ['init', '--quiet', folder]);
    for (const args of COMMANDS) {
      // Specs can be checked before the first commit.
      if (args[0] !== 'check') assertRefused(folder, args, 3, /has no commit yet.*git commit/);
    }
  });

  it('inside the git directory', () => {
    spawnSync('git', ['init', '--quiet', folder]);
    assertRefused(join(folder, '.git'), ['run'], 3, /is inside a git directory/);
  });

  it('where there is no directory, command or option', () => {
    assertRefused(folder, ['-C', join(folder, 'none'), 'plan'], 3, /There is no directory/);
    assert.equal(minipach(folder, ['frobnicate']).code, 2);
    assert.equal(minipach(folder, ['run', '--frobnicate']).code, 2);
    assert.equal(minipach(folder, ['run', '-j', 'many']).code, 2);
    assert.equal(minipach(folder, []).code, 2);
    assert.equal(minipach(folder, ['--help']).code, 0);
  });

  describe('in a project', () => {
    let project: TestProject;
    beforeEach(() => {
      project = TestProject.withCopies(2);
    });
    afterEach(() => project.remove());
    const assertUntouched = (): void => {
      assert.ok(!existsSync(project.path('.git/minipach')), 'nothing was written');
      assert.equal(project.executions(), 0);
    };

    it('with a detached HEAD: run; plan still works', () => {
      project.git('checkout', '--quiet', '--detach');
      assertRefused(project.root, ['run'], 3, /detached HEAD.*git switch -c/);
      assert.equal(minipach(project.root, ['plan']).code, 0);
      assertUntouched();
    });

    it('that is read-only: run; status still works', function () {
      const readOnly = (...args: string[]): ReturnType<typeof spawnSync> =>
        spawnSync(
          'bwrap',
          [
            '--dev-bind',
            '/',
            '/',
            '--ro-bind',
            project.root,
            project.root,
            '--chdir',
            project.root,
            process.execPath,
            MINIPACH,
            ...args,
          ],
          { encoding: 'utf8' },
        );
      if (readOnly('--version').status !== 0) this.skip();
      const run = readOnly('run');
      assert.equal(run.status, 3);
      assert.match(String(run.stderr), /Cannot write to .*Make the project writable/);
      assert.equal(readOnly('status').status, 0);
      assertUntouched();
    });

    it('with a broken spec: run and plan; nothing is run', () => {
      project.write('copy/spec.yml', project.read('copy/spec.yml').replace('pfs:', 'psf:'));
      project.commit('Break the spec');
      for (const command of ['run', 'plan']) {
        const result = project.minipach(command);
        assert.equal(result.code, 2);
        assert.match(result.stderr, /copy\/spec\.yml:4:3: error: There is no field `psf`.*`pfs`/);
      }
      assertUntouched();
    });

    it('with a spec whose repo is not there', () => {
      project.write('copy/spec.yml', spec('copy', 'dta', '["true"]'));
      project.commit('Name another repo');
      const result = project.minipach('run');
      assert.equal(result.code, 2);
      assert.match(result.stderr, /no-such-repo/);
      assertUntouched();
    });

    it('with pipelines in a circle', () => {
      project.write('copy/spec.yml', spec('copy', 'back', '["true"]'));
      project.write('back/spec.yml', spec('back', 'copy', '["true"]'));
      project.commit('Make a circle');
      const result = project.minipach('run');
      assert.equal(result.code, 2);
      assert.match(result.stderr, /circle/);
      assertUntouched();
    });

    it('without a pipeline', () => {
      project.git('rm', '--quiet', '-r', 'copy');
      project.commit('Remove the pipeline');
      assertRefused(project.root, ['run'], 2, /No pipeline is committed here/);
      assertUntouched();
    });

    it('with a name that nothing has', () => {
      assertRefused(
        project.root,
        ['run', 'cpy'],
        2,
        /no datum, pipeline or result `cpy`; did you mean `copy`/,
      );
      assertRefused(
        project.root,
        ['plan', 'cpy'],
        2,
        /no datum, pipeline or result `cpy`; did you mean `copy`/,
      );
      assertRefused(project.root, ['status', 'cpy'], 2, /cpy/);
      assertRefused(
        project.root,
        ['status', '--state', 'finished'],
        2,
        /There is no state `finished`.*pending/,
      );
      assertRefused(project.root, ['logs', 'copy/x'], 2, /no datum, pipeline or result `copy\/x`/);
      assertRefused(project.root, ['stop', 'x'], 2, /No live run is called `x`/);
      assertUntouched();
    });

    it('with state of a newer Minipach', () => {
      mkdirSync(project.path('.git/minipach'));
      project.write('.git/minipach/format', '99\n');
      assertRefused(project.root, ['run'], 3, /format 99.*install the newer Minipach/);
      assertRefused(project.root, ['status'], 3, /format 99/);
    });

    it('without a git identity', () => {
      const { status, stderr } = spawnSync(process.execPath, [MINIPACH, 'run'], {
        cwd: project.root,
        encoding: 'utf8',
        env: {
          ...process.env,
          GIT_CONFIG_GLOBAL: '/dev/null',
          EMAIL: '',
          GIT_COMMITTER_NAME: '',
          GIT_CONFIG_COUNT: '1',
          GIT_CONFIG_KEY_0: 'user.useConfigOnly',
          GIT_CONFIG_VALUE_0: 'true',
        },
      });
      assert.equal(status, 3);
      assert.match(stderr, /git does not know who you are.*user\.name/);
      assertUntouched();
    });

    it('in a shallow clone: run; plan still works', () => {
      const clone = project.clone('shallow', '--depth=1');
      const result = clone.minipach('run');
      assert.equal(result.code, 3);
      assert.match(result.stderr, /shallow clone.*--unshallow/);
      const plan = clone.minipach('plan');
      assert.equal(plan.code, 0);
      assert.match(plan.stdout, /Start with: git fetch --unshallow && minipach run {3}or.*--force/);
      assert.match(
        clone.minipach('why', 'copy/d0001').stdout,
        /git fetch --unshallow && minipach run copy\/d0001 {3}or.*--force copy\/d0001/,
      );
    });

    it('in a conflict: run, run --save and gc --yes; plan names the files apart', () => {
      project.git('switch', '--quiet', '-c', 'theirs');
      project.write('data/d0001/a.txt', 'theirs\n');
      project.commit('Change it there');
      project.git('switch', '--quiet', 'main');
      project.write('data/d0001/a.txt', 'ours\n');
      const head = project.commit('Change it here');
      spawnSync('git', ['merge', '--quiet', 'theirs'], { cwd: project.root });
      for (const args of [['run'], ['run', '--save'], ['gc', '--yes']])
        assertRefused(project.root, args, 3, /unmerged.*data\/d0001\/a\.txt\. .*resolve it and commit/);
      assertUntouched();
      project.write('data/new/a.txt', 'new\n');
      const plan = minipach(project.root, ['plan']);
      assert.match(plan.stderr, /Unmerged: data\/d0001\/a\.txt\n {2}Resolve the conflict first/);
      assert.match(plan.stderr, /not committed: data\/new\/a\.txt/);
      assert.doesNotMatch(plan.stderr, /git add/);
      assert.deepEqual(project.status().unmerged, ['data/d0001/a.txt']);
      assert.deepEqual(project.status().dirty, ['data/d0001/a.txt', 'data/new/a.txt']);
      assert.equal(project.head(), head);
    });
  });
});
