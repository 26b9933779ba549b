import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { linkSync, mkdirSync, utimesSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { knownAnnexBug } from '../../src/project/annex-version.ts';
import type { ProgramReport } from '../../src/project/programs.ts';
import type { HealthCheck } from '../../src/run/health-check.ts';
import { type Ended, MINIPACH, TestProject } from '../rigs/project.ts';

interface Report {
  readonly able: boolean;
  readonly programs: readonly ProgramReport[];
  readonly checks: readonly HealthCheck[];
}

describe('minipach doctor', function () {
  this.timeout(30_000);
  let project: TestProject;
  beforeEach(() => {
    project = TestProject.withCopies(1);
  });
  afterEach(() => project.remove());

  /** Programs of these texts come first on the path: what a machine has cannot be chosen otherwise. */
  const run = (programs: Record<string, string>, ...args: string[]): Ended => {
    const bin = project.at('..', 'bin');
    for (const [name, text] of Object.entries(programs)) bin.write(name, `#!/bin/sh\n${text}\n`, 0o755);
    const { status, stdout, stderr } = spawnSync(process.execPath, [MINIPACH, ...args], {
      cwd: project.root,
      encoding: 'utf8',
      env: { ...process.env, NO_COLOR: '1', PATH: `${bin.root}${delimiter}${process.env['PATH']}` },
    });
    return { code: status, stdout, stderr };
  };
  const doctor = (): Ended => run({}, 'doctor');
  const report = (programs: Record<string, string> = {}): Report =>
    JSON.parse(run(programs, 'doctor', '--json').stdout) as Report;
  const check = (name: string): HealthCheck | undefined =>
    report().checks.find((one) => one.name === name && one.level !== 'ok');

  it('says that jobs can be run, and leaves nothing behind', () => {
    const before = project.ok('find', ['.', '-print']);
    const ended = doctor();
    assert.equal(ended.code, 0, ended.stdout);
    assert.match(ended.stdout, /ok +git \d+\.\d+/);
    assert.match(ended.stdout, /ok +branch +Results are recorded on main\./);
    assert.match(ended.stdout, /Hard links, symbolic links and renames work\./);
    assert.match(ended.stdout, /Jobs can be run here\.\n$/);
    assert.equal(project.ok('find', ['.', '-print']), before);
  });

  it('does not wait for a program that hangs, nor for what that has started', () => {
    const { programs } = report({
      podman: 'sleep 300 & sleep 300',
      'ch-run': 'echo "no namespaces" >&2; exit 1',
    });
    const found = (name: string): unknown => programs.find((one) => one.name === name)?.problem;
    assert.equal(found('podman'), 'It says: no answer within 5 s');
    assert.equal(found('ch-run'), 'It says: no namespaces');
  });

  it('warns of a git-annex that fails at concurrent gets, and of an old git', () => {
    const { able, programs } = report({ git: 'echo git version 2.20.1', 'git-annex': 'echo 10.20251029' });
    assert.equal(able, false);
    const annex = programs.find(({ name }) => name === 'git-annex');
    assert.equal(annex?.state, 'unfit');
    assert.match(annex?.problem ?? '', /mended in 10\.20260213/);
    assert.equal(programs.find(({ name }) => name === 'git')?.state, 'unfit');
    const affected = ['10.20240430', '10.20260115-g123', '10.20230126', '10.20240429', '10.20260213'];
    assert.deepEqual(
      affected.map((version) => knownAnnexBug(version) !== undefined),
      [true, true, false, false, false],
    );
  });

  it('lets a run warn of it where something is to be fetched, and only there', () => {
    const annex = project.ok('which', ['git-annex']).trim();
    const old = { 'git-annex': `test "$1" != version || exec echo 10.20251029; exec ${annex} "$@"` };
    project.git('annex', 'init', '--quiet', 'test');
    assert.doesNotMatch(run(old, 'run').stderr, /git-annex 10/);
    project.write('data/d0002/a.txt', 'two\n');
    project.git('annex', 'add', '--quiet', '--force-large', 'data/d0002/a.txt');
    project.commit('Annex a file');
    project.git('annex', 'drop', '--quiet', '--force', 'data/d0002/a.txt');
    assert.match(run(old, 'run').stderr, /git-annex 10\.20251029 cannot get one file into several clones/);
  });

  it('names what a run would refuse, with the command that helps', () => {
    project.git('checkout', '--quiet', '--detach');
    const ended = doctor();
    assert.equal(ended.code, 3);
    assert.match(ended.stdout, /error +branch .*detached HEAD.*\n +→ git switch -c results/);
  });

  it('tells of a shallow clone, and of subdatasets that are not installed', () => {
    const source = project.clone('source');
    project.addSubmodule(source, 'raw');
    const clone = project.clone('shallow', '--depth=1');
    const { stdout, code } = clone.minipach('doctor');
    assert.equal(code, 3);
    assert.match(stdout, /error +history .*shallow clone.*\n +→ git fetch --unshallow/);
    assert.match(
      stdout,
      /warning subdatasets +1 of 1 are not installed: raw\. What reads them waits\.\n +→ datalad get -n raw/,
    );
    assert.match(doctor().stdout, /ok +subdatasets +All 1 are installed/);
  });

  it('tells a forgotten lock from that of a dead runner', () => {
    const lock = project.path('.git/index.lock');
    writeFileSync(lock, '');
    assert.equal(check('locks'), undefined, 'a git command is at work');
    utimesSync(lock, 0, 0);
    assert.equal(check('locks')?.level, 'error');
    assert.equal(check('locks')?.advice, `rm ${lock}`);
    const holders = project.path('.git/minipach/holders');
    mkdirSync(holders, { recursive: true });
    const dead = { token: 'dead', host: 'here', place: 'elsewhere', pid: 1, started: '1', run: 'run-1' };
    for (const name of ['dead', 'dead.dead']) writeFileSync(join(holders, name), JSON.stringify(dead));
    project.ok('rm', [lock]);
    linkSync(join(holders, 'dead'), lock);
    assert.equal(check('locks')?.level, 'warning');
    assert.match(check('runs')?.message ?? '', /1 ended in a hurry/);
  });

  it('works outside of a project', () => {
    const ended = project.minipach('-C', '/', 'doctor');
    assert.equal(ended.code, 3);
    assert.match(ended.stdout, /\/ is not in a git repository/);
  });
});
