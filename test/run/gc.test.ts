import assert from 'node:assert/strict';
import { existsSync, linkSync, mkdirSync, readdirSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { type State, stateOf } from '../../src/run/state.ts';
import { ended, spec, TestProject } from '../rigs/project.ts';

describe('minipach gc', function () {
  this.timeout(60_000);
  let project: TestProject;
  let state: State;
  const make = (count: number, options: { annex?: boolean } = {}): void => {
    project = TestProject.withCopies(count, options);
    state = stateOf({ commonDirectory: project.path('.git') });
  };
  afterEach(() => project.remove());

  const gc = (...args: string[]) => {
    const { code, stdout, stderr } = project.minipach('gc', '--json', ...args);
    assert.equal(stderr, '');
    assert.equal(code, 0);
    return JSON.parse(stdout);
  };
  const wasteOf = (document: { waste: { kind: string; count: number }[] }): Record<string, number> =>
    Object.fromEntries(document.waste.map(({ kind, count }) => [kind, count]));

  it('shows orphaned results first, and removes them by a commit that history sees behind', () => {
    make(3);
    project.minipach('run');
    const before = project.head();
    project.git('rm', '-rq', 'data/d0001', 'data/d0002');
    project.write('copy/d0002/b.txt', 'mended\n');
    const head = project.commit('Remove data');
    const shown = project.minipach('gc');
    assert.match(shown.stdout, /1 +10 B +orphaned results, whose datums are gone\n/);
    assert.match(shown.stdout, /Kept: copy\/d0002\. Somebody has edited it\./);
    project.write('copy/d0001/b.txt', 'not committed\n');
    assert.match(
      project.minipach('why', 'copy/d0002').stdout,
      /Somebody has edited its result, which `minipach gc` keeps/,
    );
    assert.match(
      project.minipach('why', 'copy/d0001').stdout,
      /not committed, so that it does not count here: copy\/d0001\/b\.txt\./,
    );
    project.git('checkout', '--quiet', 'copy/d0001/b.txt');
    assert.match(shown.stdout, /Remove them with: minipach gc --yes/);
    assert.equal(project.head(), head, 'nothing was removed');
    project.write('copy/d0003/b.txt', 'not committed\n');
    const done = gc('--yes');
    assert.deepEqual(done.orphans.names, ['copy/d0001']);
    assert.equal(done.commits[0], project.head());
    assert.match(
      project.git('log', '-1', '--format=%B'),
      /^Remove an orphaned result of copy\n[\s\S]*d0001: [0-9a-f]{40}/,
    );
    assert.ok(!existsSync(project.path('copy/d0001')));
    assert.equal(project.read('copy/d0002/b.txt'), 'mended\n');
    assert.equal(project.git('status', '--porcelain'), ' M copy/d0003/b.txt\n');
    assert.equal(project.git('show', `${before}:copy/d0001/b.txt`), 'content 1\n');
    assert.deepEqual(gc().orphans.names, []);
    assert.deepEqual(project.status().pipelines[0].counts, { done: 1, orphaned: 1 });
  });

  it('keeps an orphan whose file is changed in the work tree, or that is going to be copied', () => {
    make(3);
    project.minipach('run');
    project.git('mv', 'data/d0002', 'data/renamed');
    project.git('rm', '-rq', 'data/d0001', 'data/d0003');
    project.commit('Remove and rename');
    project.write('copy/d0001/b.txt', 'not committed\n');
    const shown = gc();
    const done = gc('--yes');
    assert.deepEqual(done.orphans.names, ['copy/d0003']);
    assert.deepEqual(
      [shown.orphans.names, shown.kept],
      [done.orphans.names, done.kept],
      'as was said before',
    );
    assert.deepEqual(
      done.kept.map(({ name, why }: { name: string; why: string }) => [name, why.split(' ')[0]]),
      [
        ['copy/d0002', 'It'],
        ['copy/d0001', 'Its'],
      ],
    );
    assert.equal(project.read('copy/d0001/b.txt'), 'not committed\n');
    assert.match(project.minipach('run').stdout, /1 copied from equal results/);
  });

  it('is through with an orphan that has left a file which others leave as well', () => {
    make(2);
    project.write('code/copy.sh', 'cat "$1/a.txt" > "$2/$(basename "$1")"; echo same > "$2/shared"\n');
    project.write('copy/spec.yml', `${project.read('copy/spec.yml')}output: "."\n`);
    project.commit('Merge results');
    assert.equal(project.minipach('run').code, 0);
    project.git('rm', '-rq', 'data/d0001');
    project.commit('Remove data');
    assert.deepEqual(gc('--yes').orphans.names, ['copy/d0001']);
    assert.ok(existsSync(project.path('copy/shared')));
    assert.deepEqual(project.status().pipelines[0].counts, { done: 1 });
    assert.deepEqual(gc().kept, []);
  });

  it('tells how annexed content is freed, and of results that are equal', () => {
    make(1, { annex: true });
    project.write('.gitattributes', 'b.txt annex.largefiles=anything\n');
    project.write('data/twin/a.txt', 'content 1\n');
    project.commit('Annex results');
    assert.equal(project.minipach('run').code, 0);
    project.git('rm', '-rq', 'data/twin');
    project.commit('Remove the twin');
    assert.match(project.minipach('gc').stdout, /1 result \(10 B\) is equal to others/);
    assert.match(project.minipach('gc', '--yes').stdout, /git annex unused/);
    assert.equal(project.read('copy/d0001/b.txt'), 'content 1\n');
  });

  it('finds results of pipelines whose spec is gone, and keeps what others read or somebody has edited', () => {
    make(2);
    project.write('sum/spec.yml', spec('sum', 'copy', '[sh, -c, "cat {copy}/b.txt > {out}/all"]'));
    project.write('alone/spec.yml', spec('alone', 'data', '[sh, -c, "cat {data}/a.txt > {out}/c.txt"]'));
    project.commit('Add pipelines');
    assert.equal(project.minipach('run').code, 0);
    const before = project.head();
    project.git('rm', '-q', 'copy/spec.yml', 'alone/spec.yml');
    project.write('alone/d0002/c.txt', 'mended\n');
    project.commit('Remove specs');
    const shown = gc();
    assert.deepEqual(shown.orphans.names, ['alone/d0001']);
    assert.deepEqual(
      Object.fromEntries(shown.kept.map(({ name, why }: { name: string; why: string }) => [name, why])),
      {
        'alone/d0002': 'Somebody has edited it.',
        'copy/d0001': 'The pipeline sum reads it.',
        'copy/d0002': 'The pipeline sum reads it.',
      },
    );
    assert.deepEqual(gc('--yes').orphans.names, ['alone/d0001']);
    assert.ok(!existsSync(project.path('alone/d0001')));
    assert.ok(existsSync(project.path('copy/d0001/b.txt')));
    project.git('rm', '-q', 'sum/spec.yml');
    project.commit('Remove the reader');
    assert.deepEqual(gc('--yes').orphans.names.sort(), [
      'copy/d0001',
      'copy/d0002',
      'sum/d0001',
      'sum/d0002',
    ]);
    assert.equal(project.git('status', '--porcelain'), '');
    assert.equal(
      project.git('ls-files'),
      'alone/d0002/c.txt\ncode/copy.sh\ndata/d0001/a.txt\ndata/d0002/a.txt\n',
    );
    // The specs come back, and with them the work: history has it, the tree has not.
    project.git('checkout', '-q', before, '--', 'alone/spec.yml');
    project.commit('Bring a spec back');
    assert.equal(project.minipach('run').code, 0);
    assert.equal(project.read('alone/d0001/c.txt'), 'content 1\n');
  });

  it('tells of work that was done more than once, and of results that later ones took the place of', () => {
    make(2, { annex: true });
    project.write('.gitattributes', 'b.txt annex.largefiles=anything\n');
    project.commit('Annex results');
    assert.equal(project.minipach('run').code, 0);
    assert.deepEqual(gc().past, { again: { jobs: 0, times: 0 }, overwritten: { count: 0, bytes: 0 } });
    // Another tool has done one of them again, and recorded it with the same key.
    const message = project.git('log', '-1', '--format=%B', '--', 'copy/d0001');
    project.git('commit', '--quiet', '--allow-empty', '-m', message);
    project.write('code/copy.sh', 'cat "$1/a.txt" "$1/a.txt" > "$2/b.txt"\n');
    project.commit('Change the code');
    assert.equal(project.minipach('run').code, 0);
    const head = project.head();
    assert.deepEqual(gc().past, { again: { jobs: 1, times: 1 }, overwritten: { count: 3, bytes: 20 } });
    const { stdout } = project.minipach('gc', '--yes');
    assert.match(stdout, /1 job was computed and recorded more than once, 1 time too often/);
    assert.match(stdout, /3 results \(20 B\) are in history only/);
    assert.equal(project.head(), head, 'nothing was done about it');
  });

  it('removes what dead runners have left, and claims once nobody is there', () => {
    make(1);
    project.minipach('run');
    const facts = { token: 'far', host: 'node7', place: 'elsewhere', pid: 4711, started: '1', run: 'run-7' };
    const files = ['far', 'far.beat', 'far.free1'].map((name) => join(state.holders, name));
    for (const file of files) writeFileSync(file, JSON.stringify(facts));
    mkdirSync(join(state.claims, 'ab'), { recursive: true });
    const claim = join(state.claims, 'ab', `${'ab'.repeat(32)}.4`);
    linkSync(files[0] ?? '', claim);
    mkdirSync(join(state.workspaces, 'far', '1'), { recursive: true });
    project.git('update-ref', 'refs/minipach/far', 'HEAD');
    // A runner of which nobody knows whether it lives keeps all that is its own, and every claim.
    const kept = gc('--yes');
    assert.equal(kept.claims.removable, false);
    assert.deepEqual(wasteOf(kept), {});
    assert.ok(existsSync(claim));
    assert.ok(existsSync(join(state.workspaces, 'far')));
    // Declared dead, it keeps the mark until it is old, and nothing else.
    writeFileSync(join(state.holders, 'far.dead'), JSON.stringify(facts));
    assert.deepEqual(wasteOf(gc('--yes')), { workspaces: 1, refs: 1 });
    assert.ok(!existsSync(claim), 'it was given free, with a free generation above');
    assert.ok(existsSync(`${claim.slice(0, -1)}6`));
    assert.equal(project.git('for-each-ref', 'refs/minipach'), '');
    for (const file of [...files, join(state.holders, 'far.dead')]) utimesSync(file, 0, 0);
    const done = gc('--yes');
    assert.deepEqual(wasteOf(done), { holders: 1 });
    assert.equal(done.claims.removable, true);
    assert.deepEqual(readdirSync(state.holders), []);
    assert.deepEqual(readdirSync(state.claims), []);
    assert.equal(project.minipach('run', '--force').code, 0);
  });

  it('removes old marks, logs, journals and results that nothing asks for', () => {
    make(2);
    project.write('code/copy.sh', 'exit 1\n');
    project.commit('Fail');
    project.minipach('run');
    const [asked] = readdirSync(state.logs);
    const stale = 'cd'.repeat(32);
    const put = (...parts: string[]): void => {
      const path = join(...parts);
      mkdirSync(join(path, '..'), { recursive: true });
      writeFileSync(path, '{"job":"x"}');
      utimesSync(path, 0, 0);
    };
    for (const [folder, name] of [
      [state.logs, `${stale}.log`],
      [state.failed, `${stale}.json`],
    ] as const)
      put(folder, 'cd', name);
    put(state.logs, 'detached-x.log');
    const result = join(state.results, 'cd', stale);
    put(result, 'output', 'b.txt');
    put(result, 'result.json');
    writeFileSync(join(result, 'result.json'), JSON.stringify({ job: stale, pipeline: 'gone', datum: 'x' }));
    utimesSync(result, 0, 0);
    const [run = ''] = readdirSync(state.runs);
    assert.deepEqual(wasteOf(gc()), { results: 1, failures: 1, logs: 2 });
    utimesSync(join(state.runs, run), 0, 0);
    assert.deepEqual(wasteOf(gc('--yes')), { results: 1, failures: 1, logs: 2, runs: 1 });
    assert.deepEqual(wasteOf(gc()), {});
    assert.ok(!existsSync(result));
    assert.deepEqual(project.status().pipelines[0].counts, { failed: 2 }, 'marks that count are kept');
    assert.ok(existsSync(join(state.logs, asked ?? '')));
  });

  it('goes on where one was killed between the work tree and the branch', () => {
    make(2);
    project.minipach('run');
    project.git('rm', '-rq', 'data/d0001');
    const old = project.commit('Remove data');
    gc('--yes');
    // As it was a moment before the branch moved: the files are gone, and a dead runner's intent tells why.
    const next = project.head();
    project.git('update-ref', 'refs/heads/main', old);
    project.git('read-tree', old);
    const intend = (): void => {
      mkdirSync(join(state.record, 'dead'));
      const intent = { steps: [{ path: '', branch: 'refs/heads/main', old, new: next }] };
      writeFileSync(join(state.record, 'dead', 'intent.json'), JSON.stringify(intent));
    };
    intend();
    assert.equal(project.git('status', '--porcelain'), ' D copy/d0001/b.txt\n');
    project.write('data/d0003/a.txt', 'content 3\n');
    project.git('add', 'data');
    project.git('commit', '-qm', 'Add data');
    assert.equal(project.minipach('run').code, 0);
    assert.equal(project.git('status', '--porcelain'), '', 'whoever records next brings them back');
    project.ok('rm', ['copy/d0001/b.txt']);
    intend();
    assert.deepEqual(gc('--yes').orphans.names, ['copy/d0001']);
    assert.equal(project.git('status', '--porcelain'), '');
  });

  it('takes nothing from live runs', async () => {
    make(20);
    project.write('code/copy.sh', 'echo run >> "$COUNT_FILE"; sleep 0.1; cat "$1/a.txt" > "$2/b.txt"\n');
    project.commit('Take some time');
    const runners = [1, 2].map(() => project.start(['run', '-j', '2']));
    while (project.executions() === 0) await delay(20);
    for (let round = 0; round < 4; round += 1) {
      const { code, stderr } = project.minipach('gc', '--yes', '--keep-days', '0');
      assert.ok(code === 0 || /another process is recording/i.test(stderr), stderr);
    }
    assert.deepEqual(await Promise.all(runners.map(ended)), [0, 0]);
    assert.equal(project.executions(), 20);
    assert.equal(project.records().length, 20);
    assert.equal(project.git('status', '--porcelain'), '');
  });
});
