/** What must hold of a project after every kind of run, however it ended. */
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import type { TestProject } from './project.ts';

/** What a run may not change, taken before it. */
export interface Before {
  readonly uuids: string;
  readonly refs: readonly string[];
}

/** Takes down what a run may not change. */
export function takeDown(project: TestProject): Before {
  return { uuids: uuidsOf(project), refs: refsOf(project) };
}

/**
 * Fails unless git and git-annex find the project whole, its work tree clean, and nothing of ours in it but state: no
 * uuid, work tree, stash, ref or lock, no waste, and no process.
 * @param changes - What `git status` may show.
 */
export function assertWhole(project: TestProject, was: Before, what: string, changes = ''): void {
  assert.equal(project.git('status', '--porcelain'), changes, what);
  project.git('fsck', '--strict', '--no-dangling');
  assert.equal(project.git('worktree', 'list').trim().split('\n').length, 1, what);
  assert.equal(project.git('stash', 'list'), '', what);
  assert.deepEqual(refsOf(project), was.refs, what);
  assert.ok(!existsSync(project.path('.git/index.lock')), what);
  if (was.uuids !== '') {
    assert.equal(uuidsOf(project), was.uuids, what);
    project.git('annex', 'fsck', '--quiet');
  }
  for (const folder of ['trash', 'workspaces'])
    assert.deepEqual(listed(project.path('.git/minipach', folder)), [], `${what}: ${folder}`);
  assert.deepEqual(
    listed(project.path('.git/minipach/record')).filter((name) => name !== 'lock'),
    [],
    what,
  );
  const results = listed(project.path('.git/minipach/results'));
  assert.deepEqual(
    results.flatMap((name) => listed(project.path('.git/minipach/results', name))),
    [],
    what,
  );
  assert.deepEqual(processesIn(project.path('.git/minipach')), [], what);
}

function uuidsOf(project: TestProject): string {
  return existsSync(project.path('.git/annex')) ? project.git('cat-file', '-p', 'git-annex:uuid.log') : '';
}

function refsOf(project: TestProject): string[] {
  const refs = project.git('for-each-ref', '--format=%(refname)').trim().split('\n');
  // What git-annex notes for itself, whoever runs it.
  return refs.filter((ref) => !ref.startsWith('refs/annex/'));
}

function listed(folder: string): string[] {
  return existsSync(folder) ? readdirSync(folder) : [];
}

/** Whatever works in a folder, or was started for a job in it. */
function processesIn(folder: string): string[] {
  return readdirSync('/proc').filter((pid) => {
    try {
      if (readlinkSync(join('/proc', pid, 'cwd')).startsWith(folder)) return true;
      return readFileSync(join('/proc', pid, 'environ'), 'utf8').includes(`MINIPACH_JOB=${folder}`);
    } catch {
      return false;
    }
  });
}
