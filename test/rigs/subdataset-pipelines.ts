/** Pipelines in subdatasets: what they run, and what must hold wherever results are recorded in several datasets. */
import assert from 'node:assert/strict';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { spec, TestProject } from './project.ts';

/** Copies one file of a datum, after counting itself. */
export const COPY = 'echo run >> "$COUNT_FILE"; cat "$1/a.txt" > "$2/b.txt"\n';

/** A command that a spec of this file runs, with an input of that name. */
export const copying = (input: string): string => `[sh, code/copy.sh, "{${input}}", "{out}"]`;

/** Data and code in the project, and `sub`, a submodule on its branch, with the pipeline `prep`. */
export function withSubmodule(datums = 2): TestProject {
  const project = TestProject.make();
  for (let datum = 1; datum <= datums; datum += 1)
    project.write(`data/d${datum}/a.txt`, `content ${datum}\n`);
  project.write('code/copy.sh', COPY);
  project.commit('Add data');
  const source = project.at('..', 'source');
  project.git('clone', '--quiet', '--bare', '.', source.root);
  const sub = project.at('..', 'start');
  project.git('clone', '--quiet', source.root, sub.root);
  sub.git('rm', '--quiet', '-r', 'data', 'code');
  sub.write('prep/spec.yml', spec('prep', 'data', copying('data')));
  sub.commit('Add a pipeline');
  sub.git('push', '--quiet');
  project.addSubmodule(source, 'sub');
  return project;
}

/** Nothing is left over or out of step, in the project and in these subdatasets. */
export function assertClean(project: TestProject, ...subdatasets: string[]): void {
  assert.deepEqual(project.status().dirty, []);
  for (const one of [project, ...subdatasets.map((path) => project.at(path))]) {
    assert.equal(one.git('status', '--porcelain', '--ignore-submodules=none'), '');
    assert.equal(one.git('for-each-ref', 'refs/minipach'), '');
    assert.ok(!existsSync(join(one.git('rev-parse', '--absolute-git-dir').trim(), 'index.lock')));
    one.git('fsck', '--strict', '--connectivity-only');
    assert.match(one.git('worktree', 'list'), /^.*\n$/);
  }
  assert.deepEqual(
    readdirSync(project.path('.git/minipach/record')).filter((name) => name !== 'lock'),
    [],
  );
}

/** Every record of the project that moved a subdataset has its twin there, at the commit that it names. */
export function assertTwins(project: TestProject, path: string): void {
  const commits = project
    .git('log', '--format=%H', '--grep=DATALAD RUNCMD', '--', path)
    .split('\n')
    .filter(Boolean);
  assert.ok(commits.length > 0);
  for (const commit of commits) {
    const inside = project.git('rev-parse', `${commit}:${path}`).trim();
    const message = (one: TestProject, id: string): string => one.git('log', '-1', '--format=%B', id);
    assert.equal(message(project.at(path), inside), message(project, commit));
  }
}

/** Runs minipach, which must do all there is to do; returns what it said. */
export function run(project: TestProject, ...args: string[]): string {
  const { code, stdout, stderr } = project.minipach('run', ...args);
  assert.equal(code, 0, stdout + stderr);
  return stdout + stderr;
}
