import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { findProgram } from '../../src/project/programs.ts';
import { textOf } from '../../src/project/small-file.ts';
import { GatedProject, until } from '../rigs/gated-project.ts';
import { answered, hookLog, hookRuns } from '../rigs/hooked-project.ts';
import { isAlive } from '../rigs/processes.ts';
import { seededRandom, TestProject } from '../rigs/project.ts';

describe('hooks of a work tree', function () {
  this.timeout(120_000);
  let project: TestProject;
  afterEach(() => project.remove());

  const install = (...args: string[]): void => {
    const { code, stderr } = project.minipach('hook', 'install', ...args);
    assert.equal(code, 0, stderr);
  };
  const addDatum = (name: string, of = project): void =>
    of.write(`data/${name}/a.txt`, `content of ${name}\n`);
  const counts = (of = project): Record<string, number> => of.status().pipelines[0].counts;

  it('run what a commit makes pending, also one of a subdirectory or of another work tree', async () => {
    project = TestProject.withCopies(1);
    install();
    addDatum('d0002');
    project.at('data').git('add', '.');
    project.at('data').git('commit', '--quiet', '-m', 'Add data');
    await answered(project);
    assert.deepEqual(counts(), { done: 2 });
    assert.equal(hookRuns(project), 1, 'records are commits, and no reason for a run');
    const linked = project.at('..', 'linked');
    project.git('worktree', 'add', '--quiet', '-b', 'other', linked.root);
    addDatum('d0003', linked);
    linked.commit('Add data');
    await answered(project);
    assert.deepEqual(counts(linked), { done: 3 });
    assert.deepEqual(counts(), { done: 2 });
    assert.match(hookLog(project), new RegExp(`post-commit: run in ${linked.root}\\.`));
  });

  it('run what `datalad save` has saved, and a replay by `datalad rerun` starts nothing without end', async function () {
    if (findProgram('datalad') === undefined) this.skip();
    project = TestProject.withCopies(1, { annex: true });
    project.ok('datalad', ['-l', 'error', 'create', '--force', '.']);
    install();
    addDatum('d0002');
    project.ok('datalad', ['save', '-m', 'Add data']);
    await answered(project);
    assert.deepEqual(counts(), { done: 2 });
    const before = hookRuns(project);
    project.ok('datalad', ['rerun']);
    await answered(project);
    assert.deepEqual(counts(), { done: 2 });
    assert.ok(hookRuns(project) <= before + 1);
    assert.equal(project.git('status', '--porcelain'), '');
  });

  it('run what a pull brings, forward, merged or rebased', async () => {
    project = TestProject.withCopies(1);
    const other = project.clone('other');
    project.git('remote', 'add', 'other', other.root);
    install();
    const pull = async (name: string, ...args: string[]): Promise<void> => {
      addDatum(name, other);
      other.commit('Add data');
      project.git('pull', '--quiet', '--no-edit', ...args, 'other', 'main');
      await answered(project);
    };
    await pull('d0002', '--ff-only');
    assert.deepEqual(counts(), { done: 2 });
    await pull('d0003', '--no-rebase');
    assert.deepEqual(counts(), { done: 3 });
    await pull('d0004', '--rebase');
    assert.deepEqual(counts(), { done: 4 });
    const log = hookLog(project);
    assert.match(log, /post-merge: run/);
    assert.match(log, /post-rewrite: run/);
    assert.doesNotMatch(log, /post-commit/, 'not one run for each commit that is rebased');
  });

  it('start nothing where they are told not to, or a run begins anyway', async () => {
    project = TestProject.withCopies(1);
    install();
    addDatum('d0002');
    project.git('add', '.');
    project.ok('git', ['commit', '--quiet', '-m', 'Add data'], { MINIPACH_NO_HOOK: '1' });
    addDatum('d0003');
    assert.equal(project.minipach('run', '--save').code, 0);
    assert.deepEqual(counts(), { done: 3 });
    assert.equal(hookLog(project), '');
  });

  it('have jobs and results know nothing of the commit that called them', async () => {
    project = TestProject.withCopies(1);
    project.write('code/copy.sh', 'env | grep -E "^GIT_(AUTHOR|COMMITTER_DATE|INDEX)" > "$2/b.txt"; true\n');
    project.commit('Show variables');
    install();
    const author = ['--author', 'Somebody Else <else@minipach.invalid>'];
    project.ok('git', ['commit', '--quiet', '--amend', '--no-edit', ...author], {
      GIT_COMMITTER_DATE: '2005-04-07T22:13:13Z',
    });
    await answered(project);
    assert.deepEqual(counts(), { done: 1 });
    assert.equal(project.read('copy/d0001/b.txt'), '');
    assert.match(project.git('log', '-1', '--format=%an %cs'), /^Minipach test (?!2005)/);
  });

  it('start one run for a burst of commits, and miss none', async () => {
    const gated = new GatedProject(1);
    project = gated.project;
    install();
    project.git('commit', '--quiet', '--allow-empty', '-m', 'Begin');
    await gated.begun('d0001');
    for (let datum = 2; datum <= 11; datum += 1) {
      addDatum(`d${datum}`);
      project.commit('Add data');
    }
    await until('the second one leaves', () => hookLog(project).includes('left to process'));
    assert.equal(hookRuns(project), 1);
    gated.open();
    await answered(project);
    assert.deepEqual(counts(), { done: 11 });
    assert.equal(project.executions(), 11);
    assert.equal(hookRuns(project), 2, 'once more, for what came after the first had looked');
    assert.equal(hookLog(project).match(/left to process/g)?.length, 1, 'one mark tells of all');
  });

  it('let git and its caller go on at once, and hold nothing that was open there', async () => {
    const gated = new GatedProject(1);
    project = gated.project;
    install();
    // Returns only when the pipe is closed by all who have it.
    const line = '( flock 9; git commit --quiet --allow-empty -m Begin ) 9>"$0"; flock -n "$0" true';
    project.ok('sh', ['-c', line, `${project.countFile}.lock`]);
    await gated.begun('d0001');
    assert.equal(project.executions(), 1);
    gated.open();
    await answered(project);
    assert.deepEqual(counts(), { done: 1 });
  });

  it('make up with the next commit for a run that was killed', async () => {
    const gated = new GatedProject(2);
    project = gated.project;
    install('-j', '1');
    project.git('commit', '--quiet', '--allow-empty', '-m', 'Begin');
    await gated.begun('d0001');
    const pid = project.status().runs[0].pid;
    process.kill(pid, 'SIGKILL');
    await until('it is gone', () => project.status().runs.length === 0);
    gated.open();
    addDatum('d0003');
    project.commit('Add data');
    await until('all is done', () => project.records().length === 3);
    assert.deepEqual(counts(), { done: 3 });
    assert.equal(project.git('status', '--porcelain'), '');
    await until('the answer has ended', () => hookLog(project).match(/ended with/g)?.length === 1);
  });

  it('lose nothing, whenever who answers is killed', async () => {
    project = TestProject.withCopies(1);
    install();
    const random = seededRandom(5);
    const pids = (): number[] => {
      const texts = ['holders', 'hooks'].flatMap((name) => {
        const folder = project.path('.git/minipach', name);
        return readdirSync(folder)
          .filter((one) => name === 'holders' || one === 'wanted')
          .filter((one) => !one.includes('.'))
          .map((one) => textOf(`${folder}/${one}`));
      });
      return texts
        .flatMap((text) => /^(\d+)$|"pid":(\d+)/.exec(text.trim())?.slice(1).find(Boolean) ?? [])
        .map(Number);
    };
    /** One that was killed while it records has left git's lock, which the next run takes away. */
    const untilUnlocked = () =>
      until('git has its lock', () => {
        if (existsSync(project.path('.git/index.lock')) && !pids().some(isAlive)) project.minipach('run');
        return !pids().some(isAlive);
      });
    let killed = 0;
    for (let round = 2; round <= 9; round += 1) {
      addDatum(`d${round}`);
      await untilUnlocked();
      project.commit('Add data');
      await delay(random() * 900);
      for (const pid of new Set(pids())) {
        // It may have ended by itself.
        if (!isAlive(pid)) continue;
        process.kill(pid, 'SIGKILL');
        killed += 1;
      }
    }
    assert.ok(killed > 2, `${killed}`);
    await until('they are gone', () => pids().every((pid) => !isAlive(pid)));
    await untilUnlocked();
    project.commit('Go on');
    await until('all is done', () => counts()['done'] === 9);
    assert.equal(new Set(project.records()).size, project.records().length, 'each is recorded once');
    assert.equal(project.git('status', '--porcelain'), '');
    await until('the answer has ended', () => pids().every((pid) => !isAlive(pid)));
  });

  it('go on with the next commit once a run was stopped, and not before', async () => {
    const gated = new GatedProject(1);
    project = gated.project;
    install();
    project.git('commit', '--quiet', '--allow-empty', '-m', 'Begin');
    await gated.begun('d0001');
    project.git('commit', '--quiet', '--allow-empty', '-m', 'Go on');
    assert.equal(project.minipach('stop').code, 0);
    await answered(project);
    assert.equal(hookRuns(project), 1);
    gated.open();
    project.git('commit', '--quiet', '--allow-empty', '-m', 'Go on after all');
    await answered(project);
    assert.deepEqual(counts(), { done: 1 });
  });

  it('never make a commit fail, and say what keeps them from starting anything', async () => {
    project = TestProject.withCopies(1);
    install();
    const hook = project.read('.git/hooks/post-commit');
    project.ok('rm', ['-rf', '.git/minipach']);
    project.write('.git/minipach', 'in the way\n');
    const said = project.ok('sh', ['-c', 'git commit --quiet --allow-empty -m Go 2>&1']);
    assert.match(
      said,
      /minipach: nothing was started, as .*\/hooks cannot be written to: make it writable\./,
    );
    assert.equal(readFileSync(project.path('.git/hooks/post-commit'), 'utf8'), hook);
    project.ok('rm', ['.git/minipach']);
    project.git('commit', '--quiet', '--allow-empty', '-m', 'Go again');
    await answered(project);
    assert.ok(existsSync(project.path('.git/minipach/hooks/log')));
    assert.deepEqual(counts(), { done: 1 });
  });
});
