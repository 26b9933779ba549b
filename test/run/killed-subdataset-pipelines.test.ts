import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readdirSync, writeFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { ended, MINIPACH, seededRandom, spec, type TestProject } from '../rigs/project.ts';
import { assertClean, assertTwins, COPY, run, withSubmodule } from '../rigs/subdataset-pipelines.ts';

/** Makes a runner that is killed in front of the nth command that changes a repository; it tells whether it was. */
function killingRunner(project: TestProject): (where: TestProject, at: number) => boolean {
  const bin = project.at('..', 'bin');
  // Kills the runner in front of one of the commands that change a repository.
  bin.write(
    'git',
    `#!/bin/sh\ncase "$1 $2" in "fast-import "*|"read-tree -m"|"update-ref "*)\n  left=$(($(cat "$KILL_FILE") - 1)); echo $left > "$KILL_FILE"\n  if [ $left -eq 0 ]; then kill -9 $PPID; exit 1; fi;;\nesac\nPATH=\${PATH#*:}\nexec git "$@"\n`,
    0o755,
  );
  const killFile = bin.path('left');
  const env = {
    ...process.env,
    PATH: `${bin.root}:${process.env['PATH']}`,
    KILL_FILE: killFile,
    COUNT_FILE: project.countFile,
  };
  return (where, at) => {
    writeFileSync(killFile, String(at));
    const { signal } = spawnSync(process.execPath, [MINIPACH, 'run', '-j', '2'], { cwd: where.root, env });
    return signal !== null;
  };
}

describe('a result in a submodule', function () {
  this.timeout(120_000);
  let project: TestProject;
  afterEach(() => project?.remove());

  it('is recorded whole or not at all, wherever its runner is killed', () => {
    project = withSubmodule();
    const sub = project.at('sub');
    const killed = killingRunner(project);
    let rounds = 0;
    for (let at = 1; ; at += 1) {
      rounds += 1;
      project.write('code/copy.sh', `${COPY}echo ${at} > "$2/${at}.txt"\n`);
      project.git('commit', '--quiet', '-am', `Leave ${at}`);
      if (!killed(project, at)) break;
      const named = project.git('rev-parse', 'HEAD:sub').trim();
      sub.git('merge-base', '--is-ancestor', named, 'main');
      run(project);
      assert.equal(project.executions(), 2 * rounds, 'what was computed is not lost');
      assert.equal(project.records().length, 2 * rounds, 'nothing is recorded twice');
      assert.equal(sub.records().length, 2 * rounds);
      for (const datum of ['d1', 'd2'])
        assert.deepEqual(readdirSync(sub.path('prep', datum)).sort(), [`${at}.txt`, 'b.txt']);
      assertClean(project, 'sub');
    }
    // Each of the two repositories has its commits, its work tree and its branch.
    assert.ok(rounds > 6, `${rounds} rounds`);
    assertTwins(project, 'sub');
  });

  it('of another work tree of the project is seen to there', () => {
    project = withSubmodule();
    const other = project.at('..', 'other');
    project.git('worktree', 'add', '--quiet', '-b', 'other', other.root);
    other.git('-c', 'protocol.file.allow=always', 'submodule', '--quiet', 'update', '--init');
    other.at('sub').git('switch', '--quiet', 'main');
    const base = other.at('sub').head();
    const killed = killingRunner(project);
    // In front of the last one, that of the project: the submodule is ahead.
    assert.ok(killed(other, 6));
    assert.notEqual(other.at('sub').head(), base);
    run(project);
    assert.equal(other.at('sub').head(), base);
    assert.equal(project.at('sub').records().length, 2);
    run(other);
    assert.equal(other.at('sub').records().length, 2);
    for (const one of [project, other])
      for (const path of ['.', 'sub']) {
        assert.equal(one.at(path).git('status', '--porcelain'), '');
        assert.equal(one.at(path).git('for-each-ref', 'refs/minipach'), '');
      }
  });

  it('is run once in all by runners that are killed at any moment', async () => {
    project = withSubmodule(24);
    project.write('plain/spec.yml', spec('plain', 'sub/prep', '[cp, "{prep}/b.txt", "{out}"]'));
    project.commit('Add a pipeline');
    const random = seededRandom(7);
    for (let killed = 0; killed < 5; killed += 1) {
      const runners = [project.start(['run', '-j', '2']), project.start(['run', '-j', '2'])];
      await delay(500 + random() * 900);
      for (const runner of runners) runner.kill('SIGKILL');
      await Promise.all(runners.map(ended));
    }
    const runners = [project.start(['run', '-j', '2']), project.start(['run', '-j', '2'])];
    assert.deepEqual(await Promise.all(runners.map(ended)), [0, 0]);
    assert.equal(new Set(project.records()).size, 48);
    assert.equal(project.records().length, 48);
    assert.equal(project.at('sub').records().length, 24);
    assertTwins(project, 'sub');
    assertClean(project, 'sub');
  });
});
