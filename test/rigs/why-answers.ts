/** Answers of `minipach why`, as tests look at them. */
import assert from 'node:assert/strict';
import type { WhyReport } from '../../src/plan/report.ts';
import { spec, TestProject } from './project.ts';

/** The command of `TestProject.withCopies`. */
export const COPY = '[sh, code/copy.sh, "{data}", "{out}"]';

/** A group of one file of each directory that a glob matches. */
export function grouped(glob: string): string {
  return `pipeline: {name: all}\ninput:\n  group:\n    - pfs: {repo: data, glob: "/${glob}/(a.txt)", group_by: "$1", name: data}\ntransform:\n  cmd: [sh, -c, 'cat "$@" > "$0"', "{out}/all", "{data}"]\n`;
}

/** A project with several pipelines over two samples, all done. */
export function projectWithResults(): TestProject {
  const project = TestProject.withCopies(2);
  project.write('data/d0001/link.txt', 'linked\n');
  project.write('all/spec.yml', grouped('*'));
  const names = spec('names', 'data', '[sh, -c, "ls {data} > {out}/n"]');
  project.write('names/spec.yml', names.replace('repo:', 'empty_files: true\n    repo:'));
  const where = spec('where', 'data', '[sh, -c, "cat {data}/a.txt > {out}/n"]');
  project.write('where/spec.yml', `${where}identity: path\n`);
  project.commit('Add more pipelines');
  const run = project.minipach('run');
  assert.equal(run.code, 0, run.stderr);
  return project;
}

/** The answer about a datum. */
export function why(project: TestProject, name = 'copy/d0001'): WhyReport {
  const { code, stdout, stderr } = project.minipach('why', '--json', name);
  assert.equal(code, 0, stderr);
  const report = JSON.parse(stdout) as WhyReport;
  assert.equal(report.version, 1);
  for (const { since } of report.changes) assert.ok(since === null || since in report.commits);
  return report;
}

/** The changes of an answer without commits, in one line each. */
export function changeLines({ changes }: Pick<WhyReport, 'changes'>): string[] {
  return changes.map(({ kind, path, field, before, after }) =>
    [kind, path, field, before?.slice(0, 60), '→', after?.slice(0, 60)]
      .filter((part) => part !== undefined)
      .join(' ')
      .trim(),
  );
}

/** The changes of files, with whether something was there before and after, and the commit. */
export function filesChanged({ changes }: Pick<WhyReport, 'changes'>): unknown[] {
  return changes.map(({ kind, path, before, after, since }) => [
    ...[kind, path, before === null, after === null, since],
  ]);
}

/** Asserts that a datum is stale, and what one commit has changed for it. */
export function assertChanged(
  project: TestProject,
  commit: string,
  expected: readonly string[],
  name?: string,
): void {
  const report = why(project, name);
  assert.equal(report.state, 'stale', report.reason);
  assert.equal(report.reason, undefined);
  assert.deepEqual(changeLines(report), expected);
  for (const { since } of report.changes) assert.equal(since, commit);
}

/** Git's id of a file's content. */
export function blobOf(project: TestProject, path: string, commit = 'HEAD'): string {
  return project.git('rev-parse', `${commit}:${path}`).trim();
}
