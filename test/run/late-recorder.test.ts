import assert from 'node:assert/strict';
import type { ChildProcess } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { delimiter } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { ended, TestProject } from '../rigs/project.ts';

/** What git is asked for by a recorder, in the order of its steps. */
const STEPS = ['fast-import', 'diff-tree', 'update-ref --create-reflog'];

describe('a recorder whose work was given to others while it was at', function () {
  this.timeout(120_000);
  let project: TestProject;
  let runner: ChildProcess | undefined;
  beforeEach(() => {
    project = TestProject.withCopies(3);
  });
  afterEach(() => {
    runner?.kill('SIGKILL');
    project.remove();
  });

  it('may have written its private ref too late: the next run takes that away', () => {
    for (const name of ['mabcdefg-0123456789ab', 'somebody-elses'])
      project.git('update-ref', `refs/minipach/${name}`, 'HEAD');
    assert.equal(project.minipach('run').code, 0);
    assert.equal(
      project.git('for-each-ref', '--format=%(refname)', 'refs/minipach').trim(),
      'refs/minipach/somebody-elses',
    );
  });

  for (const step of STEPS)
    it(`git ${step} does nothing more when it goes on`, async () => {
      const path = process.env['PATH'] ?? '';
      // A git that says when it comes to that step, and waits there.
      project.write(
        '../slow/git',
        `#!/bin/sh\nPATH=${path}\ncase "$*" in\n  "${step}"*) if mkdir "${project.path('../reached')}" 2> /dev/null; then while test ! -e "${project.path('../go')}"; do sleep 0.05; done; fi ;;\nesac\nexec git "$@"\n`,
        0o755,
      );
      const slow = { PATH: [project.path('../slow'), path].join(delimiter) };
      runner = project.startWith(slow, ['run'], 'ignore', 'pipe');
      let said = '';
      runner.stderr?.on('data', (data) => {
        said += data;
      });
      while (!existsSync(project.path('../reached'))) await delay(20);
      const [{ run }] = project.status().runs;
      assert.equal(project.minipach('release', '--all-of', run, '--force').code, 0);
      const other = project.minipach('run');
      assert.equal(other.code, 0, other.stderr);
      const head = project.head();
      project.write('../go', '');
      assert.equal(await ended(runner), 3, said);
      assert.match(said, /was declared dead/);
      assert.equal(project.head(), head);
      assert.equal(project.git('status', '--porcelain'), '');
      assert.equal(project.records().length, 3);
      assert.equal(project.git('for-each-ref', 'refs/minipach'), '');
      assert.ok(!existsSync(project.path('.git/index.lock')));
      assert.deepEqual(readdirSync(project.path('.git/minipach/record')), ['lock']);
    });
});
