import assert from 'node:assert/strict';
import { recordMessage } from '../../src/plan/record.ts';
import type { WhyReport, WhySummary } from '../../src/plan/report.ts';
import { outputDigest } from '../../src/plan/result.ts';
import { ended, spec, TestProject } from '../rigs/project.ts';
import { why as answer, filesChanged } from '../rigs/why-answers.ts';

describe('why answers for every state', function () {
  this.timeout(120_000);
  let project: TestProject;
  beforeEach(() => {
    project = TestProject.withCopies(3);
  });
  afterEach(() => project.remove());

  const why = (name?: string, from = project): WhyReport => answer(from, name);

  it('pending: never computed, a copy to be, or recorded on another branch only', () => {
    assert.deepEqual(why().reason, 'It has never been computed on this branch.');
    assert.deepEqual([why().state, why().recorded], ['pending', null]);
    project.git('switch', '--quiet', '-c', 'side');
    assert.equal(project.minipach('run', 'copy/d0001').code, 0);
    const record = project.head();
    project.git('switch', '--quiet', 'main');
    const elsewhere = why();
    assert.match(
      elsewhere.reason ?? '',
      new RegExp(
        `^It has never .*\\. Commit ${record.slice(0, 8)} of another branch records its result: merge`,
      ),
    );
    assert.equal(elsewhere.commits[record]?.subject, '[DATALAD RUNCMD] copy: d0001');
    project.git('merge', '--quiet', '--squash', 'side');
    const squash = project.commit('Squash');
    assert.match(
      why().reason ?? '',
      new RegExp(`There are files at copy/d0001, last changed by ${squash.slice(0, 8)}, but no commit`),
    );
    assert.match(
      project.minipach('why', 'copy/d0001').stdout,
      new RegExp(`last changed by ${squash.slice(0, 8)} \\(.*: Squash\\), but`),
    );
    project.git('reset', '--quiet', '--hard', 'side');
    project.write('data/twin/a.txt', 'content 1\n');
    project.commit('Add an equal one');
    assert.match(
      why('copy/twin').reason ?? '',
      /An equal result is in copy\/d0001, recorded by [0-9a-f]{8}: it/,
    );
  });

  it('pending in a shallow clone: history may be cut off', () => {
    assert.equal(project.minipach('run').code, 0);
    const clone = project.clone('shallow', '--depth', '1');
    assert.match(why('copy/d0001', clone).reason ?? '', /This clone is shallow, .*`git fetch --unshallow`/);
  });

  it('modified, removed, stale and orphaned: which files, by which commit; and all of them by cause', () => {
    assert.equal(project.minipach('run').code, 0);
    project.write('copy/d0001/b.txt', 'mine\n');
    project.write('copy/d0001/c.txt', 'more\n');
    const edited = project.commit('Edit a result');
    project.git('rm', '--quiet', '-r', 'copy/d0002');
    const removed = project.commit('Remove a result');
    project.git('mv', 'data/d0003', 'data/e0003');
    const renamed = project.commit('Rename a sample');
    const modified = why();
    assert.equal(modified.state, 'modified');
    assert.deepEqual(filesChanged(modified), [
      ['result', 'copy/d0001/b.txt', false, false, edited],
      ['result', 'copy/d0001/c.txt', true, false, edited],
    ]);
    const pending = why('copy/d0002');
    assert.equal(pending.state, 'pending');
    assert.deepEqual(filesChanged(pending), [['result', 'copy/d0002/b.txt', false, true, removed]]);
    const orphaned = why('copy/d0003');
    assert.equal(orphaned.state, 'orphaned');
    assert.deepEqual(filesChanged(orphaned), [['input', 'data/d0003/a.txt', false, true, renamed]]);
    assert.equal(orphaned.reason, 'The datum `e0003` has the same content now.');
    assert.match(why('copy/e0003').reason ?? '', /An equal result is in copy\/d0003/);
    project.write('copy/spec.yml', project.read('copy/spec.yml').replace('"/*"', '"/d0001"'));
    const narrowed = project.commit('Take one only');
    const excluded = why('copy/d0003');
    assert.deepEqual(filesChanged(excluded), [['input', 'data/d0003/a.txt', false, true, renamed]]);
    project.write('data/d0002/a.txt', 'other\n');
    project.commit('Change what is not taken');
    project.git('revert', '--no-edit', removed);
    const unmatched = why('copy/d0002');
    assert.deepEqual(filesChanged(unmatched), [['command', 'copy/spec.yml', false, false, narrowed]]);
    const { stdout } = project.minipach('why', 'copy');
    assert.match(stdout, /^copy {2}2 orphaned, 1 modified$/m);
    assert.match(stdout, /^1 orphaned: d0003\n {2}input data\/d0003\/a\.txt changed by/m);
  });

  it('stale: the summary tells datums of one cause together, whenever each was recorded', () => {
    project.write('code/copy.sh', 'echo 1; cat "$1/a.txt" > "$2/b.txt"\n');
    project.commit('Speak');
    assert.equal(project.minipach('run', 'copy/d0001').code, 0);
    project.write('data/d0002/a.txt', 'other\n');
    project.commit('Change another datum');
    assert.equal(project.minipach('run').code, 0);
    project.write('code/copy.sh', 'echo 2; cat "$1/a.txt" > "$2/b.txt"\n');
    const code = project.commit('Speak up');
    project.write('data/d0003/a.txt', 'other\n');
    const input = project.commit('Change the third');
    const summary = JSON.parse(project.minipach('why', '--json', 'copy').stdout) as WhySummary;
    assert.equal(summary.kind, 'why-summary');
    assert.deepEqual(summary.counts, { stale: 3 });
    assert.deepEqual(
      summary.groups.map(({ state, datums, changes: all }) => [state, datums, all.map(({ since }) => since)]),
      [
        ['stale', ['d0001', 'd0002'], [code]],
        ['stale', ['d0003'], [input, code]],
      ],
    );
    assert.match(
      project.minipach('why', 'copy').stdout,
      /^2 stale: d0001, d0002\n {2}code code\/copy\.sh changed by [0-9a-f]{8} \(.*: Speak up\)$/m,
    );
    for (const command of ['plan', 'status'])
      assert.match(project.minipach(command).stdout, /^What changed: minipach why copy$/m);
  });

  it('blocked: by what, and where the waiting begins', () => {
    project.write('code/copy.sh', 'exit 3\n');
    project.write('next/spec.yml', spec('next', 'copy', '[sh, code/copy.sh, "{copy}", "{out}"]'));
    project.write('last/spec.yml', spec('last', 'next', '["true", "{next}"]').replace('"/*"', '"/"'));
    project.write('open/spec.yml', spec('open', 'next', '["true"]').replace('"/*"', '"/*/*"'));
    project.commit('Add a chain');
    const waits = (report: Pick<WhyReport, 'waitsFor'>): unknown[] =>
      (report.waitsFor ?? []).map(({ pipeline, datum, state }) => [pipeline, datum, state]);
    const before = why('last');
    assert.equal(before.state, 'blocked');
    assert.deepEqual(
      waits(before),
      [1, 2, 3].map((n) => ['next', `d000${n}`, 'blocked']),
    );
    assert.deepEqual(
      before.rootCauses?.map(({ pipeline, datum, state }) => [pipeline, datum, state]),
      [1, 2, 3].map((n) => ['copy', `d000${n}`, 'pending']),
    );
    assert.deepEqual(waits(why('next/d0002')), [['copy', 'd0002', 'pending']]);
    assert.equal(project.minipach('run').code, 1);
    const text = project.minipach('why', 'last').stdout;
    assert.match(
      text,
      /^Upstream: next\/d0001 \(blocked\), next\/d0002 \(blocked\), next\/d0003 \(blocked\)\.$/m,
    );
    assert.match(
      text,
      /^ {2}copy\/d0001 \(failed\) and 2 more of its datums: It ended with exit code 3\. → minipach logs copy\/d0001$/m,
    );
    const open = project.minipach('why', 'open').stdout;
    assert.match(open, /^open {2}no datum {2}Waits for the results of next, whose files decide/m);
    assert.match(open, /^ {2}copy\/d0001 \(failed\) and 2 more/m);
    const failed = why();
    assert.equal(failed.state, 'failed');
    assert.match(
      failed.reason ?? '',
      /^Its job failed at \d{4}-.*Z \(`datum_tries` allows 3 tries a run\): It ended with exit code 3\.$/,
    );
    project.write('copy/spec.yml', `${project.read('copy/spec.yml')}  colour: red\n`);
    project.commit('Break a spec');
    assert.match(
      project.minipach('why', 'next').stdout,
      /^next {2}no datum {2}Waits for copy, whose spec has errors/m,
    );
    const reason = 'copy/spec.yml has errors: `minipach check` names them.';
    const { rootCauses } = JSON.parse(project.minipach('why', '--json', 'next').stdout) as WhySummary;
    assert.deepEqual(rootCauses, [{ pipeline: 'copy', datum: null, state: null, reason }]);
    assert.match(project.minipach('why', 'copy').stderr, /errors in copy\/spec\.yml: mend them/);
    assert.equal(project.minipach('why', 'copy/d0001').code, 2);
  });

  it('recovered: that err_cmd has seen to it', () => {
    project.write('code/copy.sh', 'exit 3\n');
    project.write('copy/spec.yml', `${project.read('copy/spec.yml')}  err_cmd: ["true"]\ndatum_tries: 1\n`);
    project.commit('Fail and recover');
    project.minipach('run');
    const report = why();
    assert.equal(report.state, 'recovered');
    assert.match(
      report.reason ?? '',
      /^Its job failed at .*Z: It ended with exit code 3\. Its `err_cmd` has seen/,
    );
  });

  it('running: who is at it', async () => {
    project.write('code/copy.sh', 'echo begun; exec sleep 30\n');
    project.commit('Take long');
    const run = project.start(['run', '-j', '1'], 'pipe');
    await new Promise((resolve) => run.stdout?.once('data', resolve));
    for (;;) {
      const report = why();
      if (report.state !== 'running') continue;
      assert.match(report.reason ?? '', new RegExp(`^Run \\S+ is at it: process ${run.pid} on \\S+\\.$`));
      break;
    }
    run.kill('SIGTERM');
    await ended(run);
  });

  it('a change of an image and of how it runs, by the content of both', () => {
    const config = (exec: string): string =>
      `[datalad "containers.tool"]\n\timage = tool.img\n\tcmdexec = ${exec} {img} {cmd}\n`;
    project.write('.datalad/config', config('run'));
    project.write('tool.img', 'an image\n');
    project.write('boxed/spec.yml', spec('boxed', 'data', '[x, "{data}"]', '  image: tool\n'));
    project.commit('Run in an image');
    const before = why('boxed/d0001');
    assert.equal(before.state, 'pending');
    // Such a pipeline cannot be started everywhere, so the result is recorded here as a run would do it.
    project.write('boxed/d0001/b.txt', 'content\n');
    project.git('add', 'boxed');
    const blob = project.git('hash-object', 'boxed/d0001/b.txt').trim();
    const output = outputDigest([{ name: 'b.txt', type: 'file', blob }]);
    const ids = { pipeline: 'boxed', directory: 'boxed', datum: 'd0001', path: 'boxed/d0001', reused: false };
    const content = { shellLine: 'x', datasetId: null, exit: 0, inputs: [] };
    const message = recordMessage({ ...ids, ...content, job: before.job ?? '', output });
    project.git('commit', '--quiet', '--cleanup=verbatim', '-m', message);
    assert.equal(why('boxed/d0001').state, 'done');
    project.write('tool.img', 'another image\n');
    const first = project.commit('Update the image');
    project.write('.datalad/config', config('exec'));
    const second = project.commit('Run it otherwise');
    const report = why('boxed/d0001');
    assert.deepEqual(
      report.changes.map(({ kind, path, field, after, since }) => [kind, path, field, after, since]),
      [
        ['image', 'tool.img', undefined, project.git('rev-parse', 'HEAD:tool.img').trim(), first],
        ['image', 'tool.img', 'cmdexec', 'exec {img} {cmd}', second],
      ],
    );
  });

  it('names that are none: what was meant, and what is not committed', () => {
    const refused = (name: string): string => {
      const { code, stderr } = project.minipach('why', name);
      assert.equal(code, 2);
      return stderr;
    };
    assert.match(
      refused('copy/d0004'),
      /no datum, pipeline or result `copy\/d0004`; did you mean `copy\/d000[1-3]`\?/,
    );
    assert.match(refused('cpoy'), /did you mean `copy`\?/);
    assert.match(refused('cpoy/d0001'), /did you mean `copy\/d0001`\?/);
    assert.equal(project.minipach('-C', 'copy', 'why', 'd0001/').code, 0);
    assert.equal(project.minipach('run', 'copy/d0001').code, 0);
    project.git('mv', 'copy', 'moved');
    project.commit('Move the pipeline');
    assert.match(
      why('copy/d0001').reason ?? '',
      /There are files at moved\/d0001, last changed by [0-9a-f]{8}, that [0-9a-f]{8} recorded at copy\/d0001: a/,
    );
    project.git('rm', '--quiet', '-r', 'data/d0001', 'moved/d0001');
    project.commit('Drop the sample and its result');
    assert.match(
      refused('copy/d0001'),
      /no datum `copy\/d0001` any more: [0-9a-f]{8} recorded one of that name/,
    );
    assert.match(refused('nowhere/at/all'), /write PIPELINE\/DATUM or PIPELINE/);
    project.write('data/d0002/a.txt', 'not committed\n');
    assert.match(
      project.minipach('why', 'copy/d0002').stderr,
      /^Not used, because not committed: data\/d0002\/a\.txt/m,
    );
  });
});
