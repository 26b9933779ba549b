import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { findProgram } from '../../src/project/programs.ts';
import { GatedProject, until } from '../rigs/gated-project.ts';
import { answered, hookLog, hookRuns } from '../rigs/hooked-project.ts';
import { TestProject } from '../rigs/project.ts';

describe('hooks of a repository that is pushed to', function () {
  this.timeout(120_000);
  let project: TestProject;
  let pushed: TestProject;
  let runner: TestProject;
  afterEach(() => project.remove());

  /** A bare repository, and a clone of it that runs. */
  const prepare = (): void => {
    pushed = project.at('..', 'pushed.git');
    project.git('clone', '--quiet', '--bare', project.root, pushed.root);
    project.git('remote', 'add', 'origin', `file://${pushed.root}`);
    runner = project.at('..', 'runner');
    project.git('clone', '--quiet', pushed.root, runner.root);
  };
  const install = (...args: string[]): void => {
    const { code, stderr } = pushed.minipach('hook', 'install', '--runner', runner.root, ...args);
    assert.equal(code, 0, stderr);
  };
  const push = (name: string): void => {
    project.write(`data/${name}/a.txt`, `content of ${name}\n`);
    project.commit('Add data');
    project.git('push', '--quiet', 'origin', 'main');
  };

  it('have a clone run what is pushed, and push the results back', async () => {
    project = TestProject.withCopies(1);
    prepare();
    install();
    push('d0002');
    await answered(runner);
    project.git('pull', '--quiet', '--ff-only', 'origin', 'main');
    assert.deepEqual(project.status().pipelines[0].counts, { done: 2 });
    assert.equal(hookRuns(runner), 1, 'its own push is not answered');
    assert.ok(!existsSync(pushed.path('minipach')));
    // Neither tags nor what git-annex notes are anything to run for.
    project.git('tag', 'v1');
    project.git('push', '--quiet', 'origin', 'v1', 'HEAD:refs/heads/git-annex');
    await answered(runner);
    assert.equal(hookRuns(runner), 1);
  });

  it('take in what is pushed while jobs run, and leave out none of both', async () => {
    const gated = new GatedProject(1);
    project = gated.project;
    prepare();
    install('-j', '1');
    project.git('commit', '--quiet', '--allow-empty', '-m', 'Begin');
    project.git('push', '--quiet', 'origin', 'main');
    await gated.begun('d0001');
    push('d0002');
    push('d0003');
    gated.open();
    await answered(runner);
    project.git('pull', '--quiet', '--ff-only', 'origin', 'main');
    assert.deepEqual(project.status().pipelines[0].counts, { done: 3 });
    assert.equal(project.executions(), 3);
    assert.equal(hookRuns(runner), 2);
  });

  it('say so in the log where a clone cannot take it in, and are of use again once it can', async () => {
    project = TestProject.withCopies(1);
    prepare();
    install();
    runner.write('code/copy.sh', 'echo otherwise\n');
    runner.commit('Do it otherwise');
    project.write('code/copy.sh', 'cat "$1/a.txt" > "$2/b.txt"\n');
    project.commit('Do it');
    project.git('push', '--quiet', 'origin', 'main');
    await answered(runner);
    assert.match(
      hookLog(runner),
      /could not take in main as it was pushed: .*; merge it there by hand, `git -C \S+ merge origin\/main`/,
    );
    assert.equal(runner.git('status', '--porcelain'), '');
    runner.git('reset', '--quiet', '--hard', 'origin/main');
    push('d0002');
    await answered(runner);
    project.git('pull', '--quiet', '--ff-only', 'origin', 'main');
    assert.deepEqual(project.status().pipelines[0].counts, { done: 2 });
  });

  it('come after the hook that was there, which gets its input whole', async () => {
    project = TestProject.withCopies(1);
    prepare();
    pushed.write('hooks/post-receive', '#!/bin/sh\ncat >seen\n', 0o755);
    install();
    const before = pushed.head();
    push('d0002');
    const lines = `${before} ${project.head()} refs/heads/main\n`;
    await answered(runner);
    assert.notEqual(pushed.read('seen'), lines, 'the clone has pushed, too');
    assert.equal(pushed.minipach('hook', 'remove').code, 0);
    assert.equal(pushed.read('hooks/post-receive'), '#!/bin/sh\ncat >seen\n');
    const now = pushed.head();
    project.git('pull', '--quiet', '--ff-only', 'origin', 'main');
    push('d0003');
    assert.equal(pushed.read('seen'), `${now} ${project.head()} refs/heads/main\n`);
    assert.equal(hookRuns(runner), 1, 'removed');
  });

  it('are refused where they could not work, with what to type', () => {
    project = TestProject.withCopies(1);
    prepare();
    const refused = (wanted: RegExp, ...args: string[]): void => {
      const { code, stderr } = pushed.minipach('hook', 'install', ...args);
      assert.equal(code, 3);
      assert.match(stderr, wanted);
      assert.ok(!existsSync(pushed.path('hooks/post-receive')));
    };
    refused(/has no work tree to run anything in: name a clone of it that does, with --runner CLONE/);
    refused(/leave --push out/, '--runner', runner.root, '--push', 'origin');
    refused(/There is no directory/, '--runner', project.path('nowhere'));
    const stranger = project.clone('stranger');
    refused(/does not know .*\/pushed\.git by its path, .* remote add pushed /, '--runner', stranger.root);
    runner.git('checkout', '--quiet', '--detach');
    refused(/is on no branch, and results are committed on one/, '--runner', runner.root);
  });

  it('work in a RIA store, annexed content included', async function () {
    if (findProgram('datalad') === undefined || findProgram('git-annex-remote-ora') === undefined)
      this.skip();
    project = TestProject.withCopies(1, { annex: true });
    project.write('.gitattributes', '* annex.largefiles=nothing\n*.txt annex.largefiles=anything\n');
    project.ok('datalad', ['-l', 'error', 'create', '--force', '.']);
    project.ok('datalad', ['-l', 'error', 'save']);
    const store = project.at('..', 'store');
    const url = `ria+file://${store.root}`;
    project.ok('datalad', ['create-sibling-ria', '--new-store-ok', '-s', 'store', '--alias', 'own', url]);
    project.ok('datalad', ['-l', 'error', 'push', '--to', 'store']);
    runner = project.at('..', 'runner');
    project.ok('datalad', ['-l', 'error', 'clone', `${url}#~own`, runner.root]);
    pushed = store.at('alias', 'own');
    install();
    project.write('data/d0002/a.txt', 'content 2\n');
    project.ok('datalad', ['-l', 'error', 'save']);
    project.ok('datalad', ['-l', 'error', 'push', '--to', 'store']);
    await answered(runner);
    await until('the clone has run', () => hookRuns(runner) > 0);
    project.ok('datalad', ['-l', 'error', 'update', '--how', 'ff-only', '-s', 'store']);
    assert.deepEqual(project.status().pipelines[0].counts, { done: 2 }, hookLog(runner));
    assert.match(project.read('.gitattributes'), /txt annex/);
    project.ok('datalad', ['-l', 'error', 'get', 'copy']);
    assert.equal(project.read('copy/d0002/b.txt'), 'content 2\n');
    assert.equal(hookRuns(runner), 1, hookLog(runner));
  });
});
