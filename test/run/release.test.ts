import assert from 'node:assert/strict';
import { existsSync, linkSync, mkdirSync, readdirSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { type State, stateOf } from '../../src/run/state.ts';
import { ended, TestProject } from '../rigs/project.ts';

describe('minipach release', function () {
  this.timeout(60_000);
  let project: TestProject;
  let state: State;
  beforeEach(() => {
    project = TestProject.withCopies(2);
    state = stateOf({ commonDirectory: project.path('.git') });
  });
  afterEach(() => project.remove());

  /** A runner of another host as its files tell of it, with a claim; nobody can prove anything about it. */
  const plantFar = (datum: string): string => {
    const job = project.plan()['copy']?.datums[datum]?.job ?? '';
    mkdirSync(join(state.claims, job.slice(0, 2)), { recursive: true });
    mkdirSync(state.holders, { recursive: true });
    const facts = { token: 'far', host: 'node7', place: 'elsewhere', pid: 4711, started: '1', run: 'run-7' };
    writeFileSync(join(state.holders, 'far'), JSON.stringify(facts));
    writeFileSync(join(state.holders, 'far.beat'), '000000000001');
    linkSync(join(state.holders, 'far'), join(state.claims, job.slice(0, 2), `${job}.1`));
    return job;
  };

  it('gives the claims of a far runner free, and fences it', () => {
    const job = plantFar('d0001');
    linkSync(join(state.holders, 'far'), project.path('.git/index.lock'));
    assert.match(project.minipach('release').stdout, /run run-7: process 4711 on node7.*\n {2}copy\/d0001/);
    assert.equal(project.plan()['copy']?.datums['d0001']?.state, 'running');
    const released = project.minipach('release', 'copy/d0001');
    assert.equal(released.code, 0, released.stderr);
    assert.match(released.stdout, /Declared dead: 1 claim of it is free/);
    assert.ok(existsSync(join(state.holders, 'far.dead')));
    assert.ok(!existsSync(project.path('.git/index.lock')), 'git waits for it no longer');
    assert.deepEqual(
      readdirSync(join(state.claims, job.slice(0, 2))),
      [`${job}.3`],
      'one free generation above',
    );
    assert.equal(project.plan()['copy']?.datums['d0001']?.state, 'pending');
    assert.equal(project.minipach('run').code, 0);
  });

  it('tells in a line of claims that dead runs have left, which hold nothing up', () => {
    const job = plantFar('d0002');
    writeFileSync(join(state.holders, 'far.dead'), '{}');
    const { stdout } = project.minipach('release');
    assert.match(
      stdout,
      /^No job is claimed, and nobody records\.\nA claim of a dead run is left, which any run takes/,
    );
    assert.equal(project.plan()['copy']?.datums['d0002']?.state, 'pending');
    assert.equal(project.minipach('run').code, 0);
    assert.ok(!existsSync(join(state.claims, job.slice(0, 2), `${job}.1`)));
    assert.equal(project.minipach('release').stdout, 'No job is claimed, and nobody records.\n');
  });

  it('finds the holder by its run and by the beginning of a key', () => {
    const job = plantFar('d0002');
    assert.match(project.minipach('release', job.slice(0, 8), '--force').stdout, /1 claim/);
    assert.equal(project.minipach('release', '--all-of', 'run-7').code, 2);
    assert.match(project.minipach('release', 'copy/d0002').stderr, /Nobody holds copy\/d0002/);
    assert.match(project.minipach('release', 'copy/d9').stderr, /There is no datum `copy\/d9`/);
  });

  it('fences a far runner that holds nothing, so that what it has left can go', () => {
    const job = plantFar('d0001');
    unlinkSync(join(state.claims, job.slice(0, 2), `${job}.1`));
    const unknown = project.minipach('release', '--all-of', 'run-8');
    assert.equal(unknown.code, 2);
    assert.match(unknown.stderr, /The run `run-8` is not live and holds nothing/);
    const { code, stdout } = project.minipach('release', '--force', '--all-of', 'run-7');
    assert.equal(code, 0);
    assert.match(stdout, /process 4711 on node7.*, holds nothing\.\nDeclared dead: 0 claims of it are free/);
    assert.ok(existsSync(join(state.holders, 'far.dead')));
  });

  it('refuses a far runner that gives a sign of life', async () => {
    plantFar('d0001');
    const release = project.start(['release', 'copy/d0001']);
    let beats = 1;
    const beating = setInterval(() => {
      beats += 1;
      writeFileSync(join(state.holders, 'far.beat'), String(beats).padStart(12, '0'));
    }, 100);
    assert.equal(await ended(release), 1);
    clearInterval(beating);
    assert.ok(!existsSync(join(state.holders, 'far.dead')));
    assert.equal(project.plan()['copy']?.datums['d0001']?.state, 'running');
  });

  it('refuses a runner that lives, unless forced; that one then records nothing', async () => {
    // The job waits until it is told to go on.
    project.write(
      'code/copy.sh',
      'echo run >> "$COUNT_FILE"; while test ! -e "$COUNT_FILE.go"; do sleep 0.05; done; echo x > "$2/b.txt"\n',
    );
    project.commit('Wait');
    const runner = project.start(['run', 'copy/d0001']);
    while (project.executions() === 0) await delay(50);
    const refused = project.minipach('release', 'copy/d0001');
    assert.equal(refused.code, 1);
    assert.match(refused.stderr, /is alive: end it with `minipach stop /);
    assert.equal(project.minipach('release', 'copy/d0001', '--force').code, 0);
    writeFileSync(`${project.countFile}.go`, '');
    assert.equal(await ended(runner), 3);
    assert.deepEqual(project.records(), []);
    assert.equal(project.minipach('run').code, 0);
    assert.equal(project.records().length, 2);
  });

  it('is not needed for a slow runner, of which a second one tells that it waits for it', async () => {
    project.write(
      'code/copy.sh',
      'echo run >> "$COUNT_FILE"; while test ! -e "$COUNT_FILE.go"; do sleep 0.05; done; echo x > "$2/b.txt"\n',
    );
    project.commit('Wait');
    const first = project.start(['run', 'copy/d0001']);
    while (project.executions() === 0) await delay(50);
    const second = project.start(['run', 'copy/d0001', '--json'], 'pipe');
    let events = '';
    second.stdout?.on('data', (data) => {
      events += data;
    });
    while (!events.includes('"event":"job-waiting"')) await delay(50);
    assert.match(events, new RegExp(`"reason":"Process ${first.pid} on [^"]* does it\\."`));
    writeFileSync(`${project.countFile}.go`, '');
    assert.deepEqual([await ended(first), await ended(second)], [0, 0]);
    assert.equal(events.split('job-waiting').length, 2, 'once');
  });

  it('leaves no failure of jobs that it has ended, and no further try', async () => {
    // Jobs that do not heed a request to end are killed, which is no failure of theirs.
    project.write(
      'code/copy.sh',
      'trap "" TERM INT HUP; echo run >> "$COUNT_FILE"; while test ! -e "$COUNT_FILE.go"; do sleep 0.05; done; echo x > "$2/b.txt"\n',
    );
    project.write('copy/spec.yml', `${project.read('copy/spec.yml')}datum_tries: 3\n`);
    project.commit('Wait, and take no request to end');
    const runner = project.start(['run', '-j2', '--json'], 'pipe');
    let events = '';
    runner.stdout?.on('data', (data) => {
      events += data;
    });
    while (project.executions() < 2) await delay(50);
    assert.equal(project.minipach('release', 'copy/d0001', '--force').code, 0);
    assert.equal(await ended(runner), 3);
    assert.match(events, /"event":"job-stopped"/);
    assert.doesNotMatch(events, /"event":"job-failed"|"try":2/);
    assert.deepEqual(project.status().pipelines[0].counts, { pending: 2 });
    writeFileSync(`${project.countFile}.go`, '');
    assert.equal(project.minipach('run').code, 0, 'nothing failed, so that the next run does it');
  });
});
