import assert from 'node:assert/strict';
import type { WhyReport } from '../../src/plan/report.ts';
import { spec, TestProject } from '../rigs/project.ts';

const COPY = '[sh, code/copy.sh, "{data}", "{out}"]';

/** The changes of an answer without commits, in one line each. */
function lines({ changes }: WhyReport): string[] {
  return changes.map(({ kind, path, field, before, after }) =>
    [kind, path, field, before?.slice(0, 60), '→', after?.slice(0, 60)]
      .filter((part) => part !== undefined)
      .join(' ')
      .trim(),
  );
}

describe('why tells what changed since a result was recorded', function () {
  this.timeout(120_000);
  let project: TestProject;
  let recorded: string;
  before(() => {
    project = TestProject.withCopies(2);
    project.write('data/d0001/link.txt', 'linked\n');
    project.write('all/spec.yml', grouped('*'));
    project.write(
      'names/spec.yml',
      spec('names', 'data', '[sh, -c, "ls {data} > {out}/n"]').replace(
        'repo:',
        'empty_files: true\n    repo:',
      ),
    );
    project.write(
      'where/spec.yml',
      `${spec('where', 'data', '[sh, -c, "cat {data}/a.txt > {out}/n"]')}identity: path\n`,
    );
    project.commit('Add more pipelines');
    const run = project.minipach('run');
    assert.equal(run.code, 0, run.stderr);
    recorded = project.head();
  });
  afterEach(() => project.git('reset', '--quiet', '--hard', recorded));
  after(() => project.remove());

  function grouped(glob: string): string {
    return `pipeline: {name: all}\ninput:\n  group:\n    - pfs: {repo: data, glob: "/${glob}/(a.txt)", group_by: "$1", name: data}\ntransform:\n  cmd: [sh, -c, 'cat "$@" > "$0"', "{out}/all", "{data}"]\n`;
  }

  function why(name = 'copy/d0001'): WhyReport {
    const { code, stdout, stderr } = project.minipach('why', '--json', name);
    assert.equal(code, 0, stderr);
    const report = JSON.parse(stdout) as WhyReport;
    assert.equal(report.version, 1);
    for (const { since } of report.changes) assert.ok(since === null || since in report.commits);
    return report;
  }

  /** Asserts what one commit has changed for a datum. */
  function changed(commit: string, expected: readonly string[], name?: string): WhyReport {
    const report = why(name);
    assert.equal(report.state, 'stale', report.reason);
    assert.equal(report.reason, undefined);
    assert.deepEqual(lines(report), expected);
    for (const { since } of report.changes) assert.equal(since, commit);
    return report;
  }

  const blob = (path: string, commit = 'HEAD'): string =>
    project.git('rev-parse', `${commit}:${path}`).trim();

  it('or, when nothing did, which commit recorded it', () => {
    const report = why();
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
    const report = why();
    assert.deepEqual(report.changes, [
      {
        ...{ kind: 'input', path: 'data/d0001/a.txt', since: first },
        ...{ before: blob('data/d0001/a.txt', recorded), after: blob('data/d0001/a.txt') },
      },
      {
        ...{ kind: 'input', path: 'data/d0001/link.txt', since: second },
        ...{ before: blob('data/d0001/link.txt', recorded), after: null },
      },
      {
        ...{ kind: 'input', path: 'data/d0001/sub/b.txt', since: second },
        ...{ before: null, after: blob('data/d0001/sub/b.txt') },
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
    const id = blob('data/d0001/a.txt');
    const report = why();
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
    assert.equal(why().state, 'done');
    project.write('elsewhere.txt', 'other\n');
    const commit = project.commit('Change what is linked');
    const report = why();
    assert.deepEqual(
      report.changes.map(({ path, since }) => [path, since]),
      [['data/d0001/link.txt', commit]],
    );
  });

  it('of a group: a file more, a file less, and not the command that follows from it', () => {
    project.write('data/d0000/a.txt', 'content 0\n');
    project.git('rm', '--quiet', 'data/d0002/a.txt');
    const commit = project.commit('Replace one');
    const ids = [blob('data/d0002/a.txt', recorded), blob('data/d0000/a.txt')];
    changed(
      commit,
      [`input data/d0002/a.txt ${ids[0]} →`, `input data/d0000/a.txt → ${ids[1]}`],
      'all/a.txt',
    );
  });

  it('of a group whose glob takes fewer files: the spec', () => {
    project.write('all/spec.yml', grouped('d0001'));
    const commit = project.commit('Take one only');
    changed(commit, [`input data/d0002/a.txt ${blob('data/d0002/a.txt')} →`], 'all/a.txt');
  });

  it('of a group whose order is another', () => {
    project.git('mv', 'data/d0001', 'data/d0009');
    project.commit('Rename');
    assert.deepEqual(lines(why('all/a.txt')), [
      'input data/d0002/a.txt order data/d0001/a.txt data/d0002/a.txt → data/d0002/a.txt data/d0009/a.txt',
    ]);
  });

  it('of names, where only these count', () => {
    project.write('data/d0001/a.txt', 'other\n');
    project.commit('Change content');
    assert.equal(why('names/d0001').state, 'done');
    project.write('data/d0001/b.txt', 'more\n');
    const commit = project.commit('Add a name');
    changed(commit, [`input data/d0001/b.txt → ${blob('data/d0001/b.txt')}`], 'names/d0001');
  });

  it('of how an input counts', () => {
    project.write('names/spec.yml', project.read('names/spec.yml').replace('    empty_files: true\n', ''));
    project.commit('Give content');
    assert.deepEqual(lines(why('names/d0001')), ['input data/d0001 counts names → content']);
  });

  it('of code: content, files that are named more or less', () => {
    project.write('code/copy.sh', 'cat "$1/a.txt" > "$2/b.txt"\n');
    const commit = project.commit('Change code');
    changed(commit, [`code code/copy.sh ${blob('code/copy.sh', recorded)} → ${blob('code/copy.sh')}`]);
    project.write('copy/spec.yml', `${project.read('copy/spec.yml')}  code: ["data/d0002/*"]\n`);
    const named = project.commit('Name more code');
    const report = why();
    assert.deepEqual(
      report.changes.map(({ path, before, since }) => [path, before === null, since]),
      [
        ['code/copy.sh', false, commit],
        ['data/d0002/a.txt', true, named],
      ],
    );
  });

  it('of the command, and of nothing else when the spec changes in between', () => {
    project.write('copy/spec.yml', spec('copy', 'data', COPY.replace(']', ', "two words"]')));
    const commit = project.commit('Add a word');
    project.write('copy/spec.yml', `# A comment.\n${project.read('copy/spec.yml')}`);
    project.commit('Add a comment');
    changed(commit, [
      "command copy/spec.yml transform.cmd sh code/copy.sh {data} {out} → sh code/copy.sh {data} {out} 'two words'",
    ]);
    assert.match(
      project.minipach('why', 'copy/d0001').stdout,
      /\n {4}before {2}sh code\/copy\.sh \{data\} \{out\}\n {4}after {3}sh code\/copy\.sh \{data\} \{out\} 'two words'\n/,
    );
  });

  it('of every other field of the spec that counts, with the commit of each', () => {
    const fields = [
      ['  working_dir: code\n', 'command copy/spec.yml transform.working_dir . → code'],
      ['  stdin: [x]\n', 'command copy/spec.yml transform.stdin → x'],
      ['  accept_return_code: [4, 3]\n', 'command copy/spec.yml transform.accept_return_code → 3, 4'],
      ['  env: {THREADS: "2"}\n', 'environment copy/spec.yml transform.env.THREADS → 2'],
      ['salt: two\n', 'command copy/spec.yml salt → two'],
      ['discard: ["*.log"]\n', 'command copy/spec.yml discard → *.log'],
      ['identity: path\n', 'command copy/spec.yml identity content → path'],
    ] as const;
    const commits = new Map<string, string>();
    let more = '';
    for (const [text, expected] of fields) {
      more += text;
      project.write('copy/spec.yml', spec('copy', 'data', COPY, more));
      commits.set(expected, project.commit(`Add ${text}`));
    }
    const report = why();
    const found = report.changes.filter(({ kind }) => kind !== 'code');
    assert.deepEqual(lines({ ...report, changes: found }).sort(), [...commits.keys()].sort());
    for (const change of found)
      assert.equal(change.since, commits.get(lines({ ...report, changes: [change] }).join()));
    // From there, the word `code/copy.sh` is no path of the project any more.
    assert.deepEqual(
      report.changes.filter(({ kind }) => kind === 'code').map(({ after }) => after),
      [null],
    );
  });

  it('of the image, that was none', () => {
    project.write('tool.sif', 'an image\n');
    project.write('copy/spec.yml', spec('copy', 'data', COPY, '  image: tool.sif\n'));
    const commit = project.commit('Run in an image');
    changed(commit, [`image tool.sif → ${blob('tool.sif')}`]);
  });

  it('of paths, where they count, and of no other rename', () => {
    project.write(
      'copy/spec.yml',
      project.read('copy/spec.yml').replace('"/*"', '"/(*)"') + 'output: "$1"\n'.replace('$1', '{1}'),
    );
    project.git('mv', 'data', 'samples');
    for (const name of ['copy', 'where'])
      project.write(
        `${name}/spec.yml`,
        project.read(`${name}/spec.yml`).replace('repo: data', 'repo: samples\n    name: data'),
      );
    const commit = project.commit('Rename the repo');
    assert.equal(why('copy/d0001').state, 'done');
    changed(commit, ['input samples/d0001 path data/d0001 → samples/d0001'], 'where/d0001');
  });

  it('of the place, where a result moves', () => {
    project.write('copy/spec.yml', `${project.read('copy/spec.yml')}output: "of-{datum}"\n`);
    const commit = project.commit('Move results');
    const report = why();
    assert.deepEqual(lines(report), ['command copy/spec.yml output {datum} → of-{datum}']);
    assert.equal(report.changes[0]?.since, commit);
  });

  it('of a spec whose file is called otherwise', () => {
    project.git('mv', 'copy/spec.yml', 'copy/spec.yaml');
    project.commit('Rename the spec');
    assert.equal(why().state, 'done');
    project.write('copy/spec.yaml', `${project.read('copy/spec.yaml')}salt: two\n`);
    const commit = project.commit('Change it');
    changed(commit, ['command copy/spec.yaml salt → two']);
  });

  it('with the commit on a branch, and not its merge', () => {
    project.git('switch', '--quiet', '-c', 'side');
    project.write('data/d0001/a.txt', 'other\n');
    const commit = project.commit('Change it on a branch');
    project.git('switch', '--quiet', 'main');
    project.write('unrelated.txt', 'x\n');
    project.commit('Go on');
    project.git('merge', '--quiet', '--no-edit', 'side');
    project.git('branch', '--quiet', '-D', 'side');
    assert.deepEqual(
      why().changes.map(({ since }) => since),
      [commit],
    );
  });

  it('when the record came onto another base, and says that it is not exact', () => {
    const record = why().recorded?.commit ?? '';
    project.git('reset', '--quiet', '--hard', project.git('rev-list', '--max-parents=0', 'HEAD').trim());
    project.git('checkout', recorded, '--', 'data', 'code', 'copy/spec.yml');
    project.write('data/d0001/a.txt', 'never computed\n');
    const base = project.commit('Another base');
    project.git('cherry-pick', '--allow-empty', '--quiet', record);
    const report = why();
    assert.equal(report.state, 'stale');
    assert.match(report.reason ?? '', /^The tree that its result was made for is not found again/);
    assert.notEqual(base, project.head());
    assert.deepEqual(report.changes, []);
  });

  it('when inputs changed while the job ran', () => {
    // The record as a run leaves it whose inputs are changed by a commit before it is recorded.
    const record = why().recorded?.commit ?? '';
    const tree = project.git('rev-list', '--max-count=1', `${record}~1`).trim();
    project.git('reset', '--quiet', '--hard', tree);
    project.write('data/d0001/a.txt', 'meanwhile\n');
    const meanwhile = project.commit('Change it meanwhile');
    project.git('cherry-pick', record);
    const report = why();
    assert.equal(report.reason, undefined);
    assert.deepEqual(
      report.changes.map(({ path, before, since }) => [path, before, since]),
      [['data/d0001/a.txt', blob('data/d0001/a.txt', tree), meanwhile]],
    );
  });
});
