import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, linkSync, lstatSync, readdirSync, rmSync, symlinkSync, utimesSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { answered, hookLog } from '../rigs/hooked-project.ts';
import { type Ended, ended, seededRandom, TestProject } from '../rigs/project.ts';

const HOOKS = ['post-commit', 'post-merge', 'post-rewrite'];

describe('hook install and remove', function () {
  this.timeout(120_000);
  let project: TestProject;
  beforeEach(() => {
    project = TestProject.withCopies(1);
    project.ok('sh', ['-c', 'rm -f .git/hooks/*']);
  });
  afterEach(() => project.remove());

  const hook = (...args: string[]): Ended => project.minipach('hook', ...args);
  const ok = (...args: string[]): string => {
    const { code, stdout, stderr } = hook(...args);
    assert.equal(code, 0, stderr);
    return stdout;
  };
  /** A hook that notes that it was called, with what, and ends with 3. */
  const NOTING =
    '#!/bin/sh\nwhile read -r line; do echo "in $line"; done >>noted\necho "$@ from $0" >>noted\nexit 3\n';
  /** All that is seen of the hooks from outside. */
  const shape = (): unknown =>
    readdirSync(project.path('.git/hooks'))
      .sort()
      .map((name) => {
        const { mode, mtimeMs } = lstatSync(project.path('.git/hooks', name));
        return [name, mode, mtimeMs, project.read(`.git/hooks/${name}`)];
      });

  it('leave a repository as it was, byte for byte', () => {
    project.write('.git/hooks/post-commit', NOTING, 0o750);
    project.write('.git/hooks/post-merge', 'never called, as it may not be\n', 0o644);
    project.write('.git/hooks/pre-push', '#!/bin/sh\n', 0o755);
    utimesSync(project.path('.git/hooks/post-commit'), 1_700_000_000, 1_700_000_000);
    const before = shape();
    assert.match(
      ok('install'),
      /post-commit: installed; the hook that was there is called first\.\npost-merge: installed/,
    );
    const installed = shape();
    assert.notDeepEqual(installed, before);
    assert.match(ok('install'), /post-commit: was installed before\./);
    assert.deepEqual(shape(), installed);
    assert.match(ok('remove'), /post-rewrite: removed\.\n/);
    assert.deepEqual(shape(), before);
    assert.match(ok('remove'), /post-commit: was not installed\./);
    assert.deepEqual(shape(), before);
  });

  it('keep a hook that is a link, and tell machines what they did', () => {
    project.write('own-hook', NOTING, 0o755);
    symlinkSync('../../own-hook', project.path('.git/hooks/post-commit'));
    const { hooks, log } = JSON.parse(ok('install', '--json'));
    assert.deepEqual(
      hooks.map(({ name, state, before }: Record<string, unknown>) => [name, state, before]),
      HOOKS.map((name) => [name, 'installed', name === 'post-commit']),
    );
    assert.equal(log, project.path('.git/minipach/hooks/log'));
    assert.equal(project.read('own-hook'), NOTING);
    ok('remove');
    assert.equal(lstatSync(project.path('.git/hooks/post-commit')).isSymbolicLink(), true);
  });

  it('call the hook that was there first, with its arguments and input, and end as it ends', async () => {
    for (const name of HOOKS) project.write(`.git/hooks/${name}`, NOTING, 0o755);
    project.write('.git/info/exclude', 'noted\n');
    ok('install');
    const old = project.head();
    project.git('commit', '--quiet', '--amend', '-m', 'Otherwise');
    await answered(project);
    const lines = project.read('noted').split('\n');
    assert.match(lines[0] ?? '', /^ from \.git\/hooks\/post-commit\.before-minipach$/);
    assert.match(lines[1] ?? '', new RegExp(`^in ${old} [0-9a-f]{40}$`));
    assert.match(lines[2] ?? '', /^amend from /);
    assert.match(hookLog(project), /post-commit: run in/);
    const called = spawnSync('.git/hooks/post-commit', ['a word'], {
      cwd: project.root,
      env: { ...process.env, MINIPACH_NO_HOOK: '1' },
    });
    assert.equal(called.status, 3);
    assert.match(project.read('noted'), /\na word from /);
  });

  it('leave alone what somebody has changed since, and say what to do', () => {
    project.write('.git/hooks/post-merge', NOTING, 0o755);
    ok('install');
    const ours = project.read('.git/hooks/post-merge');
    project.write('.git/hooks/post-merge', `${ours}echo more\n`, 0o755);
    const edited = shape();
    for (const action of ['install', 'remove']) {
      const { code, stderr } = hook(action);
      assert.equal(code, 3);
      assert.match(
        stderr,
        /post-merge was changed since Minipach wrote it, and is left as it is: move what was added/,
      );
      assert.deepEqual(shape(), edited);
    }
    project.write('.git/hooks/post-merge', '#!/bin/sh\n', 0o755);
    const replaced = shape();
    for (const action of ['install', 'remove']) {
      assert.match(
        hook(action).stderr,
        /post-merge is not Minipach's any more, and post-merge\.before-minipach beside it/,
      );
      assert.deepEqual(shape(), replaced);
    }
  });

  it('go on where they were killed, and the old hook is at work all the time', async () => {
    const file = project.path('.git/hooks/post-commit');
    project.write('.git/hooks/post-commit', '#!/bin/sh\necho called >>"$COUNT_FILE.called"\n', 0o755);
    const before = shape();
    // The first step alone: a second name.
    linkSync(file, `${file}.before-minipach`);
    ok('remove');
    assert.deepEqual(shape(), before);
    linkSync(file, `${file}.before-minipach`);
    ok('install');
    const random = seededRandom(11);
    let calls = 0;
    for (let round = 0; round < 12; round += 1) {
      const child = project.start(['hook', round % 2 === 0 ? 'remove' : 'install']);
      const isEnded = ended(child);
      await delay(100 + random() * 250);
      child.kill('SIGKILL');
      await isEnded;
      project.ok('git', ['commit', '--quiet', '--allow-empty', '-m', `Round ${round}`], {
        MINIPACH_NO_HOOK: '1',
      });
      calls += 1;
      assert.equal(project.read(`../executions.called`).split('\n').length - 1, calls, `round ${round}`);
    }
    ok('install');
    ok('remove');
    assert.deepEqual(shape(), before);
  });

  it('go by core.hooksPath, but not where other repositories go by it, too', async () => {
    project.write('own/.gitignore', '*\n');
    project.git('config', 'core.hooksPath', 'own');
    assert.equal(project.at('data').minipach('hook', 'install').code, 0);
    assert.ok(existsSync(project.path('own/post-commit')));
    assert.ok(!existsSync(project.path('.git/hooks/post-commit')));
    project.commit('Go');
    await answered(project);
    assert.deepEqual(project.status().pipelines[0].counts, { done: 1 });
    ok('remove');
    assert.deepEqual(readdirSync(project.path('own')), ['.gitignore']);
    rmSync(project.path('own/.gitignore'));
    assert.match(hook('install').stderr, /own is in the work tree: do not commit these hooks/);
    ok('remove');
    const shared = project.at('..', 'shared');
    shared.write('pre-push', '#!/bin/sh\n');
    project.git('config', 'core.hooksPath', shared.root);
    const { code, stderr } = hook('install');
    assert.equal(code, 3);
    assert.match(
      stderr,
      /core\.hooksPath \(in .*config\) has git look for hooks in .*\/shared, for other repositories as well/,
    );
    assert.deepEqual(readdirSync(shared.root), ['pre-push']);
  });

  it('refuse what could not work, before they touch anything', () => {
    const refused = (wanted: RegExp, ...args: string[]): void => {
      const { code, stderr } = hook('install', ...args);
      assert.equal(code, 3);
      assert.match(stderr, wanted);
    };
    refused(/There is no sibling `nowhere`/, '--push', 'nowhere');
    refused(/has a work tree, in which its hooks run what is pending: leave --runner out/, '--runner', '.');
    assert.deepEqual(shape(), []);
    assert.equal(hook('instal').code, 2);
  });
});
