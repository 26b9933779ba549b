import assert from 'node:assert/strict';
import type { TestProject } from '../rigs/project.ts';
import { assertChanged, blobOf, changeLines, grouped, projectWithResults, why } from '../rigs/why-answers.ts';

describe('why tells what changed in files', function () {
  this.timeout(120_000);
  let project: TestProject;
  let recorded: string;
  before(() => {
    project = projectWithResults();
    recorded = project.head();
  });
  afterEach(() => project.git('reset', '--quiet', '--hard', recorded));
  after(() => project.remove());

  it('or, when nothing did, which commit recorded it', () => {
    const report = why(project);
    assert.equal(report.state, 'done');
    assert.deepEqual(report.changes, []);
    const commit = project.git('log', '-1', '--format=%H', '--', 'copy/d0001').trim();
    assert.deepEqual(report.recorded, { commit, job: report.job, reused: false });
    assert.equal(report.commits[commit]?.subject, '[DATALAD RUNCMD] copy: d0001');
    assert.match(
      project.minipach('why', 'copy/d0001/b.txt').stdout,
      /^copy\/d0001 {2}done\nRecorded by [0-9a-f]{8} \(\d{4}-\d\d-\d\d, .+: \[DATALAD RUNCMD\] copy: d0001\)\.\n$/,
    );
  });

  it('of an input: content, mode, files that come and go, with the commit of each', () => {
    project.write('data/d0001/a.txt', 'other\n');
    const first = project.commit('Change content');
    project.write('data/d0001/sub/b.txt', 'new\n');
    project.git('rm', '--quiet', 'data/d0001/link.txt');
    const second = project.commit('Add one and remove one');
    project.write('data/d0002/a.txt', 'not of interest\n');
    project.commit('Change another datum');
    const report = why(project);
    assert.deepEqual(report.changes, [
      {
        ...{ kind: 'input', path: 'data/d0001/a.txt', since: first },
        ...{
          before: blobOf(project, 'data/d0001/a.txt', recorded),
          after: blobOf(project, 'data/d0001/a.txt'),
        },
      },
      {
        ...{ kind: 'input', path: 'data/d0001/link.txt', since: second },
        ...{ before: blobOf(project, 'data/d0001/link.txt', recorded), after: null },
      },
      {
        ...{ kind: 'input', path: 'data/d0001/sub/b.txt', since: second },
        ...{ before: null, after: blobOf(project, 'data/d0001/sub/b.txt') },
      },
    ]);
    const text = project.minipach('why', 'copy/d0001').stdout;
    assert.match(
      text,
      /^Changed by [0-9a-f]{8} \(.*: Change content\):\n {2}input +data\/d0001\/a\.txt {2}/m,
    );
    assert.match(text, /^ {2}input +data\/d0001\/sub\/b\.txt {2}added \([0-9a-f]{8}\)$/m);
    assert.match(text, /^To have it computed: minipach run copy\/d0001$/m);
  });

  it('of an input that is executable now', () => {
    project.git('update-index', '--chmod=+x', 'data/d0001/a.txt');
    project.git('commit', '--quiet', '-m', 'Change the mode');
    const id = blobOf(project, 'data/d0001/a.txt');
    const report = why(project);
    assert.deepEqual(
      report.changes.map(({ before, after }) => [before, after]),
      [[`file ${id}`, `executable ${id}`]],
    );
  });

  it('of what a link leads to, with the commit that changed it there', () => {
    project.git('rm', '--quiet', 'data/d0001/link.txt');
    project.write('elsewhere.txt', 'linked\n');
    project.ok('ln', ['-s', '../../elsewhere.txt', 'data/d0001/link.txt']);
    project.commit('Link to a file of the same content');
    assert.equal(why(project).state, 'done');
    project.write('elsewhere.txt', 'other\n');
    const commit = project.commit('Change what is linked');
    const report = why(project);
    assert.deepEqual(
      report.changes.map(({ path, since }) => [path, since]),
      [['data/d0001/link.txt', commit]],
    );
  });

  it('of a group: a file more, a file less, and not the command that follows from it', () => {
    project.write('data/d0000/a.txt', 'content 0\n');
    project.git('rm', '--quiet', 'data/d0002/a.txt');
    const commit = project.commit('Replace one');
    const ids = [blobOf(project, 'data/d0002/a.txt', recorded), blobOf(project, 'data/d0000/a.txt')];
    assertChanged(
      project,
      commit,
      [`input data/d0002/a.txt ${ids[0]} →`, `input data/d0000/a.txt → ${ids[1]}`],
      'all/a.txt',
    );
  });

  it('of a group whose glob takes fewer files: the spec', () => {
    project.write('all/spec.yml', grouped('d0001'));
    const commit = project.commit('Take one only');
    assertChanged(
      project,
      commit,
      [`input data/d0002/a.txt ${blobOf(project, 'data/d0002/a.txt')} →`],
      'all/a.txt',
    );
  });

  it('of a group whose order is another', () => {
    project.git('mv', 'data/d0001', 'data/d0009');
    project.commit('Rename');
    assert.deepEqual(changeLines(why(project, 'all/a.txt')), [
      'input data/d0002/a.txt order data/d0001/a.txt data/d0002/a.txt → data/d0002/a.txt data/d0009/a.txt',
    ]);
  });

  it('of names, where only these count', () => {
    project.write('data/d0001/a.txt', 'other\n');
    project.commit('Change content');
    assert.equal(why(project, 'names/d0001').state, 'done');
    project.write('data/d0001/b.txt', 'more\n');
    const commit = project.commit('Add a name');
    assertChanged(
      project,
      commit,
      [`input data/d0001/b.txt → ${blobOf(project, 'data/d0001/b.txt')}`],
      'names/d0001',
    );
  });

  it('of how an input counts', () => {
    project.write('names/spec.yml', project.read('names/spec.yml').replace('    empty_files: true\n', ''));
    project.commit('Give content');
    assert.deepEqual(changeLines(why(project, 'names/d0001')), ['input data/d0001 counts names → content']);
  });

  it('of code: content, files that are named more or less', () => {
    project.write('code/copy.sh', 'cat "$1/a.txt" > "$2/b.txt"\n');
    const commit = project.commit('Change code');
    assertChanged(project, commit, [
      `code code/copy.sh ${blobOf(project, 'code/copy.sh', recorded)} → ${blobOf(project, 'code/copy.sh')}`,
    ]);
    project.write('copy/spec.yml', `${project.read('copy/spec.yml')}  code: ["data/d0002/*"]\n`);
    const named = project.commit('Name more code');
    const report = why(project);
    assert.deepEqual(
      report.changes.map(({ path, before, since }) => [path, before === null, since]),
      [
        ['code/copy.sh', false, commit],
        ['data/d0002/a.txt', true, named],
      ],
    );
  });
});
